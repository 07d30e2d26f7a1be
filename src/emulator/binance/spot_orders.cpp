#include "emulator/binance/spot_orders.hpp"

#include <set>
#include <utility>

#include "emulator/binance/history_query.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/binance/spot_lists.hpp"
#include "emulator/binance/spot_ticket.hpp"

namespace kontor::emulator::binance {
namespace {

std::unexpected<ApiError> spot_refusal(Purpose purpose, const Refusal& refusal) {
  return std::unexpected(error_of(Product::spot, purpose, refusal));
}

Answer<void> check_restrictions(Service& service, const Call& call, const OrderKey& key) {
  const std::string_view restriction = call.parameters.text("cancelRestrictions");
  if (restriction.empty()) return {};
  if (restriction != "ONLY_NEW" && restriction != "ONLY_PARTIALLY_FILLED")
    return refuse(-1145, "Invalid cancelRestrictions");
  const OrderRecord* order = service.exchange().find_order(call.account, key);
  if (order == nullptr) return {};
  const bool is_partial = order->state == OrderState::partially_filled;
  if (is_partial == (restriction == "ONLY_PARTIALLY_FILLED")) return {};
  return refuse(-2011, "Order was not canceled due to cancel restrictions.");
}

/// Cancels one order and writes what the venue says of it; the whole list where it is in one.
Answer<std::string> cancel_and_write(Service& service, const Call& call, const OrderKey& key,
                                     const CancelName& name) {
  auto canceled = service.exchange().cancel(call.account, key);
  if (!canceled) return spot_refusal(Purpose::cancel, canceled.error());
  const OrderListId list = (*canceled)->ticket.list;
  JsonWriter out;
  if (list.value == 0) {
    write_spot_canceled(out, service, **canceled, name.text());
    return out.take();
  }
  cancel_open_orders_of(service, call.account, list);
  write_canceled_list(out, service, call.account, list, name.text());
  return out.take();
}

Answer<std::string> place_and_write(Service& service, const Call& call) {
  TRY(const OrderTicket ticket, read_spot_ticket(service, call));
  TRY(const ResponseType response, response_type(call, ticket.type));
  auto placed = service.exchange().place(call.account, ticket);
  if (!placed) return spot_refusal(Purpose::place, placed.error());
  JsonWriter out;
  write_spot_placed(out, service, *placed, response);
  return out.take();
}

/// Both halves of a cancel-replace as the venue reports them.
struct ReplaceOutcome {
  Answer<std::string> cancel;
  Answer<std::string> order;
  bool was_attempted = true;
};

std::string replace_body(const ReplaceOutcome& outcome) {
  const auto write_half = [](JsonWriter& out, std::string_view name, const Answer<std::string>& half) {
    out.raw(name, half ? *half : error_body(half.error()));
  };
  JsonWriter out;
  out.begin_object().text("cancelResult", outcome.cancel ? "SUCCESS" : "FAILURE");
  out.text("newOrderResult",
           !outcome.was_attempted ? "NOT_ATTEMPTED" : (outcome.order ? "SUCCESS" : "FAILURE"));
  write_half(out, "cancelResponse", outcome.cancel);
  if (outcome.was_attempted)
    write_half(out, "newOrderResponse", outcome.order);
  else
    out.null("newOrderResponse");
  return out.end_object().take();
}

Answer<std::string> replace_answer(const ReplaceOutcome& outcome) {
  std::string body = replace_body(outcome);
  if (outcome.cancel && outcome.order) return body;
  ApiError error{.status = 409,
                 .code = -2021,
                 .text = "Order cancel-replace partially failed.",
                 .data = std::move(body)};
  if (!outcome.cancel && !(outcome.was_attempted && outcome.order)) {
    error.status = 400;
    error.code = -2022;
    error.text = "Order cancel-replace failed.";
  }
  return std::unexpected(error);
}

}  // namespace

CancelName::CancelName(Service& service, std::string_view asked) : service_(service) {
  service.cancel_name = asked.empty() ? service.make_name() : std::string(asked);
}

Answer<ResponseType> response_type(const Call& call, OrderType type) {
  const std::string_view text = call.parameters.text("newOrderRespType");
  if (text == "ACK") return ResponseType::acknowledgement;
  if (text == "RESULT") return ResponseType::result;
  if (text == "FULL") return ResponseType::full;
  if (!text.empty()) return invalid_parameter("newOrderRespType");
  const bool is_plain = type == OrderType::market || type == OrderType::limit;
  return is_plain ? ResponseType::full : ResponseType::acknowledgement;
}

Answer<std::string> spot_place(Service& service, const Call& call) { return place_and_write(service, call); }

Answer<std::string> spot_test(Service& service, const Call& call) {
  TRY(const OrderTicket ticket, read_spot_ticket(service, call));
  const auto checked = service.exchange().check(call.account, ticket);
  if (!checked) return spot_refusal(Purpose::place, checked.error());
  TRY(const auto wants_rates, call.parameters.boolean("computeCommissionRates"));
  if (!wants_rates.value_or(false)) return "{}";
  const FeeRates fees =
      service.exchange().fees(call.account, service.listings().find(Product::spot, ticket.symbol)->id);
  const auto write_rates = [](JsonWriter& out, std::string_view name, const FeeRates& rates) {
    out.begin_object(name)
        .text("maker", fixed(rates.maker, 8))
        .text("taker", fixed(rates.taker, 8))
        .end_object();
  };
  JsonWriter out;
  out.begin_object();
  write_rates(out, "standardCommissionForOrder", fees);
  write_rates(out, "specialCommissionForOrder", {});
  write_rates(out, "taxCommissionForOrder", {});
  out.begin_object("discount")
      .flag("enabledForAccount", false)
      .flag("enabledForSymbol", false)
      .text("discountAsset", "BNB")
      .text("discount", "0.00000000")
      .end_object();
  return out.end_object().take();
}

Answer<std::string> spot_order(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  const OrderRecord* order = service.exchange().find_order(call.account, key);
  if (order == nullptr) return refuse(-2013, "Order does not exist.");
  JsonWriter out;
  write_spot_order(out, service, *order);
  return out.take();
}

Answer<std::string> spot_cancel(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  TRY_VOID(check_restrictions(service, call, key));
  const CancelName name(service, call.parameters.text("newClientOrderId"));
  return cancel_and_write(service, call, key, name);
}

Answer<std::string> spot_cancel_all(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  const CancelName name(service, {});
  const auto ids = service.exchange().cancel_all(call.account, Product::spot, listing->id);
  if (ids.empty()) return refuse(-2011, "Unknown order sent.");
  std::set<OrderListId> told;
  JsonWriter out;
  out.begin_array();
  for (const VenueOrderId id : ids) {
    const OrderRecord* order =
        service.exchange().find_order(call.account, {.product = Product::spot, .id = id});
    if (order == nullptr) continue;
    const OrderListId list = order->ticket.list;
    if (list.value == 0)
      write_spot_canceled(out, service, *order, name.text());
    else if (told.insert(list).second)
      write_canceled_list(out, service, call.account, list, name.text());
  }
  return out.end_array().take();
}

Answer<std::string> spot_cancel_replace(Service& service, const Call& call) {
  const Parameters& parameters = call.parameters;
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto mode, parameters.required("cancelReplaceMode"));
  if (mode != "STOP_ON_FAILURE" && mode != "ALLOW_FAILURE") return invalid_parameter("cancelReplaceMode");
  TRY(const OrderKey key, order_key(call, *listing, "cancelOrderId", "cancelOrigClientOrderId"));
  // A new order that is not even one leaves the old order alone.
  TRY(const OrderTicket ticket, read_spot_ticket(service, call));
  TRY([[maybe_unused]] const ResponseType response, response_type(call, ticket.type));
  const CancelName name(service, parameters.text("cancelNewClientOrderId"));
  ReplaceOutcome outcome{.cancel = {}, .order = {}};
  if (const auto allowed = check_restrictions(service, call, key); !allowed)
    outcome.cancel = std::unexpected(allowed.error());
  else
    outcome.cancel = cancel_and_write(service, call, key, name);
  outcome.was_attempted = outcome.cancel.has_value() || mode == "ALLOW_FAILURE";
  if (outcome.was_attempted) outcome.order = place_and_write(service, call);
  return replace_answer(outcome);
}

