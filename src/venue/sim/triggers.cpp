#include "venue/sim/triggers.hpp"

#include <algorithm>

#include "venue/sim/order_entry.hpp"

namespace kontor::sim {

bool is_stop(OrderType type) noexcept {
  return type == OrderType::stop_market || type == OrderType::stop_limit || type == OrderType::trailing_stop;
}

bool fires_upwards(const WorkingOrder& order) noexcept { return order.is_buy() == is_stop(order.order.type); }

bool is_reached(const WorkingOrder& order, RawPrice price) noexcept {
  if (price.units == 0) return false;
  return fires_upwards(order) ? price >= order.trigger : price <= order.trigger;
}

void start_trailing(WorkingOrder& order, RawPrice price) noexcept {
  const RawPrice offset(sign_of(order.order.side) * order.order.trailing_offset.units);
  order.extreme = price;
  if (order.trigger.units == 0) order.trigger = price + offset;
}

void trail(WorkingOrder& order, RawPrice price) noexcept {
  const RawPrice offset(sign_of(order.order.side) * order.order.trailing_offset.units);
  const bool improved = order.is_buy() ? price < order.extreme : price > order.extreme;
  if (!improved) return;
  order.extreme = price;
  const RawPrice moved = price + offset;
  order.trigger = order.is_buy() ? std::min(order.trigger, moved) : std::max(order.trigger, moved);
}

RawPrice watched_price(const Market& market, const WorkingOrder& order) noexcept {
  return order.order.trigger_source == TriggerSource::mark ? market.mark() : market.last_or_mark();
}

void check_triggers(VenueState& state, Market& market) {
  state.candidates.clear();
  for (const Slot slot : market.armed) {
    WorkingOrder& order = state.orders[slot];
    const RawPrice price = watched_price(market, order);
    if (is_reached(order, price)) {
      state.candidates.push_back(order.order.id);
    } else if (order.order.type == OrderType::trailing_stop && price.units != 0) {
      trail(order, price);
    }
  }
  for (std::size_t i = 0; i < state.candidates.size(); ++i) {
    const Slot slot = state.orders.find(state.candidates[i]);
    if (slot != kNoSlot && state.orders[slot].stage == Stage::armed) fire(state, slot);
  }
  update_trigger_bounds(state, market);
}

void update_trigger_bounds(const VenueState& state, Market& market) noexcept {
  market.trigger_low = INT64_MIN;
  market.trigger_high = INT64_MAX;
  for (const Slot slot : market.armed) {
    const WorkingOrder& order = state.orders[slot];
    auto low = INT64_MIN;
    auto high = INT64_MAX;
    (fires_upwards(order) ? high : low) = order.trigger.units;
    if (order.order.type == OrderType::trailing_stop) (order.is_buy() ? low : high) = order.extreme.units;
    market.trigger_low = std::max(market.trigger_low, low);
    market.trigger_high = std::min(market.trigger_high, high);
  }
}

void update_quiet_range(Market& market) noexcept {
  if (market.holds_anything()) {
    market.quiet_low = INT64_MAX;
    return;
  }
  market.quiet_low = std::max(market.trigger_low, market.safe_low);
  market.quiet_high = std::min(market.trigger_high, market.safe_high);
  if (!market.buys.empty()) {
    market.quiet_low = std::max(market.quiet_low, market.buys.price_of(market.buys.best()).units);
  }
  if (!market.sells.empty()) {
    market.quiet_high = std::min(market.quiet_high, market.sells.price_of(market.sells.best()).units);
  }
}

}  // namespace kontor::sim
