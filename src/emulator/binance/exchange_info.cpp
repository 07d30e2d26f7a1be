#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "emulator/binance/market_endpoints.hpp"
#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::array<std::string_view, 7> kSpotTypes = {
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"};
constexpr std::array<std::string_view, 7> kLinearTypes = {
    "LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"};
constexpr std::array<std::string_view, 5> kLinearTimeInForce = {"GTC", "IOC", "FOK", "GTX", "GTD"};
constexpr std::array<std::string_view, 3> kSelfTradeModes = {"EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"};
constexpr std::int64_t kPerpetualDelivery = 4'133'404'800'000;

template <std::size_t N>
void write_texts(JsonWriter& out, std::string_view name, const std::array<std::string_view, N>& texts) {
  out.begin_array(name);
  for (const std::string_view text : texts) out.text(text);
  out.end_array();
}

struct IntervalName {
  std::string_view name;
  std::int64_t number;
};

IntervalName interval_name(DurationNs length) noexcept {
  if (length % kDay == 0) return {"DAY", length / kDay};
  if (length % kMinute == 0) return {"MINUTE", length / kMinute};
  return {"SECOND", length / kSecond};
}

std::string_view limit_name(LimitKind kind) noexcept {
  switch (kind) {
    case LimitKind::weight: return "REQUEST_WEIGHT";
    case LimitKind::requests: return "RAW_REQUESTS";
    case LimitKind::orders: return "ORDERS";
    case LimitKind::endpoint: return {};
  }
  return {};
}

/// Whether the instrument passes the filters of the request: its symbol, its status, its permissions.
struct InfoQuery {
  std::vector<std::string> symbols;
  [[nodiscard]] bool wants(const ListedInstrument& listing) const {
    if (symbols.empty()) return listing.status != ListingStatus::delisted;
    return std::find(symbols.begin(), symbols.end(), listing.symbol) != symbols.end();
  }
};

Answer<InfoQuery> info_query(Service& service, const Call& call) {
  TRY(const ListedInstrument* one, service.optional_symbol(call));
  TRY(auto symbols, call.parameters.texts("symbols"));
  if (one != nullptr && !symbols.empty()) return refuse(-1128, "Combination of optional parameters invalid.");
  if (one != nullptr) symbols.push_back(one->symbol);
  for (const std::string& symbol : symbols)
    if (service.listings().find(call.product, symbol) == nullptr) return unknown_symbol();
  return InfoQuery{std::move(symbols)};
}

std::string_view spot_status(ListingStatus status) noexcept {
  return status == ListingStatus::trading ? "TRADING" : "BREAK";
}

std::string_view linear_status(ListingStatus status) noexcept {
  switch (status) {
    case ListingStatus::trading: return "TRADING";
    case ListingStatus::halted: return "SETTLING";
    case ListingStatus::delisted: return "CLOSE";
  }
  return "CLOSE";
}

void write_spot_filters(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument) {
  const ListingTerms& terms = listing.terms;
  const auto quantity = [&](RawQuantity value) { return quantity_text(listing, instrument, value); };
  out.begin_array("filters");
  out.begin_object()
      .text("filterType", "PRICE_FILTER")
      .text("minPrice", fixed(terms.min_price, 8))
      .text("maxPrice", fixed(terms.max_price, 8))
      .text("tickSize", price_text(listing, instrument, instrument.tick()))
      .end_object();
  out.begin_object()
      .text("filterType", "LOT_SIZE")
      .text("minQty", quantity(instrument.min_quantity()))
      .text("maxQty", quantity(instrument.max_quantity()))
      .text("stepSize", quantity(instrument.step()))
      .end_object();
  out.begin_object()
      .text("filterType", "MARKET_LOT_SIZE")
      .text("minQty", "0.00000000")
      .text("maxQty", fixed(terms.market_max_quantity, 8))
      .text("stepSize", "0.00000000")
      .end_object();
  out.begin_object()
      .text("filterType", "TRAILING_DELTA")
      .number("minTrailingAboveDelta", 10)
      .number("maxTrailingAboveDelta", 2000)
      .number("minTrailingBelowDelta", 10)
      .number("maxTrailingBelowDelta", 2000)
      .end_object();
  out.begin_object()
      .text("filterType", "PERCENT_PRICE_BY_SIDE")
      .text("bidMultiplierUp", plain(terms.multiplier_up))
      .text("bidMultiplierDown", plain(terms.multiplier_down))
      .text("askMultiplierUp", plain(terms.multiplier_up))
      .text("askMultiplierDown", plain(terms.multiplier_down))
      .number("avgPriceMins", 5)
      .end_object();
  out.begin_object()
      .text("filterType", "NOTIONAL")
      .text("minNotional", fixed(instrument.min_notional(), 8))
      .flag("applyMinToMarket", true)
      .text("maxNotional", terms.max_notional.is_zero() ? "9000000.00000000" : fixed(terms.max_notional, 8))
      .flag("applyMaxToMarket", false)
      .number("avgPriceMins", 5)
      .end_object();
  out.begin_object()
      .text("filterType", "MAX_NUM_ORDERS")
      .number("maxNumOrders", terms.max_orders)
      .end_object();
  out.begin_object()
      .text("filterType", "MAX_NUM_ALGO_ORDERS")
      .number("maxNumAlgoOrders", terms.max_conditional_orders)
      .end_object();
  out.end_array();
}

