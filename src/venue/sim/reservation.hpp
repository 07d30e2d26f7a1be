#pragma once

#include "base/amount.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

// What open orders hold back.
//
// The *need* of an order is, on spot, what it will pay: notional and quote fee of a buy, the base quantity of
// a sell. On a perpetual it is the quantity and notional of what it may trade; orders that only reduce need
// nothing. The two legs of a group on the same side need only the larger of both, because at most one of them
// executes in full.
//
// On perpetuals the margin that orders hold is that of the worst case in which one side fills completely.
// What it would add to the size of the position is counted in quantities, so that what closes costs nothing
// at any price, and valued as the orders of that side are on average:
//   max over the sides of  max(0, |P ± Q| − |P|) × N / Q × (1 / leverage + taker fee)
// with P the signed position, Q and N the quantity and notional of the side's needs.

/// What the order would need with its remaining quantity at `order.basis`.
[[nodiscard]] Need need_of(const VenueState& state, const Market& market, const WorkingOrder& order) noexcept;

/// True if the free funds allow the order's need to become `need`.
[[nodiscard]] bool can_afford(const VenueState& state, const Market& market, const WorkingOrder& order,
                              const Need& need) noexcept;

/// Books the order's need as `need`.
void set_need(VenueState& state, Market& market, WorkingOrder& order, const Need& need);

/// The margin that the open orders of a perpetual hold, after a change of them or of the position.
void update_order_margin(VenueState& state, Market& market);

/// What new orders may use of an asset: balance less reservations and position margin, with the unrealised
/// result of cross positions; less the liability and margin of spot shorts.
[[nodiscard]] Amount free_funds(const VenueState& state, AssetId asset) noexcept;

/// What is held for the part of a spot short that a buy of `quantity` gives back: its value and margin.
[[nodiscard]] Amount held_for(const VenueState& state, const Market& market, RawQuantity quantity) noexcept;

/// Quantity of the base asset owed (spot short), as 1e-18 units; zero if none.
[[nodiscard]] inline Amount liability(const AssetAccount& account) noexcept {
  return account.balance.is_negative() ? -account.balance : Amount();
}

/// A base amount valued at a price.
[[nodiscard]] Amount value_of(const Instrument& instrument, Amount base, RawPrice price) noexcept;

}  // namespace kontor::sim
