#include <algorithm>
#include <string>

#include "base/json_text.hpp"
#include "venue/binance/config.hpp"
#include "venue/binance/rest_call.hpp"
#include "venue/binance/symbols.hpp"

namespace kontor::binance {
namespace {

using venue::AttachedExit;
using venue::OrderChoice;
using venue::PlaceOrder;
using venue::PositionSide;

constexpr std::size_t kLongestClientId = 36;

bool is_client_id_letter(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
         c == '/' || c == '_' || c == '-';
}

Result<void> check_client_id(std::string_view id) {
  if (id.size() <= kLongestClientId && std::ranges::all_of(id, is_client_id_letter)) return {};
  return refuse(fmt::format("place: a client order id has up to {} letters, digits or .:/_-, found \"{}\"",
                            kLongestClientId, id));
}

/// What every order must have before the venue's own rules are asked.
Result<void> check_form(const PlaceOrder& order) {
  TRY_VOID(want_symbol("place", order.symbol));
  TRY_VOID(check_client_id(order.client_order_id));
  if (order.quantity.units <= 0) return refuse("place: the quantity must be positive");
  const bool is_limit = has_limit_price(order.type);
  if (is_limit && !order.price) return refuse("place: this order type needs a price");
  if (!is_limit && order.price) return refuse("place: this order type takes no price");
  const bool is_trailing = order.type == OrderType::trailing_stop;
  if (has_trigger(order.type) && !is_trailing && !order.trigger_price)
    return refuse("place: this order type needs a trigger price");
  if (!has_trigger(order.type) && order.trigger_price)
    return refuse("place: this order type takes no trigger price");
  if (order.post_only && order.type != OrderType::limit)
    return refuse("place: only limit orders can be post-only");
  if (order.post_only && order.time_in_force != TimeInForce::good_till_canceled)
    return refuse("place: a post-only order is good till canceled");
  if (is_trailing && order.trailing_offset)
    return refuse("trails by a rate of the price (trailing_rate), not by an offset");
  if (is_trailing && !order.trailing_rate) return refuse("place: a trailing stop needs its trailing_rate");
  if (!is_trailing && order.trailing_rate) return refuse("place: only a trailing stop takes a trailing_rate");
  if (order.trigger_direction) return refuse("place: triggers by side and type, not by a given direction");
  return {};
}

/// A rate of the price in units of `per_unit` of it, which must come out whole.
Result<std::int64_t> rate_in_units(const Decimal& rate, std::int64_t units_of_one, std::int64_t least,
                                   std::int64_t most, std::string_view unit) {
  TRY(const Decimal scaled, multiply(rate, Decimal{units_of_one, 0}, Rounding::half_even));
  const Decimal whole = scaled.normalized();
  if (whole.scale == 0 && whole.units >= least && whole.units <= most) return whole.units;
  return refuse(fmt::format("place: a trailing_rate of {} to {} {} in whole ones, found {} {}", least, most,
                            unit, whole.format(), unit));
}

// Spot.

Result<void> check_spot(const PlaceOrder& order) {
  if (order.reduce_only) return refuse("spot has no reduce-only orders");
  if (order.position_side != PositionSide::both) return refuse("spot has no position sides");
  if (order.trigger_source != TriggerSource::last) return refuse("spot triggers by the last price only");
  if (order.time_in_force == TimeInForce::good_till_date)
    return refuse("spot has no orders good till a date");
  return {};
}

std::string_view spot_type_name(const PlaceOrder& order) noexcept {
  return order.post_only ? "LIMIT_MAKER" : order_type_name(order.type, Product::spot);
}

bool has_time_in_force(const PlaceOrder& order) noexcept {
  return has_limit_price(order.type) && !order.post_only;
}

Result<Call> spot_order(const PlaceOrder& order) {
  Call call{.method = net::HttpMethod::post, .path = "/api/v3/order", .security = Security::sign};
  net::Query& query = call.query;
  query.reserve(256);
  query.add("symbol", order.symbol);
  query.add_plain("side", side_name(order.side)).add_plain("type", spot_type_name(order));
  if (has_time_in_force(order)) query.add_plain("timeInForce", time_in_force_name(order.time_in_force));
  add(query, "quantity", order.quantity);
  add_if(query, "price", order.price);
  add_if(query, "newClientOrderId", order.client_order_id);
  add_if(query, "stopPrice", order.trigger_price);
  if (order.trailing_rate) {
    TRY(const std::int64_t points, rate_in_units(*order.trailing_rate, 10'000, 1, 2'000, "basis points"));
    query.add("trailingDelta", points);
  }
  return call;
}

/// The legs of an order list have names made of the order's own.
Result<void> add_leg(net::Query& query, std::string_view leg, const PlaceOrder& order,
                     const AttachedExit& exit, bool is_stop) {
  const auto name = [&](std::string_view what) { return fmt::format("pending{}{}", leg, what); };
  if (exit.trigger_source != TriggerSource::last) return refuse("spot triggers by the last price only");
  const bool is_limit = exit.limit_price.has_value();
  // A target without a trigger rests as a limit order where its price is; that is what the venue calls a
  // maker.
  const std::string_view type = is_stop ? (is_limit ? "STOP_LOSS_LIMIT" : "STOP_LOSS")
                                        : (is_limit ? "TAKE_PROFIT_LIMIT" : "TAKE_PROFIT");
  query.add_plain(name("Type"), type);
  if (!order.client_order_id.empty())
    query.add(name("ClientOrderId"), order.client_order_id + (is_stop ? ".s" : ".t"));
  add(query, name("StopPrice"), exit.trigger_price);
  if (is_limit) {
    add(query, name("Price"), *exit.limit_price);
    query.add_plain(name("TimeInForce"), "GTC");
  }
  return {};
}

/// An entry whose exits the venue places once it is filled.
Result<Call> spot_order_list(const PlaceOrder& order) {
  if (order.type != OrderType::limit) return refuse("spot attaches exits to limit orders only");
  if (order.client_order_id.size() + 2 > kLongestClientId)
    return refuse("spot: with exits attached, a client order id has up to 34 characters");
  const bool both = order.stop_loss && order.take_profit;
  Call call{.method = net::HttpMethod::post,
            .path = both ? "/api/v3/orderList/otoco" : "/api/v3/orderList/oto",
            .security = Security::sign};
  net::Query& query = call.query;
  query.reserve(512);
  query.add("symbol", order.symbol);
  add_if(query, "listClientOrderId", order.client_order_id);
  query.add_plain("workingType", spot_type_name(order)).add_plain("workingSide", side_name(order.side));
  add_if(query, "workingClientOrderId", order.client_order_id);
  add_if(query, "workingPrice", order.price);
  add(query, "workingQuantity", order.quantity);
  if (has_time_in_force(order))
    query.add_plain("workingTimeInForce", time_in_force_name(order.time_in_force));
  query.add_plain("pendingSide", side_name(opposite(order.side)));
  add(query, "pendingQuantity", order.quantity);
  if (!both) {
    const bool is_stop = order.stop_loss.has_value();
    TRY_VOID(add_leg(query, "", order, is_stop ? *order.stop_loss : *order.take_profit, is_stop));
    return call;
  }
  // The leg above the price is the target of what was bought, and the stop of what was sold.
  const bool stop_is_below = order.side == Side::buy;
  TRY_VOID(
      add_leg(query, "Above", order, stop_is_below ? *order.take_profit : *order.stop_loss, !stop_is_below));
  TRY_VOID(
      add_leg(query, "Below", order, stop_is_below ? *order.stop_loss : *order.take_profit, stop_is_below));
  return call;
}

// USDⓈ-M.

Result<void> check_linear(const PlaceOrder& order) {
  if (order.stop_loss || order.take_profit)
    return refuse("USDⓈ-M attaches no exits to an order: they are placed when it fills");
  if (order.reduce_only && order.position_side != PositionSide::both)
    return refuse("USDⓈ-M: with a position side, side and position side say whether an order reduces");
  const bool is_dated = order.time_in_force == TimeInForce::good_till_date;
  if (is_dated && order.expire_at == 0) return refuse("place: good till a date needs expire_at");
  if (is_dated && order.type != OrderType::limit)
    return refuse("USDⓈ-M: only limit orders are good till a date");
  return {};
}

std::string_view linear_time_in_force(const PlaceOrder& order) noexcept {
  return order.post_only ? "GTX" : time_in_force_name(order.time_in_force);
}

/// An order of a batch: the same parameters as an object of strings.
class JsonParameters {
 public:
  JsonParameters& add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '{' : ',';
    append_json_text(text_, name);
    text_ += ':';
    append_json_text(text_, value);
    return *this;
  }
  JsonParameters& add_plain(std::string_view name, std::string_view value) { return add(name, value); }
  [[nodiscard]] std::string object() const { return text_ + '}'; }

