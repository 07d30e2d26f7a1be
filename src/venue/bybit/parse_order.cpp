#include "venue/bybit/parse_order.hpp"

#include "venue/bybit/errors.hpp"
#include "venue/bybit/parse_row.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::OrderReport;

struct OrderRow {
  std::string_view category;
  std::string_view symbol;
  std::string_view client_order_id;
  std::string_view venue_order_id;
  std::string_view side;
  std::string_view type;
  std::string_view stop_type;
  std::string_view time_in_force;
  std::string_view status;
  std::string_view reject_reason;
  std::string_view cancel_type;
  std::string_view market_unit;
  std::int64_t position_index = 0;
  std::int64_t trigger_direction = 0;
  bool reduce_only = false;
  Decimal quantity;
  Decimal filled;
  Decimal average_price;
  Decimal price;
  Decimal trigger_price;
  Decimal price_at_creation;
  TimeNs created_at = 0;
  TimeNs updated_at = 0;
};
constexpr std::array<Member<OrderRow>, 24> kOrderMembers = {{
    {"category", &OrderRow::category},
    {"symbol", &OrderRow::symbol, true},
    {"orderLinkId", &OrderRow::client_order_id},
    {"orderId", &OrderRow::venue_order_id, true},
    {"side", &OrderRow::side, true},
    {"orderType", &OrderRow::type, true},
    {"stopOrderType", &OrderRow::stop_type},
    {"timeInForce", &OrderRow::time_in_force, true},
    {"orderStatus", &OrderRow::status, true},
    {"rejectReason", &OrderRow::reject_reason},
    {"cancelType", &OrderRow::cancel_type},
    {"marketUnit", &OrderRow::market_unit},
    {"positionIdx", &OrderRow::position_index},
    {"triggerDirection", &OrderRow::trigger_direction},
    {"reduceOnly", &OrderRow::reduce_only},
    {"qty", &OrderRow::quantity, true},
    {"cumExecQty", &OrderRow::filled, true},
    {"avgPrice", &OrderRow::average_price},
    {"price", &OrderRow::price},
    {"triggerPrice", &OrderRow::trigger_price},
    {"lastPriceOnCreated", &OrderRow::price_at_creation},
    {"basePrice", &OrderRow::price_at_creation},  // what spot calls it
    {"createdTime", Milliseconds<OrderRow>{&OrderRow::created_at}},
    {"updatedTime", Milliseconds<OrderRow>{&OrderRow::updated_at}},
}};

struct ExecutionRow {
  std::string_view category;
  std::string_view symbol;
  std::string_view client_order_id;
  std::string_view venue_order_id;
  std::string_view id;
  std::string_view kind;
  std::string_view side;
  std::string_view fee_asset;
  bool is_maker = false;
  Decimal price;
  Decimal quantity;
  Decimal fee;
  std::optional<Decimal> realised;
  TimeNs time = 0;
};
constexpr std::array<Member<ExecutionRow>, 14> kExecutionMembers = {{
    {"category", &ExecutionRow::category},
    {"symbol", &ExecutionRow::symbol, true},
    {"orderLinkId", &ExecutionRow::client_order_id},
    {"orderId", &ExecutionRow::venue_order_id},
    {"execId", &ExecutionRow::id, true},
    {"execType", &ExecutionRow::kind},
    {"side", &ExecutionRow::side, true},
    {"feeCurrency", &ExecutionRow::fee_asset},
    {"isMaker", &ExecutionRow::is_maker},
    {"execPrice", &ExecutionRow::price, true},
    {"execQty", &ExecutionRow::quantity, true},
    {"execFee", &ExecutionRow::fee},
    {"execPnl", &ExecutionRow::realised},
    {"execTime", Milliseconds<ExecutionRow>{&ExecutionRow::time}, true},
}};

using venue::OrderAcknowledged;
constexpr std::array<Member<OrderAcknowledged>, 3> kAcknowledgementMembers = {{
    {"orderLinkId", &OrderAcknowledged::client_order_id},
    {"orderId", &OrderAcknowledged::venue_order_id},
    {"createAt", Milliseconds<OrderAcknowledged>{&OrderAcknowledged::ts_venue}},
}};

bool is_conditional_kind(StopKind kind) noexcept { return kind != StopKind::none; }

/// Whether a conditional order is a take-profit. Spot does not say which way the price has to go: it shows
/// where the trigger lay from the price when the order was made.
bool is_take_profit(const OrderRow& row, StopKind kind, Side side) noexcept {
  if (kind != StopKind::by_direction) return kind == StopKind::take_profit;
  bool rises = side == Side::buy;
  if (row.trigger_direction != 0) {
    rises = row.trigger_direction == 1;
  } else if (!row.price_at_creation.is_zero()) {
    rises = row.trigger_price > row.price_at_creation;
  }
  return rises != (side == Side::buy);
}

