#include "emulator/binance/account_endpoints.hpp"

#include <algorithm>
#include <set>

#include "emulator/binance/number_text.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

void write_rates(JsonWriter& out, std::string_view name, const FeeRates& rates) {
  out.begin_object(name)
      .text("maker", fixed(rates.maker, 8))
      .text("taker", fixed(rates.taker, 8))
      .text("buyer", "0.00000000")
      .text("seller", "0.00000000")
      .end_object();
}

/// All assets that a product trades, by name.
std::set<std::string> assets_of(const Service& service, Product product) {
  std::set<std::string> assets;
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != product) continue;
    assets.insert(listing.base);
    assets.insert(listing.quote);
  }
  return assets;
}

void write_balances(JsonWriter& out, Service& service, AccountId account, bool omits_zero) {
  std::set<std::string> written;
  out.begin_array("balances");
  const auto write = [&](const std::string& asset, Amount free, Amount locked) {
    out.begin_object()
        .text("asset", asset)
        .text("free", fixed(free, 8))
        .text("locked", fixed(locked, 8))
        .end_object();
    written.insert(asset);
  };
  for (const AssetBalance& balance : service.exchange().balances(account, Product::spot)) {
    const std::string& asset = service.listings().asset_name(balance.asset);
    write(asset, balance.free, balance.reserved);
  }
  if (!omits_zero)
    for (const std::string& asset : assets_of(service, Product::spot))
      if (!written.contains(asset)) write(asset, {}, {});
  out.end_array();
}

FeeRates first_fees(Service& service, AccountId account) {
  for (const ListedInstrument& listing : service.listings().all())
    if (listing.product == Product::spot) return service.exchange().fees(account, listing.id);
  return {};
}

/// Commissions were once told in hundredths of a percent.
std::int64_t basis_points(const Decimal& rate) {
  return static_cast<std::int64_t>(Amount::from_decimal(rate).units() / kPowersOfTen[14]);
}

const ApiKey* own_key(Service& service, const Call& call) {
  const auto owner = service.exchange().find_key(call.key);
  return owner ? owner->key : nullptr;
}

}  // namespace

Answer<std::string> spot_account(Service& service, const Call& call) {
  TRY(const auto omits_zero, call.parameters.boolean("omitZeroBalances"));
  const ApiKey* key = own_key(service, call);
  const FeeRates fees = first_fees(service, call.account);
  JsonWriter out;
  out.begin_object()
      .number("makerCommission", basis_points(fees.maker))
      .number("takerCommission", basis_points(fees.taker))
      .number("buyerCommission", 0)
      .number("sellerCommission", 0);
  write_rates(out, "commissionRates", fees);
  out.flag("canTrade", key == nullptr || key->permissions.spot)
      .flag("canWithdraw", key != nullptr && key->permissions.withdraw)
      .flag("canDeposit", true)
      .flag("brokered", false)
      .flag("requireSelfTradePrevention", false)
      .flag("preventSor", false)
      .number("updateTime", service.now_ms())
      .text("accountType", "SPOT");
  write_balances(out, service, call.account, omits_zero.value_or(false));
  out.begin_array("permissions").text("SPOT").end_array();
  out.number("uid", 354'937'000 + call.account.value);
  return out.end_object().take();
}

Answer<std::string> spot_commission(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  JsonWriter out;
  out.begin_object().text("symbol", listing->symbol);
  write_rates(out, "standardCommission", service.exchange().fees(call.account, listing->id));
  write_rates(out, "specialCommission", {});
  write_rates(out, "taxCommission", {});
  out.begin_object("discount")
      .flag("enabledForAccount", false)
      .flag("enabledForSymbol", false)
      .text("discountAsset", "BNB")
      .text("discount", "0.00000000")
      .end_object();
  return out.end_object().take();
}

