#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>

#include "base/prng.hpp"
#include "base/time.hpp"

namespace kontor::sim {

/// How long messages are under way. A command sent at t reaches the venue at t + order_entry, a report made
/// at t reaches us at t + response, and a market datum of venue time t is seen at t + feed. Order entry and
/// response together are the acknowledgement time, 50 ms by default.
struct LatencySettings {
  DurationNs order_entry_ns = 25 * kMillisecond;
  DurationNs response_ns = 25 * kMillisecond;
  DurationNs feed_ns = 10 * kMillisecond;
  /// Each command and each report takes up to this much longer, evenly distributed.
  DurationNs jitter_ns = 0;
  std::uint64_t seed = 1;
  BOOST_DESCRIBE_CLASS(LatencySettings, (), (order_entry_ns, response_ns, feed_ns, jitter_ns, seed), (), ())
};

/// Draws the latency of one message after the other; the same seed gives the same sequence.
class LatencyModel {
 public:
  explicit LatencyModel(const LatencySettings& settings) noexcept
      : settings_(settings), prng_(settings.seed) {}

  [[nodiscard]] DurationNs order_entry() noexcept { return settings_.order_entry_ns + jitter(); }
  [[nodiscard]] DurationNs response() noexcept { return settings_.response_ns + jitter(); }
  [[nodiscard]] const LatencySettings& settings() const noexcept { return settings_; }

  /// Where the sequence stands.
  [[nodiscard]] const Prng& prng() const noexcept { return prng_; }
  void continue_from(const Prng& prng) noexcept { prng_ = prng; }

 private:
  DurationNs jitter() noexcept {
    if (settings_.jitter_ns == 0) return 0;
    return static_cast<DurationNs>(prng_.below(static_cast<std::uint64_t>(settings_.jitter_ns) + 1));
  }

  LatencySettings settings_;
  Prng prng_;
};

}  // namespace kontor::sim
