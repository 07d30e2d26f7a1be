#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "venue/bybit/config.hpp"
#include "venue/bybit/rest_actions.hpp"
#include "venue/bybit/rest_order_checks.hpp"
#include "venue/bybit/rest_request.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::PlaceOrder;
using venue::Product;

/// Which way the price has to go for the order to fire: with its side for a stop, against it for a target.
Side trigger_direction(const PlaceOrder& order) noexcept {
  return order.trigger_direction.value_or(usual_trigger_direction(order));
}

std::string_view time_in_force_name(const PlaceOrder& order) noexcept {
  if (!has_limit_price(order.type)) return "IOC";
  if (order.post_only) return "PostOnly";
  switch (order.time_in_force) {
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
    case TimeInForce::good_till_canceled:
    case TimeInForce::good_till_date: return "GTC";
  }
  return "GTC";
}

void write_trigger(Body& body, const PlaceOrder& order, Product product) {
  if (!has_trigger(order.type)) return;
  body.decimal("triggerPrice", *order.trigger_price);
  if (product == Product::spot) {
    body.text("orderFilter", "StopOrder");
    return;
  }
  body.number("triggerDirection", trigger_direction(order) == Side::buy ? 1 : 2);
  body.text("triggerBy", trigger_name(order.trigger_source));
}

struct ExitNames {
  std::string_view price;
  std::string_view trigger_by;
  std::string_view type;
  std::string_view limit_price;
};
constexpr ExitNames kTakeProfitNames = {"takeProfit", "tpTriggerBy", "tpOrderType", "tpLimitPrice"};
constexpr ExitNames kStopLossNames = {"stopLoss", "slTriggerBy", "slOrderType", "slLimitPrice"};

void write_exit(Body& body, const ExitNames& names, const std::optional<venue::AttachedExit>& exit,
                Product product) {
  if (!exit) return;
  body.decimal(names.price, exit->trigger_price);
  if (product == Product::linear) body.text(names.trigger_by, trigger_name(exit->trigger_source));
  body.text(names.type, exit->limit_price ? "Limit" : "Market");
  if (exit->limit_price) body.decimal(names.limit_price, *exit->limit_price);
}

void write_exits(Body& body, const PlaceOrder& order, Product product) {
  if (!order.stop_loss && !order.take_profit) return;
  // `Full` would replace the stops of the whole position, also those that other orders brought.
  if (product == Product::linear) body.text("tpslMode", "Partial");
  write_exit(body, kTakeProfitNames, order.take_profit, product);
  write_exit(body, kStopLossNames, order.stop_loss, product);
}

/// The fields of an order behind `category`, single or in a batch.
void write_order(Body& body, const PlaceOrder& order, std::string_view client_order_id, Product product) {
  const bool is_limit = has_limit_price(order.type);
  body.text("symbol", order.symbol);
  body.text("side", side_name(order.side));
  body.text("orderType", is_limit ? "Limit" : "Market");
  body.decimal("qty", order.quantity);
  if (is_limit) body.decimal("price", *order.price);
  // Bybit counts a spot market order to buy in the quote asset, unless it is told.
  if (!is_limit && product == Product::spot) body.text("marketUnit", "baseCoin");
  body.text("timeInForce", time_in_force_name(order));
  write_trigger(body, order, product);
  if (product == Product::linear) body.number("positionIdx", position_index(order.position_side));
  if (order.reduce_only) body.flag("reduceOnly", true);
  write_exits(body, order, product);
  body.text("orderLinkId", client_order_id);
}

Encoded place_trailing_stop(const PlaceOrder& order, const Request& context) {
  TRY_VOID(check_trailing_stop(order, context));
  Body body = category_body(context);
  body.text("symbol", order.symbol).text("tpslMode", "Full");
  body.number("positionIdx", position_index(order.position_side));
  body.decimal("trailingStop", *order.trailing_offset);
  if (order.trigger_price) body.decimal("activePrice", *order.trigger_price);
  return private_request("/v5/position/trading-stop", std::move(body), context);
}

/// The name of an order in a request: ours where there is one, for it is the same before and after the venue
/// has answered.
void write_choice(Body& body, const venue::OrderChoice& choice) {
  body.text("symbol", choice.symbol);
  if (!choice.client_order_id.empty()) {
    body.text("orderLinkId", choice.client_order_id);
  } else {
    body.text("orderId", choice.venue_order_id);
  }
}

