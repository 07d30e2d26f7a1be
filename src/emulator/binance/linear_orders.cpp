#include "emulator/binance/linear_orders.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "emulator/binance/history_query.hpp"
#include "emulator/binance/linear_order_text.hpp"
#include "emulator/binance/linear_ticket.hpp"
#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::size_t kMostOrdersOfBatch = 5;
constexpr std::size_t kMostCancelsOfBatch = 10;
constexpr DurationNs kLongestSpan = 7 * kDay;

std::unexpected<ApiError> linear_refusal(Service& service, const Call& call, Purpose purpose,
                                         const Refusal& refusal) {
  ApiError error = error_of(Product::linear, purpose, refusal);
  const ListedInstrument* listing = service.listings().find(Product::linear, call.parameters.text("symbol"));
  if (refusal.reason == RefusalReason::notional_below_minimum && listing != nullptr)
    error.text = fmt::format("Order's notional must be no smaller than {} (unless you choose reduce only).",
                             service.instrument(listing->id).min_notional().format());
  return std::unexpected(std::move(error));
}

std::string order_body(Service& service, const OrderRecord& order, const LinearOrderForm& form = {}) {
  JsonWriter out;
  write_linear_order(out, service, order, form);
  return out.take();
}

/// Runs a handler for each JSON object of a list; what fails is an error in its place.
Answer<std::string> for_each_of_batch(Service& service, const Call& call,
                                      Answer<std::string> (*handler)(Service&, const Call&)) {
  TRY(const auto objects, call.parameters.texts("batchOrders"));
  if (objects.empty()) return missing_parameter("batchOrders");
  if (objects.size() > kMostOrdersOfBatch) return refuse(-4082, "Invalid number of batch place orders.");
  JsonWriter out;
  out.begin_array();
  for (const std::string& object : objects) {
    Parameters parameters;
    Answer<std::string> answer = std::unexpected(ApiError{});
    if (const auto read = parameters.add_json(object); read)
      answer = handler(service, Call{Product::linear, parameters, call.account, call.key});
    else
      answer = std::unexpected(read.error());
    out.raw(answer ? *answer : error_body(answer.error()));
  }
  return out.end_array().take();
}

/// Null: unknown, or an algo order that is not in the book yet.
const OrderRecord* find_in_book(Service& service, const Call& call, const OrderKey& key) {
  const OrderRecord* order = service.exchange().find_order(call.account, key);
  return order != nullptr && is_in_book(*order) ? order : nullptr;
}

Answer<std::string> cancel_in_book(Service& service, const Call& call, const OrderKey& key) {
  if (find_in_book(service, call, key) == nullptr) return refuse(-2011, "Unknown order sent.");
  const auto canceled = service.exchange().cancel(call.account, key);
  if (!canceled) return linear_refusal(service, call, Purpose::cancel, canceled.error());
  return order_body(service, **canceled);
}

/// The ids count where names are given too. Borrows the names.
Answer<std::vector<OrderKey>> listed_keys(const Call& call, const ListedInstrument& listing,
                                          const std::vector<std::string>& names) {
  TRY(const auto ids, call.parameters.texts("orderIdList"));
  if (ids.empty() && names.empty()) return missing_parameter("orderIdList");
  std::vector<OrderKey> keys;
  for (const std::string& id : ids) {
    Parameters one;
    one.set("orderId", id);
    TRY(const auto number, one.integer("orderId"));
    keys.push_back({.product = Product::linear,
                    .symbol = listing.symbol,
                    .id = VenueOrderId(static_cast<std::uint64_t>(number.value_or(0)))});
  }
  if (ids.empty())
    for (const std::string& name : names)
      keys.push_back({.product = Product::linear, .symbol = listing.symbol, .client_id = name});
  return keys;
}

}  // namespace

Answer<std::string> linear_place(Service& service, const Call& call) {
  const std::string_view response = call.parameters.text("newOrderRespType");
  if (!response.empty() && response != "ACK" && response != "RESULT")
    return invalid_parameter("newOrderRespType");
  TRY(const OrderTicket ticket, read_linear_ticket(service, call));
  const auto placed = service.exchange().place(call.account, ticket);
  if (!placed) return linear_refusal(service, call, Purpose::place, placed.error());
  return order_body(service, *placed->order, {.is_acknowledgement = response != "RESULT"});
}

Answer<std::string> linear_test(Service& service, const Call& call) {
  TRY(const OrderTicket ticket, read_linear_ticket(service, call));
  const auto checked = service.exchange().check(call.account, ticket);
  if (!checked) return linear_refusal(service, call, Purpose::place, checked.error());
  return "{}";
}

