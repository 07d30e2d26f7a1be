#pragma once

#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// What follows every event in which anything of ours moved: groups, margin, then the bounds of all markets
/// whose orders changed.
void end_event(VenueState& state);

/// Ends the good-till-date orders whose time is up at `until`, in the order of their times.
void expire_due(VenueState& state, TimeNs until);

}  // namespace kontor::sim
