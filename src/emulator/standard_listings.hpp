#pragma once

#include <vector>

#include "emulator/listing.hpp"

namespace kontor::emulator {

/// The instruments that an emulated venue lists unless it is told otherwise, with ticks, steps, minimums and
/// fees as the venue publishes them for its usual accounts.
[[nodiscard]] std::vector<ListingRow> standard_listing_rows(VenueName venue);

}  // namespace kontor::emulator
