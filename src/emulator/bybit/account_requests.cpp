#include "emulator/bybit/account_requests.hpp"

#include <array>
#include <vector>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/json_writer.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/position_fields.hpp"
#include "emulator/bybit/refusals.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr int kUnifiedTwoPro = 6;  ///< unifiedMarginStatus: UTA 2.0 Pro

Checked<std::string> wallet_result(const Request& request) {
  TRY(const std::string_view type, request.parameters.needed("accountType"));
  if (type != "UNIFIED") return refusal(10001, "accountType only support UNIFIED.");
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  write_wallet(out, {request.exchange(), request.memory}, request.account, request.parameters.get("coin"));
  out.end_array().end_object();
  return std::move(out).take();
}

Checked<std::string> fee_rates_result(const Request& request) {
  Category category = Category::linear;  // clients leave it out, as the venue's own example does
  if (request.parameters.has("category")) {
    TRY(category, asked_category(request));
  }
  const auto product = product_of(category);
  const std::string_view symbol = request.parameters.get("symbol");
  if (product && !symbol.empty()) {
    TRY_VOID(asked_instrument(request, *product));
  }
  JsonWriter out;
  out.begin_object();
  if (category == Category::spot) out.field("category", "spot");
  out.key("list").begin_array();
  for (const ListedInstrument& listed : request.listings().all()) {
    if (!product || listed.product != *product || (!symbol.empty() && listed.symbol != symbol)) continue;
    const FeeRates fees = request.exchange().fees(request.account, listed.id);
    out.begin_object().field("symbol", listed.symbol).field("takerFeeRate", plain_text(fees.taker));
    out.field("makerFeeRate", plain_text(fees.maker)).end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

/// The reasons for which the venue keeps its margin mode, as JSON.
std::string reasons_text(const std::vector<std::string>& reasons) {
  JsonWriter out;
  out.begin_object().key("reasons").begin_array();
  for (const std::string& reason : reasons) {
    out.begin_object().field("reasonCode", "3400000").field("reasonMsg", reason).end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

/// All linear instruments at once: the venue has one mode for the whole account.
Answer margin_mode_set(const Request& request, MarginMode mode) {
  Exchange& exchange = request.exchange();
  std::vector<const ListedInstrument*> changed;
  std::vector<std::string> reasons;
  for (const ListedInstrument& listed : request.listings().all()) {
    if (listed.product != Product::linear ||
        exchange.settings(request.account, listed.id).margin_mode == mode)
      continue;
    const auto set = exchange.set_margin_mode(request.account, listed.id, mode);
    if (set) {
      changed.push_back(&listed);
    } else {
      reasons.push_back(listed.symbol + ": " + set.error().text);
    }
  }
  if (reasons.empty()) {
    AccountMemory& memory = request.memory.account(request.account);
    memory.is_isolated = mode == MarginMode::isolated;
    memory.margin_mode_at = request.now();
    return done(reasons_text({}));
  }
  // All or nothing.
  const MarginMode before = mode == MarginMode::isolated ? MarginMode::cross : MarginMode::isolated;
  for (const ListedInstrument* listed : changed)
    (void)exchange.set_margin_mode(request.account, listed->id, before);
  Answer answer = refuse(3400045, "Set margin mode failed");
  answer.result = reasons_text(reasons);
  return answer;
}

void write_permissions(JsonWriter& out, const KeyPermissions& permissions) {
  const auto list = [&](std::string_view name, std::initializer_list<std::string_view> words) {
    out.key(name).begin_array();
    for (const std::string_view word : words) out.text(word);
    out.end_array();
  };
  const auto nothing = std::initializer_list<std::string_view>{};
  out.key("permissions").begin_object();
  permissions.linear ? list("ContractTrade", {"Order", "Position"}) : list("ContractTrade", nothing);
  permissions.spot ? list("Spot", {"SpotTrade"}) : list("Spot", nothing);
  permissions.withdraw ? list("Wallet", {"AccountTransfer", "SubMemberTransfer", "Withdraw"})
                       : list("Wallet", {"AccountTransfer", "SubMemberTransfer"});
  permissions.linear ? list("Derivatives", {"DerivativesTrade"}) : list("Derivatives", nothing);
  for (const std::string_view name : {"Options", "CopyTrading", "BlockTrade", "Exchange", "NFT", "Affiliate",
                                      "Earn", "FiatP2P", "FiatConvertBroker", "FiatGlobalPay", "BitCard"}) {
    list(name, nothing);
  }
  out.end_object();
}

void write_coin_info(JsonWriter& out, const std::string& coin) {
  out.begin_object().field("name", coin).field("coin", coin).field("remainAmount", "10000000");
  // One chain of the emulator's own: nothing can be moved in or out over it.
  out.key("chains").begin_array().begin_object();
  out.field("chain", coin).field("chainType", coin).field("confirmation", "1").field("withdrawFee", "0");
  out.field("depositMin", "0").field("withdrawMin", "0").field("minAccuracy", "8");
  out.field("chainDeposit", "0").field("chainWithdraw", "0").field("withdrawPercentageFee", "0");
  out.field("contractAddress", "").field("safeConfirmNumber", "1").field("withdrawMax", "-1");
  out.end_object().end_array().end_object();
}

Checked<std::string> account_coins_result(const Request& request) {
  TRY(const std::string_view type, request.parameters.needed("accountType"));
  JsonWriter out;
  out.begin_object().field("memberId", std::to_string(user_id(request.account))).field("accountType", type);
  out.key("balance").begin_array();
  // Everything is in the unified account; the others are empty.
  const auto balances = type == "UNIFIED" ? request.exchange().balances(request.account, Product::linear)
                                          : std::vector<AssetBalance>();
  for (const AssetBalance& balance : balances) {
    const std::string& coin = request.listings().asset_name(balance.asset);
    if (request.parameters.has("coin") && request.parameters.get("coin") != coin) continue;
    out.begin_object().field("coin", coin).field("transferBalance", amount_text(balance.free));
    out.field("walletBalance", amount_text(balance.total)).field("bonus", "").end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_wallet(const Request& request) { return answered(wallet_result(request)); }
Answer answer_fee_rates(const Request& request) { return answered(fee_rates_result(request)); }
Answer answer_account_coins(const Request& request) { return answered(account_coins_result(request)); }

Answer answer_account_info(const Request& request) {
  const AccountMemory& memory = request.memory.account(request.account);
  JsonWriter out;
  out.begin_object().field("marginMode", memory.is_isolated ? "ISOLATED_MARGIN" : "REGULAR_MARGIN");
  out.field("updatedTime", milliseconds_text(memory.margin_mode_at));
  out.field_number("unifiedMarginStatus", kUnifiedTwoPro).field("dcpStatus", "OFF");
  out.field_number("timeWindow", 0).field_number("smpGroup", 0).field("isMasterTrader", false);
  out.field("spotHedgingStatus", "OFF").end_object();
  return done(std::move(out).take());
}

Answer set_account_margin_mode(const Request& request) {
  const std::string_view mode = request.parameters.get("setMarginMode");
  if (auto allowed = may_trade(request, Product::linear); !allowed) return allowed.error();
  if (mode == "ISOLATED_MARGIN") return margin_mode_set(request, MarginMode::isolated);
  if (mode == "REGULAR_MARGIN") return margin_mode_set(request, MarginMode::cross);
  if (mode != "PORTFOLIO_MARGIN") return refuse(10001, "params error: setMarginMode invalid");
  Answer answer = refuse(3400045, "Set margin mode failed");
  answer.result = reasons_text({"Portfolio margin is not offered by this emulator"});
  return answer;
}

Answer answer_disconnect_guard(const Request& request) {
  const AccountMemory& memory = request.memory.account(request.account);
  JsonWriter out;
  out.begin_object().key("dcpInfos").begin_array();
  for (const Product product : {Product::spot, Product::linear}) {
    const DisconnectGuard& guard = memory.guards[static_cast<std::size_t>(product)];
    if (!guard.is_on) continue;
    out.begin_object()
        .field("product", product == Product::spot ? "SPOT" : "DERIVATIVES")
        .field("dcpStatus", "ON");
    out.field("timeWindow", std::to_string(guard.window_ns / kSecond)).end_object();
  }
  out.end_array().end_object();
  Answer answer = done(std::move(out).take());
  answer.message = "success";
  return answer;
}

Answer answer_key(const Request& request) {
  const ApiKey& key = *request.key;
  const bool reads_only = !key.permissions.spot && !key.permissions.linear;
  JsonWriter out;
  out.begin_object().field("id", std::to_string(user_id(request.account))).field("note", key.label);
  out.field("apiKey", key.key).field_number("readOnly", reads_only ? 1 : 0).field("secret", "");
  write_permissions(out, key.permissions);
  out.key("ips").begin_array();
  for (const std::string& address : key.addresses) out.text(address);
  if (key.addresses.empty()) out.text("*");
  out.end_array().field_number("type", 1).field_number("deadlineDay", -2);
  out.field("expiredAt", "1970-01-01T00:00:00Z")
      .field("createdAt", format_time(floor_divide(key.created_at, kSecond) * kSecond));
  out.field_number("unified", 0).field_number("uta", 1).field_number("userID", user_id(request.account));
  out.field_number("inviterID", 0).field("vipLevel", "No VIP").field("mktMakerLevel", "0");
  out.field_number("affiliateID", 0).field("rsaPublicKey", key.public_key_pem).field("isMaster", true);
  out.field("parentUid", "0").field("kycLevel", "LEVEL_DEFAULT").field("kycRegion", "").end_object();
  Answer answer = done(std::move(out).take());
  answer.message = "";
  return answer;
}

Answer answer_coins(const Request& request) {
  JsonWriter out;
  out.begin_object().key("rows").begin_array();
  const InstrumentTable& instruments = request.listings().instruments();
  const std::string_view asked = request.parameters.get("coin");
  for (std::size_t i = 0; i < instruments.asset_count(); ++i) {
    const std::string& coin = instruments.asset_name(AssetId(static_cast<std::uint32_t>(i)));
    if (asked.empty() || asked == coin) write_coin_info(out, coin);
  }
  out.end_array().end_object();
  Answer answer = done(std::move(out).take());
  answer.message = "";
  return answer;
}

}  // namespace kontor::emulator::bybit