void write_spot_symbol(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument) {
  out.begin_object()
      .text("symbol", listing.symbol)
      .text("status", spot_status(listing.status))
      .text("baseAsset", listing.base)
      .number("baseAssetPrecision", listing.terms.base_precision)
      .text("quoteAsset", listing.quote)
      .number("quotePrecision", listing.terms.quote_precision)
      .number("quoteAssetPrecision", listing.terms.quote_precision)
      .number("baseCommissionPrecision", 8)
      .number("quoteCommissionPrecision", 8);
  write_texts(out, "orderTypes", kSpotTypes);
  out.flag("icebergAllowed", false)
      .flag("ocoAllowed", true)
      .flag("otoAllowed", true)
      .flag("opoAllowed", false)
      .flag("quoteOrderQtyMarketAllowed", true)
      .flag("allowTrailingStop", true)
      .flag("cancelReplaceAllowed", true)
      .flag("amendAllowed", true)
      .flag("pegInstructionsAllowed", false)
      .flag("isSpotTradingAllowed", true)
      .flag("isMarginTradingAllowed", false);
  write_spot_filters(out, listing, instrument);
  out.begin_array("permissions").end_array();
  out.begin_array("permissionSets").begin_array().text("SPOT").end_array().end_array();
  out.text("defaultSelfTradePreventionMode", "EXPIRE_MAKER");
  write_texts(out, "allowedSelfTradePreventionModes", kSelfTradeModes);
  out.end_object();
}

void write_linear_filters(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument) {
  const ListingTerms& terms = listing.terms;
  const auto quantity = [&](RawQuantity value) { return plain(instrument.quantity(value).value); };
  out.begin_array("filters");
  out.begin_object()
      .text("filterType", "PRICE_FILTER")
      .text("minPrice", plain(terms.min_price))
      .text("maxPrice", plain(terms.max_price))
      .text("tickSize", plain(instrument.price(instrument.tick()).value))
      .end_object();
  out.begin_object()
      .text("filterType", "LOT_SIZE")
      .text("minQty", quantity(instrument.min_quantity()))
      .text("maxQty", quantity(instrument.max_quantity()))
      .text("stepSize", quantity(instrument.step()))
      .end_object();
  out.begin_object()
      .text("filterType", "MARKET_LOT_SIZE")
      .text("minQty", quantity(instrument.min_quantity()))
      .text("maxQty", plain(terms.market_max_quantity))
      .text("stepSize", quantity(instrument.step()))
      .end_object();
  out.begin_object().text("filterType", "MAX_NUM_ORDERS").number("limit", terms.max_orders).end_object();
  out.begin_object()
      .text("filterType", "MAX_NUM_ALGO_ORDERS")
      .number("limit", terms.max_conditional_orders)
      .end_object();
  out.begin_object()
      .text("filterType", "MIN_NOTIONAL")
      .text("notional", instrument.min_notional().format())
      .end_object();
  out.begin_object()
      .text("filterType", "PERCENT_PRICE")
      .text("multiplierUp", fixed(terms.multiplier_up, 4))
      .text("multiplierDown", fixed(terms.multiplier_down, 4))
      .text("multiplierDecimal", "4")
      .end_object();
  out.end_array();
}

