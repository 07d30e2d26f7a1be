#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::net {

/// Whom a venue counts: everything from one address, one account (or key), one instrument of an account.
BOOST_DEFINE_FIXED_ENUM_CLASS(RateScope, std::uint8_t, ip, account, symbol)
/// What it counts: weights of requests, requests, orders.
BOOST_DEFINE_FIXED_ENUM_CLASS(RateKind, std::uint8_t, weight, requests, orders)
/// What a request is for, most urgent first. The first three protect what is already at risk.
BOOST_DEFINE_FIXED_ENUM_CLASS(RateLane, std::uint8_t, emergency_cancel, reduce_only, cancel, new_order, sync,
                              market_data)

inline constexpr std::size_t kRateScopes = 3;
inline constexpr std::size_t kRateLanes = 6;

constexpr bool is_protective(RateLane lane) noexcept { return lane <= RateLane::cancel; }

/// One limit of a venue: at most `limit` within `interval_ns`, however the venue cuts its windows.
struct RateRule {
  static constexpr std::size_t kLongestName = 39;
  static constexpr std::uint32_t kGreatestLimit = 1'000'000'000;

  std::string name;  ///< unique in a budget: `weight_1m`, `orders_10s`, `/v5/order/create`
  RateScope scope = RateScope::ip;
  RateKind kind = RateKind::weight;
  DurationNs interval_ns = kMinute;
  std::uint32_t limit = 0;
  /// The longest that a request is on its way from its grant until the venue has counted it. Requests that
  /// leave one interval apart arrive closer together when the first is slow; this much is kept between them.
  DurationNs travel_ns = 500 * kMillisecond;

  /// Errors: usage, with what was expected of the rule.
  [[nodiscard]] Result<void> check() const;
};

/// What the venue said it has counted.
struct RateStatement {
  std::uint64_t used = 0;
  /// When the request that it answers was granted; kTimeMin: one travel time ago.
  TimeNs asked_at = kTimeMin;
};

/// How a rule stands, for export.
struct RateUsage {
  std::uint64_t used = 0;  ///< our estimate; above the limit where more was assumed than is allowed
  std::uint32_t limit = 0;
  std::uint64_t throttled_total = 0;  ///< times that somebody was told to wait for this rule
  DurationNs wait_ns = 0;             ///< and how long, all together
};

}  // namespace kontor::net
