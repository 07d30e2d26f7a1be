#include "emulator/binance/linear_order_text.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/binance/order_label.hpp"
#include "emulator/binance/user_events.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

struct UpdateKind {
  std::string_view name;  ///< `NEW`, `TRADE`, `AMENDMENT` …
  TimeNs ts = 0;
  const Execution* execution = nullptr;  ///< of a trade
};

std::string_view update_name(const OrderEvent& event) {
  switch (event.change) {
    case OrderChange::accepted:
    case OrderChange::activated:
    case OrderChange::triggered: return "NEW";
    case OrderChange::amended: return "AMENDMENT";
    case OrderChange::canceled: return linear_status(event.order);
    case OrderChange::expired: return "EXPIRED";
    case OrderChange::rejected: return "REJECTED";
  }
  return "NEW";
}

void write_update_order(JsonWriter& out, Service& service, const OrderRecord& order, const UpdateKind& kind) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  out.text("s", listing.symbol)
      .text("c", order.client_id)
      .text("S", side_text(order.ticket.side))
      .text("o", order.origin == OrderOrigin::liquidation ? "LIQUIDATION" : book_type(order))
      .text("f", time_in_force_text(order.ticket))
      .text("q", quantity_text(listing, instrument, order.quantity))
      .text("p", price_text(listing, instrument, order.limit_price))
      .text("ap", average_text(listing, instrument, order.turnover, order.filled))
      .text("sp", price_text(listing, instrument, order.trigger_price))
      .text("x", kind.name)
      .text("X", linear_status(order))
      .number("i", static_cast<std::int64_t>(order.id.value));
}

void write_update_execution(JsonWriter& out, Service& service, const OrderRecord& order,
                            const UpdateKind& kind) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const Execution* execution = kind.execution;
  const bool is_trade = execution != nullptr;
  out.text("l", quantity_text(listing, instrument, is_trade ? execution->quantity : RawQuantity()))
      .text("z", quantity_text(listing, instrument, order.filled))
      .text("L", price_text(listing, instrument, is_trade ? execution->price : RawPrice()));
  if (is_trade)
    out.text("n", fixed(execution->fee, 8)).text("N", service.listings().asset_name(execution->fee_asset));
  out.number("T", milliseconds(kind.ts))
      .number("t", is_trade ? static_cast<std::int64_t>(execution->id.value) : 0)
      .text("b", "0")
      .text("a", "0")
      .flag("m", is_trade && execution->liquidity == Liquidity::maker);
}

std::string update(Service& service, const OrderRecord& order, const UpdateKind& kind) {
  const OrderLabel label = OrderLabel::of(order);
  JsonWriter out;
  out.begin_object()
      .text("e", "ORDER_TRADE_UPDATE")
      .number("E", service.now_ms())
      .number("T", milliseconds(kind.ts))
      .begin_object("o");
  write_update_order(out, service, order, kind);
  write_update_execution(out, service, order, kind);
  out.flag("R", order.ticket.reduce_only)
      .text("wt", working_type(order))
      .text("ot", label.type)
      .text("ps", "BOTH")
      .flag("cp", order.ticket.close_position)
      .text("rp", fixed(kind.execution == nullptr ? Amount() : kind.execution->realized, 8))
      .flag("pP", label.price_protect)
      .number("si", 0)
      .number("ss", 0)
      .text("V", label.self_trade)
      .text("pm", label.price_match)
      .number("gtd", milliseconds(order.ticket.expire_at))
      .end_object();
  return out.end_object().take();
}

std::string_view cause_text(BalanceCause cause) noexcept {
  switch (cause) {
    case BalanceCause::order:
    case BalanceCause::execution:
    case BalanceCause::liquidation: return "ORDER";
    case BalanceCause::funding: return "FUNDING_FEE";
    case BalanceCause::transfer: return "DEPOSIT";
    case BalanceCause::settings: return "MARGIN_TYPE_CHANGE";
  }
  return "ORDER";
}

void write_update_position(JsonWriter& out, Service& service, const PositionView& position) {
  const ListedInstrument& listing = service.listings()[position.instrument];
  const Instrument& instrument = service.instrument(position.instrument);
  const bool is_isolated = position.margin_mode == MarginMode::isolated;
  const std::string entry = fixed(position.entry_price, instrument.price_scale() + 2);
  out.begin_object()
      .text("s", listing.symbol)
      .text("pa", quantity_text(listing, instrument, position.quantity))
      .text("ep", entry)
      .text("bep", entry)
      .text("cr", fixed(position.realized, 8))
      .text("up", fixed(position.unrealized, 8))
      .text("mt", is_isolated ? "isolated" : "cross")
      .text("iw", fixed(is_isolated ? position.initial_margin : Amount(), 8))
      .text("ps", "BOTH")
      .text("ma", listing.quote)
      .end_object();
}

}  // namespace

