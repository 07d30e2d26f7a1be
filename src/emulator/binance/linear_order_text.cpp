#include "emulator/binance/linear_order_text.hpp"

#include "emulator/binance/number_text.hpp"
#include "emulator/binance/order_label.hpp"

namespace kontor::emulator::binance {
namespace {

bool has_triggered(const OrderRecord& order) noexcept {
  return order.triggered_at != 0 || !order.filled.is_zero();
}

}  // namespace

bool is_algo(const OrderRecord& order) noexcept { return order.is_conditional(); }

bool is_in_book(const OrderRecord& order) noexcept { return !is_algo(order) || has_triggered(order); }

std::string_view linear_status(const OrderRecord& order) noexcept {
  switch (order.state) {
    case OrderState::inactive:
    case OrderState::untriggered:
    case OrderState::open: return "NEW";
    case OrderState::partially_filled: return "PARTIALLY_FILLED";
    case OrderState::filled: return "FILLED";
    case OrderState::expired: return "EXPIRED";
    case OrderState::rejected: return "REJECTED";
    case OrderState::canceled: break;
  }
  const bool is_immediate = is_in_book(order) && ends_at_once(order.ticket);
  const bool by_user = order.ended_by == OrderOrigin::user || order.ended_by == OrderOrigin::countdown;
  return is_immediate || !by_user ? "EXPIRED" : "CANCELED";
}

std::string_view algo_status(const OrderRecord& order) noexcept {
  switch (order.state) {
    case OrderState::inactive:
    case OrderState::untriggered: return "NEW";
    case OrderState::open:
    case OrderState::partially_filled: return "TRIGGERED";
    case OrderState::filled: return "FINISHED";
    case OrderState::rejected: return "REJECTED";
    case OrderState::expired: return has_triggered(order) ? "FINISHED" : "EXPIRED";
    case OrderState::canceled: break;
  }
  if (has_triggered(order)) return "FINISHED";
  return order.end_reason == RejectReason::none ? "CANCELED" : "EXPIRED";
}

std::string_view book_type(const OrderRecord& order) noexcept {
  return has_limit_price(order.ticket.type) ? "LIMIT" : "MARKET";
}

std::string_view working_type(const OrderRecord& order) noexcept {
  return order.ticket.trigger_source == TriggerSource::mark ? "MARK_PRICE" : "CONTRACT_PRICE";
}

void write_linear_order(JsonWriter& out, Service& service, const OrderRecord& order,
                        const LinearOrderForm& form) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const OrderLabel label = OrderLabel::of(order);
  const RawQuantity filled = form.is_acknowledgement ? RawQuantity() : order.filled;
  const Amount turnover = form.is_acknowledgement ? Amount() : order.turnover;
  const std::string executed = quantity_text(listing, instrument, filled);
  const bool shows_type = is_in_book(order);
  out.begin_object()
      .number("orderId", static_cast<std::int64_t>(order.id.value))
      .text("symbol", listing.symbol)
      .text("status", form.is_acknowledgement ? "NEW" : linear_status(order))
      .text("clientOrderId", order.client_id)
      .text("price", price_text(listing, instrument, order.limit_price))
      .text("avgPrice", average_text(listing, instrument, turnover, filled))
      .text("origQty", quantity_text(listing, instrument, order.quantity))
      .text("executedQty", executed)
      .text("cumQty", executed)
      .text("cumQuote", turnover_text(listing, instrument, turnover))
      .text("timeInForce", time_in_force_text(order.ticket))
      .text("type", shows_type ? book_type(order) : std::string_view(label.type))
      .flag("reduceOnly", order.ticket.reduce_only)
      .flag("closePosition", order.ticket.close_position)
      .text("side", side_text(order.ticket.side))
      .text("positionSide", "BOTH")
      .text("stopPrice", price_text(listing, instrument, order.trigger_price))
      .text("workingType", working_type(order))
      .flag("priceProtect", label.price_protect)
      .text("origType", label.type)
      .text("priceMatch", label.price_match)
      .text("selfTradePreventionMode", label.self_trade)
      .number("goodTillDate", milliseconds(order.ticket.expire_at));
  if (form.has_time) out.number("time", milliseconds(order.created_at));
  out.number("updateTime", milliseconds(order.updated_at)).end_object();
}

void write_algo_order(JsonWriter& out, Service& service, const OrderRecord& order) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const OrderLabel label = OrderLabel::of(order);
  const bool is_trailing = order.ticket.type == OrderType::trailing_stop;
  const std::string trigger = price_text(listing, instrument, order.trigger_price);
  const bool was_placed = has_triggered(order);
  out.begin_object()
      .number("algoId", static_cast<std::int64_t>(order.id.value + kAlgoIdOffset))
      .text("clientAlgoId", order.client_id)
      .text("algoType", "CONDITIONAL")
      .text("orderType", label.type)
      .text("symbol", listing.symbol)
      .text("side", side_text(order.ticket.side))
      .text("positionSide", "BOTH")
      .text("timeInForce", time_in_force_text(order.ticket))
      .text("quantity", quantity_text(listing, instrument, order.quantity))
      .text("algoStatus", algo_status(order))
      .text("actualOrderId", was_placed ? std::to_string(order.id.value) : std::string())
      .text("actualPrice", average_text(listing, instrument, order.turnover, order.filled))
      .text("triggerPrice", is_trailing ? price_text(listing, instrument, {}) : trigger)
      .text("price", price_text(listing, instrument, order.limit_price))
      .null("icebergQuantity")
      .text("selfTradePreventionMode", label.self_trade)
      .text("workingType", working_type(order))
      .text("priceMatch", label.price_match)
      .flag("closePosition", order.ticket.close_position)
      .flag("priceProtect", label.price_protect)
      .flag("reduceOnly", order.ticket.reduce_only)
      .text("activatePrice",
            is_trailing && order.ticket.trigger_price ? order.ticket.trigger_price->format() : std::string())
      .text("callbackRate", label.callback_rate)
      .number("createTime", milliseconds(order.created_at))
      .number("updateTime", milliseconds(order.updated_at))
      .number("triggerTime", milliseconds(order.triggered_at))
      .number("goodTillDate", milliseconds(order.ticket.expire_at))
      .end_object();
}

void write_linear_execution(JsonWriter& out, Service& service, const Execution& execution) {
  const ListedInstrument& listing = service.listings()[execution.instrument];
  const Instrument& instrument = service.instrument(execution.instrument);
  const bool is_buyer = execution.side == Side::buy;
  out.begin_object()
      .text("symbol", listing.symbol)
      .number("id", static_cast<std::int64_t>(execution.id.value))
      .number("orderId", static_cast<std::int64_t>(execution.order.value))
      .text("side", side_text(execution.side))
      .text("price", price_text(listing, instrument, execution.price))
      .text("qty", quantity_text(listing, instrument, execution.quantity))
      .text("realizedPnl", fixed(execution.realized, 8))
      .text("quoteQty", turnover_text(listing, instrument, execution.turnover))
      .text("commission", fixed(execution.fee, 8))
      .text("commissionAsset", service.listings().asset_name(execution.fee_asset))
      .number("time", milliseconds(execution.ts))
      .text("positionSide", "BOTH")
      .flag("buyer", is_buyer)
      .flag("maker", execution.liquidity == Liquidity::maker)
      .end_object();
}

}  // namespace kontor::emulator::binance
