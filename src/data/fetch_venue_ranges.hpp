#pragma once

#include <span>
#include <vector>

#include "base/time.hpp"

namespace kontor::data {

/// A stretch of time: from ≤ time < to.
struct TimeRange {
  TimeNs from = 0;
  TimeNs to = 0;
  [[nodiscard]] bool is_empty() const noexcept { return from >= to; }
  [[nodiscard]] DurationNs length() const noexcept { return is_empty() ? 0 : to - from; }
  bool operator==(const TimeRange&) const = default;
};

/// What is left of `whole` without `taken`, ascending. `taken` may come in any order, overlap, and reach
/// beyond.
[[nodiscard]] std::vector<TimeRange> without(const TimeRange& whole, std::vector<TimeRange> taken);

/// How much time these are, together; they do not overlap.
[[nodiscard]] DurationNs total_length(std::span<const TimeRange> ranges) noexcept;

}  // namespace kontor::data
