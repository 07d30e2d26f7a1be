#include <fmt/format.h>

#include "venue/bybit/config.hpp"
#include "venue/bybit/rest_actions.hpp"
#include "venue/bybit/rest_order_checks.hpp"
#include "venue/bybit/rest_request.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::Product;

constexpr SpanNames kHistoryNames = {.from = "startTime", .to = "endTime"};

/// Linear wants to be told whose lists: of a symbol, or of all contracts that are settled in a coin.
void add_symbol_or_coin(net::Query& query, std::string_view symbol, const Request& context) {
  if (!symbol.empty()) {
    query.add("symbol", symbol);
  } else if (context.product == Product::linear) {
    query.add_plain("settleCoin", "USDT");
  }
}

Result<void> check_history(Span span, const Request& context) {
  if (span.from > 0 && span.to > 0 && span.to - span.from > kLongestHistory) {
    return refuse(context,
                  fmt::format("gives at most 7 days at once, not {}", format_duration(span.to - span.from)));
  }
  return {};
}

}  // namespace

Encoded encode(const venue::GetBalance& /*action*/, const Request& context) {
  net::Query query;
  query.add_plain("accountType", "UNIFIED");
  return private_request("/v5/account/wallet-balance", query, context);
}

Encoded encode(const venue::GetPositions& action, const Request& context) {
  TRY_VOID(check_linear(context, "positions"));
  net::Query query = category_query(context);
  add_symbol_or_coin(query, action.symbol, context);
  query.add("limit", static_cast<std::int64_t>(kMostPositions));
  add_cursor(query, action.cursor);
  return private_request("/v5/position/list", query, context);
}

Encoded encode(const venue::GetOpenOrders& action, const Request& context) {
  net::Query query = category_query(context);
  add_symbol_or_coin(query, action.symbol, context);
  query.add_plain("openOnly", "0");
  if (action.is_conditional) query.add_plain("orderFilter", "StopOrder");
  query.add("limit", static_cast<std::int64_t>(kMostOpenOrders));
  add_cursor(query, action.cursor);
  return private_request("/v5/order/realtime", query, context);
}

Encoded encode(const venue::GetOrder& action, const Request& context) {
  TRY_VOID(check_choice(action.order, context));
  net::Query query = category_query(context);
  query.add("symbol", action.order.symbol);
  if (!action.order.client_order_id.empty()) {
    query.add("orderLinkId", action.order.client_order_id);
  } else {
    query.add("orderId", action.order.venue_order_id);
  }
  return private_request(action.order.is_ended ? "/v5/order/history" : "/v5/order/realtime", query, context);
}

Encoded encode(const venue::GetFills& action, const Request& context) {
  if (!action.from_id.empty())
    return refuse(context, "gives fills of a time or of an order, not since an id");
  TRY_VOID(check_history({action.from, action.to}, context));
  net::Query query = category_query(context);
  if (!action.symbol.empty()) query.add("symbol", action.symbol);
  if (!action.client_order_id.empty()) query.add("orderLinkId", action.client_order_id);
  add_span(query, kHistoryNames, {action.from, action.to});
  TRY_VOID(add_limit(query, context, {action.limit == 0 ? kMostFills : action.limit, kMostFills}));
  add_cursor(query, action.cursor);
  return private_request("/v5/execution/list", query, context);
}

Encoded encode(const venue::SetLeverage& action, const Request& context) {
  TRY_VOID(check_linear(context, "leverage to set"));
  TRY_VOID(check_symbol(context, action.symbol));
  if (action.leverage.units <= 0) {
    return refuse(context, fmt::format("needs a positive leverage, found {}", action.leverage.format()));
  }
  Body body = category_body(context);
  body.text("symbol", action.symbol);
  body.decimal("buyLeverage", action.leverage).decimal("sellLeverage", action.leverage);
  return private_request("/v5/position/set-leverage", std::move(body), context);
}

Encoded encode(const venue::SetMarginMode& action, const Request& context) {
  TRY_VOID(check_linear(context, "margin mode"));
  if (!action.symbol.empty()) {
    return refuse(context, "sets the margin mode of the whole unified account, not of one symbol");
  }
  Body body;
  body.text("setMarginMode",
            action.mode == venue::MarginMode::isolated ? "ISOLATED_MARGIN" : "REGULAR_MARGIN");
  return private_request("/v5/account/set-margin-mode", std::move(body), context);
}

Encoded encode(const venue::SetPositionMode& action, const Request& context) {
  TRY_VOID(check_linear(context, "position mode"));
  Body body = category_body(context);
  body.text("coin", "USDT").number("mode", action.mode == venue::PositionMode::hedge ? 3 : 0);
  return private_request("/v5/position/switch-mode", std::move(body), context);
}

Encoded encode(const venue::GetFundingPayments& action, const Request& context) {
  TRY_VOID(check_linear(context, "funding"));
  TRY_VOID(check_history({action.from, action.to}, context));
  net::Query query;
  // The log knows no symbols: decode() leaves out those of others.
  query.add_plain("accountType", "UNIFIED").add_plain("category", category_name(context.product));
  query.add_plain("type", "SETTLEMENT");
  add_span(query, kHistoryNames, {action.from, action.to});
  query.add("limit", static_cast<std::int64_t>(kMostPayments));
  add_cursor(query, action.cursor);
  return private_request("/v5/account/transaction-log", query, context);
}

Encoded encode(const venue::GetFees& action, const Request& context) {
  net::Query query = category_query(context);
  if (!action.symbol.empty()) query.add("symbol", action.symbol);
  return private_request("/v5/account/fee-rate", query, context);
}

Encoded encode(const venue::GetKeyPermissions& /*action*/, const Request& context) {
  return private_request("/v5/user/query-api", net::Query(), context);
}

Encoded encode(const venue::GetOrderCounts& /*action*/, const Request& context) {
  return refuse(context, "counts orders by the second and tells with each answer");
}

Encoded encode(const venue::ManageListenKey& /*action*/, const Request& context) {
  return refuse(context, "has no listen keys: the private stream is signed in to on the socket");
}

}  // namespace kontor::bybit
