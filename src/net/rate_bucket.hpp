#pragma once

#include <array>
#include <cstdint>

#include "net/rate_bucket_rule.hpp"
#include "net/rate_bucket_slices.hpp"

namespace kontor::net {

/// What was used up of one rule, and what is therefore left (M4). Given the time; asks for none.
///
/// **Never above the limit, however the venue counts.** Time is cut into slices of width w. A grant at time s
/// in slice k = ⌊s / w⌋ counts as used in the slices k … k + 31, thus until (k + 32)·w > s + 31·w, and w is
/// chosen so that 31·w ≥ hold = interval + travel + interval / 1000. Take any span of time that is no longer
/// than hold, closed at both ends, and the last grant in it, at t. Each other grant in it was at some s with
/// s ≤ t ≤ s + hold, so it was still counted at t, and t was granted only because all that was counted and
/// its own cost came to no more than the limit. So the grants in that span sum to the limit at most. A
/// request that was granted at s is counted by the venue between s and s + travel; those that it counts
/// within one interval, wherever that begins, were granted within interval + travel ≤ hold. That covers
/// windows aligned to the interval, sliding windows and leaky buckets of that capacity. The thousandth is for
/// clocks that are being slewed (500 parts per million, ours and the venue's). The price is a window that is
/// up to 1/31 longer.
///
/// **What others used.** The venue's statement bounds what it has counted: `used` and all that was granted
/// since shortly before the request it answers. The estimate is the greater of that bound and our own count,
/// so a statement corrects upwards at once. A statement that would lower the estimate does not: what would be
/// lost is kept for the rest of the window as used by others, since requests of theirs may be on their way.
///
/// **After a start** the limit is taken to be used up: what was sent before is not known. That assumption
/// ends after one window, or when the venue has stated its count in answer to a request that was granted at
/// least one travel time after the start, so that all that came before is in it.
///
/// No pointers, no padding: it lies in shared memory as it is. One thread at a time.
class RateBucket {
 public:
  /// Percent of a limit that only protective lanes may use.
  static constexpr std::uint64_t kReservedPercent = 20;
  /// A clock that goes back by up to this much stands still instead: processes read it one after the other.
  static constexpr DurationNs kBackwardTolerance = kSecond;

  /// The figures of a rule.
  struct Terms {
    DurationNs interval_ns = kMinute;
    DurationNs travel_ns = 0;
    std::uint32_t limit = 1;
    /// Of a rule that was checked.
    static Terms of(const RateRule& rule) noexcept {
      return {.interval_ns = rule.interval_ns, .travel_ns = rule.travel_ns, .limit = rule.limit};
    }
  };

  RateBucket() = default;  ///< of no rule, until begin()
  /// Takes on a rule, with all of it assumed to be used.
  void begin(const Terms& terms, TimeNs now) noexcept;
  /// Assumes that all is used, beside what was counted: something may have been sent that was not.
  void distrust(TimeNs now) noexcept;

  [[nodiscard]] Terms terms() const noexcept {
    return {.interval_ns = interval_ns_, .travel_ns = travel_ns_, .limit = limit_};
  }
  /// Another limit, as the venue publishes it.
  void set_limit(std::uint32_t limit) noexcept;
  /// Another travel time. Slices get another width with it, so what was counted counts as used just now.
  void set_travel(DurationNs travel_ns) noexcept;

  /// Time passes; what is too old is let go. A clock that went back far makes all that was counted as if it
  /// were used now: how much time has really passed is not known.
  void advance(TimeNs now) noexcept;

  // The following are asked after advance().

  /// What this lane may use at most.
  [[nodiscard]] std::uint64_t capacity(RateLane lane) const noexcept;
  /// The first time at which `cost`, not above capacity(), fits; the present: it fits now. A lane finds room
  /// kept for the more urgent ones that were told to wait.
  [[nodiscard]] TimeNs ready_at(RateLane lane, std::uint32_t cost) const noexcept;
  /// Uses what fits now.
  void take(RateLane lane, std::uint32_t cost) noexcept;
  /// Keeps room for a lane that was told to wait until `ready`, and one slice longer.
  void claim(RateLane lane, std::uint32_t cost, TimeNs ready) noexcept;
  void note_wait(DurationNs wait_ns) noexcept;
  void observe(const RateStatement& statement) noexcept;

  [[nodiscard]] TimeNs now() const noexcept { return last_; }
  [[nodiscard]] RateUsage usage() const noexcept;

 private:
  [[nodiscard]] std::int64_t slice_now() const noexcept { return granted_.current(); }
  [[nodiscard]] std::uint64_t estimate() const noexcept;
  [[nodiscard]] std::uint64_t used_at(std::int64_t slice, RateLane lane) const noexcept;
  [[nodiscard]] std::uint64_t claimed_above(std::int64_t slice, RateLane lane) const noexcept;
  void measure() noexcept;
  void move_all_to(TimeNs now) noexcept;

  DurationNs interval_ns_ = 0;
  DurationNs travel_ns_ = 0;
  DurationNs slice_ns_ = 1;
  TimeNs last_ = 0;

  RateSlices granted_{};            ///< by us
  RateSlices foreign_{};            ///< that only the venue spoke of, and no longer does
  std::uint64_t assumed_ = 0;       ///< to be used of old, since …
  TimeNs assumed_at_ = 0;           ///< … this time …
  std::int64_t assumed_slice_ = 0;  ///< … in this slice
  std::uint64_t stated_ = 0;        ///< bound of the venue's last statement and what was granted since …
  std::int64_t stated_slice_ = 0;   ///< … which was made in this slice
  std::array<std::int64_t, kRateLanes> claimed_until_{};  ///< last slice of the claim
  std::array<std::uint32_t, kRateLanes> claimed_{};

  std::uint64_t throttled_total_ = 0;
  DurationNs wait_ns_ = 0;
  std::uint32_t limit_ = 0;
  [[maybe_unused]] std::uint32_t unused_ = 0;  ///< in place of padding
};

}  // namespace kontor::net
