#include "emulator/binance/spot_order_text.hpp"

#include <algorithm>

#include "emulator/binance/number_text.hpp"
#include "emulator/binance/order_label.hpp"

namespace kontor::emulator::binance {
namespace {

/// Writes the parts that the answers about one order have in common.
class SpotOrderWriter {
 public:
  SpotOrderWriter(JsonWriter& out, Service& service, const OrderRecord& order)
      : out_(out),
        service_(service),
        order_(order),
        listing_(service.listings()[order.instrument]),
        instrument_(service.instrument(order.instrument)),
        label_(OrderLabel::of(order)) {}

  void amounts(std::string_view quantity_name, std::string_view turnover_name) {
    out_.text("price", price_text(listing_, instrument_, order_.limit_price))
        .text(quantity_name, quantity_text(listing_, instrument_, order_.quantity))
        .text("executedQty", quantity_text(listing_, instrument_, order_.filled))
        .text("origQuoteOrderQty", quote_quantity())
        .text(turnover_name, turnover_text(listing_, instrument_, order_.turnover));
  }
  void kind() {
    out_.text("status", spot_status(service_, order_))
        .text("timeInForce", time_in_force_text(order_.ticket))
        .text("type", label_.type)
        .text("side", side_text(order_.ticket.side));
  }
  /// What only some orders have.
  void conditions() {
    if (order_.trigger_price.units != 0 && order_.ticket.type != OrderType::trailing_stop)
      out_.text("stopPrice", price_text(listing_, instrument_, order_.trigger_price));
    if (order_.ticket.trailing_rate) {
      out_.number("trailingDelta", order_.ticket.trailing_rate->units);
      out_.number("trailingTime", milliseconds(order_.created_at));
    }
  }
  void self_trade() { out_.text("selfTradePreventionMode", label_.self_trade); }
  void identity() {
    out_.text("symbol", listing_.symbol)
        .number("orderId", static_cast<std::int64_t>(order_.id.value))
        .number("orderListId", list_id(order_));
  }
  [[nodiscard]] std::string quote_quantity() const {
    return fixed(order_.ticket.quote_quantity.value_or(Decimal{}), 8);
  }
  void trigger_or_zero() {
    out_.text("stopPrice", price_text(listing_, instrument_, order_.trigger_price))
        .text("icebergQty", "0.00000000");
  }
  void fills(const std::vector<Execution>& executions) {
    out_.begin_array("fills");
    for (const Execution& execution : executions)
      out_.begin_object()
          .text("price", price_text(listing_, instrument_, execution.price))
          .text("qty", quantity_text(listing_, instrument_, execution.quantity))
          .text("commission", fixed(execution.fee, 8))
          .text("commissionAsset", service_.listings().asset_name(execution.fee_asset))
          .number("tradeId", static_cast<std::int64_t>(execution.id.value))
          .end_object();
    out_.end_array();
  }

