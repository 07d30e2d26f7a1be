#pragma once

#include "emulator/bybit/venue_memory.hpp"
#include "emulator/emulated_venue.hpp"

namespace kontor::emulator::bybit {

/// Does what events have called for: stops that were asked for with an order are set once it fills, those of
/// a position go with it and grow with it. To be called after every request and every step of time.
void settle_stops(Exchange& exchange, VenueMemory& memory);

}  // namespace kontor::emulator::bybit
