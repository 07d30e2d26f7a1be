#pragma once

#include "model/types.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// Executes up to `quantity` of an order at `price` and books it: balances, fee, position, reservation,
/// report, group. Less is executed where a reduce-only order would open, or the funds do not suffice (a gap);
/// then the order may have ended. Returns what was executed. An order whose quantity is complete is gone
/// afterwards.
RawQuantity execute(VenueState& state, Slot slot, RawPrice price, RawQuantity quantity, Liquidity liquidity);

/// Executes VenueState::plan for a taker order, as far as it lives.
void execute_plan(VenueState& state, Slot slot);

/// Takes an order off its ladder or list; it stays live and holds its reservation.
void withdraw(VenueState& state, Slot slot);

/// Ends an order with a report.
void cancel(VenueState& state, Slot slot, RejectReason reason);
void expire(VenueState& state, Slot slot);

/// Quantity that an order of `side` may execute and only reduce what is held or owed.
[[nodiscard]] RawQuantity closable(const VenueState& state, const Market& market, Side side) noexcept;

/// Changes the balance of an asset and marks margin figures as outdated where it carries any.
void credit(VenueState& state, AssetId asset, Amount amount) noexcept;

/// Money, position and margin of one execution, ours or a liquidation's; the fee has been computed already.
void book_execution(VenueState& state, Market& market, const Fill& fill) noexcept;

/// Recomputes the margin that the position of a perpetual ties up, from what it was before an execution.
void update_position_margin(VenueState& state, Market& market, const Position& before) noexcept;

}  // namespace kontor::sim
