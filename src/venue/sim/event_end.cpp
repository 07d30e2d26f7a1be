#include "venue/sim/event_end.hpp"

#include <algorithm>

#include "venue/sim/execution.hpp"
#include "venue/sim/group_flow.hpp"
#include "venue/sim/margin.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {

void end_event(VenueState& state) {
  settle(state);
  refresh_margin(state);
  for (const Slot number : state.dirty_markets) {
    Market& market = state.markets[number];
    market.dirty = false;
    update_trigger_bounds(state, market);
    update_quiet_range(market);
  }
  state.dirty_markets.clear();
}

void expire_due(VenueState& state, TimeNs until) {
  if (until < state.next_expiry) return;
  std::vector<std::pair<TimeNs, OrderId>> due;
  state.next_expiry = kTimeMax;
  for (const Slot slot : state.expiring) {
    const NewOrder& order = state.orders[slot].order;
    if (order.expire_at <= until) {
      due.emplace_back(order.expire_at, order.id);
    } else {
      state.next_expiry = std::min(state.next_expiry, order.expire_at);
    }
  }
  std::sort(due.begin(), due.end());
  for (const auto& [time, id] : due) {
    const Slot slot = state.orders.find(id);
    if (slot == kNoSlot) continue;
    state.now = time;
    expire(state, slot);
    settle(state);
  }
  end_event(state);
}

}  // namespace kontor::sim