std::string order_trade_update(Service& service, const OrderEvent& event) {
  return update(service, event.order, {.name = update_name(event), .ts = event.ts});
}

std::string order_trade_update(Service& service, const ExecutionEvent& event) {
  const std::string_view name = event.execution.liquidation ? "CALCULATED" : "TRADE";
  return update(service, event.order, {.name = name, .ts = event.ts, .execution = &event.execution});
}

std::string algo_update(Service& service, const OrderRecord& order, std::string_view status) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const OrderLabel label = OrderLabel::of(order);
  const bool is_trailing = order.ticket.type == OrderType::trailing_stop;
  const bool was_placed = is_in_book(order);
  JsonWriter out;
  out.begin_object()
      .text("e", "ALGO_UPDATE")
      .number("T", milliseconds(order.updated_at))
      .number("E", service.now_ms())
      .begin_object("o")
      .text("caid", order.client_id)
      .number("aid", static_cast<std::int64_t>(order.id.value + kAlgoIdOffset))
      .text("at", "CONDITIONAL")
      .text("o", label.type)
      .text("s", listing.symbol)
      .text("S", side_text(order.ticket.side))
      .text("ps", "BOTH")
      .text("f", time_in_force_text(order.ticket))
      .text("q", quantity_text(listing, instrument, order.quantity))
      .text("X", status.empty() ? algo_status(order) : status)
      .text("ai", was_placed ? std::to_string(order.id.value) : std::string())
      .text("ap", average_text(listing, instrument, order.turnover, order.filled))
      .text("aq", quantity_text(listing, instrument, order.filled))
      .text("act", was_placed ? book_type(order) : std::string_view("0"))
      .text("tp", price_text(listing, instrument, is_trailing ? RawPrice() : order.trigger_price))
      .text("p", price_text(listing, instrument, order.limit_price))
      .text("V", label.self_trade)
      .text("wt", working_type(order))
      .text("pm", label.price_match)
      .flag("cp", order.ticket.close_position)
      .flag("pP", label.price_protect)
      .flag("R", order.ticket.reduce_only)
      .number("tt", milliseconds(order.triggered_at))
      .number("gtd", milliseconds(order.ticket.expire_at))
      .text("rm", "")
      .end_object();
  return out.end_object().take();
}

std::string account_settings_update(Service& service, const AccountSettingsEvent& event) {
  JsonWriter out;
  return out.begin_object()
      .text("e", "ACCOUNT_CONFIG_UPDATE")
      .number("E", service.now_ms())
      .number("T", milliseconds(event.ts))
      .begin_object("ac")
      .text("s", service.listings()[event.instrument].symbol)
      .raw("l", plain(event.settings.leverage))
      .end_object()
      .end_object()
      .take();
}

std::string listen_key_expired(Service& service, std::string_view listen_key) {
  JsonWriter out;
  return out.begin_object()
      .text("e", "listenKeyExpired")
      .number("E", service.now_ms())
      .text("listenKey", listen_key)
      .end_object()
      .take();
}

std::string account_update(Service& service, const AccountUpdate& update) {
  JsonWriter out;
  out.begin_object()
      .text("e", "ACCOUNT_UPDATE")
      .number("E", service.now_ms())
      .number("T", milliseconds(update.ts))
      .begin_object("a")
      .text("m", cause_text(update.cause))
      .begin_array("B");
  for (std::size_t i = 0; i < update.balances.size(); ++i) {
    const AssetBalance& balance = update.balances[i];
    // What trading did to a balance is no change from outside.
    const bool from_outside = update.cause == BalanceCause::transfer || update.cause == BalanceCause::funding;
    out.begin_object()
        .text("a", service.listings().asset_name(balance.asset))
        .text("wb", fixed(balance.total, 8))
        .text("cw", fixed(balance.total, 8))
        .text("bc", fixed(from_outside ? update.changes[i] : Amount(), 8))
        .end_object();
  }
  out.end_array().begin_array("P");
  for (const PositionView& position : update.positions) write_update_position(out, service, position);
  out.end_array().end_object();
  return out.end_object().take();
}

}  // namespace kontor::emulator::binance
