#pragma once

#include "model/market_data.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// Fills our orders from one bar by the path that docs/fill-rules.md assumes: the open first, then the range.
void match_bar(VenueState& state, Market& market, const Bar& bar);

}  // namespace kontor::sim
