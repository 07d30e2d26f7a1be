#pragma once

#include <cstdint>

#include "base/prng.hpp"
#include "base/time.hpp"

namespace kontor::net {

/// How long to wait between attempts.
struct BackoffSettings {
  DurationNs base_ns = 500 * kMillisecond;
  DurationNs cap_ns = 15 * kSecond;
  /// What has lasted so long was a success: the next attempt is a first one again.
  DurationNs steady_ns = 30 * kSecond;
};

/// Waits that grow, with full jitter: uniform in [0, min(cap, base × 2ⁿ)] before attempt n (Brooker,
/// Exponential Backoff and Jitter, 2015). Many clients that failed together do not come back together.
/// Chance comes from the seed alone.
class Backoff {
 public:
  Backoff(BackoffSettings settings, std::uint64_t seed) noexcept : settings_(settings), random_(seed) {}

  /// The wait before the next attempt.
  [[nodiscard]] DurationNs next() noexcept;
  /// The longest that next() could say now.
  [[nodiscard]] DurationNs ceiling() const noexcept;
  /// To be told how long a connection has lasted that has come to its end: one that did not last is another
  /// failure, so that a venue that lets in and throws out is not knocked at twice a second for ever.
  void ended_after(DurationNs lasted) noexcept {
    if (lasted >= settings_.steady_ns) reset();
  }
  void reset() noexcept { attempts_ = 0; }
  /// Waits given out since the last success.
  [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

 private:
  BackoffSettings settings_;
  Prng random_;
  std::uint32_t attempts_ = 0;
};

}  // namespace kontor::net