 private:
  JsonWriter& out_;
  Service& service_;
  const OrderRecord& order_;
  const ListedInstrument& listing_;
  const Instrument& instrument_;
  OrderLabel label_;
};

/// A leg that the venue canceled because another order of its list was executed has expired.
bool ended_by_its_list(Service& service, const OrderRecord& order) {
  if (order.ticket.list.value == 0) return false;
  const auto others = service.exchange().list_orders(order.account, order.ticket.list);
  return std::ranges::any_of(others, [&](const OrderRecord* other) {
    return other->id != order.id && is_protective(other->ticket.role) && !other->filled.is_zero();
  });
}

}  // namespace

std::string_view spot_status(Service& service, const OrderRecord& order) {
  switch (order.state) {
    case OrderState::inactive: return "PENDING_NEW";
    case OrderState::untriggered:
    case OrderState::open: return "NEW";
    case OrderState::partially_filled: return "PARTIALLY_FILLED";
    case OrderState::filled: return "FILLED";
    case OrderState::expired: return "EXPIRED";
    case OrderState::rejected: return "REJECTED";
    case OrderState::canceled: break;
  }
  const bool has_worked = !order.is_conditional() || order.triggered_at != 0;
  if (has_worked && ends_at_once(order.ticket)) return "EXPIRED";
  return order.ended_by != OrderOrigin::user || ended_by_its_list(service, order) ? "EXPIRED" : "CANCELED";
}

std::int64_t working_time(const OrderRecord& order) noexcept {
  if (order.state == OrderState::inactive) return -1;
  if (!order.is_conditional()) return milliseconds(order.created_at);
  return order.triggered_at == 0 ? -1 : milliseconds(order.triggered_at);
}

std::int64_t list_id(const OrderRecord& order) noexcept {
  return order.ticket.list.value == 0 ? -1 : static_cast<std::int64_t>(order.ticket.list.value);
}

void write_spot_placed(JsonWriter& out, Service& service, const Placed& placed, ResponseType response) {
  const OrderRecord& order = *placed.order;
  SpotOrderWriter writer(out, service, order);
  out.begin_object();
  writer.identity();
  out.text("clientOrderId", order.client_id).number("transactTime", milliseconds(order.created_at));
  if (response != ResponseType::acknowledgement) {
    writer.amounts("origQty", "cummulativeQuoteQty");
    writer.kind();
    writer.conditions();
    out.number("workingTime", working_time(order));
    if (response == ResponseType::full) writer.fills(placed.executions);
    writer.self_trade();
  }
  out.end_object();
}

void write_spot_order(JsonWriter& out, Service& service, const OrderRecord& order) {
  SpotOrderWriter writer(out, service, order);
  out.begin_object();
  writer.identity();
  out.text("clientOrderId", order.client_id);
  writer.amounts("origQty", "cummulativeQuoteQty");
  writer.kind();
  writer.trigger_or_zero();
  if (order.ticket.trailing_rate) out.number("trailingDelta", order.ticket.trailing_rate->units);
  out.number("time", milliseconds(order.created_at))
      .number("updateTime", milliseconds(order.updated_at))
      .flag("isWorking", working_time(order) >= 0)
      .number("workingTime", working_time(order));
  writer.self_trade();
  out.end_object();
}

void write_spot_canceled(JsonWriter& out, Service& service, const OrderRecord& order,
                         std::string_view cancel_name) {
  SpotOrderWriter writer(out, service, order);
  out.begin_object();
  writer.identity();
  out.text("origClientOrderId", order.client_id)
      .text("clientOrderId", cancel_name)
      .number("transactTime", milliseconds(order.updated_at));
  writer.amounts("origQty", "cummulativeQuoteQty");
  writer.kind();
  writer.conditions();
  writer.self_trade();
  out.end_object();
}

void write_spot_amended(JsonWriter& out, Service& service, const OrderRecord& order,
                        std::string_view client_id_before) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  SpotOrderWriter writer(out, service, order);
  out.begin_object();
  writer.identity();
  out.text("origClientOrderId", client_id_before)
      .text("clientOrderId", order.client_id)
      .text("price", price_text(listing, instrument, order.limit_price))
      .text("qty", quantity_text(listing, instrument, order.quantity))
      .text("executedQty", quantity_text(listing, instrument, order.filled))
      .text("preventedQty", "0.00000000")
      .text("quoteOrderQty", writer.quote_quantity())
      .text("cumulativeQuoteQty", turnover_text(listing, instrument, order.turnover));
  writer.kind();
  writer.conditions();
  out.number("workingTime", working_time(order));
  writer.self_trade();
  out.end_object();
}

void write_spot_execution(JsonWriter& out, Service& service, const Execution& execution,
                          const OrderListId& list) {
  const ListedInstrument& listing = service.listings()[execution.instrument];
  const Instrument& instrument = service.instrument(execution.instrument);
  out.begin_object()
      .text("symbol", listing.symbol)
      .number("id", static_cast<std::int64_t>(execution.id.value))
      .number("orderId", static_cast<std::int64_t>(execution.order.value))
      .number("orderListId", list.value == 0 ? -1 : static_cast<std::int64_t>(list.value))
      .text("price", price_text(listing, instrument, execution.price))
      .text("qty", quantity_text(listing, instrument, execution.quantity))
      .text("quoteQty", turnover_text(listing, instrument, execution.turnover))
      .text("commission", fixed(execution.fee, 8))
      .text("commissionAsset", service.listings().asset_name(execution.fee_asset))
      .number("time", milliseconds(execution.ts))
      .flag("isBuyer", execution.side == Side::buy)
      .flag("isMaker", execution.liquidity == Liquidity::maker)
      .flag("isBestMatch", true)
      .end_object();
}

}  // namespace kontor::emulator::binance
