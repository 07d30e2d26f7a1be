#pragma once

#include "base/amount.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

// Margin of open positions: perpetuals, and the liability of spot shorts.
//
// Maintenance margin of a position with notional N at the mark: N × rate − deduction of the first tier whose
// cap holds N. Cross: all positions that settle in one asset stand or fall together with its balance:
//   equity = balance − margin allotted to isolated positions + Σ unrealised − Σ value owed by spot shorts
// Isolated: each stands alone with its allotted margin. Liquidation when equity is below maintenance margin.

/// Isolated: its position has nothing to do with the rest of the account.
[[nodiscard]] inline bool stands_alone(const Market& market) noexcept {
  return !market.is_spot() && market.rules.margin == MarginMode::isolated;
}

/// Maintenance margin of a position of this notional.
[[nodiscard]] Amount maintenance_margin(const Market& market, Amount notional) noexcept;

/// What the margin figures of one exposure are at a price.
struct Exposure {
  RawQuantity quantity;  ///< signed
  Amount result;         ///< what it adds to the equity
  Amount maintenance;
};

/// The exposure of a market at `price`: a position of a perpetual, or what is owed on spot.
[[nodiscard]] Exposure exposure_of(const VenueState& state, const Market& market, RawPrice price) noexcept;

/// Liquidates where equity has fallen below maintenance, with `market` valued at `price` and all others at
/// their marks, and computes the safe ranges anew.
void check_margin(VenueState& state, Market& market, RawPrice price);

/// Computes the safe ranges of all margin markets anew at their marks, liquidating where needed; does nothing
/// unless balances or positions changed.
void recompute_margin(VenueState& state);
inline void refresh_margin(VenueState& state) {
  if (state.margin_changed) recompute_margin(state);
}

/// Applies a funding settlement to the position.
void settle_funding(VenueState& state, Market& market, const FundingRate& funding);
/// Applies the settlements that a market has held back, up to and at `until`, each at its own time.
void settle_held_funding(VenueState& state, Market& market, TimeNs until);

}  // namespace kontor::sim
