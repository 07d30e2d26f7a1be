#include "venue/binance/rest_call.hpp"
#include "venue/binance/symbols.hpp"

namespace kontor::binance {
namespace {

std::string_view either(Product product, std::string_view spot, std::string_view linear) noexcept {
  return product == Product::spot ? spot : linear;
}

/// Pages are cut by the venue without a word: more than it gives is refused here.
Result<void> check_limit(std::string_view what, std::uint32_t limit, std::uint32_t most) {
  if (limit <= most) return {};
  return refuse(fmt::format("{}: at most {} at once, {} were asked for", what, most, limit));
}

Result<void> want_linear(std::string_view what, Product product) {
  if (product == Product::linear) return {};
  return refuse(fmt::format("spot has no {}", what));
}

}  // namespace

Result<Call> call_for(const venue::GetServerTime& /*action*/, Product product) {
  return Call{.path = either(product, "/api/v3/time", "/fapi/v1/time")};
}

Result<Call> call_for(const venue::GetInstruments& action, Product product) {
  Call call{.path = either(product, "/api/v3/exchangeInfo", "/fapi/v1/exchangeInfo")};
  // USDⓈ-M always tells of all.
  if (product == Product::spot) add_if(call.query, "symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetTicker& action, Product product) {
  Call call{.path = either(product, "/api/v3/ticker/24hr", "/fapi/v1/ticker/24hr")};
  add_if(call.query, "symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetCandles& action, Product product) {
  TRY_VOID(want_symbol("candles", action.symbol));
  TRY_VOID(check_limit("candles", action.limit, product == Product::spot ? 1000 : 1500));
  TRY(const std::string_view interval, interval_name(action.interval));
  if (product == Product::linear && interval == "1s") return refuse("USDⓈ-M has no candles of 1s");
  Call call{.path = either(product, "/api/v3/klines", "/fapi/v1/klines")};
  call.query.add("symbol", action.symbol).add("interval", interval);
  add_range(call.query, action.from, action.to);
  add_if(call.query, "limit", action.limit);
  return call;
}

Result<Call> call_for(const venue::GetBook& action, Product product) {
  TRY_VOID(want_symbol("book", action.symbol));
  TRY_VOID(check_limit("book", action.depth, product == Product::spot ? 5000 : 1000));
  Call call{.path = either(product, "/api/v3/depth", "/fapi/v1/depth")};
  call.query.add("symbol", action.symbol);
  add_if(call.query, "limit", action.depth);
  return call;
}

Result<Call> call_for(const venue::GetTrades& action, Product product) {
  TRY_VOID(want_symbol("trades", action.symbol));
  TRY_VOID(check_limit("trades", action.limit, 1000));
  const bool is_past = action.from != 0 || action.to != 0 || !action.from_id.empty();
  Call call{.path = is_past ? either(product, "/api/v3/aggTrades", "/fapi/v1/aggTrades")
                            : either(product, "/api/v3/trades", "/fapi/v1/trades")};
  call.query.add("symbol", action.symbol);
  add_if(call.query, "fromId", action.from_id);
  add_range(call.query, action.from, action.to);
  add_if(call.query, "limit", action.limit);
  return call;
}

Result<Call> call_for(const venue::GetFundingRate& action, Product product) {
  TRY_VOID(want_linear("funding", product));
  Call call{.path = "/fapi/v1/premiumIndex"};
  add_if(call.query, "symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::GetFundingHistory& action, Product product) {
  TRY_VOID(want_linear("funding", product));
  TRY_VOID(check_limit("funding_history", action.limit, 1000));
  Call call{.path = "/fapi/v1/fundingRate"};
  add_if(call.query, "symbol", action.symbol);
  add_range(call.query, action.from, action.to);
  add_if(call.query, "limit", action.limit);
  return call;
}

}  // namespace kontor::binance
