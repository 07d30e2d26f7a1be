#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/rate_budget_outcome.hpp"

namespace kontor::net::test {

inline bool is_granted(const RateOutcome& outcome) { return std::holds_alternative<Granted>(outcome); }
/// 0: nobody was told to wait.
inline TimeNs wait_of(const RateOutcome& outcome) {
  const auto* wait = std::get_if<WaitUntil>(&outcome);
  return wait == nullptr ? 0 : wait->time;
}
inline std::optional<RateRefusal> refusal_of(const RateOutcome& outcome) {
  const auto* refused = std::get_if<Refused>(&outcome);
  return refused == nullptr ? std::nullopt : std::optional(refused->why);
}

/// A request that was granted.
struct Sent {
  TimeNs time = 0;
  RateLane lane = RateLane::sync;
  std::uint32_t cost = 0;
};

/// The most that any closed span of this length holds.
inline std::uint64_t most_in_span(std::vector<Sent> sent, DurationNs span) {
  std::ranges::sort(sent, {}, &Sent::time);
  std::uint64_t sum = 0;
  std::uint64_t most = 0;
  std::size_t first = 0;
  for (const Sent& last : sent) {
    sum += last.cost;
    while (sent[first].time < last.time - span) sum -= sent[first++].cost;
    most = std::max(most, sum);
  }
  return most;
}

/// The most that any window that begins at a multiple of the interval holds.
inline std::uint64_t most_in_aligned(std::vector<Sent> sent, DurationNs interval) {
  std::ranges::sort(sent, {}, &Sent::time);
  std::uint64_t sum = 0;
  std::uint64_t most = 0;
  TimeNs window = 0;
  for (const Sent& one : sent) {
    const TimeNs own = floor_divide(one.time, interval);
    sum = own == window ? sum + one.cost : one.cost;
    window = own;
    most = std::max(most, sum);
  }
  return most;
}

}  // namespace kontor::net::test
