#include "emulator/bybit/order_requests.hpp"

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/order_fields.hpp"
#include "emulator/bybit/order_ticket.hpp"
#include "emulator/bybit/refusals.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

std::string order_result(const OrderRecord& order) {
  JsonWriter out;
  out.begin_object().text("orderId", order_id_text(order.product, order.id));
  out.text("orderLinkId", order.ticket.client_id).end_object();
  return std::move(out).take();
}

/// A leg that protects what an order, or a part of a position, holds.
OrderTicket leg_of(const OrderTicket& entry, const StopTerms& terms, bool is_target) {
  OrderTicket leg;
  leg.product = entry.product;
  leg.symbol = entry.symbol;
  leg.side = opposite(entry.side);
  if (is_target) {
    leg.type = terms.limit_price ? OrderType::take_profit_limit : OrderType::take_profit_market;
  } else {
    leg.type = terms.limit_price ? OrderType::stop_limit : OrderType::stop_market;
  }
  leg.trigger_source = terms.source;
  leg.trigger_price = terms.trigger_price;
  leg.price = terms.limit_price;
  leg.quantity = entry.quantity;
  leg.reduce_only = entry.product == Product::linear;
  leg.role = is_target ? GroupRole::take_profit : GroupRole::stop_loss;
  OrderNote note;
  note.source = is_target ? OrderSource::take_profit : OrderSource::stop_loss;
  note.is_partial = true;
  note.is_spot_tpsl = entry.product == Product::spot;
  leg.label = note.text();
  return leg;
}

Checked<const OrderRecord*> place_with_legs(const Request& request, const OrderDraft& draft) {
  ListTicket list;
  list.orders.push_back(draft.ticket);
  list.orders.front().role = GroupRole::entry;
  if (draft.stops.take_profit) list.orders.push_back(leg_of(draft.ticket, *draft.stops.take_profit, true));
  if (draft.stops.stop_loss) list.orders.push_back(leg_of(draft.ticket, *draft.stops.stop_loss, false));
  auto placed = request.exchange().place_list(request.account, list);
  if (!placed) return refused(placed.error(), draft.ticket.product, Asked::create);
  return placed->orders.front().order;
}

Checked<const OrderRecord*> place_draft(const Request& request, const OrderDraft& draft) {
  if (draft.stops.is_partial && !draft.stops.empty()) return place_with_legs(request, draft);
  auto placed = request.exchange().place(request.account, draft.ticket);
  if (!placed) return refused(placed.error(), draft.ticket.product, Asked::create);
  return placed->order;
}

/// The order that the request names by either id.
Checked<OrderKey> asked_order(const Request& request, const ListedInstrument& listed) {
  const Parameters& asked = request.parameters;
  OrderKey key{.product = listed.product, .symbol = listed.symbol};
  if (asked.has("orderId")) {
    const auto id = parse_order_id(asked.get("orderId"));
    if (!id) return refused({RefusalReason::unknown_order, {}}, listed.product, Asked::cancel);
    key.id = *id;
    return key;
  }
  if (!asked.has("orderLinkId")) return bad_parameter("orderId or orderLinkId is required");
  key.client_id = asked.get("orderLinkId");
  return key;
}

/// New stops of an order that protect the whole position once it fills; nothing of them is an order yet.
Checked<bool> amend_attached(const Request& request, const OrderRecord& order) {
  const Parameters& asked = request.parameters;
  if (!asked.has("takeProfit") && !asked.has("stopLoss")) return false;
  const AttachedStops* const known = request.memory.attached_to(order);
  AttachedStops stops = known == nullptr ? AttachedStops() : *known;
  if (stops.is_partial && !stops.empty()) {
    return refused(
        {RefusalReason::amend_not_allowed, "take profit and stop loss of a part cannot be amended"},
        order.product, Asked::amend);
  }
  if (!order.filled.is_zero())
    return refusal(110059, "Not allowed to modify the TP/SL of a partially filled open order");
  TRY(const AttachedStops asked_stops, read_stops(asked, order.product));
  if (asked.has("takeProfit")) stops.take_profit = asked_stops.take_profit;
  if (asked.has("stopLoss")) stops.stop_loss = asked_stops.stop_loss;
  request.memory.attach(request.account, order.id, stops);
  return true;
}

/// Whether cancel-all reaches this order.
bool is_reached(const Request& request, const OrderRecord& order) {
  const Parameters& asked = request.parameters;
  const ListedInstrument& listed = request.listings()[order.instrument];
  if (asked.has("symbol") && listed.symbol != asked.get("symbol")) return false;
  if (!asked.has("symbol") && asked.has("baseCoin") && listed.base != asked.get("baseCoin")) return false;
  const bool by_settle = !asked.has("symbol") && !asked.has("baseCoin") && asked.has("settleCoin");
  if (by_settle && listed.quote != asked.get("settleCoin")) return false;
  const OrderNote note = OrderNote::parse(order.ticket.label);
  const std::string_view filter = asked.get("orderFilter");
  if (order.product == Product::spot) {
    const bool tpsl = note.is_spot_tpsl || note.source != OrderSource::user;
    if (filter == "tpslOrder") return tpsl;
    if (filter == "StopOrder") return order.is_conditional() && !tpsl;
    return !order.is_conditional();
  }
  if (filter == "Order") return !order.is_conditional();
  if (filter != "StopOrder") return true;
  return order.is_conditional() && (asked.get("stopOrderType") != "Stop" || note.source == OrderSource::user);
}