bool set_type(Reader& reader, const OrderRow& row, StopKind kind, OrderReport& report) {
  const bool is_limit = row.type == "Limit";
  if (!is_limit && row.type != "Market") return reader.fault("Limit or Market", "orderType", row.type);
  if (kind == StopKind::none) {
    report.type = is_limit ? OrderType::limit : OrderType::market;
  } else if (kind == StopKind::trailing) {
    report.type = OrderType::trailing_stop;
  } else if (is_take_profit(row, kind, report.side)) {
    report.type = is_limit ? OrderType::take_profit_limit : OrderType::take_profit_market;
  } else {
    report.type = is_limit ? OrderType::stop_limit : OrderType::stop_market;
  }
  return true;
}

/// Why the order ended, if nobody asked for it. The words of a filled order are about a cancel that came too
/// late.
void set_reason(const OrderRow& row, OrderReport& report) {
  const bool has_ended = report.status == OrderStatus::canceled || report.status == OrderStatus::rejected;
  if (!has_ended) return;
  const bool says_reason = !row.reject_reason.empty() && row.reject_reason != "EC_NoError" &&
                           row.reject_reason != "EC_PerCancelRequest";
  if (says_reason) {
    report.reason = parse_reject_reason(row.reject_reason);
    report.reason_text = row.reject_reason;
  } else if (!row.cancel_type.empty() && row.cancel_type != "UNKNOWN" && row.cancel_type != "CancelByUser") {
    report.reason = parse_cancel_type(row.cancel_type);
    report.reason_text = row.cancel_type;
  }
  const bool fills_or_dies =
      row.reject_reason == "EC_NoEnoughQtyToFill" && report.time_in_force == TimeInForce::fill_or_kill;
  if (fills_or_dies) report.reason = RejectReason::fill_or_kill_unfilled;
}

bool set_words(Reader& reader, const OrderRow& row, OrderReport& report) {
  const auto status = parse_order_status(row.status);
  if (!status) return reader.fault("an order status", "orderStatus", row.status);
  const auto kind = parse_stop_kind(row.stop_type);
  if (!kind) return reader.fault("a kind of stop order", "stopOrderType", row.stop_type);
  const auto time_in_force = parse_time_in_force(row.time_in_force);
  if (!time_in_force) return reader.fault("a time in force", "timeInForce", row.time_in_force);
  const auto position_side = parse_position_index(row.position_index);
  if (!position_side) return reader.fault("0, 1 or 2", "positionIdx", row.symbol);
  if (!reader.side("side", row.side, report.side)) return false;
  report.status = status->status;
  report.time_in_force = time_in_force->time_in_force;
  report.post_only = time_in_force->post_only;
  report.position_side = *position_side;
  report.is_conditional = status->waits_for_trigger;
  report.is_triggered = is_conditional_kind(*kind) && !status->waits_for_trigger && !status->had_no_trigger &&
                        report.status != OrderStatus::rejected;
  return set_type(reader, row, *kind, report);
}

void set_numbers(const OrderRow& row, OrderReport& report) {
  // A spot market order by value says in the quote asset how much it is for; only what it got is in base
  // units.
  const bool is_by_value = row.market_unit == "quoteCoin";
  report.quantity = is_by_value ? row.filled : row.quantity;
  report.filled = row.filled;
  report.average_price = row.average_price;
  report.price = report.type == OrderType::market ? Decimal{} : row.price;
  report.trigger_price = row.trigger_price;
}

venue::VenueError no_such_order() {
  // Not `never`: after a restart of the venue orders that have ended are in its history only.
  return {.error_class = venue::ErrorClass::not_found,
          .retry = venue::Retry::after_question,
          .reason = RejectReason::unknown_order,
          .meaning = "neither open nor among the latest that have ended"};
}

}  // namespace

bool is_of_product(std::string_view category, venue::Product product) noexcept {
  if (category != "spot" && category != "linear") return true;
  return category == category_name(product);
}

bool read_order(const Reading& reading, JsonValue& value) {
  OrderRow row;
  if (!read_row(reading.reader, value, kOrderMembers, row)) return false;
  if (!is_of_product(row.category, reading.context.product)) return true;
  OrderReport report{.symbol = row.symbol};
  if (!set_words(reading.reader, row, report)) return false;
  report.client_order_id = row.client_order_id;
  report.venue_order_id = row.venue_order_id;
  report.ts_venue = row.updated_at != 0 ? row.updated_at : row.created_at;
  report.reduce_only = row.reduce_only;
  set_numbers(row, report);
  set_reason(row, report);
  reading.give(report);
  return true;
}