Answer<std::string> wallet_coins(Service& service, const Call& call) {
  std::set<std::string> assets = assets_of(service, Product::spot);
  assets.merge(assets_of(service, Product::linear));
  JsonWriter out;
  out.begin_array();
  for (const std::string& asset : assets) {
    const auto id = service.listings().find_asset(asset);
    const AssetBalance balance =
        id ? service.exchange().balance(call.account, Product::spot, *id) : AssetBalance{};
    out.begin_object()
        .text("coin", asset)
        .flag("depositAllEnable", false)
        .flag("withdrawAllEnable", false)
        .text("name", asset)
        .text("free", fixed(balance.free, 8))
        .text("locked", fixed(balance.reserved, 8))
        .text("freeze", "0")
        .text("withdrawing", "0")
        .text("ipoing", "0")
        .text("ipoable", "0")
        .text("storage", "0")
        .flag("isLegalMoney", false)
        .flag("trading", true);
    out.begin_array("networkList").end_array().end_object();
  }
  return out.end_array().take();
}

Answer<std::string> wallet_restrictions(Service& service, const Call& call) {
  const ApiKey* key = own_key(service, call);
  if (key == nullptr) return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
  const KeyPermissions& may = key->permissions;
  JsonWriter out;
  return out.begin_object()
      .flag("ipRestrict", !key->addresses.empty())
      .number("createTime", milliseconds(key->created_at))
      .flag("enableReading", may.read)
      .flag("enableWithdrawals", may.withdraw)
      .flag("enableInternalTransfer", false)
      .flag("enableMargin", false)
      .flag("enableFutures", may.linear)
      .flag("permitsUniversalTransfer", may.spot && may.linear)
      .flag("enableVanillaOptions", false)
      .flag("enableFixApiTrade", false)
      .flag("enableFixReadOnly", false)
      .flag("enableSpotAndMarginTrading", may.spot)
      .flag("enablePortfolioMarginTrading", false)
      .end_object()
      .take();
}

Answer<std::string> wallet_trade_fees(Service& service, const Call& call) {
  TRY(const ListedInstrument* asked, service.optional_symbol(call));
  JsonWriter out;
  out.begin_array();
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != Product::spot || (asked != nullptr && asked->id != listing.id)) continue;
    const FeeRates fees = service.exchange().fees(call.account, listing.id);
    out.begin_object()
        .text("symbol", listing.symbol)
        .text("makerCommission", plain(fees.maker))
        .text("takerCommission", plain(fees.taker))
        .end_object();
  }
  return out.end_array().take();
}

Answer<std::string> wallet_status(Service& service, const Call& /*call*/) {
  const bool is_closed = service.venue().faults().maintenance_left_ns(service.exchange().now()) > 0;
  JsonWriter out;
  return out.begin_object()
      .number("status", is_closed ? 1 : 0)
      .text("msg", is_closed ? "system_maintenance" : "normal")
      .end_object()
      .take();
}

Answer<std::string> wallet_transfer(Service& service, const Call& call) {
  TRY(const auto kind, call.parameters.required("type"));
  TRY(const auto asset, call.parameters.required("asset"));
  TRY(const auto amount, call.parameters.decimal("amount"));
  if (!amount) return missing_parameter("amount");
  const bool to_linear = kind == "MAIN_UMFUTURE";
  if (!to_linear && kind != "UMFUTURE_MAIN") return invalid_parameter("type");
  const auto moved = service.exchange().transfer(call.account, to_linear ? Product::spot : Product::linear,
                                                 to_linear ? Product::linear : Product::spot, asset,
                                                 Amount::from_decimal(*amount));
  if (!moved) {
    if (moved.error().reason == RefusalReason::unknown_asset) return invalid_parameter("asset");
    return refuse(-5013, "Asset transfer failed: insufficient balance");
  }
  JsonWriter out;
  return out.begin_object().number("tranId", service.now() / kMicrosecond).end_object().take();
}

Answer<std::string> wallet_funding_assets(Service& /*service*/, const Call& /*call*/) { return "[]"; }

Answer<std::string> nothing_listed(Service& /*service*/, const Call& /*call*/) { return "[]"; }

}  // namespace kontor::emulator::binance
