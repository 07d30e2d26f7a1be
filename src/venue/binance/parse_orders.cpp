#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

using venue::Execution;
using venue::OrderReport;

/// An order in the form of any answer, or the refusal that stands in its place within a list.
struct OrderAnswer {
  OrderReport order;
  std::string_view original_client_id;
  std::string_view status;
  std::int64_t code = 0;
  std::string_view text;
  bool has_worked = false;
  bool has_trailing_delta = false;
  bool has_status = false;
  bool has_side = false;
  bool has_type = false;
  bool has_quantity = false;
};

void take_fill(ParseState& state, Value value) {
  auto& reader = state.reader;
  Execution execution;
  reader.for_each(reader.object("fills", value), [&](std::string_view key, Value content) {
    if (key == "price") execution.price = reader.decimal(key, content);
    if (key == "qty") execution.quantity = reader.decimal(key, content);
    if (key == "commission") execution.fee = reader.decimal(key, content);
    if (key == "commissionAsset") execution.fee_asset = reader.text(key, content);
    if (key == "tradeId") execution.trade_id = trade_id_of(reader.text(key, content));
  });
  reader.want({{"price", !execution.price.is_zero()}, {"qty", !execution.quantity.is_zero()}});
  state.executions.push_back(execution);
}

void take_identity(ParseState& state, OrderAnswer& answer, std::string_view key, Value value) {
  auto& reader = state.reader;
  OrderReport& order = answer.order;
  if (key == "symbol")
    order.symbol = reader.text(key, value);
  else if (key == "orderId" || key == "algoId")
    order.venue_order_id = reader.text(key, value);
  else if (key == "clientOrderId" || key == "clientAlgoId")
    order.client_order_id = reader.text(key, value);
  else if (key == "origClientOrderId")
    answer.original_client_id = reader.text(key, value);
  else if (key == "actualOrderId")
    order.working_order_id = reader.optional_text(key, value);
  else if (key == "transactTime" || key == "updateTime")
    order.ts_venue = reader.milliseconds(key, value);
  else if (key == "code")
    answer.code = reader.whole(key, value);
  else if (key == "msg")
    answer.text = reader.text(key, value);
  if (key == "algoId" || key == "clientAlgoId") order.is_conditional = true;
}

void take_terms(ParseState& state, OrderAnswer& answer, std::string_view key, Value value) {
  auto& reader = state.reader;
  OrderReport& order = answer.order;
  const auto by_product = [&](std::string_view text) {
    return parse_order_type(text, state.context.product);
  };
  if (key == "side") {
    order.side = reader.word(key, value, parse_side);
    answer.has_side = true;
  } else if (key == "positionSide") {
    order.position_side = reader.word(key, value, parse_position_side);
  } else if (key == "reduceOnly") {
    order.reduce_only = reader.flag(key, value);
  } else if (key == "type" || key == "orderType") {
    const TypeMeaning type = reader.word(key, value, by_product);
    order.type = type.type;
    order.post_only = order.post_only || type.post_only;
    answer.has_type = true;
  } else if (key == "timeInForce") {
    const TimeInForceMeaning meaning = reader.word(key, value, parse_time_in_force);
    order.time_in_force = meaning.time_in_force;
    order.post_only = order.post_only || meaning.post_only;
  } else if (key == "status" || key == "algoStatus") {
    answer.status = reader.text(key, value);
    answer.has_status = true;
    order.status = reader.word(key, value, parse_status);
  } else if (key == "isWorking") {
    answer.has_worked = reader.flag(key, value) || answer.has_worked;
  } else if (key == "workingTime") {
    answer.has_worked = reader.milliseconds(key, value) > 0 || answer.has_worked;
  } else if (key == "trailingDelta") {
    answer.has_trailing_delta = true;
  }
}

void take_numbers(ParseState& state, OrderAnswer& answer, std::string_view key, Value value) {
  auto& reader = state.reader;
  OrderReport& order = answer.order;
  if (key == "origQty" || key == "quantity" || key == "qty") {
    order.quantity = reader.decimal(key, value);
    answer.has_quantity = true;
  } else if (key == "executedQty") {
    order.filled = reader.decimal(key, value);
  } else if (key == "avgPrice" || key == "actualPrice") {
    order.average_price = reader.decimal_or_zero(key, value);
  } else if (key == "price") {
    order.price = reader.decimal_or_zero(key, value);
  } else if (key == "stopPrice" || key == "triggerPrice") {
    order.trigger_price = reader.decimal_or_zero(key, value);
  } else if (key == "fills") {
    reader.for_each(reader.array(key, value), [&](Value one) { take_fill(state, one); });
  }
}

