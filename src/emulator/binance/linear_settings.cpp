#include "emulator/binance/linear_account.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::string_view kDone = R"({"code":200,"msg":"success"})";
constexpr std::string_view kNoListenKey = "This listenKey does not exist.";
constexpr std::string_view kMostNotional = "50000000";

std::unexpected<ApiError> settings_refusal(const Refusal& refusal) {
  return std::unexpected(error_of(Product::linear, Purpose::settings, refusal));
}

std::string_view margin_text(MarginMode mode) noexcept {
  return mode == MarginMode::isolated ? "ISOLATED" : "CROSSED";
}

void write_brackets(JsonWriter& out, Service& service, const ListedInstrument& listing) {
  const Decimal& most = service.instrument(listing.id).specification().max_leverage;
  out.begin_object().text("symbol", listing.symbol).begin_array("brackets");
  out.begin_object()
      .number("bracket", 1)
      .raw("initialLeverage", plain(most))
      .raw("notionalCap", kMostNotional)
      .number("notionalFloor", 0)
      .raw("maintMarginRatio", plain(listing.terms.maintenance_rate))
      .raw("cum", "0.0")
      .end_object();
  out.end_array().end_object();
}

Answer<AccountId> owner_of(Service& service, const Call& call) {
  const auto owner = service.exchange().find_key(call.key);
  if (!owner) return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
  return owner->account;
}

}  // namespace

Answer<std::string> leverage_brackets(Service& service, const Call& call) {
  TRY(const ListedInstrument* asked, service.optional_symbol(call));
  JsonWriter out;
  out.begin_array();
  for (const ListedInstrument& listing : service.listings().all())
    if (listing.product == Product::linear && (asked == nullptr || asked->id == listing.id))
      write_brackets(out, service, listing);
  return out.end_array().take();
}

Answer<std::string> set_leverage(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto leverage, call.parameters.integer("leverage"));
  if (!leverage) return missing_parameter("leverage");
  const auto set = service.exchange().set_leverage(call.account, listing->id, Decimal{*leverage, 0});
  // The venue has no objection to the leverage that is there already.
  if (!set && set.error().reason == RefusalReason::leverage_out_of_range)
    return refuse(-4028, "Leverage " + std::to_string(*leverage) + " is not valid");
  if (!set && set.error().reason != RefusalReason::leverage_unchanged) return settings_refusal(set.error());
  JsonWriter out;
  return out.begin_object()
      .text("symbol", listing->symbol)
      .number("leverage", *leverage)
      .text("maxNotionalValue", kMostNotional)
      .end_object()
      .take();
}

Answer<std::string> set_margin_type(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto kind, call.parameters.required("marginType"));
  if (kind != "ISOLATED" && kind != "CROSSED") return invalid_parameter("marginType");
  const auto set = service.exchange().set_margin_mode(
      call.account, listing->id, kind == "ISOLATED" ? MarginMode::isolated : MarginMode::cross);
  if (!set) return settings_refusal(set.error());
  return std::string(kDone);
}

Answer<std::string> position_mode(Service& /*service*/, const Call& /*call*/) {
  return R"({"dualSidePosition":false})";
}

Answer<std::string> set_position_mode(Service& service, const Call& call) {
  TRY(const auto hedged, call.parameters.boolean("dualSidePosition"));
  if (!hedged) return missing_parameter("dualSidePosition");
  const auto set = service.exchange().set_hedged_positions(call.account, *hedged);
  if (!set) return settings_refusal(set.error());
  return std::string(kDone);
}

Answer<std::string> multi_assets_mode(Service& /*service*/, const Call& /*call*/) {
  return R"({"multiAssetsMargin":false})";
}

Answer<std::string> set_multi_assets_mode(Service& /*service*/, const Call& call) {
  TRY(const auto wanted, call.parameters.boolean("multiAssetsMargin"));
  if (!wanted) return missing_parameter("multiAssetsMargin");
  if (*wanted) return refuse(-4084, "Method is not allowed currently. Upcoming soon.");
  return refuse(-4171, "No need to change multi-assets mode.");
}

Answer<std::string> symbol_settings(Service& service, const Call& call) {
  TRY(const ListedInstrument* asked, service.optional_symbol(call));
  JsonWriter out;
  out.begin_array();
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != Product::linear || (asked != nullptr && asked->id != listing.id)) continue;
    const InstrumentSettings settings = service.exchange().settings(call.account, listing.id);
    out.begin_object()
        .text("symbol", listing.symbol)
        .text("marginType", margin_text(settings.margin_mode))
        .flag("isAutoAddMargin", false)
        .raw("leverage", plain(settings.leverage))
        .text("maxNotionalValue", kMostNotional)
        .end_object();
  }
  return out.end_array().take();
}

Answer<std::string> account_settings(Service& service, const Call& call) {
  const auto owner = service.exchange().find_key(call.key);
  JsonWriter out;
  return out.begin_object()
      .number("feeTier", 0)
      .flag("canTrade", owner && owner->key->permissions.linear)
      .flag("canDeposit", true)
      .flag("canWithdraw", owner && owner->key->permissions.withdraw)
      .flag("dualSidePosition", false)
      .number("updateTime", 0)
      .flag("multiAssetsMargin", false)
      .number("tradeGroupId", -1)
      .end_object()
      .take();
}

Answer<std::string> listen_key_open(Service& service, const Call& call) {
  TRY(const AccountId account, owner_of(service, call));
  const std::string& key =
      service.listen_keys().open(account, service.exchange().now(), service.make_name(64));
  JsonWriter out;
  return out.begin_object().text("listenKey", key).end_object().take();
}

Answer<std::string> listen_key_renew(Service& service, const Call& call) {
  TRY(const AccountId account, owner_of(service, call));
  if (!service.listen_keys().renew(account, service.exchange().now()))
    return refuse(-1125, std::string(kNoListenKey));
  JsonWriter out;
  return out.begin_object().text("listenKey", *service.listen_keys().key_of(account)).end_object().take();
}

Answer<std::string> listen_key_close(Service& service, const Call& call) {
  TRY(const AccountId account, owner_of(service, call));
  if (service.listen_keys().close(account).empty()) return refuse(-1125, std::string(kNoListenKey));
  return "{}";
}

}  // namespace kontor::emulator::binance
