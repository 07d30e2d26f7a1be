#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include <boost/describe/enum.hpp>

#include "base/time.hpp"
#include "net/rate_bucket.hpp"

namespace kontor::net {

/// What a request takes of a rule, by the rule's place in the budget.
struct RateCost {
  std::uint32_t rule = 0;
  std::uint32_t cost = 1;
};

/// Why a request can never be sent as it is. `exceeds_capacity`: it alone takes more than its lane may use of
/// a rule. `unavailable`: the shared budget could not be reached in time; nothing is known, so nothing is
/// granted.
BOOST_DEFINE_FIXED_ENUM_CLASS(RateRefusal, std::uint8_t, unknown_rule, too_many_rules, exceeds_capacity,
                              unavailable)
/// Why a venue wants silence: HTTP 429 or what corresponds to it; HTTP 418, a ban.
BOOST_DEFINE_FIXED_ENUM_CLASS(RatePauseReason, std::uint8_t, none, throttled, banned)

/// Send now: it is counted already.
struct Granted {};
/// Not before this time; ask again then. Nothing was counted.
struct WaitUntil {
  TimeNs time = 0;
  RatePauseReason pause = RatePauseReason::none;  ///< none: a limit of our own keeping
};
struct Refused {
  RateRefusal why = RateRefusal::unknown_rule;
};
using RateOutcome = std::variant<Granted, WaitUntil, Refused>;

/// Silence that a venue has asked for.
struct RatePause {
  TimeNs until = kTimeMin;
  RatePauseReason reason = RatePauseReason::none;
};

/// A pause as it is kept: it ends by the clock that it was made by, also where that clock goes back. No
/// padding: it lies in shared memory as it is.
class RatePauseState {
 public:
  /// The longest wins.
  void extend(TimeNs now, const RatePause& pause) noexcept;
  void advance(TimeNs now) noexcept;
  /// As of the last advance(); without a reason when there is none.
  [[nodiscard]] RatePause pause() const noexcept;

 private:
  TimeNs until_ = kTimeMin;
  TimeNs last_ = kTimeMin;
  std::uint64_t reason_ = 0;
};

/// What a request takes of a bucket.
struct RateDemand {
  RateBucket* bucket = nullptr;
  std::uint32_t cost = 0;
};

/// All or nothing: takes every demand, or none where a pause lasts or one bucket has no room. Each bucket
/// stands there once.
[[nodiscard]] RateOutcome decide_rate(TimeNs now, RateLane lane, std::span<const RateDemand> demands,
                                      const RatePause& pause) noexcept;

}  // namespace kontor::net
