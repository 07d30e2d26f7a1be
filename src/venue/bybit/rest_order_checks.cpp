#include "venue/bybit/rest_order_checks.hpp"

#include <optional>

#include <fmt/format.h>

#include "venue/bybit/rest_request.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::AttachedExit;
using venue::PlaceOrder;
using venue::PositionSide;
using venue::Product;
using venue::RequestContext;

Result<void> check_positive(const RequestContext& context, std::string_view what,
                            const std::optional<Decimal>& value) {
  if (!value || value->units > 0) return {};
  return refuse(context, fmt::format("needs a positive {}, found {}", what, value->format()));
}

/// What is needed must be there, what means nothing must not: it would have meant something to its author.
struct Presence {
  std::string_view what;
  bool is_needed = false;
  bool is_there = false;
};
Result<void> check_presence(const RequestContext& context, const Presence& presence) {
  if (presence.is_needed == presence.is_there) return {};
  return refuse(context, fmt::format("{} a {} for this order type",
                                     presence.is_needed ? "needs" : "has no use for", presence.what));
}

Result<void> check_numbers(const PlaceOrder& order, const RequestContext& context) {
  TRY_VOID(check_positive(context, "quantity", order.quantity));
  TRY_VOID(check_positive(context, "price", order.price));
  TRY_VOID(check_positive(context, "trigger price", order.trigger_price));
  TRY_VOID(check_presence(context, {"price", has_limit_price(order.type), order.price.has_value()}));
  TRY_VOID(
      check_presence(context, {"trigger price", has_trigger(order.type), order.trigger_price.has_value()}));
  TRY_VOID(check_presence(context, {"trailing offset", false, order.trailing_offset.has_value()}));
  return check_presence(context, {"trailing rate", false, order.trailing_rate.has_value()});
}

Result<void> check_time_in_force(const PlaceOrder& order, const RequestContext& context) {
  if (order.time_in_force == TimeInForce::good_till_date || order.expire_at != 0) {
    return refuse(context, "has no good_till_date: orders have no end of their own");
  }
  const bool is_limit = has_limit_price(order.type);
  if (!is_limit && order.time_in_force == TimeInForce::fill_or_kill) {
    return refuse(context, "has no fill_or_kill market orders: what is not filled at once is canceled");
  }
  if (!order.post_only) return {};
  if (!is_limit) return refuse(context, "has post_only for orders with a price only");
  if (order.time_in_force != TimeInForce::good_till_canceled) {
    return refuse(context, "has post_only for good_till_canceled orders only");
  }
  return {};
}

Result<void> check_spot_only(const PlaceOrder& order, const RequestContext& context) {
  if (order.reduce_only) return refuse(context, "has no reduce_only: there is no position to reduce");
  if (order.position_side != PositionSide::both) return refuse(context, "has no position_side");
  if (!has_trigger(order.type)) return {};
  if (order.trigger_source != TriggerSource::last) {
    return refuse(context, "fires at the last price only, there is no mark price");
  }
  if (order.trigger_direction.value_or(usual_trigger_direction(order)) != usual_trigger_direction(order)) {
    return refuse(context, "takes no trigger_direction against the order type");
  }
  return {};
}

Result<void> check_exit(const std::optional<AttachedExit>& exit, const RequestContext& context) {
  if (!exit) return {};
  TRY_VOID(check_positive(context, "trigger price of an attached exit", exit->trigger_price));
  TRY_VOID(check_positive(context, "limit price of an attached exit", exit->limit_price));
  if (context.product == Product::spot && exit->trigger_source != TriggerSource::last) {
    return refuse(context, "fires attached exits at the last price only, there is no mark price");
  }
  return {};
}

Result<void> check_exits(const PlaceOrder& order, const RequestContext& context) {
  if (!order.stop_loss && !order.take_profit) return {};
  TRY_VOID(check_exit(order.stop_loss, context));
  TRY_VOID(check_exit(order.take_profit, context));
  if (order.reduce_only) return refuse(context, "attaches no exits to a reduce_only order");
  if (has_trigger(order.type)) return refuse(context, "attaches no exits to a conditional order");
  if (context.product == Product::spot && order.type != OrderType::limit) {
    return refuse(context, "attaches exits to limit orders only");
  }
  return {};
}

Result<std::string_view> client_order_id_of(const PlaceOrder& order, const RequestContext& context) {
  const std::string_view id = order.client_order_id.empty() ? context.id : order.client_order_id;
  if (id.empty())
    return refuse(context, "orders need a client order id: without one an answer lost is an order lost");
  if (!is_client_order_id(id)) {
    return refuse(context, fmt::format("client order ids are 1 to 36 of A-Z a-z 0-9 _ -, found \"{}\"",
                                       id.substr(0, 64)));
  }
  return id;
}

}  // namespace

Side usual_trigger_direction(const PlaceOrder& order) noexcept {
  const bool is_target =
      order.type == OrderType::take_profit_market || order.type == OrderType::take_profit_limit;
  return is_target ? opposite(order.side) : order.side;
}

Result<std::string_view> check_order(const PlaceOrder& order, const RequestContext& context) {
  TRY_VOID(check_numbers(order, context));
  TRY_VOID(check_time_in_force(order, context));
  if (!has_trigger(order.type) && order.trigger_direction) {
    return refuse(context, "has no use for a trigger_direction for this order type");
  }
  if (context.product == Product::spot) TRY_VOID(check_spot_only(order, context));
  TRY_VOID(check_exits(order, context));
  return client_order_id_of(order, context);
}

Result<void> check_trailing_stop(const PlaceOrder& order, const RequestContext& context) {
  if (context.product == Product::spot) {
    return refuse(context, "has no trailing stop: it is a setting of a position, and spot has none");
  }
  if (order.trailing_rate)
    return refuse(context, "has no trailing stop by rate, only by a distance in price");
  TRY_VOID(check_presence(context, {"trailing offset", true, order.trailing_offset.has_value()}));
  TRY_VOID(check_positive(context, "trailing offset", order.trailing_offset));
  TRY_VOID(check_positive(context, "trigger price", order.trigger_price));
  TRY_VOID(check_presence(context, {"price", false, order.price.has_value()}));
  TRY_VOID(check_time_in_force(order, context));
  if (!order.reduce_only)
    return refuse(context, "has trailing stops that close a position only: set reduce_only");
  if (order.trigger_source != TriggerSource::last) return refuse(context, "trails the last price only");
  if (order.stop_loss || order.take_profit) return refuse(context, "attaches no exits to a trailing stop");
  return {};
}

Result<void> check_choice(const venue::OrderChoice& choice, const RequestContext& context) {
  TRY_VOID(check_symbol(context, choice.symbol));
  if (choice.client_order_id.empty() && choice.venue_order_id.empty()) {
    return refuse(context, "needs a client order id or a venue order id");
  }
  return {};
}

Result<void> check_change(const venue::ChangeOrder& change, const RequestContext& context) {
  if (!change.quantity && !change.price && !change.trigger_price) {
    return refuse(context, "needs a new quantity, price or trigger price to change an order");
  }
  TRY_VOID(check_positive(context, "quantity", change.quantity));
  TRY_VOID(check_positive(context, "price", change.price));
  return check_positive(context, "trigger price", change.trigger_price);
}

}  // namespace kontor::bybit