bool read_execution(const Reading& reading, JsonValue& value) {
  Reader& reader = reading.reader;
  ExecutionRow row;
  if (!read_row(reader, value, kExecutionMembers, row)) return false;
  if (!is_of_product(row.category, reading.context.product)) return true;
  // Not all answers name it, and on linear there is only one that it can be.
  const bool is_linear = reading.context.product == venue::Product::linear && row.category != "option" &&
                         row.category != "inverse";
  if (row.fee_asset.empty() && is_linear) row.fee_asset = settlement_asset(row.symbol);
  // The fast stream brings trades only and does not say so.
  const auto kind = row.kind.empty() ? ExecutionKind::trade : parse_execution_kind(row.kind);
  if (!kind) return reader.fault("a kind of execution", "execType", row.kind);
  if (*kind == ExecutionKind::funding) {
    reading.give(
        venue::FundingPaid{row.symbol, row.time, row.fee_asset, {-row.fee.units, row.fee.scale}, row.id});
    return true;
  }
  Side side = Side::buy;
  if (!reader.side("side", row.side, side)) return false;
  reading.give(venue::Execution{
      .symbol = row.symbol,
      .client_order_id = row.client_order_id,
      .venue_order_id = row.venue_order_id,
      .trade_id = row.id,
      .ts_venue = row.time,
      .side = side,
      .price = row.price,
      .quantity = row.quantity,
      .fee = row.fee,
      .fee_asset = row.fee_asset,
      .liquidity = row.is_maker ? Liquidity::maker : Liquidity::taker,
      .is_liquidation = *kind == ExecutionKind::liquidation,
      .realised = row.realised,
  });
  return true;
}

bool read_acknowledgement(const Reading& reading, JsonValue& value) {
  OrderAcknowledged acknowledged{.ts_venue = reading.time};
  if (!read_row(reading.reader, value, kAcknowledgementMembers, acknowledged)) return false;
  reading.give(acknowledged);
  return true;
}

bool read_batch(const Reading& reading, JsonValue& result) {
  const std::vector<BatchOutcome>& outcomes = reading.scratch.outcomes;
  std::size_t count = 0;
  const bool good = read_list(reading, result, [&](JsonValue& element) {
    OrderAcknowledged acknowledged{.ts_venue = reading.time};
    if (!read_row(reading.reader, element, kAcknowledgementMembers, acknowledged)) return false;
    if (count >= outcomes.size())
      return reading.reader.fault("an outcome of each order", "retExtInfo", "none");
    const BatchOutcome& outcome = outcomes[count++];
    if (outcome.code == 0) {
      reading.give(acknowledged);
      return true;
    }
    venue::VenueError error = judge_error(outcome.code, outcome.text, reading.context);
    error.client_order_id = acknowledged.client_order_id;
    reading.give(error);
    return true;
  });
  if (!good) return false;
  return count == outcomes.size() || reading.reader.fault("as many orders as outcomes", "list", "fewer");
}

bool read_cancel_all(const Reading& reading, JsonValue& result) {
  Reader& reader = reading.reader;
  bool has_succeeded = true;
  const bool good = reader.fields("result", result, [&](std::string_view key, JsonValue& value) {
    if (key == "success") return reader.flag(key, value, has_succeeded);
    if (key != "list") return true;
    return reader.elements(key, value,
                           [&](JsonValue& element) { return read_acknowledgement(reading, element); });
  });
  if (!good) return false;
  if (!has_succeeded) {
    reading.give(venue::VenueError{.error_class = venue::ErrorClass::unknown_outcome,
                                   .retry = venue::Retry::after_question,
                                   .text = "success: 0",
                                   .meaning = "not all orders could be canceled"});
  }
  return true;
}

bool read_open_orders(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) { return read_order(reading, element); });
}

bool read_one_order(const Reading& reading, JsonValue& result) {
  bool is_empty = true;
  bool has_list = false;
  const bool good = reading.reader.fields("result", result, [&](std::string_view key, JsonValue& value) {
    if (key != "list") return true;
    has_list = true;
    return reading.reader.elements(key, value, [&](JsonValue& element) {
      is_empty = false;
      return read_order(reading, element);
    });
  });
  if (!good) return false;
  if (!has_list) return reading.reader.fault("a field", "list", "none");
  if (is_empty) reading.give(no_such_order());
  return true;
}

bool read_fills(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) { return read_execution(reading, element); });
}

}  // namespace kontor::bybit
