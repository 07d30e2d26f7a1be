#include <optional>

#include "emulator/binance/history_query.hpp"
#include "emulator/binance/linear_order_text.hpp"
#include "emulator/binance/linear_orders.hpp"
#include "emulator/binance/linear_ticket.hpp"

namespace kontor::emulator::binance {
namespace {

/// The algo order that a request names by `algoId` or `clientAlgoId`; null: there is none.
Answer<const OrderRecord*> find_algo(Service& service, const Call& call) {
  TRY(const auto id, call.parameters.integer("algoId"));
  const std::string_view client_id = call.parameters.text("clientAlgoId");
  if (!id && client_id.empty())
    return refuse(-1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!");
  const auto number = static_cast<std::uint64_t>(id.value_or(0));
  if (id && number <= kAlgoIdOffset) return nullptr;
  const OrderKey key{.product = Product::linear,
                     .id = VenueOrderId(id ? number - kAlgoIdOffset : 0),
                     .client_id = client_id};
  const OrderRecord* order = service.exchange().find_order(call.account, key);
  return order != nullptr && is_algo(*order) ? order : nullptr;
}

std::string algo_body(Service& service, const OrderRecord& order) {
  JsonWriter out;
  write_algo_order(out, service, order);
  return out.take();
}

}  // namespace

Answer<std::string> algo_place(Service& service, const Call& call) {
  TRY(const OrderTicket ticket, read_algo_ticket(service, call));
  const auto placed = service.exchange().place(call.account, ticket);
  if (!placed) return std::unexpected(error_of(Product::linear, Purpose::place, placed.error()));
  return algo_body(service, *placed->order);
}

Answer<std::string> algo_order(Service& service, const Call& call) {
  TRY(const OrderRecord* order, find_algo(service, call));
  if (order == nullptr) return refuse(-2013, "Order does not exist.");
  return algo_body(service, *order);
}

Answer<std::string> algo_cancel(Service& service, const Call& call) {
  TRY(const OrderRecord* order, find_algo(service, call));
  if (order == nullptr || order->state != OrderState::untriggered)
    return refuse(-2011, "Unknown order sent.");
  const auto canceled =
      service.exchange().cancel(call.account, {.product = Product::linear, .id = order->id});
  if (!canceled) return std::unexpected(error_of(Product::linear, Purpose::cancel, canceled.error()));
  JsonWriter out;
  return out.begin_object()
      .number("algoId", static_cast<std::int64_t>((*canceled)->id.value + kAlgoIdOffset))
      .text("clientAlgoId", (*canceled)->client_id)
      .text("code", "200")
      .text("msg", "success")
      .end_object()
      .take();
}

Answer<std::string> algo_cancel_all(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  std::vector<VenueOrderId> ids;
  for (const OrderRecord* order : service.exchange().open_orders(call.account, Product::linear, listing->id))
    if (!is_in_book(*order)) ids.push_back(order->id);
  for (const VenueOrderId id : ids) {
    // One that has triggered in the meantime is no algo order any more.
    [[maybe_unused]] const auto canceled =
        service.exchange().cancel(call.account, {.product = Product::linear, .id = id});
  }
  return R"({"code":200,"msg":"The operation of cancel all open order is done."})";
}

Answer<std::string> algo_open_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.optional_symbol(call));
  std::optional<InstrumentId> instrument;
  if (listing != nullptr) instrument = listing->id;
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().open_orders(call.account, Product::linear, instrument))
    if (!is_in_book(*order)) write_algo_order(out, service, *order);
  return out.end_array().take();
}

Answer<std::string> algo_all_orders(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(HistoryQuery query, history_query(call, *listing, {.longest_span = 7 * kDay}));
  TRY(const auto from_algo, call.parameters.integer("algoId"));
  const auto first = static_cast<std::uint64_t>(from_algo.value_or(0));
  if (first > kAlgoIdOffset) {
    query.order = VenueOrderId(first - kAlgoIdOffset);
    query.from_start = true;
  }
  JsonWriter out;
  out.begin_array();
  for (const OrderRecord* order : service.exchange().orders(call.account, query))
    if (is_algo(*order)) write_algo_order(out, service, *order);
  return out.end_array().take();
}

}  // namespace kontor::emulator::binance
