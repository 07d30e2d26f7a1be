#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "net/rate_budget_outcome.hpp"

namespace kontor::net {

/// What may still be sent to a venue (M4): several rules at once, lanes, pauses. Who else sends from the same
/// address or account is seen only in the venue's statements; processes on one machine use SharedRateBudget.
///
/// It has no clock: `now` is of whatever clock the caller has, as long as it is the same one. A clock that
/// jumps forward cannot be told from silence, so take one that does not jump. One thread.
class RateBudget {
 public:
  static constexpr std::size_t kMostRules = 64;
  static constexpr std::size_t kMostCosts = 16;  ///< of one request

  /// With all limits taken to be used up: what was sent before the start is not known.
  /// Errors: usage (a rule that is none, two of one name, too many).
  [[nodiscard]] static Result<RateBudget> make(std::span<const RateRule> rules, TimeNs now);

  /// All or nothing over the rules concerned; what is granted is counted. Costs of the same rule add up.
  [[nodiscard]] RateOutcome acquire(TimeNs now, RateLane lane, std::span<const RateCost> costs) noexcept;
  /// The venue has said how much it has counted. Upwards at once, downwards never within the window.
  void observe(TimeNs now, std::uint32_t rule, const RateStatement& statement) noexcept;
  /// The venue wants silence: nobody sends anything until then, emergencies included. The longest wins.
  void pause_until(TimeNs now, const RatePause& pause) noexcept;
  /// The venue publishes another limit.
  void set_limit(TimeNs now, std::uint32_t rule, std::uint32_t limit) noexcept;

  [[nodiscard]] RateUsage usage(TimeNs now, std::uint32_t rule) noexcept;
  [[nodiscard]] RatePause pause(TimeNs now) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return buckets_.size(); }

 private:
  explicit RateBudget(std::vector<RateBucket> buckets) noexcept : buckets_(std::move(buckets)) {}

  std::vector<RateBucket> buckets_;
  RatePauseState pause_{};
};

/// Checks each rule and that their names differ. Errors: usage.
[[nodiscard]] Result<void> check_rate_rules(std::span<const RateRule> rules);

/// The costs of one request, one entry for each rule, without those of nothing.
class RateCostSum {
 public:
  /// Refuses a rule at or above `rules`, and more than RateBudget::kMostCosts of them.
  [[nodiscard]] std::optional<RateRefusal> add(std::span<const RateCost> costs, std::size_t rules) noexcept;
  [[nodiscard]] std::span<const RateCost> costs() const noexcept { return std::span(costs_).first(size_); }

 private:
  [[nodiscard]] RateCost* find(std::uint32_t rule) noexcept;

  std::array<RateCost, RateBudget::kMostCosts> costs_{};
  std::size_t size_ = 0;
};

}  // namespace kontor::net
