#pragma once

#include <optional>

#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// The smallest fraction by which the mark of one market has to move against its position until equity meets
/// maintenance margin, all other marks staying where they are:
///   cushion / (notional × (1 − rate)) for a long, cushion / (notional × (1 + rate)) for a short,
/// where cushion is equity less maintenance margin of what stands together with the position, and rate that
/// of the present maintenance tier. Exact as long as the move stays within the tier. 0: due now; a long has 1
/// at the most, which is a price of zero. None where nothing is held on margin or no price is known.
[[nodiscard]] std::optional<double> liquidation_distance(const VenueState& state) noexcept;

}  // namespace kontor::sim
