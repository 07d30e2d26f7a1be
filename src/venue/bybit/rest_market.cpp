#include "venue/bybit/config.hpp"
#include "venue/bybit/rest_actions.hpp"
#include "venue/bybit/rest_request.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {

Encoded encode(const venue::GetServerTime& /*action*/, const Request& context) {
  return public_request("/v5/market/time", {}, context);
}

Encoded encode(const venue::GetInstruments& action, const Request& context) {
  net::Query query = category_query(context);
  if (!action.symbol.empty()) query.add("symbol", action.symbol);
  // Spot comes in one piece and knows neither.
  if (context.product != venue::Product::spot) {
    query.add("limit", static_cast<std::int64_t>(kMostInstruments));
    add_cursor(query, action.cursor);
  }
  return public_request("/v5/market/instruments-info", query, context);
}

Encoded encode(const venue::GetTicker& action, const Request& context) {
  TRY_VOID(check_symbol(context, action.symbol));
  net::Query query = category_query(context);
  query.add("symbol", action.symbol);
  return public_request("/v5/market/tickers", query, context);
}

Encoded encode(const venue::GetCandles& action, const Request& context) {
  TRY_VOID(check_symbol(context, action.symbol));
  TRY(const std::string_view interval, interval_name(action.interval));
  net::Query query = category_query(context);
  query.add("symbol", action.symbol).add_plain("interval", interval);
  add_span(query, {.from = "start", .to = "end"}, {action.from, action.to});
  TRY_VOID(add_limit(query, context, {action.limit, kMostCandles}));
  return public_request("/v5/market/kline", query, context);
}

Encoded encode(const venue::GetBook& action, const Request& context) {
  TRY_VOID(check_symbol(context, action.symbol));
  net::Query query = category_query(context);
  query.add("symbol", action.symbol);
  const std::uint32_t depth = action.depth == 0 ? kUsualBookLevels : action.depth;
  TRY_VOID(add_limit(query, context, {depth, kMostBookLevels}));
  return public_request("/v5/market/orderbook", query, context);
}

Encoded encode(const venue::GetTrades& action, const Request& context) {
  TRY_VOID(check_symbol(context, action.symbol));
  if (action.from != 0 || action.to != 0 || !action.from_id.empty()) {
    return refuse(context, "gives the latest public trades only: not those of a time or since an id");
  }
  net::Query query = category_query(context);
  query.add("symbol", action.symbol);
  TRY_VOID(add_limit(query, context, {action.limit, most_recent_trades(context.product)}));
  return public_request("/v5/market/recent-trade", query, context);
}

Encoded encode(const venue::GetFundingRate& action, const Request& context) {
  TRY_VOID(check_linear(context, "funding"));
  net::Query query = category_query(context);
  if (!action.symbol.empty()) query.add("symbol", action.symbol);
  return public_request("/v5/market/tickers", query, context);
}

Encoded encode(const venue::GetFundingHistory& action, const Request& context) {
  TRY_VOID(check_linear(context, "funding"));
  TRY_VOID(check_symbol(context, action.symbol));
  net::Query query = category_query(context);
  query.add("symbol", action.symbol);
  // A beginning alone is an error to Bybit: without an end it is now.
  const TimeNs to = action.from > 0 && action.to == 0 ? context.clock : action.to;
  if (action.from > 0 && to == 0) return refuse(context, "needs the end of a span of funding rates too");
  add_span(query, {.from = "startTime", .to = "endTime"}, {action.from, to});
  TRY_VOID(add_limit(query, context, {action.limit, kMostFundingRates}));
  return public_request("/v5/market/funding/history", query, context);
}

}  // namespace kontor::bybit
