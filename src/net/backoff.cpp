#include "net/backoff.hpp"

#include <algorithm>

namespace kontor::net {

DurationNs Backoff::ceiling() const noexcept {
  const DurationNs cap = std::max<DurationNs>(settings_.cap_ns, 0);
  DurationNs longest = std::clamp<DurationNs>(settings_.base_ns, 0, cap);
  // Ends at once where nothing grows, and after 63 doublings everywhere.
  for (std::uint32_t n = 0; n < attempts_ && longest > 0 && longest < cap; ++n) {
    longest = longest > cap / 2 ? cap : longest * 2;
  }
  return longest;
}

DurationNs Backoff::next() noexcept {
  const auto choices = static_cast<std::uint64_t>(ceiling()) + 1;
  attempts_ += attempts_ < UINT32_MAX ? 1 : 0;
  return static_cast<DurationNs>(random_.below(choices));
}

}  // namespace kontor::net
