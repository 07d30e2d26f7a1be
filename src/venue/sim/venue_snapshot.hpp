#pragma once

#include "base/codec.hpp"
#include "base/result.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

// The binary form of everything that a simulated venue knows. Orders and groups are written by ascending id
// and named by it in every list, so it does not matter where they lie. A reader accepts only what a writer
// can have written: lists and orders that agree with each other, in that very form.

/// Appends the state as it is between two calls.
void save_state(const VenueState& state, Encoder& encoder);

/// Takes it back into a state of the same instruments and settings; anything else is bad data and changes
/// nothing.
[[nodiscard]] Result<void> load_state(VenueState& state, Decoder& decoder);

}  // namespace kontor::sim
