#include "data/fetch_venue_ranges.hpp"

#include <algorithm>

namespace kontor::data {

std::vector<TimeRange> without(const TimeRange& whole, std::vector<TimeRange> taken) {
  std::ranges::sort(taken, {}, &TimeRange::from);
  std::vector<TimeRange> left;
  TimeNs at = whole.from;
  for (const TimeRange& one : taken) {
    if (one.is_empty() || one.to <= at) continue;
    if (one.from >= whole.to) break;
    if (one.from > at) left.push_back({at, one.from});
    at = one.to;
  }
  if (at < whole.to) left.push_back({at, whole.to});
  return left;
}

DurationNs total_length(std::span<const TimeRange> ranges) noexcept {
  DurationNs sum = 0;
  for (const TimeRange& one : ranges) sum += one.length();
  return sum;
}

}  // namespace kontor::data
