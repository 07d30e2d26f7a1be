#include "emulator/binance/spot_lists.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/binance/history_query.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/binance/order_label.hpp"
#include "emulator/binance/spot_order_text.hpp"
#include "emulator/binance/spot_orders.hpp"
#include "emulator/binance/spot_ticket.hpp"

namespace kontor::emulator::binance {
namespace {

/// What `write_list` says of a list besides its orders.
struct ListHead {
  OrderListId id;
  std::string_view contingency;
  std::string_view client_id;
  std::string_view symbol;
  TimeNs at = 0;
  bool is_done = false;
};

void write_list_head(JsonWriter& out, const ListHead& head, const std::vector<const OrderRecord*>& orders) {
  const std::string_view status = head.is_done ? "ALL_DONE" : "EXECUTING";
  out.number("orderListId", static_cast<std::int64_t>(head.id.value))
      .text("contingencyType", head.contingency)
      .text("listStatusType", head.is_done ? "ALL_DONE" : "EXEC_STARTED")
      .text("listOrderStatus", status)
      .text("listClientOrderId", head.client_id)
      .number("transactionTime", milliseconds(head.at))
      .text("symbol", head.symbol);
  out.begin_array("orders");
  for (const OrderRecord* order : orders)
    out.begin_object()
        .text("symbol", head.symbol)
        .number("orderId", static_cast<std::int64_t>(order->id.value))
        .text("clientOrderId", order->client_id)
        .end_object();
  out.end_array();
}

bool is_stop(OrderType type) noexcept {
  return type == OrderType::stop_market || type == OrderType::stop_limit || type == OrderType::trailing_stop;
}

GroupRole role_of(const OrderTicket& leg) noexcept {
  return is_stop(leg.type) ? GroupRole::stop_loss : GroupRole::take_profit;
}

/// The legs of an OCO by their places on the price axis.
struct Legs {
  OrderTicket above;
  OrderTicket below;
};

Answer<void> check_leg_types(const Legs& legs) {
  const auto is_taker_limit = [](const OrderTicket& leg) {
    return leg.type == OrderType::market || (leg.type == OrderType::limit && !leg.post_only);
  };
  if (is_taker_limit(legs.above) || is_taker_limit(legs.below))
    return refuse(-1158, "Order type not supported in OCO.");
  if (!has_trigger(legs.above.type) && !has_trigger(legs.below.type))
    return refuse(-1168, "At least one OCO order must be contingent.");
  const bool is_buy = legs.above.side == Side::buy;
  if (is_buy && !is_stop(legs.above.type))
    return legs.above.type == OrderType::limit
               ? refuse(-1165, "A limit order in a buy OCO must be below.")
               : refuse(-1198, "A take profit order in a buy OCO must be below.");
  if (is_buy && is_stop(legs.below.type))
    return refuse(-1196, "A stop loss order in a buy OCO must be above.");
  if (!is_buy && !is_stop(legs.below.type))
    return legs.below.type == OrderType::limit
               ? refuse(-1166, "A limit order in a sell OCO must be above.")
               : refuse(-1199, "A take profit order in a sell OCO must be above.");
  if (!is_buy && is_stop(legs.above.type))
    return refuse(-1197, "A stop loss order in a sell OCO must be below.");
  return {};
}

const Decimal* reference_of(const OrderTicket& leg) noexcept {
  if (leg.trigger_price) return &*leg.trigger_price;
  return leg.price ? &*leg.price : nullptr;
}

/// The market is between the two legs.
Answer<void> check_leg_prices(const Service& service, const Legs& legs, const PublicMarket& market) {
  const RawPrice last = market.last_price();
  if (last.units == 0) return {};
  const Decimal now = service.instrument(market.id()).price(last).value;
  const Decimal* above = reference_of(legs.above);
  const Decimal* below = reference_of(legs.below);
  const bool is_ordered = (above == nullptr || *above > now) && (below == nullptr || *below < now);
  if (is_ordered) return {};
  return refuse(-2010, "The relationship of the prices for the orders is not correct.");
}

Answer<Legs> read_legs(Service& service, const Call& call, const SpotFieldNames& above,
                       const SpotFieldNames& below) {
  Legs legs;
  TRY(legs.above, read_spot_ticket(service, call, above));
  TRY(legs.below, read_spot_ticket(service, call, below));
  TRY_VOID(check_leg_types(legs));
  legs.above.role = role_of(legs.above);
  legs.below.role = role_of(legs.below);
  return legs;
}

Answer<std::string> place_list(Service& service, const Call& call, ListTicket ticket,
                               std::string_view contingency) {
  ticket.client_id = call.parameters.text("listClientOrderId");
  if (ticket.client_id.empty()) ticket.client_id = service.make_name();
  const std::string symbol = ticket.orders.front().symbol;
  TRY(const ResponseType response, response_type(call, OrderType::limit));
  const auto placed = service.exchange().place_list(call.account, ticket);
  if (!placed) return std::unexpected(error_of(Product::spot, Purpose::place, placed.error()));
  const TimeNs at = service.now();
  service.note_list(placed->list, {call.account, ticket.client_id, symbol, at});
  std::vector<const OrderRecord*> orders;
  for (const Placed& one : placed->orders) orders.push_back(one.order);
  JsonWriter out;
  out.begin_object();
  write_list_head(out,
                  {.id = placed->list,
                   .contingency = contingency,
                   .client_id = ticket.client_id,
                   .symbol = symbol,
                   .at = at},
                  orders);
  out.begin_array("orderReports");
  // Reports of a list have no executions in them.
  const ResponseType report = response == ResponseType::full ? ResponseType::result : response;
  for (const Placed& one : placed->orders) write_spot_placed(out, service, one, report);
  out.end_array();
  return out.end_object().take();
}

/// What the exchange can do for a pending order: to reduce what the working order has brought.
Answer<void> check_pending(const OrderTicket& working, const OrderTicket& pending) {
  const bool fits = pending.type != OrderType::market && pending.side != working.side &&
                    pending.quantity == working.quantity;
  if (fits) return {};
  return refuse(-1014, "Unsupported order combination.");
}

Answer<OrderTicket> read_working(Service& service, const Call& call) {
  TRY(OrderTicket working, read_spot_ticket(service, call, SpotFieldNames::own("working")));
  if (working.type != OrderType::limit) return refuse(-1116, "Invalid orderType.");
  working.role = GroupRole::entry;
  return working;
}

/// The list that a request names by `orderListId` or `listClientOrderId` (or `origClientOrderId`).
std::optional<OrderListId> named_list(const Service& service, const Call& call) {
  const auto id = call.parameters.integer("orderListId");
  std::string_view name = call.parameters.text("listClientOrderId");
  if (name.empty()) name = call.parameters.text("origClientOrderId");
  for (const auto& [list, note] : service.list_notes()) {
    if (note.account != call.account) continue;
    const bool is_named = id && *id ? list.value == static_cast<std::uint64_t>(**id) : note.client_id == name;
    if (is_named) return list;
  }
  return std::nullopt;
}

bool is_list_done(const std::vector<const OrderRecord*>& orders) noexcept {
  return std::ranges::all_of(orders, [](const OrderRecord* order) { return is_closed(order->state); });
}

void write_known_list(JsonWriter& out, Service& service, OrderListId list, const ListNote& note) {
  const auto orders = service.exchange().list_orders(note.account, list);
  out.begin_object();
  write_list_head(out,
                  {.id = list,
                   .contingency = contingency_text(service, note.account, list),
                   .client_id = note.client_id,
                   .symbol = note.symbol,
                   .at = note.created_at,
                   .is_done = is_list_done(orders)},
                  orders);
  out.end_object();
}

Call with_parameters(const Call& call, const Parameters& parameters) {
  return Call{call.product, parameters, call.account, call.key};
}

/// The older form names the legs by their types; in the newer one that is above or below by the side.
Answer<Parameters> newer_form(const Call& call) {
  const Parameters& old = call.parameters;
  TRY(const auto side, old.required("side"));
  TRY(const auto price, old.required("price"));
  TRY(const auto stop_price, old.required("stopPrice"));
  const std::string limit_leg = side == "BUY" ? "below" : "above";
  const std::string stop_leg = side == "BUY" ? "above" : "below";
  Parameters newer;
  for (const std::string_view name : {"symbol", "side", "quantity", "listClientOrderId", "newOrderRespType"})
    if (old.has(name)) newer.set(name, std::string(old.text(name)));
  newer.set(limit_leg + "Type", "LIMIT_MAKER");
  newer.set(limit_leg + "Price", std::string(price));
  newer.set(limit_leg + "ClientOrderId", std::string(old.text("limitClientOrderId")));
  const bool has_limit = old.has("stopLimitPrice");
  newer.set(stop_leg + "Type", has_limit ? "STOP_LOSS_LIMIT" : "STOP_LOSS");
  newer.set(stop_leg + "StopPrice", std::string(stop_price));
  newer.set(stop_leg + "ClientOrderId", std::string(old.text("stopClientOrderId")));
  if (has_limit) {
    newer.set(stop_leg + "Price", std::string(old.text("stopLimitPrice")));
    const std::string_view time_in_force = old.text("stopLimitTimeInForce");
    newer.set(stop_leg + "TimeInForce", std::string(time_in_force.empty() ? "GTC" : time_in_force));
  }
  return newer;
}

}  // namespace

bool cancel_open_orders_of(Service& service, AccountId account, OrderListId list) {
  std::vector<VenueOrderId> ids;
  for (const OrderRecord* order : service.exchange().list_orders(account, list)) ids.push_back(order->id);
  bool was_open = false;
  for (const VenueOrderId id : ids) {
    const OrderKey key{.product = Product::spot, .id = id};
    const OrderRecord* order = service.exchange().find_order(account, key);
    // The end of the one may have been the end of the others.
    if (order == nullptr || is_closed(order->state)) continue;
    was_open = service.exchange().cancel(account, key).has_value() || was_open;
  }
  return was_open;
}

std::string_view contingency_text(Service& service, AccountId account, OrderListId list) {
  const auto orders = service.exchange().list_orders(account, list);
  const bool has_entry = std::ranges::any_of(
      orders, [](const OrderRecord* order) { return order->ticket.role == GroupRole::entry; });
  return has_entry ? "OTO" : "OCO";
}

void write_canceled_list(JsonWriter& out, Service& service, AccountId account, OrderListId list,
                         std::string_view cancel_name) {
  const auto orders = service.exchange().list_orders(account, list);
  const auto note = service.list_notes().find(list);
  const bool is_known = note != service.list_notes().end();
  out.begin_object();
  write_list_head(
      out,
      {.id = list,
       .contingency = contingency_text(service, account, list),
       .client_id = is_known ? std::string_view(note->second.client_id) : std::string_view(),
       .symbol = orders.empty() ? std::string_view() : service.listings()[orders.front()->instrument].symbol,
       .at = service.now(),
       .is_done = true},
      orders);
  out.begin_array("orderReports");
  for (const OrderRecord* order : orders) write_spot_canceled(out, service, *order, cancel_name);
  out.end_array().end_object();
}

Answer<std::string> spot_oco(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  TRY(Legs legs, read_legs(service, call, SpotFieldNames::leg("above"), SpotFieldNames::leg("below")));
  TRY_VOID(check_leg_prices(service, legs, service.exchange().market(listing->id)));
  ListTicket ticket;
  const bool stop_is_below = is_stop(legs.below.type);
  ticket.orders.push_back(stop_is_below ? legs.below : legs.above);
  ticket.orders.push_back(stop_is_below ? legs.above : legs.below);
  return place_list(service, call, std::move(ticket), "OCO");
}

Answer<std::string> spot_oco_of_old(Service& service, const Call& call) {
  TRY(const Parameters newer, newer_form(call));
  return spot_oco(service, with_parameters(call, newer));
}

Answer<std::string> spot_oto(Service& service, const Call& call) {
  TRY(OrderTicket working, read_working(service, call));
  TRY(OrderTicket pending, read_spot_ticket(service, call, SpotFieldNames::own("pending")));
  TRY_VOID(check_pending(working, pending));
  pending.role = role_of(pending);
  ListTicket ticket;
  ticket.orders = {std::move(working), std::move(pending)};
  return place_list(service, call, std::move(ticket), "OTO");
}

Answer<std::string> spot_otoco(Service& service, const Call& call) {
  TRY(OrderTicket working, read_working(service, call));
  TRY(Legs legs, read_legs(service, call, SpotFieldNames::leg("pendingAbove", "pending"),
                           SpotFieldNames::leg("pendingBelow", "pending")));
  TRY_VOID(check_pending(working, legs.above));
  TRY_VOID(check_pending(working, legs.below));
  ListTicket ticket;
  ticket.orders.push_back(std::move(working));
  const bool stop_is_below = is_stop(legs.below.type);
  ticket.orders.push_back(stop_is_below ? legs.below : legs.above);
  ticket.orders.push_back(stop_is_below ? legs.above : legs.below);
  return place_list(service, call, std::move(ticket), "OTO");
}

Answer<std::string> spot_cancel_list(Service& service, const Call& call) {
  TRY([[maybe_unused]] const ListedInstrument* listing, service.symbol(call));
  const auto list = named_list(service, call);
  if (!list) return refuse(-2011, "Unknown order list sent.");
  const CancelName name(service, call.parameters.text("newClientOrderId"));
  if (!cancel_open_orders_of(service, call.account, *list)) return refuse(-2011, "Unknown order list sent.");
  JsonWriter out;
  write_canceled_list(out, service, call.account, *list, name.text());
  return out.take();
}

Answer<std::string> spot_list(Service& service, const Call& call) {
  const auto list = named_list(service, call);
  if (!list) return refuse(-2018, "Order list does not exist.");
  JsonWriter out;
  write_known_list(out, service, *list, service.list_notes().at(*list));
  return out.take();
}

Answer<std::string> spot_open_lists(Service& service, const Call& call) {
  JsonWriter out;
  out.begin_array();
  for (const auto& [list, note] : service.list_notes()) {
    if (note.account != call.account) continue;
    if (!is_list_done(service.exchange().list_orders(call.account, list)))
      write_known_list(out, service, list, note);
  }
  return out.end_array().take();
}

Answer<std::string> spot_all_lists(Service& service, const Call& call) {
  TRY(const auto from, call.parameters.time("startTime"));
  TRY(const auto to, call.parameters.time("endTime"));
  TRY(const std::size_t limit, call.parameters.limit(500, 1'000));
  std::size_t written = 0;
  JsonWriter out;
  out.begin_array();
  for (const auto& [list, note] : service.list_notes()) {
    const bool is_wanted = note.account == call.account && note.created_at >= from.value_or(kTimeMin) &&
                           note.created_at <= to.value_or(kTimeMax) && written < limit;
    if (!is_wanted) continue;
    write_known_list(out, service, list, note);
    ++written;
  }
  return out.end_array().take();
}

}  // namespace kontor::emulator::binance