Answer<std::string> linear_place_batch(Service& service, const Call& call) {
  return for_each_of_batch(service, call, &linear_place);
}

Answer<std::string> linear_modify(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  TRY(const auto side, call.parameters.required("side"));
  TRY(const auto quantity, call.parameters.decimal("quantity"));
  TRY(const auto price, call.parameters.decimal("price"));
  if (!quantity) return missing_parameter("quantity");
  if (!price) return missing_parameter("price");
  const OrderRecord* order = find_in_book(service, call, key);
  if (order == nullptr || is_closed(order->state)) return refuse(-2013, "Order does not exist.");
  if ((side == "BUY") != (order->ticket.side == Side::buy)) return refuse(-1117, "Invalid side.");
  const auto amended =
      service.exchange().amend(call.account, {.order = key, .quantity = quantity, .price = price});
  if (!amended) return linear_refusal(service, call, Purpose::amend, amended.error());
  return order_body(service, *amended->order);
}

Answer<std::string> linear_modify_batch(Service& service, const Call& call) {
  return for_each_of_batch(service, call, &linear_modify);
}

Answer<std::string> linear_order(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  const OrderRecord* order = find_in_book(service, call, key);
  if (order == nullptr) return refuse(-2013, "Order does not exist.");
  return order_body(service, *order, {.has_time = true});
}

Answer<std::string> linear_open_order(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  const OrderRecord* order = find_in_book(service, call, key);
  if (order == nullptr || is_closed(order->state)) return refuse(-2013, "Order does not exist.");
  return order_body(service, *order, {.has_time = true});
}

Answer<std::string> linear_cancel(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const OrderKey key, order_key(call, *listing));
  return cancel_in_book(service, call, key);
}

Answer<std::string> linear_cancel_batch(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto names, call.parameters.texts("origClientOrderIdList"));
  TRY(const auto keys, listed_keys(call, *listing, names));
  if (keys.size() > kMostCancelsOfBatch) return refuse(-4083, "Invalid number of batch place orders.");
  JsonWriter out;
  out.begin_array();
  for (const OrderKey& key : keys) {
    const auto answer = cancel_in_book(service, call, key);
    out.raw(answer ? *answer : error_body(answer.error()));
  }
  return out.end_array().take();
}

Answer<std::string> linear_cancel_all(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  std::vector<VenueOrderId> ids;
  for (const OrderRecord* order : service.exchange().open_orders(call.account, Product::linear, listing->id))
    if (is_in_book(*order)) ids.push_back(order->id);
  for (const VenueOrderId id : ids) {
    // One that has ended in the meantime needs no cancel.
    [[maybe_unused]] const auto canceled =
        service.exchange().cancel(call.account, {.product = Product::linear, .id = id});
  }
  return R"({"code":200,"msg":"The operation of cancel all open order is done."})";
}

Answer<std::string> linear_open_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.optional_symbol(call));
  std::optional<InstrumentId> instrument;
  if (listing != nullptr) instrument = listing->id;
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().open_orders(call.account, Product::linear, instrument))
    if (is_in_book(*order)) write_linear_order(out, service, *order, {.has_time = true});
  return out.end_array().take();
}

Answer<std::string> linear_all_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const HistoryQuery query,
      history_query(call, *listing, {.longest_span = kLongestSpan, .order_is_first = true}));
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().orders(call.account, query))
    if (is_in_book(*order)) write_linear_order(out, service, *order, {.has_time = true});
  return out.end_array().take();
}

Answer<std::string> linear_executions(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const HistoryQuery query, history_query(call, *listing, {.longest_span = kLongestSpan}));
  JsonWriter out;
  out.begin_array();
  for (const Execution* execution : service.exchange().executions(call.account, query))
    write_linear_execution(out, service, *execution);
  return out.end_array().take();
}

Answer<std::string> linear_countdown(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(const auto window, call.parameters.integer("countdownTime"));
  if (!window) return missing_parameter("countdownTime");
  if (*window > kDay / kMillisecond) return invalid_parameter("countdownTime");
  const auto set =
      service.exchange().set_countdown(call.account, Product::linear, listing->id, *window * kMillisecond);
  if (!set) return linear_refusal(service, call, Purpose::settings, set.error());
  JsonWriter out;
  return out.begin_object()
      .text("symbol", listing->symbol)
      .text("countdownTime", std::to_string(*window))
      .end_object()
      .take();
}

}  // namespace kontor::emulator::binance
