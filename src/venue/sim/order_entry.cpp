#include "venue/sim/order_entry.hpp"

#include <algorithm>

#include "venue/sim/execution.hpp"
#include "venue/sim/group_flow.hpp"
#include "venue/sim/order_checks.hpp"
#include "venue/sim/pricing.hpp"
#include "venue/sim/reservation.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

void refuse(VenueState& state, const NewOrder& order, RejectReason reason) {
  state.report(OrderRejected{order.id, reason});
  refuse_member(state, order);
}

/// A prepared slot with the order as it came.
Slot draft_of(VenueState& state, const Market& market, const NewOrder& order, const Passage& passage) {
  const Slot slot = state.orders.prepare();
  WorkingOrder& draft = state.orders[slot];
  draft.order = order;
  draft.nominal = order.quantity;
  draft.reported = order.quantity;
  draft.trigger = order.trigger_price;
  draft.sent = passage.sent;
  draft.arrival = passage.arrival;
  draft.stage = Stage::waiting;
  const bool may_short = !market.is_spot() || market.rules.spot_margin;
  draft.closes_only = order.reduce_only && may_short;
  return slot;
}

/// All checks of a new order; the draft learns its group, first trigger and basis on the way, and `need` what
/// it will reserve.
RejectReason refusal(VenueState& state, const Market& market, WorkingOrder& draft, Need& need) {
  const RejectReason form = refusal_by_form(market, draft.order, draft.arrival);
  if (form != RejectReason::none) return form;
  const RejectReason group = enter_group(state, draft);
  if (group != RejectReason::none) return group;
  if (draft.stage == Stage::inactive) {
    draft.closes_only = draft.closes_only || !market.is_spot();
    return RejectReason::none;
  }
  if (draft.order.type == OrderType::trailing_stop) start_trailing(draft, watched_price(market, draft));
  const RejectReason present = refusal_by_market(state, market, draft);
  if (present != RejectReason::none) return present;
  draft.basis = basis_of(market, draft);
  need = need_of(state, market, draft);
  if (can_afford(state, market, draft, need)) return RejectReason::none;
  return market.is_spot() ? RejectReason::insufficient_balance : RejectReason::insufficient_margin;
}

void note_expiry(VenueState& state, Slot slot) {
  const NewOrder& order = state.orders[slot].order;
  if (order.time_in_force != TimeInForce::good_till_date) return;
  state.expiring.push_back(slot);
  state.next_expiry = std::min(state.next_expiry, order.expire_at);
}

/// What is left of an order that has taken what it could.
void settle_rest(VenueState& state, const Market& market, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  if (order.immediate()) {
    const bool all_or_none = order.order.time_in_force == TimeInForce::fill_or_kill;
    return all_or_none ? cancel(state, slot, RejectReason::fill_or_kill_unfilled) : expire(state, slot);
  }
  if (order.limited()) return rest(state, slot);
  const bool waits =
      market.level == FeedLevel::quotes && market.rules.market_volume == MarketVolume::participation;
  if (!waits) return cancel(state, slot, RejectReason::no_market_price);
  order.stage = Stage::waiting;
  auto& waiting = state.market_of(order).waiting;
  if (std::find(waiting.begin(), waiting.end(), slot) == waiting.end()) waiting.push_back(slot);
}

void wait_for_open(Market& market, WorkingOrder& order, Slot slot) {
  order.fresh = true;
  order.stage = Stage::waiting;
  market.waiting.push_back(slot);
  if (!order.limited() || order.immediate()) return;
  order.stage = Stage::resting;
  market.ladder(order.order.side).insert(order.order.limit_price, kUnknownQueue, slot);
}

/// The venue's present view of an id that is not live.
RejectReason absence(const VenueState& state, OrderId id) noexcept {
  return id.value != 0 && id.value <= state.highest_order ? RejectReason::order_closed
                                                          : RejectReason::unknown_order;
}

RejectReason refusal_of(const VenueState& state, const Market& market, const WorkingOrder& order,
                        WorkingOrder& changed) {
  const RejectReason form =
      refusal_of_amendment(market, order, changed.order.quantity, changed.order.limit_price);
  if (form != RejectReason::none || order.stage == Stage::inactive) return form;
  const bool moves = changed.order.limit_price != order.order.limit_price;
  const bool works = order.stage == Stage::resting;
  if (works && moves && order.order.post_only &&
      is_marketable(market, order.order.side, changed.order.limit_price)) {
    return RejectReason::post_only_would_take;
  }
  if (changed.limited()) changed.basis = changed.order.limit_price;
  if (can_afford(state, market, changed, need_of(state, market, changed))) return RejectReason::none;
  return market.is_spot() ? RejectReason::insufficient_balance : RejectReason::insufficient_margin;
}

}  // namespace

void place(VenueState& state, const NewOrder& order, const Passage& passage) {
  ASSERT(state.orders.find(order.id) == kNoSlot && order.instrument.index() < state.markets.size());
  state.highest_order = std::max(state.highest_order, order.id.value);
  Market& market = state.markets[order.instrument.index()];
  const Slot slot = draft_of(state, market, order, passage);
  WorkingOrder& placed = state.orders[slot];
  Need need;
  if (const RejectReason reason = refusal(state, market, placed, need); reason != RejectReason::none) {
    state.orders.discard(slot);
    return refuse(state, order, reason);
  }
  state.orders.add(slot);
  ++market.open_orders;
  if (placed.group != kNoSlot) {
    state.groups.join(placed.group, order.role, slot);
    state.touched_groups.push_back(placed.group);
  }
  note_expiry(state, slot);
  state.report(OrderAccepted{order.id});
  if (placed.stage == Stage::inactive) return;
  set_need(state, market, placed, need);
  start(state, slot);
}