/// Executions first: an order that is told to be filled has then been filled by something.
void tell_answer(ParseState& state, OrderAnswer& answer) {
  OrderReport& order = answer.order;
  if (answer.code < 0) return tell_error(state, answer.code, answer.text);
  if (!answer.original_client_id.empty()) order.client_order_id = answer.original_client_id;
  for (Execution& execution : state.executions) {
    execution.symbol = order.symbol;
    execution.client_order_id = order.client_order_id;
    execution.venue_order_id = order.venue_order_id;
    execution.ts_venue = order.ts_venue;
    execution.side = order.side;
    state.tell(execution);
  }
  state.executions.clear();
  if (order.venue_order_id.empty() && order.client_order_id.empty()) return;
  // An acknowledgement says that there is an order, and nothing of it.
  if (!answer.has_status)
    return state.tell(venue::OrderAcknowledged{.client_order_id = order.client_order_id,
                                               .venue_order_id = order.venue_order_id,
                                               .ts_venue = order.ts_venue});
  // What waits for another order to be filled may have no quantity yet.
  const bool may_lack_quantity = answer.status == "PENDING_NEW";
  state.reader.want({{"symbol", !order.symbol.empty()},
                     {"side", answer.has_side},
                     {"type", answer.has_type},
                     {"origQty", answer.has_quantity || may_lack_quantity}});
  if (order.is_conditional) settle_conditional(order, answer.status);
  if (state.is_spot()) settle_spot_trigger(order, answer.has_worked, answer.has_trailing_delta);
  state.tell(order);
}

bool is_of_kind(Value& value, simdjson::ondemand::json_type wanted) {
  simdjson::ondemand::json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == wanted;
}

/// `time`: of the answer that the order stands in, for orders that have none of their own.
void parse_one(ParseState& state, Value value, TimeNs time = 0) {
  auto& reader = state.reader;
  OrderAnswer answer;
  answer.order.ts_venue = time;
  bool is_told_within = false;
  reader.for_each(reader.object("order", value), [&](std::string_view key, Value content) {
    // Lists of orders say again of each order what it is; an amendment tells of the order within it.
    if (key == "orderReports") {
      is_told_within = true;
      reader.for_each(reader.array(key, content), [&](Value one) { parse_one(state, one); });
      return;
    }
    if (key == "amendedOrder") {
      is_told_within = true;
      return parse_one(state, content, answer.order.ts_venue);
    }
    if (key == "orders") return;
    take_identity(state, answer, key, content);
    take_terms(state, answer, key, content);
    take_numbers(state, answer, key, content);
  });
  if (!is_told_within) tell_answer(state, answer);
}

}  // namespace

void settle_spot_trigger(OrderReport& order, bool has_worked, bool has_trailing_delta) noexcept {
  if (order.type == OrderType::stop_market && has_trailing_delta) order.type = OrderType::trailing_stop;
  if (!has_trigger(order.type)) return;
  order.is_triggered = has_worked || !order.filled.is_zero();
  order.is_conditional = !order.is_triggered;
}

void settle_conditional(venue::OrderReport& order, std::string_view status) noexcept {
  order.is_triggered = status == "TRIGGERED" || status == "FINISHED";
  // It has become another order, which is at its end.
  if (status == "FINISHED" && order.filled < order.quantity) order.status = OrderStatus::canceled;
}

void parse_orders(ParseState& state, Value value) {
  if (!is_of_kind(value, simdjson::ondemand::json_type::array)) return parse_one(state, value);
  state.reader.for_each(state.reader.array("orders", value), [&](Value one) { parse_one(state, one); });
}

void parse_fills(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("fills", value), [&](Value one) {
    Execution execution;
    bool has_side = false;
    reader.for_each(reader.object("fill", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        execution.symbol = reader.text(key, content);
      else if (key == "id")
        execution.trade_id = trade_id_of(reader.text(key, content));
      else if (key == "orderId")
        execution.venue_order_id = reader.text(key, content);
      else if (key == "price")
        execution.price = reader.decimal(key, content);
      else if (key == "qty")
        execution.quantity = reader.decimal(key, content);
      else if (key == "commission")
        execution.fee = reader.decimal(key, content);
      else if (key == "commissionAsset")
        execution.fee_asset = reader.text(key, content);
      else if (key == "time")
        execution.ts_venue = reader.milliseconds(key, content);
      else if (key == "realizedPnl")
        execution.realised = reader.optional_decimal(key, content);
      else if (key == "isBuyer" || key == "buyer") {
        execution.side = reader.flag(key, content) ? Side::buy : Side::sell;
        has_side = true;
      } else if (key == "isMaker" || key == "maker")
        execution.liquidity = reader.flag(key, content) ? Liquidity::maker : Liquidity::taker;
    });
    reader.want({{"symbol", !execution.symbol.empty()},
                 {"id", !execution.trade_id.empty()},
                 {"orderId", !execution.venue_order_id.empty()},
                 {"price", !execution.price.is_zero()},
                 {"qty", !execution.quantity.is_zero()},
                 {"time", execution.ts_venue != 0},
                 {"isBuyer", has_side}});
    state.tell(execution);
  });
}

}  // namespace kontor::binance
