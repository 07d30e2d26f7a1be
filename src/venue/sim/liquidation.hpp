#pragma once

#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// Equity and maintenance margin of all that stands together in one asset.
struct CrossMargin {
  Amount equity;
  Amount maintenance;
  std::size_t exposures = 0;
};

/// The cross margin of an asset, with `focus` (may be null) valued at `price` and all others at their marks.
[[nodiscard]] CrossMargin cross_margin(const VenueState& state, AssetId asset, const Market* focus,
                                       RawPrice price) noexcept;

/// Ends the market's orders, then its isolated position, which has reached `price`. The price of the fill is
/// the one at which equity met maintenance (inside a bar) or the present one, with slippage, but never worse
/// than the bankruptcy price: what is beyond is the insurance fund's. Fee: taker plus liquidation fee, as far
/// as there is equity.
void liquidate_isolated(VenueState& state, Market& market, RawPrice price);

/// The instrument is delisted: ends all of its orders, and settles a perpetual's position at the mark,
/// without a fee.
void wind_up(VenueState& state, Market& market);

/// Ends all margin orders of the asset, then one cross position after the other, largest maintenance margin
/// first, until equity suffices.
void liquidate_cross(VenueState& state, AssetId asset, const Market* focus, RawPrice price);

}  // namespace kontor::sim
