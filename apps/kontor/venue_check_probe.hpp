#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "venue_access.hpp"

namespace kontor::app {

/// How a venue answers.
struct VenueProbe {
  DurationNs connection_ns = 0;    ///< name, connection and TLS, together
  DurationNs round_trip_ns = 0;    ///< of a question over a connection that is there; the shortest of some
  DurationNs clock_offset_ns = 0;  ///< the venue's clock is so far ahead of ours …
  DurationNs uncertainty_ns = 0;   ///< … give or take so much
  /// What the venue says that it has counted, by the rule's place.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> stated{};
};

/// Why it does not, and what may help.
struct VenueSilence {
  Error error;
  std::string advice;
};

using ProbeOutcome = std::expected<VenueProbe, VenueSilence>;

/// Orders are refused whose time is further off than this, on the strictest venue; half of that is a warning.
inline constexpr DurationNs kWorrisomeOffset = 500 * kMillisecond;

/// Connects anew and asks for the time, a few times.
[[nodiscard]] ProbeOutcome probe_venue(VenueAccess& access);

}  // namespace kontor::app