void write_linear_symbol(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument) {
  out.begin_object()
      .text("symbol", listing.symbol)
      .text("pair", listing.symbol)
      .text("contractType", "PERPETUAL")
      .number("deliveryDate", kPerpetualDelivery)
      .number("onboardDate", milliseconds(listing.terms.listed_at))
      .text("status", linear_status(listing.status))
      .text("maintMarginPercent", "2.5000")
      .text("requiredMarginPercent", "5.0000")
      .text("baseAsset", listing.base)
      .text("quoteAsset", listing.quote)
      .text("marginAsset", listing.quote)
      .number("pricePrecision", instrument.price_scale())
      .number("quantityPrecision", instrument.quantity_scale())
      .number("baseAssetPrecision", listing.terms.base_precision)
      .number("quotePrecision", listing.terms.quote_precision)
      .text("underlyingType", "COIN");
  out.begin_array("underlyingSubType").end_array();
  out.text("triggerProtect", "0.0500")
      .text("liquidationFee", fixed(listing.terms.liquidation_fee, 6))
      .text("marketTakeBound", "0.05")
      .number("maxMoveOrderLimit", 10'000);
  write_linear_filters(out, listing, instrument);
  write_texts(out, "orderTypes", kLinearTypes);
  write_texts(out, "timeInForce", kLinearTimeInForce);
  out.begin_array("permissionSets").text("GRID").text("COPY").end_array();
  out.end_object();
}

void write_margin_assets(JsonWriter& out, Service& service) {
  std::vector<std::string> assets;
  for (const ListedInstrument& listing : service.listings().all())
    if (listing.product == Product::linear &&
        std::find(assets.begin(), assets.end(), listing.quote) == assets.end())
      assets.push_back(listing.quote);
  out.begin_array("assets");
  for (const std::string& asset : assets)
    out.begin_object()
        .text("asset", asset)
        .flag("marginAvailable", true)
        .text("autoAssetExchange", "-10000")
        .end_object();
  out.end_array();
}

/// One limit into an open array; `used` below zero is not told.
void write_rate_limit(JsonWriter& out, const LimitRule& rule, std::int64_t used) {
  const IntervalName interval = interval_name(rule.interval_ns);
  out.begin_object()
      .text("rateLimitType", limit_name(rule.kind))
      .text("interval", interval.name)
      .number("intervalNum", interval.number)
      .number("limit", rule.limit);
  if (used >= 0) out.number("count", used);
  out.end_object();
}

}  // namespace

Answer<std::string> order_rate(Service& service, const Call& call) {
  JsonWriter out;
  out.begin_array();
  for (const LimitRule& rule : service.venue().limiter(call.product).settings().rules)
    if (rule.kind == LimitKind::orders)
      write_rate_limit(out, rule, service.orders_used(call.product, call.account, rule));
  return out.end_array().take();
}

std::string limits_text(const LimitVerdict& verdict) {
  JsonWriter out;
  out.begin_array();
  for (const LimitState& state : verdict.states)
    if (state.rule->kind == LimitKind::orders || state.rule->kind == LimitKind::weight)
      write_rate_limit(out, *state.rule, state.used);
  return out.end_array().take();
}

void write_rate_limits(JsonWriter& out, Service& service, Product product) {
  out.begin_array("rateLimits");
  for (const LimitRule& rule : service.venue().limiter(product).settings().rules) {
    if (!limit_name(rule.kind).empty()) write_rate_limit(out, rule, -1);
  }
  out.end_array();
}

Answer<std::string> exchange_info(Service& service, const Call& call) {
  TRY(const InfoQuery query, info_query(service, call));
  const bool is_spot = call.product == Product::spot;
  JsonWriter out;
  out.begin_object().text("timezone", "UTC").number("serverTime", service.now_ms());
  if (!is_spot) out.text("futuresType", "U_MARGINED");
  write_rate_limits(out, service, call.product);
  out.begin_array("exchangeFilters").end_array();
  if (!is_spot) write_margin_assets(out, service);
  out.begin_array("symbols");
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != call.product || !query.wants(listing)) continue;
    if (is_spot)
      write_spot_symbol(out, listing, service.instrument(listing.id));
    else
      write_linear_symbol(out, listing, service.instrument(listing.id));
  }
  out.end_array();
  return out.end_object().take();
}

Answer<std::string> empty_exchange_info(Service& service, const Call& call) {
  JsonWriter out;
  out.begin_object().text("timezone", "UTC").number("serverTime", service.now_ms());
  write_rate_limits(out, service, call.product);
  out.begin_array("exchangeFilters").end_array();
  out.begin_array("symbols").end_array();
  return out.end_object().take();
}

}  // namespace kontor::emulator::binance