Checked<std::string> all_canceled(const Request& request) {
  TRY(const Category category, asked_category(request));
  const auto product = product_of(category);
  const Parameters& asked = request.parameters;
  const bool narrowed = asked.has("symbol") || asked.has("baseCoin") || asked.has("settleCoin");
  if (category != Category::spot && category != Category::option && !narrowed) {
    return bad_parameter("symbol or baseCoin or settleCoin is required");
  }
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  if (product) {
    TRY_VOID(may_trade(request, *product));
    if (asked.has("symbol")) {
      TRY_VOID(asked_to_trade(request));
    }
    std::vector<VenueOrderId> reached;
    for (const OrderRecord* order : request.exchange().open_orders(request.account, *product, std::nullopt)) {
      if (is_visible(*order) && is_reached(request, *order)) reached.push_back(order->id);
    }
    for (const VenueOrderId id : reached) {
      // The end of one may have taken the other leg of its list with it: that one was canceled, too.
      (void)request.exchange().cancel(request.account, {.product = *product, .id = id});
      const OrderRecord* const order =
          request.exchange().find_order(request.account, {.product = *product, .id = id});
      if (order != nullptr) out.raw(order_result(*order));
    }
  }
  out.end_array().text("success", "1").end_object();
  return std::move(out).take();
}

Checked<std::string> guard_set(const Request& request) {
  TRY(const std::string_view text, request.parameters.needed("timeWindow"));
  (void)text;
  TRY(const std::int64_t seconds, request.parameters.integer_within("timeWindow", {3, 300, 10}));
  const std::string_view word =
      request.parameters.has("product") ? request.parameters.get("product") : "OPTIONS";
  if (word != "OPTIONS" && word != "DERIVATIVES" && word != "SPOT") return bad_parameter("product invalid");
  if (word == "OPTIONS") return "{}";
  const Product product = word == "SPOT" ? Product::spot : Product::linear;
  TRY_VOID(may_trade(request, product));
  auto& guard = request.memory.account(request.account).guards[static_cast<std::size_t>(product)];
  guard = {.window_ns = seconds * kSecond, .is_on = true};
  return "{}";
}

Answer answer_of_order(const Checked<const OrderRecord*>& order) {
  return order ? done(order_result(**order)) : order.error();
}

}  // namespace

Checked<const OrderRecord*> create_one(const Request& request) {
  TRY(const OrderDraft draft, read_order(request));
  request.memory.expect(request.account, draft.stops);
  auto order = place_draft(request, draft);
  request.memory.drop_expected();
  return order;
}

Checked<const OrderRecord*> amend_one(const Request& request) {
  TRY(const ListedInstrument* const listed, asked_to_trade(request));
  AmendTicket ticket;
  TRY(ticket.order, asked_order(request, *listed));
  TRY(ticket.quantity, request.parameters.decimal("qty"));
  TRY(ticket.price, request.parameters.decimal("price"));
  TRY(ticket.trigger_price, request.parameters.decimal("triggerPrice"));
  const OrderRecord* const order = request.exchange().find_order(request.account, ticket.order);
  if (order == nullptr || is_closed(order->state) || !is_visible(*order)) {
    return refused({RefusalReason::unknown_order, {}}, listed->product, Asked::amend);
  }
  TRY(const bool stops_amended, amend_attached(request, *order));
  if (stops_amended && !ticket.quantity && !ticket.price && !ticket.trigger_price) return order;
  auto placed = request.exchange().amend(request.account, ticket);
  if (!placed) return refused(placed.error(), listed->product, Asked::amend);
  return placed->order;
}

Checked<const OrderRecord*> cancel_one(const Request& request) {
  TRY(const ListedInstrument* const listed, asked_to_trade(request));
  TRY(const OrderKey key, asked_order(request, *listed));
  const auto order = request.exchange().cancel(request.account, key);
  if (!order) return refused(order.error(), listed->product, Asked::cancel);
  return *order;
}

Answer create_order(const Request& request) {
  Answer answer = answer_of_order(create_one(request));
  answer.accepted_order = answer.ok();
  return answer;
}

Answer amend_order(const Request& request) { return answer_of_order(amend_one(request)); }
Answer cancel_order(const Request& request) { return answer_of_order(cancel_one(request)); }
Answer cancel_all_orders(const Request& request) { return answered(all_canceled(request)); }

Answer set_disconnect_guard(const Request& request) {
  Answer answer = answered(guard_set(request));
  if (answer.ok()) answer.message = "success";
  return answer;
}

}  // namespace kontor::emulator::bybit