std::string join_json(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

Result<void> check_batch_size(std::size_t size, const Request& context) {
  const std::size_t most = most_orders_per_batch(context.product);
  if (size >= 1 && size <= most) return {};
  return refuse(context, fmt::format("takes 1 to {} orders at once, not {}", most, size));
}

/// Without an id of their own the orders of a batch would all get the request's.
Result<void> check_ids_of_batch(const venue::PlaceOrders& action, const Request& context) {
  std::vector<std::string_view> ids;
  for (const PlaceOrder& order : action.orders) {
    if (order.client_order_id.empty() && action.orders.size() > 1) {
      return refuse(context, "needs a client order id for each order of a batch");
    }
    ids.emplace_back(order.client_order_id);
  }
  std::ranges::sort(ids);
  if (std::ranges::adjacent_find(ids) == ids.end()) return {};
  return refuse(context, "needs different client order ids in a batch, two are the same");
}

}  // namespace

Encoded encode(const PlaceOrder& action, const Request& context) {
  TRY_VOID(check_symbol(context, action.symbol));
  if (action.type == OrderType::trailing_stop) return place_trailing_stop(action, context);
  TRY(const std::string_view id, check_order(action, context));
  Body body = category_body(context);
  write_order(body, action, id, context.product);
  return private_request("/v5/order/create", std::move(body), context);
}

Encoded encode(const venue::PlaceOrders& action, const Request& context) {
  TRY_VOID(check_batch_size(action.orders.size(), context));
  TRY_VOID(check_ids_of_batch(action, context));
  std::vector<std::string> orders;
  for (const PlaceOrder& order : action.orders) {
    TRY_VOID(check_symbol(context, order.symbol));
    if (order.type == OrderType::trailing_stop) return refuse(context, "takes no trailing stop in a batch");
    TRY(const std::string_view id, check_order(order, context));
    Body fields;
    write_order(fields, order, id, context.product);
    orders.push_back(std::move(fields).take());
  }
  Body body = category_body(context);
  body.json("request", join_json(orders));
  return private_request("/v5/order/create-batch", std::move(body), context);
}

Encoded encode(const venue::ChangeOrder& action, const Request& context) {
  TRY_VOID(check_choice(action.order, context));
  TRY_VOID(check_change(action, context));
  Body body = category_body(context);
  write_choice(body, action.order);
  if (action.quantity) body.decimal("qty", *action.quantity);
  if (action.price) body.decimal("price", *action.price);
  if (action.trigger_price) body.decimal("triggerPrice", *action.trigger_price);
  return private_request("/v5/order/amend", std::move(body), context);
}

Encoded encode(const venue::CancelOne& action, const Request& context) {
  TRY_VOID(check_choice(action.order, context));
  Body body = category_body(context);
  write_choice(body, action.order);
  if (action.order.is_conditional && context.product == Product::spot) body.text("orderFilter", "StopOrder");
  return private_request("/v5/order/cancel", std::move(body), context);
}

Encoded encode(const venue::CancelMany& action, const Request& context) {
  TRY_VOID(check_batch_size(action.orders.size(), context));
  std::vector<std::string> orders;
  for (const venue::OrderChoice& choice : action.orders) {
    TRY_VOID(check_choice(choice, context));
    if (choice.is_conditional && context.product == Product::spot) {
      return refuse(context, "cancels conditional orders one at a time, not in a batch");
    }
    Body fields;
    write_choice(fields, choice);
    orders.push_back(std::move(fields).take());
  }
  Body body = category_body(context);
  body.json("request", join_json(orders));
  return private_request("/v5/order/cancel-batch", std::move(body), context);
}

Encoded encode(const venue::CancelAll& action, const Request& context) {
  Body body = category_body(context);
  if (!action.symbol.empty()) {
    body.text("symbol", action.symbol);
  } else if (context.product == Product::linear) {
    body.text("settleCoin", "USDT");
  }
  // Without a filter linear would cancel the stops that protect positions as well.
  body.text("orderFilter", action.is_conditional ? "StopOrder" : "Order");
  return private_request("/v5/order/cancel-all", std::move(body), context);
}

Encoded encode(const venue::CountdownCancel& action, const Request& context) {
  if (!action.symbol.empty()) return refuse(context, "cancels all its orders, not those of one symbol");
  if (action.window_ms == 0) {
    return refuse(context, "cannot disarm the dead man's switch: leave the dcp topic before the socket ends");
  }
  if (action.window_ms < kShortestWindowMs || action.window_ms > kLongestWindowMs ||
      action.window_ms % 1000 != 0) {
    return refuse(context, fmt::format("waits whole seconds from 3 to 300 for a sign of life, not {} ms",
                                       action.window_ms));
  }
  Body body;
  body.text("product", context.product == Product::spot ? "SPOT" : "DERIVATIVES");
  body.number("timeWindow", action.window_ms / 1000);
  return private_request("/v5/order/disconnected-cancel-all", std::move(body), context);
}

}  // namespace kontor::bybit
