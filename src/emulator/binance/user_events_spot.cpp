#include "emulator/binance/number_text.hpp"
#include "emulator/binance/order_label.hpp"
#include "emulator/binance/spot_lists.hpp"
#include "emulator/binance/spot_order_text.hpp"
#include "emulator/binance/user_events.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

/// What is different between the reports of one order.
struct ReportKind {
  std::string_view name;  ///< `NEW`, `TRADE` …
  TimeNs ts = 0;
  const Execution* execution = nullptr;  ///< of a trade
};

std::string_view report_name(Service& service, const OrderEvent& event) {
  switch (event.change) {
    case OrderChange::accepted:
    case OrderChange::activated:
    case OrderChange::triggered: return "NEW";
    case OrderChange::amended: return "REPLACED";
    case OrderChange::canceled: return spot_status(service, event.order);
    case OrderChange::expired: return "EXPIRED";
    case OrderChange::rejected: return "REJECTED";
  }
  return "NEW";
}

/// A report names the order by its client id; that of a cancel by the cancel's, with the order's own beside
/// it.
struct ReportNames {
  std::string_view own;
  std::string_view original;
};
ReportNames report_names(const Service& service, const OrderRecord& order, std::string_view report) {
  const bool is_cancel = report == "CANCELED" && !service.cancel_name.empty();
  if (is_cancel) return {service.cancel_name, order.client_id};
  return {order.client_id, {}};
}

void write_report_head(JsonWriter& out, Service& service, const OrderRecord& order, const ReportKind& kind) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const ReportNames names = report_names(service, order, kind.name);
  const bool is_trailing = order.ticket.type == OrderType::trailing_stop;
  out.text("e", "executionReport")
      .number("E", service.now_ms())
      .text("s", listing.symbol)
      .text("c", names.own)
      .text("S", side_text(order.ticket.side))
      .text("o", OrderLabel::of(order).type)
      .text("f", time_in_force_text(order.ticket))
      .text("q", quantity_text(listing, instrument, order.quantity))
      .text("p", price_text(listing, instrument, order.limit_price))
      .text("P", price_text(listing, instrument, is_trailing ? RawPrice() : order.trigger_price))
      .text("F", "0.00000000")
      .number("g", list_id(order))
      .text("C", names.original)
      .text("x", kind.name)
      .text("X", spot_status(service, order))
      .text("r", "NONE")
      .number("i", static_cast<std::int64_t>(order.id.value));
}

void write_report_execution(JsonWriter& out, Service& service, const OrderRecord& order,
                            const ReportKind& kind) {
  const ListedInstrument& listing = service.listings()[order.instrument];
  const Instrument& instrument = service.instrument(order.instrument);
  const Execution* execution = kind.execution;
  const bool is_trade = execution != nullptr;
  out.text("l", quantity_text(listing, instrument, is_trade ? execution->quantity : RawQuantity()))
      .text("z", quantity_text(listing, instrument, order.filled))
      .text("L", price_text(listing, instrument, is_trade ? execution->price : RawPrice()))
      .text("n", is_trade ? fixed(execution->fee, 8) : "0");
  if (is_trade)
    out.text("N", service.listings().asset_name(execution->fee_asset));
  else
    out.null("N");
  const std::int64_t began = working_time(order);
  const bool works = began >= 0 && !is_closed(order.state);
  out.number("T", milliseconds(kind.ts))
      .number("t", is_trade ? static_cast<std::int64_t>(execution->id.value) : -1)
      .number("v", 0)
      .number("I", static_cast<std::int64_t>(order.id.value * 1'000 + order.version))
      .flag("w", works)
      .flag("m", is_trade && execution->liquidity == Liquidity::maker)
      .flag("M", is_trade)
      .number("O", milliseconds(order.created_at))
      .text("Z", turnover_text(listing, instrument, order.turnover))
      .text("Y", turnover_text(listing, instrument, is_trade ? execution->turnover : Amount()))
      .text("Q", fixed(order.ticket.quote_quantity.value_or(Decimal{}), 8));
  if (began >= 0) out.number("W", began);
  if (order.ticket.trailing_rate) out.number("d", order.ticket.trailing_rate->units);
  out.text("V", OrderLabel::of(order).self_trade);
}

std::string report(Service& service, const OrderRecord& order, const ReportKind& kind) {
  JsonWriter out;
  out.begin_object();
  write_report_head(out, service, order, kind);
  write_report_execution(out, service, order, kind);
  return out.end_object().take();
}

}  // namespace

std::string execution_report(Service& service, const OrderEvent& event) {
  return report(service, event.order, {.name = report_name(service, event), .ts = event.ts});
}

std::string execution_report(Service& service, const ExecutionEvent& event) {
  return report(service, event.order, {.name = "TRADE", .ts = event.ts, .execution = &event.execution});
}

std::string list_status(Service& service, const OrderRecord& order, bool is_done) {
  const OrderListId list = order.ticket.list;
  const ListedInstrument& listing = service.listings()[order.instrument];
  const auto note = service.list_notes().find(list);
  const bool is_known = note != service.list_notes().end();
  JsonWriter out;
  out.begin_object()
      .text("e", "listStatus")
      .number("E", service.now_ms())
      .text("s", listing.symbol)
      .number("g", static_cast<std::int64_t>(list.value))
      .text("c", contingency_text(service, order.account, list))
      .text("l", is_done ? "ALL_DONE" : "EXEC_STARTED")
      .text("L", is_done ? "ALL_DONE" : "EXECUTING")
      .text("r", "NONE")
      .text("C", is_known ? std::string_view(note->second.client_id) : std::string_view())
      .number("T", milliseconds(order.updated_at))
      .begin_array("O");
  for (const OrderRecord* one : service.exchange().list_orders(order.account, list))
    out.begin_object()
        .text("s", listing.symbol)
        .number("i", static_cast<std::int64_t>(one->id.value))
        .text("c", one->client_id)
        .end_object();
  return out.end_array().end_object().take();
}

std::string account_position(Service& service, std::span<const AssetBalance> balances) {
  JsonWriter out;
  out.begin_object()
      .text("e", "outboundAccountPosition")
      .number("E", service.now_ms())
      .number("u", milliseconds(service.exchange().now()))
      .begin_array("B");
  for (const AssetBalance& balance : balances)
    out.begin_object()
        .text("a", service.listings().asset_name(balance.asset))
        .text("f", fixed(balance.free, 8))
        .text("l", fixed(balance.reserved, 8))
        .end_object();
  return out.end_array().end_object().take();
}

std::string balance_update(Service& service, AssetId asset, Amount change) {
  JsonWriter out;
  return out.begin_object()
      .text("e", "balanceUpdate")
      .number("E", service.now_ms())
      .text("a", service.listings().asset_name(asset))
      .text("d", fixed(change, 8))
      .number("T", milliseconds(service.exchange().now()))
      .end_object()
      .take();
}

}  // namespace kontor::emulator::binance
