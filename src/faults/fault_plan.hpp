#pragma once

#include <cstdint>

#include "base/prng.hpp"
#include "base/time.hpp"

namespace kontor::faults {

/// How often what goes wrong, all of it drawn from one seed: some seeds are calm, others are the worst day
/// ever. Chances are per mille of the messages of their kind; times between faults are means.
struct FaultPlan {
  // Requests.
  std::uint64_t lose_request = 0;    ///< never arrives
  std::uint64_t refuse_request = 0;  ///< the venue is busy (429, 5xx) and says so
  std::uint64_t delay_request = 0;   ///< arrives up to kLongestDelay later, perhaps too late to be valid
  std::uint64_t lose_answer = 0;     ///< is carried out, and nobody says so
  // The venue's own messages.
  std::uint64_t lose_report = 0;
  std::uint64_t repeat_report = 0;
  std::uint64_t delay_report = 0;  ///< comes after later ones
  // Questions.
  std::uint64_t lose_question = 0;
  // The world around.
  DurationNs between_disconnects = 0;  ///< 0: never
  DurationNs between_silences = 0;     ///< messages are lost and nobody notices at first
  DurationNs between_kills = 0;
  DurationNs between_disk_failures = 0;  ///< of every fifth seed minutes, else hours
  DurationNs between_manual_trades = 0;
  DurationNs between_market_gaps = 0;  ///< no market data for a while
  DurationNs between_clock_jumps = 0;
  DurationNs between_term_changes = 0;  ///< other tick, step, least sizes
  bool is_delisted = false;             ///< at some time the venue takes no more orders
  DurationNs clock_skew = 0;            ///< our clock is ahead of the venue's

  static constexpr DurationNs kLongestDelay = 8 * kSecond;
  static constexpr DurationNs kLongestClockSkew = 400 * kMillisecond;

  [[nodiscard]] static FaultPlan of(std::uint64_t seed);
};

}  // namespace kontor::faults
