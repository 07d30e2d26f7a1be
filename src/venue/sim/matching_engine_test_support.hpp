#pragma once

#include <ostream>
#include <span>
#include <vector>

#include "venue/sim/matching_engine.hpp"

namespace kontor::sim {

/// How a test shows an event.
inline void PrintTo(const MatchingEvent& event, std::ostream* out) {
  *out << "kind " << static_cast<int>(event.kind) << " order " << event.order.value << " maker "
       << event.maker.value << " price " << event.price.units << " quantity " << event.quantity.units
       << " open " << event.open.units << " maker_open " << event.maker_open.units << " reason "
       << static_cast<int>(event.reason);
}

namespace test {

using Events = std::vector<MatchingEvent>;

/// The engine's answer, which only lives until the next call.
inline Events copy(std::span<const MatchingEvent> events) { return {events.begin(), events.end()}; }

}  // namespace test
}  // namespace kontor::sim
