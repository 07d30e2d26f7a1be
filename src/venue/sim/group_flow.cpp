#include "venue/sim/group_flow.hpp"

#include <algorithm>

#include "venue/sim/execution.hpp"
#include "venue/sim/order_entry.hpp"
#include "venue/sim/pricing.hpp"
#include "venue/sim/reservation.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

/// The total that a leg may execute now: what its entry filled (all of it in an OCO) less what its sibling
/// did.
RawQuantity target_of(const OrderGroup& group, const WorkingOrder& leg) noexcept {
  const RawQuantity base = group.has_entry ? std::min(leg.nominal, group.entry_kept) : leg.nominal;
  const RawQuantity sibling =
      leg.order.role == GroupRole::stop_loss ? group.take_profit_filled : group.stop_loss_filled;
  return std::max(base - sibling, RawQuantity());
}

/// False if the leg's quantity will not grow by itself any more and our side knows another one.
bool is_final_quantity_known(const OrderGroup& group, const WorkingOrder& leg) noexcept {
  const bool final = !group.has_entry || group.entry == kNoSlot;
  return !final || leg.order.quantity == leg.reported;
}

void report_quantity(VenueState& state, const OrderGroup& group, WorkingOrder& leg) {
  if (is_final_quantity_known(group, leg)) return;
  leg.reported = leg.order.quantity;
  state.report(OrderAmended{leg.order.id, leg.order.quantity, leg.order.limit_price});
}

void activate(VenueState& state, Slot slot, RawQuantity target) {
  WorkingOrder& leg = state.orders[slot];
  Market& market = state.market_of(leg);
  leg.stage = Stage::waiting;
  leg.order.quantity = target;
  leg.arrival = std::max(leg.arrival, state.now);
  if (leg.order.type == OrderType::trailing_stop && leg.extreme.units == 0) {
    start_trailing(leg, watched_price(market, leg));
  }
  leg.basis = leg.limited() ? leg.order.limit_price : slipped(market, leg.trigger, leg.order.side);
  const Need need = need_of(state, market, leg);
  if (!can_afford(state, market, leg, need)) {
    leg.stage = Stage::inactive;
    cancel(state, slot,
           market.is_spot() ? RejectReason::insufficient_balance : RejectReason::insufficient_margin);
    return;
  }
  set_need(state, market, leg, need);
  report_quantity(state, state.groups[leg.group], leg);
  start(state, slot);
}

void resize(VenueState& state, Slot slot, RawQuantity target) {
  WorkingOrder& leg = state.orders[slot];
  Market& market = state.market_of(leg);
  leg.order.quantity = target;
  set_need(state, market, leg, need_of(state, market, leg));
  report_quantity(state, state.groups[leg.group], leg);
}

void settle_leg(VenueState& state, Slot group_slot, GroupRole role) {
  const OrderGroup& group = state.groups[group_slot];
  const Slot slot = group.slot_of(role);
  if (slot == kNoSlot) return;
  const WorkingOrder& leg = state.orders[slot];
  const RawQuantity target = target_of(group, leg);
  if (target > leg.filled) {
    if (leg.stage == Stage::inactive) {
      activate(state, slot, target);
    } else if (target != leg.order.quantity || !is_final_quantity_known(group, leg)) {
      resize(state, slot, target);
    }
    return;
  }
  const bool entry_works = group.has_entry && group.entry != kNoSlot;
  if (!entry_works) {
    cancel(state, slot, RejectReason::none);
  } else if (leg.stage != Stage::inactive) {
    withdraw(state, slot);
    state.orders[slot].stage = Stage::inactive;
    set_need(state, state.market_of(leg), state.orders[slot], {});
  }
}

/// Ends the reduce-only orders of one side where there is nothing left to reduce.
void end_reducers(VenueState& state, const Market& market) {
  std::vector<OrderId> ended;  // rare: a position went flat
  const auto collect = [&](Slot slot) {
    const WorkingOrder& order = state.orders[slot];
    if (order.closes_only && closable(state, market, order.order.side).is_zero())
      ended.push_back(order.order.id);
  };
  for (const Slot slot : market.armed) collect(slot);
  for (const Slot slot : market.waiting) collect(slot);
  for (const Rung& rung : market.buys.rungs()) collect(rung.slot);
  for (const Rung& rung : market.sells.rungs()) collect(rung.slot);
  for (const OrderId id : ended) {
    if (const Slot slot = state.orders.find(id); slot != kNoSlot) {
      cancel(state, slot, RejectReason::reduce_only_would_increase);
    }
  }
}

}  // namespace

bool follows_entry(const VenueState& state, const WorkingOrder& order) noexcept {
  return order.group != kNoSlot && order.is_leg() && state.groups[order.group].has_entry;
}

RawQuantity allowed_quantity(const VenueState& state, const WorkingOrder& order) noexcept {
  return order.group != kNoSlot && order.is_leg() ? target_of(state.groups[order.group], order)
                                                  : order.nominal;
}

RejectReason enter_group(VenueState& state, WorkingOrder& order) {
  if (order.order.role == GroupRole::single || order.order.group.value == 0) return RejectReason::none;
  order.group = state.groups.find_or_add(order.order);
  const OrderGroup& group = state.groups[order.group];
  if (group.slot_of(order.order.role) != kNoSlot) return RejectReason::too_many_orders;
  if (!order.is_leg()) return group.has_entry ? RejectReason::too_many_orders : RejectReason::none;
  const RawQuantity target = target_of(group, order);
  const bool may_grow = group.has_entry && group.entry != kNoSlot;
  if (target.is_zero() && !may_grow) return RejectReason::order_closed;
  if (group.has_entry) {
    order.stage = Stage::inactive;  // settle() activates it when it has been accepted
  } else {
    order.order.quantity = target;
  }
  return RejectReason::none;
}

void refuse_member(VenueState& state, const NewOrder& order) {
  if (order.role == GroupRole::single || order.group.value == 0) return;
  const Slot slot = state.groups.find_or_add(order);
  OrderGroup& group = state.groups[slot];
  if (order.role == GroupRole::entry && group.entry == kNoSlot) group.has_entry = true;
  if (group.members == 0) state.groups.retire(slot);
  state.touched_groups.push_back(slot);
}

void settle_news(VenueState& state) {
  while (!state.touched_groups.empty() || !state.touched_positions.empty()) {
    if (!state.touched_groups.empty()) {
      const Slot group = state.touched_groups.back();
      state.touched_groups.pop_back();
      settle_leg(state, group, GroupRole::stop_loss);
      settle_leg(state, group, GroupRole::take_profit);
    } else {
      const Slot number = state.touched_positions.back();
      state.touched_positions.pop_back();
      end_reducers(state, state.markets[number]);
    }
  }
}

}  // namespace kontor::sim