 private:
  std::string text_;
};

/// The parameters that plain and conditional orders share, for a query or for a batch.
template <class Parameters>
void add_linear_head(Parameters& out, const PlaceOrder& order) {
  out.add("symbol", order.symbol);
  out.add_plain("side", side_name(order.side));
  if (order.position_side != PositionSide::both)
    out.add_plain("positionSide", position_side_name(order.position_side));
  out.add_plain("type", order_type_name(order.type, Product::linear));
  if (has_limit_price(order.type)) out.add_plain("timeInForce", linear_time_in_force(order));
  out.add_plain("quantity", order.quantity.normalized().format());
  if (order.price) out.add_plain("price", order.price->normalized().format());
  if (order.reduce_only) out.add_plain("reduceOnly", "true");
}

template <class Parameters>
void add_plain_linear(Parameters& out, const PlaceOrder& order) {
  add_linear_head(out, order);
  if (!order.client_order_id.empty()) out.add("newClientOrderId", order.client_order_id);
  if (order.time_in_force == TimeInForce::good_till_date)
    out.add_plain("goodTillDate", std::to_string(order.expire_at / kMillisecond));
}

Result<Call> conditional_order(const PlaceOrder& order) {
  Call call{.method = net::HttpMethod::post, .path = "/fapi/v1/algoOrder", .security = Security::sign};
  net::Query& query = call.query;
  query.reserve(384);
  query.add_plain("algoType", "CONDITIONAL");
  add_linear_head(query, order);
  add_if(query, "clientAlgoId", order.client_order_id);
  if (order.type == OrderType::trailing_stop) {
    TRY(const std::int64_t tenths, rate_in_units(*order.trailing_rate, 1'000, 1, 100, "tenths of a percent"));
    add_if(query, "activatePrice", order.trigger_price);
    add(query, "callbackRate", Decimal{tenths, 1});
  } else {
    add_if(query, "triggerPrice", order.trigger_price);
  }
  query.add_plain("workingType",
                  order.trigger_source == TriggerSource::mark ? "MARK_PRICE" : "CONTRACT_PRICE");
  return call;
}

Result<void> append_batch_order(std::string& list, const PlaceOrder& order) {
  TRY_VOID(check_form(order));
  TRY_VOID(check_linear(order));
  if (has_trigger(order.type)) return refuse("USDⓈ-M takes conditional orders one by one");
  JsonParameters parameters;
  add_plain_linear(parameters, order);
  if (list.back() != '[') list += ',';
  list += parameters.object();
  return {};
}

/// Names the one order that is meant.
Result<void> add_choice(net::Query& query, const OrderChoice& order, std::string_view venue_id,
                        std::string_view client_id) {
  if (order.client_order_id.empty() && order.venue_order_id.empty()) return refuse("the order has no id");
  add_if(query, venue_id, order.venue_order_id);
  add_if(query, client_id, order.client_order_id);
  return {};
}

}  // namespace

Result<Call> call_for(const venue::PlaceOrder& action, Product product) {
  TRY_VOID(check_form(action));
  if (product == Product::spot) {
    TRY_VOID(check_spot(action));
    return action.stop_loss || action.take_profit ? spot_order_list(action) : spot_order(action);
  }
  TRY_VOID(check_linear(action));
  if (has_trigger(action.type)) return conditional_order(action);
  Call call{.method = net::HttpMethod::post, .path = "/fapi/v1/order", .security = Security::sign};
  call.query.reserve(256);
  add_plain_linear(call.query, action);
  return call;
}

Result<Call> call_for(const venue::PlaceOrders& action, Product product) {
  if (product == Product::spot) return refuse("spot takes orders one by one");
  if (action.orders.empty() || action.orders.size() > kMostOrdersPerBatch)
    return refuse(
        fmt::format("batch_place: 1 to {} orders, found {}", kMostOrdersPerBatch, action.orders.size()));
  std::string list = "[";
  for (const PlaceOrder& order : action.orders) TRY_VOID(append_batch_order(list, order));
  list += ']';
  Call call{.method = net::HttpMethod::post, .path = "/fapi/v1/batchOrders", .security = Security::sign};
  call.query.add("batchOrders", list);
  return call;
}

Result<Call> call_for(const venue::ChangeOrder& action, Product product) {
  const OrderChoice& order = action.order;
  TRY_VOID(want_symbol("amend", order.symbol));
  if (action.trigger_price || order.is_conditional)
    return refuse("cannot amend a conditional order: cancel it and place another");
  if (product == Product::spot) {
    if (action.price) return refuse("spot cannot amend the price of an order: cancel it and place another");
    if (!action.quantity) return refuse("amend: the new quantity is missing");
    Call call{.method = net::HttpMethod::put,
              .path = "/api/v3/order/amend/keepPriority",
              .security = Security::sign};
    call.query.add("symbol", order.symbol);
    TRY_VOID(add_choice(call.query, order, "orderId", "origClientOrderId"));
    add_if(call.query, "newClientOrderId", order.client_order_id);
    add(call.query, "newQty", *action.quantity);
    return call;
  }
  if (!action.quantity || !action.price)
    return refuse("USDⓈ-M: amend wants both, the quantity and the price");
  Call call{.method = net::HttpMethod::put, .path = "/fapi/v1/order", .security = Security::sign};
  TRY_VOID(add_choice(call.query, order, "orderId", "origClientOrderId"));
  call.query.add("symbol", order.symbol);
  call.query.add_plain("side", side_name(action.side));
  add(call.query, "quantity", *action.quantity);
  add(call.query, "price", *action.price);
  return call;
}

Result<Call> call_for(const venue::CancelOne& action, Product product) {
  const OrderChoice& order = action.order;
  Call call{.method = net::HttpMethod::remove, .path = "/fapi/v1/algoOrder", .security = Security::sign};
  if (order.is_conditional && product == Product::linear) {
    TRY_VOID(add_choice(call.query, order, "algoId", "clientAlgoId"));
    return call;
  }
  TRY_VOID(want_symbol("cancel", order.symbol));
  call.path = product == Product::spot ? "/api/v3/order" : "/fapi/v1/order";
  call.query.add("symbol", order.symbol);
  TRY_VOID(add_choice(call.query, order, "orderId", "origClientOrderId"));
  return call;
}

Result<Call> call_for(const venue::CancelMany& action, Product product) {
  if (product == Product::spot) return refuse("spot cancels orders one by one, or all of a symbol");
  if (action.orders.empty() || action.orders.size() > kMostCancelsPerBatch)
    return refuse(
        fmt::format("batch_cancel: 1 to {} orders, found {}", kMostCancelsPerBatch, action.orders.size()));
  const std::string& symbol = action.orders.front().symbol;
  TRY_VOID(want_symbol("batch_cancel", symbol));
  const bool by_client_id = !action.orders.front().client_order_id.empty();
  std::string list = "[";
  for (const OrderChoice& order : action.orders) {
    const std::string& id = by_client_id ? order.client_order_id : order.venue_order_id;
    if (order.symbol != symbol) return refuse("batch_cancel: all orders are of one symbol");
    if (id.empty()) return refuse("batch_cancel: all orders are named by one kind of id");
    if (order.is_conditional)
      return refuse("USDⓈ-M cancels conditional orders one by one, or all of a symbol");
    if (list.back() != '[') list += ',';
    if (by_client_id) {
      append_json_text(list, id);
    } else {
      list += id;
    }
  }
  list += ']';
  Call call{.method = net::HttpMethod::remove, .path = "/fapi/v1/batchOrders", .security = Security::sign};
  call.query.add("symbol", symbol).add(by_client_id ? "origClientOrderIdList" : "orderIdList", list);
  return call;
}

Result<Call> call_for(const venue::CancelAll& action, Product product) {
  TRY_VOID(want_symbol("cancel_all", action.symbol));
  Call call{.method = net::HttpMethod::remove,
            .path = product == Product::spot ? "/api/v3/openOrders"
                    : action.is_conditional  ? "/fapi/v1/algoOpenOrders"
                                             : "/fapi/v1/allOpenOrders",
            .security = Security::sign};
  call.query.add("symbol", action.symbol);
  return call;
}

Result<Call> call_for(const venue::CountdownCancel& action, Product product) {
  if (product == Product::spot) return refuse("spot has no dead man's switch");
  TRY_VOID(want_symbol("countdown_cancel", action.symbol));
  if (action.window_ms < 0) return refuse("countdown_cancel: the window cannot be negative");
  Call call{
      .method = net::HttpMethod::post, .path = "/fapi/v1/countdownCancelAll", .security = Security::sign};
  call.query.add("symbol", action.symbol).add("countdownTime", action.window_ms);
  return call;
}

}  // namespace kontor::binance
