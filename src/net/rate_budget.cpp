#include "net/rate_budget.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace kontor::net {

Result<void> check_rate_rules(std::span<const RateRule> rules) {
  if (rules.empty() || rules.size() > RateBudget::kMostRules) {
    return fail(ErrorKind::usage, fmt::format("rate budget: expected 1 to {} rules, found {}",
                                              RateBudget::kMostRules, rules.size()));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    TRY_VOID(rules[i].check());
    const auto same = std::ranges::find(rules.first(i), rules[i].name, &RateRule::name);
    if (same != rules.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fail(ErrorKind::usage,
                  fmt::format("rate budget: expected rules of different names, found {} twice", same->name));
    }
  }
  return {};
}

RateCost* RateCostSum::find(std::uint32_t rule) noexcept {
  const auto known = std::span(costs_).first(size_);
  const auto found = std::ranges::find(known, rule, &RateCost::rule);
  return found == known.end() ? nullptr : &*found;
}

std::optional<RateRefusal> RateCostSum::add(std::span<const RateCost> costs, std::size_t rules) noexcept {
  for (const RateCost& cost : costs) {
    if (cost.rule >= rules) return RateRefusal::unknown_rule;
    if (cost.cost == 0) continue;
    if (RateCost* known = find(cost.rule)) {
      if (__builtin_add_overflow(known->cost, cost.cost, &known->cost)) return RateRefusal::exceeds_capacity;
      continue;
    }
    if (size_ == costs_.size()) return RateRefusal::too_many_rules;
    costs_[size_++] = cost;
  }
  return std::nullopt;
}

Result<RateBudget> RateBudget::make(std::span<const RateRule> rules, TimeNs now) {
  TRY_VOID(check_rate_rules(rules));
  std::vector<RateBucket> buckets(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) buckets[i].begin(RateBucket::Terms::of(rules[i]), now);
  return RateBudget(std::move(buckets));
}

RateOutcome RateBudget::acquire(TimeNs now, RateLane lane, std::span<const RateCost> costs) noexcept {
  RateCostSum sum;
  if (const auto refusal = sum.add(costs, buckets_.size())) return Refused{*refusal};
  std::array<RateDemand, kMostCosts> demands;
  std::size_t size = 0;
  for (const RateCost& cost : sum.costs())
    demands[size++] = {.bucket = &buckets_[cost.rule], .cost = cost.cost};
  pause_.advance(now);
  return decide_rate(now, lane, std::span(demands).first(size), pause_.pause());
}

void RateBudget::observe(TimeNs now, std::uint32_t rule, const RateStatement& statement) noexcept {
  if (rule >= buckets_.size()) return;
  buckets_[rule].advance(now);
  buckets_[rule].observe(statement);
}

void RateBudget::pause_until(TimeNs now, const RatePause& pause) noexcept { pause_.extend(now, pause); }

void RateBudget::set_limit(TimeNs now, std::uint32_t rule, std::uint32_t limit) noexcept {
  if (rule >= buckets_.size()) return;
  buckets_[rule].advance(now);
  buckets_[rule].set_limit(limit);
}

RateUsage RateBudget::usage(TimeNs now, std::uint32_t rule) noexcept {
  if (rule >= buckets_.size()) return {};
  buckets_[rule].advance(now);
  return buckets_[rule].usage();
}

RatePause RateBudget::pause(TimeNs now) noexcept {
  pause_.advance(now);
  return pause_.pause();
}

}  // namespace kontor::net