void start(VenueState& state, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  state.touch(market);
  if (state.in_bar && state.bar.inside) state.bar.activated.push_back(slot);
  if (!has_trigger(order.order.type)) return go_to_market(state, slot);
  order.stage = Stage::armed;
  market.armed.push_back(slot);
  if (!market.waits_for_bars() && is_reached(order, watched_price(market, order))) fire(state, slot);
}

void rest(VenueState& state, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  state.touch(market);
  const Side side = order.order.side;
  order.stage = Stage::resting;
  market.ladder(side).insert(order.order.limit_price, queue_ahead(market, side, order.order.limit_price),
                             slot);
  // What it has just taken is still shown by the book: it must not be had twice.
  if (market.level == FeedLevel::book && is_marketable(market, side, order.order.limit_price)) {
    market.ladder(side).find(order.order.limit_price, slot)->crossed = true;
    market.any_crossed = true;
  }
}

void go_to_market(VenueState& state, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  state.touch(market);
  if (market.waits_for_bars()) {
    if (state.in_bar && order.limited() && !order.immediate()) return rest(state, slot);
    return wait_for_open(market, order, slot);
  }
  const OrderId id = order.order.id;
  if (order.order.post_only && is_marketable(market, order.order.side, order.order.limit_price)) {
    return cancel(state, slot, RejectReason::post_only_would_take);
  }
  if (order.limited() && !order.immediate() &&
      !is_marketable(market, order.order.side, order.order.limit_price)) {
    return rest(state, slot);
  }
  const TakerRequest request{order.order.side, order.remaining(), order.limited(), order.order.limit_price};
  const RawQuantity available = plan_taker(state, market, request);
  const bool all_or_none = order.order.time_in_force == TimeInForce::fill_or_kill;
  if (all_or_none && available < order.remaining()) {
    return cancel(state, slot, RejectReason::fill_or_kill_unfilled);
  }
  if (market.level == FeedLevel::quotes) {
    (order.is_buy() ? market.ask_taken : market.bid_taken) += available;
  }
  execute_plan(state, slot);
  if (state.orders.is_live(slot, id) && state.orders[slot].stage != Stage::inactive)
    settle_rest(state, market, slot);
}

void mark_triggered(VenueState& state, Slot slot) {
  WorkingOrder& order = state.orders[slot];
  withdraw(state, slot);
  order.stage = Stage::waiting;
  state.report(OrderTriggered{order.order.id});
}

void fire(VenueState& state, Slot slot) {
  mark_triggered(state, slot);
  go_to_market(state, slot);
}

namespace {

void amend(VenueState& state, const AmendOrder& request, const Passage& passage) {
  const Slot slot = state.orders.find(request.id);
  if (slot == kNoSlot) return state.report(AmendRejected{request.id, absence(state, request.id)});
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  WorkingOrder changed = order;
  changed.order.quantity = request.quantity;
  if (order.limited()) changed.order.limit_price = request.limit_price;
  if (const RejectReason reason = refusal_of(state, market, order, changed); reason != RejectReason::none) {
    return state.report(AmendRejected{request.id, reason});
  }
  const bool keeps_place =
      changed.order.limit_price == order.order.limit_price && request.quantity <= order.order.quantity;
  const bool moves = order.stage == Stage::resting && !keeps_place;
  if (moves) withdraw(state, slot);
  const RawQuantity change = request.quantity - order.reported;
  order.nominal += change;
  order.reported = request.quantity;
  order.order.quantity = allowed_quantity(state, order);
  order.order.limit_price = changed.order.limit_price;
  order.basis = changed.basis;
  if (moves) {
    order.sent = passage.sent;
    order.arrival = passage.arrival;
  }
  set_need(state, market, order, need_of(state, market, order));
  state.report(OrderAmended{request.id, request.quantity, order.order.limit_price});
  if (order.group != kNoSlot) state.touched_groups.push_back(order.group);
  if (moves) go_to_market(state, slot);
}

void cancel_by_request(VenueState& state, const CancelOrder& request) {
  const Slot slot = state.orders.find(request.id);
  if (slot == kNoSlot) return state.report(CancelRejected{request.id, absence(state, request.id)});
  cancel(state, slot, RejectReason::none);
}

}  // namespace

void apply_change(VenueState& state, const CommandBody& command, const Passage& passage) {
  if (const auto* canceled = std::get_if<CancelOrder>(&command)) {
    cancel_by_request(state, *canceled);
  } else {
    amend(state, std::get<AmendOrder>(command), passage);
  }
}

void request_change(VenueState& state, const CommandBody& command, const Passage& passage) {
  const auto* canceled = std::get_if<CancelOrder>(&command);
  const Slot slot = state.orders.find(canceled != nullptr ? canceled->id : std::get<AmendOrder>(command).id);
  if (slot == kNoSlot) return apply_change(state, command, passage);
  WorkingOrder& order = state.orders[slot];
  Market& market = state.market_of(order);
  if (!market.is_inside_bar(passage.arrival) || market.changes.size() >= kMaxHeld) {
    return apply_change(state, command, passage);
  }
  market.changes.push_back({command, passage});
  state.touch(market);
  if (canceled == nullptr || order.leaving) return;
  order.leaving = true;
  --market.open_orders;
  set_need(state, market, order, {});
}

}  // namespace kontor::sim
