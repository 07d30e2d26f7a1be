#include "emulator/bybit/account_requests.hpp"

#include <array>
#include <vector>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/position_fields.hpp"
#include "emulator/bybit/refusals.hpp"
#include "emulator/json_writer.hpp"

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
  if (category == Category::spot) out.text("category", "spot");
  out.key("list").begin_array();
  for (const ListedInstrument& listed : request.listings().all()) {
    if (!product || listed.product != *product || (!symbol.empty() && listed.symbol != symbol)) continue;
    const FeeRates fees = request.exchange().fees(request.account, listed.id);
    out.begin_object().text("symbol", listed.symbol).text("takerFeeRate", plain_text(fees.taker));
    out.text("makerFeeRate", plain_text(fees.maker)).end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

/// The reasons for which the venue keeps its margin mode, as JSON.
std::string reasons_text(const std::vector<std::string>& reasons) {
  JsonWriter out;
  out.begin_object().key("reasons").begin_array();
  for (const std::string& reason : reasons) {
    out.begin_object().text("reasonCode", "3400000").text("reasonMsg", reason).end_object();
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
  out.begin_object().text("name", coin).text("coin", coin).text("remainAmount", "10000000");
  // One chain of the emulator's own: nothing can be moved in or out over it.
  out.key("chains").begin_array().begin_object();
  out.text("chain", coin).text("chainType", coin).text("confirmation", "1").text("withdrawFee", "0");
  out.text("depositMin", "0").text("withdrawMin", "0").text("minAccuracy", "8");
  out.text("chainDeposit", "0").text("chainWithdraw", "0").text("withdrawPercentageFee", "0");
  out.text("contractAddress", "").text("safeConfirmNumber", "1").text("withdrawMax", "-1");
  out.end_object().end_array().end_object();
}

Checked<std::string> account_coins_result(const Request& request) {
  TRY(const std::string_view type, request.parameters.needed("accountType"));
  JsonWriter out;
  out.begin_object().text("memberId", std::to_string(user_id(request.account))).text("accountType", type);
  out.key("balance").begin_array();
  // Everything is in the unified account; the others are empty.
  const auto balances = type == "UNIFIED" ? request.exchange().balances(request.account, Product::linear)
                                          : std::vector<AssetBalance>();
  for (const AssetBalance& balance : balances) {
    const std::string& coin = request.listings().asset_name(balance.asset);
    if (request.parameters.has("coin") && request.parameters.get("coin") != coin) continue;
    out.begin_object().text("coin", coin).text("transferBalance", amount_text(balance.free));
    out.text("walletBalance", amount_text(balance.total)).text("bonus", "").end_object();
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
  out.begin_object().text("marginMode", memory.is_isolated ? "ISOLATED_MARGIN" : "REGULAR_MARGIN");
  out.text("updatedTime", milliseconds_text(memory.margin_mode_at));
  out.number("unifiedMarginStatus", kUnifiedTwoPro).text("dcpStatus", "OFF");
  out.number("timeWindow", 0).number("smpGroup", 0).flag("isMasterTrader", false);
  out.text("spotHedgingStatus", "OFF").end_object();
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
        .text("product", product == Product::spot ? "SPOT" : "DERIVATIVES")
        .text("dcpStatus", "ON");
    out.text("timeWindow", std::to_string(guard.window_ns / kSecond)).end_object();
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
  out.begin_object().text("id", std::to_string(user_id(request.account))).text("note", key.label);
  out.text("apiKey", key.key).number("readOnly", reads_only ? 1 : 0).text("secret", "");
  write_permissions(out, key.permissions);
  out.key("ips").begin_array();
  for (const std::string& address : key.addresses) out.text(address);
  if (key.addresses.empty()) out.text("*");
  out.end_array().number("type", 1).number("deadlineDay", -2);
  out.text("expiredAt", "1970-01-01T00:00:00Z")
      .text("createdAt", format_time(floor_divide(key.created_at, kSecond) * kSecond));
  out.number("unified", 0).number("uta", 1).number("userID", user_id(request.account));
  out.number("inviterID", 0).text("vipLevel", "No VIP").text("mktMakerLevel", "0");
  out.number("affiliateID", 0).text("rsaPublicKey", key.public_key_pem).flag("isMaster", true);
  out.text("parentUid", "0").text("kycLevel", "LEVEL_DEFAULT").text("kycRegion", "").end_object();
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