Answer<std::string> spot_amend(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  TRY(const auto quantity, call.parameters.decimal("newQty"));
  if (!quantity) return missing_parameter("newQty");
  const OrderRecord* order = service.exchange().find_order(call.account, key);
  if (order == nullptr || is_closed(order->state)) return refuse(-2013, "Order does not exist.");
  const Instrument& instrument = service.instrument(listing->id);
  if (instrument.quantity(order->quantity).value < *quantity)
    return refuse(-2038, "Order amend (quantity increase) is not supported.");
  const std::string before = order->client_id;
  const auto amended = service.exchange().amend(call.account, {.order = key, .quantity = quantity});
  if (!amended) return spot_refusal(Purpose::amend, amended.error());
  JsonWriter out;
  out.begin_object()
      .number("transactTime", milliseconds(amended->order->updated_at))
      .number("executionId", static_cast<std::int64_t>(amended->order->version))
      .key("amendedOrder");
  write_spot_amended(out, service, *amended->order, before);
  return out.end_object().take();
}

Answer<std::string> spot_open_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.optional_symbol(call));
  std::optional<InstrumentId> instrument;
  if (listing != nullptr) instrument = listing->id;
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().open_orders(call.account, Product::spot, instrument))
    write_spot_order(out, service, *order);
  return out.end_array().take();
}

Answer<std::string> spot_all_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const HistoryQuery query, history_query(call, *listing, {.order_is_first = true}));
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().orders(call.account, query))
    write_spot_order(out, service, *order);
  return out.end_array().take();
}

Answer<std::string> spot_executions(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const HistoryQuery query, history_query(call, *listing, {}));
  JsonWriter out;
  out.begin_array();
  for (const Execution* execution : service.exchange().executions(call.account, query)) {
    const OrderRecord* order =
        service.exchange().find_order(call.account, {.product = Product::spot, .id = execution->order});
    write_spot_execution(out, service, *execution, order == nullptr ? OrderListId() : order->ticket.list);
  }
  return out.end_array().take();
}

}  // namespace kontor::emulator::binance
