#include "emulator/bybit/order_fields.hpp"

#include <string>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/refusals.hpp"
#include "emulator/bybit/words.hpp"

namespace kontor::emulator::bybit {
namespace {

std::string_view time_in_force_word(const OrderTicket& ticket) noexcept {
  if (ticket.post_only) return "PostOnly";
  if (!has_limit_price(ticket.type)) return "IOC";
  switch (ticket.time_in_force) {
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
    case TimeInForce::good_till_canceled:
    case TimeInForce::good_till_date: return "GTC";
  }
  return "GTC";
}

std::string_view create_word(const OrderRecord& order, const OrderNote& note) noexcept {
  if (order.origin == OrderOrigin::liquidation) return "CreateByLiq";
  if (order.origin == OrderOrigin::delisting) return "CreateBySettle";
  switch (note.source) {
    case OrderSource::user: return order.triggered_at != 0 ? "CreateByStopOrder" : "CreateByUser";
    case OrderSource::take_profit:
      return note.is_partial ? "CreateByPartialTakeProfit" : "CreateByTakeProfit";
    case OrderSource::stop_loss: return note.is_partial ? "CreateByPartialStopLoss" : "CreateByStopLoss";
    case OrderSource::trailing_stop: return "CreateByTrailingStop";
  }
  return "CreateByUser";
}

std::string_view cancel_word(const OrderRecord& order) noexcept {
  if (order.state != OrderState::canceled && order.state != OrderState::expired) return "UNKNOWN";
  switch (order.ended_by) {
    case OrderOrigin::user: break;
    case OrderOrigin::liquidation: return "CancelAllBeforeLiq";
    case OrderOrigin::delisting: return "CancelBySettle";
    case OrderOrigin::countdown: return "CancelByDCP";
  }
  if (order.end_reason == RejectReason::reduce_only_would_increase) return "CancelByReduceOnly";
  return order.end_reason == RejectReason::none ? "CancelByUser" : "UNKNOWN";
}

std::string optional_price(const Instrument& instrument, RawPrice price) {
  return price.units == 0 ? std::string() : price_text(instrument, price);
}

struct OrderParts {
  const OrderScene& scene;
  const OrderRecord& order;
  const Instrument& instrument;
  OrderNote note;
  [[nodiscard]] bool is_spot() const noexcept { return order.product == Product::spot; }
};

void write_identity(JsonWriter& out, const OrderParts& p, Channel channel) {
  const OrderRecord& order = p.order;
  if (channel == Channel::stream) out.text("category", category_of(order.product));
  out.text("symbol", p.scene.exchange.listings()[order.instrument].symbol);
  out.text("orderId", order_id_text(order.product, order.id));
  out.text("orderLinkId", order.ticket.client_id).text("blockTradeId", "");
  out.text("side", side_word(order.ticket.side)).number("positionIdx", 0);
  out.text("isLeverage", p.is_spot() ? (p.note.borrows ? "1" : "0") : "");
}

void write_quantities(JsonWriter& out, const OrderParts& p) {
  const OrderRecord& order = p.order;
  const Instrument& instrument = p.instrument;
  const RawQuantity leaves = is_closed(order.state) ? RawQuantity() : order.remaining();
  const bool quoted = order.ticket.quote_quantity.has_value();
  const RawPrice price = order.limit_price;
  out.text("price", price.units == 0 ? "0" : price_text(instrument, price));
  out.text("qty",
           quoted ? plain_text(*order.ticket.quote_quantity)
                  : quantity_text(instrument, order.ticket.close_position ? order.filled : order.quantity));
  const bool unknown_leaves = quoted || order.ticket.close_position;
  out.text("leavesQty", quantity_text(instrument, unknown_leaves ? RawQuantity() : leaves));
  out.text("leavesValue",
           unknown_leaves || price.units == 0 ? "0" : amount_text(instrument.notional(price, leaves)));
  out.text("cumExecQty", quantity_text(instrument, order.filled));
  out.text("cumExecValue", amount_text(order.turnover));
  out.text("cumExecFee", amount_text(order.fee));
  const Amount average = average_price(instrument, order.turnover, order.filled);
  out.text("avgPrice", average.is_zero() ? std::string() : short_amount_text(average));
  out.key("cumFeeDetail").begin_object();
  if (!order.fee.is_zero()) {
    out.text(p.scene.exchange.listings().asset_name(order.fee_asset), amount_text(order.fee));
  }
  out.end_object();
}

void write_state(JsonWriter& out, const OrderParts& p, std::string_view status) {
  const OrderRecord& order = p.order;
  out.text("orderStatus", status.empty() ? order_status_word(order) : status);
  if (!p.is_spot()) out.text("createType", create_word(order, p.note));
  out.text("cancelType", cancel_word(order)).text("rejectReason", reject_word(order.end_reason));
  out.text("timeInForce", time_in_force_word(order.ticket));
  out.text("orderType", has_limit_price(order.ticket.type) ? "Limit" : "Market");
  out.text("stopOrderType", stop_order_word(order.product, order.ticket.type, p.note));
  out.text("orderIv", "");
  out.text("marketUnit", p.note.unit == QuantityUnit::quote  ? "quoteCoin"
                         : p.note.unit == QuantityUnit::base ? "baseCoin"
                                                             : "");
}

void write_stops(JsonWriter& out, const OrderParts& p) {
  const AttachedStops* const attached = p.scene.memory.attached_to(p.order);
  const auto trigger = [&](const std::optional<StopTerms>& stop) {
    return stop ? plain_text(stop->trigger_price) : std::string();
  };
  const auto limit = [&](const std::optional<StopTerms>& stop) {
    return stop && stop->limit_price ? plain_text(*stop->limit_price) : std::string("0");
  };
  const auto source = [&](const std::optional<StopTerms>& stop) {
    return stop ? trigger_word(stop->source) : std::string_view();
  };
  static const AttachedStops kNone;
  const AttachedStops& stops = attached == nullptr ? kNone : *attached;
  out.text("takeProfit", trigger(stops.take_profit)).text("stopLoss", trigger(stops.stop_loss));
  out.text("tpTriggerBy", source(stops.take_profit)).text("slTriggerBy", source(stops.stop_loss));
  out.text("tpLimitPrice", limit(stops.take_profit)).text("slLimitPrice", limit(stops.stop_loss));
  // Clients tell spot from the rest by this field.
  if (p.is_spot()) return;
  const bool partial = p.note.is_partial || stops.is_partial;
  const bool full = p.note.source != OrderSource::user || !stops.empty();
  out.text("tpslMode", partial ? "Partial" : full ? "Full" : "");
}

void write_trigger(JsonWriter& out, const OrderParts& p) {
  const OrderRecord& order = p.order;
  const bool conditional = order.is_conditional();
  out.text("triggerPrice", optional_price(p.instrument, order.trigger_price));
  out.number("triggerDirection", conditional ? trigger_direction(order.ticket.type, order.ticket.side) : 0);
  out.text("triggerBy", conditional && !p.is_spot() ? trigger_word(order.ticket.trigger_source) : "");
  out.text("lastPriceOnCreated", "");
  if (p.is_spot()) out.text("basePrice", "").text("ocoTriggerBy", "");
  out.flag("reduceOnly", order.ticket.reduce_only || order.ticket.close_position);
  out.flag("closeOnTrigger", p.note.closes_on_trigger);
}

void write_rest(JsonWriter& out, const OrderParts& p, Channel channel) {
  const OrderRecord& order = p.order;
  out.text("placeType", "").text("smpType", "None").number("smpGroup", 0).text("smpOrderId", "");
  out.text("slippageToleranceType", "UNKNOWN").text("slippageTolerance", "0");
  out.text("createdTime", milliseconds_text(order.created_at));
  out.text("updatedTime", milliseconds_text(order.updated_at));
  if (channel == Channel::stream) {
    out.text("closedPnl", amount_text(order.realized));
    out.text("feeCurrency",
             order.fee.is_zero() ? "" : p.scene.exchange.listings().asset_name(order.fee_asset).c_str());
  } else {
    out.text("extraFees", "").text("parentOrderLinkId", "");
  }
  out.flag("rpiTakerAccess", false).text("rpiMatchedQty", "0");
}

}  // namespace

std::string_view order_status_word(const OrderRecord& order) noexcept {
  const bool spot = order.product == Product::spot;
  switch (order.state) {
    case OrderState::inactive:
    case OrderState::untriggered: return "Untriggered";
    case OrderState::open: return "New";
    case OrderState::partially_filled: return "PartiallyFilled";
    case OrderState::filled: return "Filled";
    case OrderState::rejected: return "Rejected";
    case OrderState::canceled:
    case OrderState::expired: break;
  }
  if (order.is_conditional() && order.triggered_at == 0) return "Deactivated";
  return spot && !order.filled.is_zero() ? "PartiallyFilledCanceled" : "Cancelled";
}

std::string_view stop_order_word(Product product, OrderType type, const OrderNote& note) noexcept {
  if (product == Product::spot) {
    if (note.is_spot_tpsl || note.source != OrderSource::user) return "tpslOrder";
    return has_trigger(type) ? "Stop" : "";
  }
  switch (note.source) {
    case OrderSource::take_profit: return note.is_partial ? "PartialTakeProfit" : "TakeProfit";
    case OrderSource::stop_loss: return note.is_partial ? "PartialStopLoss" : "StopLoss";
    case OrderSource::trailing_stop: return "TrailingStop";
    case OrderSource::user: break;
  }
  return has_trigger(type) ? "Stop" : "";
}

int trigger_direction(OrderType type, Side side) noexcept {
  if (!has_trigger(type)) return 0;
  const bool is_target = type == OrderType::take_profit_market || type == OrderType::take_profit_limit;
  return (side == Side::buy) != is_target ? 1 : 2;
}

void write_order(JsonWriter& out, const OrderScene& scene, const OrderRecord& order, Channel channel,
                 std::string_view status) {
  const OrderParts parts{scene, order, scene.exchange.listings().instrument(order.instrument),
                         OrderNote::parse(order.ticket.label)};
  out.begin_object();
  write_identity(out, parts, channel);
  write_quantities(out, parts);
  write_state(out, parts, status);
  write_stops(out, parts);
  write_trigger(out, parts);
  write_rest(out, parts, channel);
  out.end_object();
}

}  // namespace kontor::emulator::bybit
