#pragma once

#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// True if the trigger fires on a price at or above it: buy stops and sell take-profits.
[[nodiscard]] bool fires_upwards(const WorkingOrder& order) noexcept;

/// True if a price has reached the order's trigger.
[[nodiscard]] bool is_reached(const WorkingOrder& order, RawPrice price) noexcept;

/// Stop, stop-limit or trailing stop (not a take-profit).
[[nodiscard]] bool is_stop(OrderType type) noexcept;

/// Sets the first trigger of a trailing stop from the price at its activation.
void start_trailing(WorkingOrder& order, RawPrice price) noexcept;

/// Moves a trailing stop after a new best price.
void trail(WorkingOrder& order, RawPrice price) noexcept;

/// The price that the order's trigger looks at.
[[nodiscard]] RawPrice watched_price(const Market& market, const WorkingOrder& order) noexcept;

/// Fires and trails all armed orders of a market by the prices known now (not for bars).
void check_triggers(VenueState& state, Market& market);

/// Recomputes the prices between which no trigger fires and no trailing stop moves.
void update_trigger_bounds(const VenueState& state, Market& market) noexcept;

/// Recomputes the prices between which nothing of ours can be touched, from ladders, triggers and margin.
void update_quiet_range(Market& market) noexcept;

}  // namespace kontor::sim
