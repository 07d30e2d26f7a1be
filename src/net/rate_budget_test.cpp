#include "net/rate_budget.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "net/rate_budget_test_support.hpp"

namespace kontor::net {
namespace {

using namespace test;

constexpr TimeNs kBudgetStart = 1'735'689'617 * kSecond;

/// Two rules by address, two by account, as Binance has them on the spot market.
std::vector<RateRule> spot_rules() {
  return {{.name = "weight_1m", .limit = 6000},
          {.name = "requests_5m", .kind = RateKind::requests, .interval_ns = 5 * kMinute, .limit = 61'000},
          {.name = "orders_10s",
           .scope = RateScope::account,
           .kind = RateKind::orders,
           .interval_ns = 10 * kSecond,
           .limit = 100},
          {.name = "orders_1d",
           .scope = RateScope::account,
           .kind = RateKind::orders,
           .interval_ns = kDay,
           .limit = 200'000}};
}

RateBudget filled_budget(const std::vector<RateRule>& rules) {
  return *RateBudget::make(rules, kBudgetStart - (400 * kDay));
}

TEST(RateBudget, RulesThatDoNotFitTogetherAreRefused) {
  EXPECT_EQ(RateBudget::make({}, kBudgetStart).error().kind, ErrorKind::usage);
  auto rules = spot_rules();
  rules[3].name = rules[1].name;
  EXPECT_NE(RateBudget::make(rules, kBudgetStart).error().message.find("requests_5m twice"),
            std::string::npos);
  rules = std::vector<RateRule>(RateBudget::kMostRules + 1, {.name = "x", .limit = 1});
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i].name += std::to_string(i);
  EXPECT_FALSE(RateBudget::make(rules, kBudgetStart));
  rules.pop_back();
  EXPECT_TRUE(RateBudget::make(rules, kBudgetStart));
}

TEST(RateBudget, TakesFromAllRulesOrFromNone) {
  RateBudget budget = filled_budget(spot_rules());
  const std::vector<RateCost> order{{0, 1}, {1, 1}, {2, 1}, {3, 1}};
  for (int i = 0; i < 80; ++i)
    ASSERT_TRUE(is_granted(budget.acquire(kBudgetStart, RateLane::new_order, order)));
  const TimeNs wait = wait_of(budget.acquire(kBudgetStart, RateLane::new_order, order));
  EXPECT_GT(wait, kBudgetStart + (10 * kSecond));
  EXPECT_LT(wait, kBudgetStart + (11 * kSecond));
  EXPECT_EQ(budget.usage(kBudgetStart, 0).used, 80U);
  EXPECT_EQ(budget.usage(kBudgetStart, 1).used, 80U);
  EXPECT_EQ(budget.usage(kBudgetStart, 2).used, 80U);
  EXPECT_EQ(budget.usage(kBudgetStart, 3).used, 80U);
  const RateUsage orders = budget.usage(kBudgetStart, 2);
  EXPECT_EQ(orders.throttled_total, 1U);
  EXPECT_EQ(orders.wait_ns, wait - kBudgetStart);
  EXPECT_EQ(budget.usage(kBudgetStart, 0).throttled_total, 0U) << "that one had room";
  EXPECT_TRUE(is_granted(budget.acquire(wait, RateLane::new_order, order)));
}

TEST(RateBudget, WhatCanNeverFitIsRefusedAndNotKeptWaiting) {
  RateBudget budget = filled_budget(spot_rules());
  const auto ask = [&](RateLane lane, std::vector<RateCost> costs) {
    return refusal_of(budget.acquire(kBudgetStart, lane, costs));
  };
  EXPECT_EQ(ask(RateLane::sync, {{0, 4801}}), RateRefusal::exceeds_capacity);
  EXPECT_EQ(ask(RateLane::sync, {{0, 2401}, {0, 2400}}), RateRefusal::exceeds_capacity) << "they add up";
  EXPECT_EQ(ask(RateLane::sync, {{0, UINT32_MAX}, {0, 2}}), RateRefusal::exceeds_capacity);
  EXPECT_EQ(ask(RateLane::emergency_cancel, {{0, 6001}}), RateRefusal::exceeds_capacity);
  EXPECT_EQ(ask(RateLane::sync, {{4, 1}}), RateRefusal::unknown_rule);
  EXPECT_EQ(budget.usage(kBudgetStart, 0).used, 0U);
  EXPECT_TRUE(
      is_granted(budget.acquire(kBudgetStart, RateLane::sync, std::vector<RateCost>{{0, 4800}, {1, 0}})));
}

TEST(RateBudget, MoreRulesThanARequestCanHaveAreRefused) {
  std::vector<RateRule> rules;
  std::vector<RateCost> costs;
  for (std::uint32_t i = 0; i <= RateBudget::kMostCosts; ++i) {
    rules.push_back({.name = "rule" + std::to_string(i), .limit = 10});
    costs.push_back({i, 1});
  }
  RateBudget budget = filled_budget(rules);
  EXPECT_EQ(refusal_of(budget.acquire(kBudgetStart, RateLane::sync, costs)), RateRefusal::too_many_rules);
  costs.pop_back();
  EXPECT_TRUE(is_granted(budget.acquire(kBudgetStart, RateLane::sync, costs)));
}

TEST(RateBudget, APauseHoldsEverybodyEmergenciesToo) {
  RateBudget budget = filled_budget(spot_rules());
  const std::vector<RateCost> one{{0, 1}};
  budget.pause_until(kBudgetStart, {.until = kBudgetStart + kMinute, .reason = RatePauseReason::throttled});
  budget.pause_until(kBudgetStart, {.until = kBudgetStart + kHour, .reason = RatePauseReason::banned});
  budget.pause_until(kBudgetStart, {.until = kBudgetStart + kSecond, .reason = RatePauseReason::throttled});
  for (std::size_t lane = 0; lane < kRateLanes; ++lane) {
    const RateOutcome outcome = budget.acquire(kBudgetStart + kMinute, static_cast<RateLane>(lane), one);
    EXPECT_EQ(wait_of(outcome), kBudgetStart + kHour) << "the longest wins";
    EXPECT_EQ(std::get<WaitUntil>(outcome).pause, RatePauseReason::banned);
  }
  EXPECT_EQ(wait_of(budget.acquire(kBudgetStart + kHour - 1, RateLane::cancel, {})), kBudgetStart + kHour);
  EXPECT_EQ(budget.usage(kBudgetStart, 0).throttled_total, kRateLanes);
  EXPECT_EQ(budget.pause(kBudgetStart + kHour).reason, RatePauseReason::none);
  EXPECT_TRUE(is_granted(budget.acquire(kBudgetStart + kHour, RateLane::market_data, one)));
}

TEST(RateBudget, APauseThatIsOverOrEndlessIsHarmless) {
  RateBudget budget = filled_budget(spot_rules());
  const std::vector<RateCost> one{{0, 1}};
  budget.pause_until(kBudgetStart, {.until = kBudgetStart, .reason = RatePauseReason::banned});
  budget.pause_until(kBudgetStart, {.until = kTimeMin, .reason = RatePauseReason::banned});
  EXPECT_TRUE(is_granted(budget.acquire(kBudgetStart, RateLane::sync, one)));
  budget.pause_until(kBudgetStart, {.until = kTimeMax, .reason = RatePauseReason::banned});
  EXPECT_GT(wait_of(budget.acquire(kBudgetStart, RateLane::sync, one)), kBudgetStart + (9'999 * kDay));
}

TEST(RateBudget, APauseLastsAsLongWhenTheClockGoesBack) {
  RateBudget budget = filled_budget(spot_rules());
  budget.pause_until(kBudgetStart, {.until = kBudgetStart + kMinute, .reason = RatePauseReason::throttled});
  const TimeNs back = kBudgetStart - kDay;
  EXPECT_EQ(wait_of(budget.acquire(back, RateLane::cancel, {})), back + kMinute);
}

TEST(RateBudget, AfterAStartOnlyEmergenciesAreServedUntilTheWindowsHavePassed) {
  RateBudget budget = *RateBudget::make(spot_rules(), kBudgetStart);
  const std::vector<RateCost> request{{0, 1}, {1, 1}};
  for (std::size_t lane = 1; lane < kRateLanes; ++lane)
    EXPECT_GT(wait_of(budget.acquire(kBudgetStart, static_cast<RateLane>(lane), request)),
              kBudgetStart + (5 * kMinute));
  EXPECT_TRUE(is_granted(budget.acquire(kBudgetStart, RateLane::emergency_cancel, request)));
  EXPECT_TRUE(is_granted(budget.acquire(kBudgetStart + (6 * kMinute), RateLane::market_data, request)));
}

TEST(RateBudget, TheVenuesLimitReplacesOurs) {
  RateBudget budget = filled_budget(spot_rules());
  budget.set_limit(kBudgetStart, 2, 10);
  EXPECT_EQ(refusal_of(budget.acquire(kBudgetStart, RateLane::new_order, std::vector<RateCost>{{2, 9}})),
            RateRefusal::exceeds_capacity);
  EXPECT_EQ(budget.usage(kBudgetStart, 2).limit, 10U);
}

TEST(RateBudget, UnknownRulesAreNothing) {
  RateBudget budget = filled_budget(spot_rules());
  budget.observe(kBudgetStart, 99, {.used = 1});
  budget.set_limit(kBudgetStart, 99, 1);
  EXPECT_EQ(budget.usage(kBudgetStart, 99).limit, 0U);
  EXPECT_EQ(budget.size(), 4U);
}

// ---- what must hold for all times

/// Steps from nothing over bursts to whole windows.
DurationNs random_step(Prng& prng, DurationNs interval) {
  switch (prng.below(8)) {
    case 0: return static_cast<DurationNs>(prng.below(static_cast<std::uint64_t>(interval) + 1));
    case 1: return 0;
    case 2: return static_cast<DurationNs>(prng.below(static_cast<std::uint64_t>(2 * interval)));
    default: return static_cast<DurationNs>(prng.below(static_cast<std::uint64_t>(interval) / 50 + 1));
  }
}

RateRule random_rule(Prng& prng, std::string name) {
  constexpr std::array<DurationNs, 5> kIntervals{kSecond, 5 * kSecond, 10 * kSecond, kMinute, kDay};
  return {.name = std::move(name),
          .interval_ns = kIntervals[prng.below(kIntervals.size())] + static_cast<DurationNs>(prng.below(3)),
          .limit = static_cast<std::uint32_t>(1 + prng.below(prng.below(2) == 0 ? 10 : 1000)),
          .travel_ns = static_cast<DurationNs>(prng.below(3)) * 500 * kMillisecond};
}

/// Asks at random, of one rule that the venue counts, and keeps what was granted.
std::vector<Sent> ask_at_random(Prng& prng, const RateRule& rule) {
  const std::vector<RateRule> rules{rule, random_rule(prng, "other")};
  RateBudget budget = *RateBudget::make(rules, kBudgetStart);
  std::vector<Sent> sent;
  TimeNs now = kBudgetStart;
  for (int i = 0; i < 3'000; ++i) {
    now += random_step(prng, rule.interval_ns);
    const auto lane = static_cast<RateLane>(prng.below(kRateLanes));
    const auto cost = static_cast<std::uint32_t>(prng.below(rule.limit / (1 + prng.below(10)) + 1));
    const std::vector<RateCost> costs{{0, cost}, {1, static_cast<std::uint32_t>(prng.below(2))}};
    const RateOutcome outcome = budget.acquire(now, lane, std::span(costs).first(1 + prng.below(2)));
    if (is_granted(outcome)) sent.push_back({now, lane, cost});
    // Following the advice is what callers do, so the times at which something just ends are tried often.
    if (wait_of(outcome) != 0 && prng.below(3) == 0) now = wait_of(outcome) - (prng.below(2) == 0 ? 1 : 0);
    if (prng.below(20) == 0) {
      budget.observe(
          now, 0,
          {.used = prng.below(rule.limit),
           .asked_at = now - static_cast<DurationNs>(prng.below(static_cast<std::uint64_t>(kSecond)))});
    }
  }
  return sent;
}

TEST(RateBudgetProperty, NoWindowHoldsMoreThanTheLimitHoweverTheVenueCounts) {
  std::size_t granted = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Prng prng(seed);
    const RateRule rule = random_rule(prng, "counted");
    std::vector<Sent> sent = ask_at_random(prng, rule);
    granted += sent.size();
    ASSERT_LE(most_in_span(sent, rule.interval_ns + rule.travel_ns), rule.limit) << "seed " << seed;
    for (Sent& one : sent)
      one.time += static_cast<DurationNs>(prng.below(static_cast<std::uint64_t>(rule.travel_ns) + 1));
    ASSERT_LE(most_in_span(sent, rule.interval_ns), rule.limit) << "seed " << seed;
    ASSERT_LE(most_in_aligned(sent, rule.interval_ns), rule.limit) << "seed " << seed;
  }
  EXPECT_GT(granted, 30'000U) << "or nothing was tried";
}

TEST(RateBudgetProperty, OtherLanesNeverUseTheShareOfTheProtectiveOnes) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Prng prng(seed);
    const RateRule rule = random_rule(prng, "counted");
    std::vector<Sent> sent = ask_at_random(prng, rule);
    std::erase_if(sent, [](const Sent& one) { return is_protective(one.lane); });
    const std::uint64_t reserved = (rule.limit + 4) / 5;
    const std::uint64_t most = rule.limit == 1 ? 1 : rule.limit - reserved;
    ASSERT_LE(most_in_span(sent, rule.interval_ns + rule.travel_ns), most) << "seed " << seed;
  }
}

TEST(RateBudgetProperty, WhoComesWhenHeWasToldIsServed) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Prng prng(seed);
    const std::vector<RateRule> rules{random_rule(prng, "a"), random_rule(prng, "b")};
    RateBudget budget = *RateBudget::make(rules, kBudgetStart);
    TimeNs now = kBudgetStart;
    for (int i = 0; i < 100; ++i) {
      const auto lane = static_cast<RateLane>(prng.below(3));
      const std::vector<RateCost> costs{{0, static_cast<std::uint32_t>(1 + prng.below(rules[0].limit))},
                                        {1, static_cast<std::uint32_t>(1 + prng.below(rules[1].limit))}};
      const RateOutcome outcome = budget.acquire(now, lane, costs);
      if (is_granted(outcome)) continue;
      ASSERT_GT(wait_of(outcome), now);
      now = wait_of(outcome);
      ASSERT_TRUE(is_granted(budget.acquire(now, lane, costs))) << "seed " << seed << " step " << i;
    }
  }
}

TEST(RateBudgetProperty, AGreedyCallerGetsMostOfTheLimit) {
  const std::vector<RateRule> rules{{.name = "weight", .limit = 1200}};
  RateBudget budget = *RateBudget::make(rules, kBudgetStart);
  const std::vector<RateCost> one{{0, 1}};
  std::uint64_t granted = 0;
  const TimeNs from = kBudgetStart + (2 * kMinute);
  for (TimeNs now = from; now < from + (20 * kMinute); now += 10 * kMillisecond)
    granted += is_granted(budget.acquire(now, RateLane::reduce_only, one)) ? 1U : 0U;
  EXPECT_GT(granted, 20U * 1200U * 93U / 100U);
}

}  // namespace
}  // namespace kontor::net
