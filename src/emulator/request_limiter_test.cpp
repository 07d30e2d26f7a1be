#include "emulator/request_limiter.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kontor::emulator {
namespace {

constexpr TimeNs kMidnight = 1'699'920'000 * kSecond;
constexpr std::string_view kAlice = "127.0.0.1";

TEST(RequestLimiter, WeightsOfAWindowOfTheClockAddUpAndBeginAgainWithTheNext) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::binance, Product::spot));
  const RequestCost cost{.address = kAlice, .weight = 2'000};
  for (int i = 1; i <= 3; ++i) {
    const LimitVerdict verdict = limiter.take(kMidnight + 59 * kSecond, cost);
    EXPECT_EQ(verdict.answer, LimitAnswer::granted);
    ASSERT_EQ(verdict.states.size(), 2U);
    EXPECT_EQ(verdict.states[0].rule->used_header, "X-MBX-USED-WEIGHT-1M");
    EXPECT_EQ(verdict.states[0].used, 2'000 * i);
  }
  const LimitVerdict refused = limiter.take(kMidnight + 59 * kSecond, {.address = kAlice, .weight = 1});
  EXPECT_EQ(refused.answer, LimitAnswer::too_many_requests);
  EXPECT_EQ(refused.retry_after_ns, kSecond);
  EXPECT_EQ(refused.violated->name, "weight_1m");
  EXPECT_EQ(limiter.take(kMidnight + 59 * kSecond, {.address = "10.0.0.1"}).answer, LimitAnswer::granted);
  EXPECT_EQ(limiter.take(kMidnight + kMinute, cost).answer, LimitAnswer::granted);
}

TEST(RequestLimiter, OrdersCountPerAccountAndOnlyWhereThereAreAny) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::binance, Product::spot));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(limiter.take(kMidnight, {.address = kAlice, .account = "a", .orders = 1}).answer,
              LimitAnswer::granted);
  }
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .account = "a", .orders = 1}).answer,
            LimitAnswer::too_many_requests);
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .account = "b", .orders = 1}).answer,
            LimitAnswer::granted);
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .account = "a"}).answer, LimitAnswer::granted);
}

TEST(RequestLimiter, WhoeverGoesOnIsBannedForTwiceAsLongEachTime) {
  LimiterSettings settings = LimiterSettings::standard(VenueName::binance, Product::linear);
  settings.ban.violations_before_ban = 3;
  RequestLimiter limiter(settings);
  const RequestCost greedy{.address = kAlice, .weight = 2'401};
  EXPECT_EQ(limiter.take(kMidnight, greedy).answer, LimitAnswer::too_many_requests);
  EXPECT_EQ(limiter.take(kMidnight, greedy).answer, LimitAnswer::too_many_requests);
  const LimitVerdict banned = limiter.take(kMidnight, greedy);
  EXPECT_EQ(banned.answer, LimitAnswer::banned);
  EXPECT_EQ(banned.banned_until, kMidnight + 2 * kMinute);
  const LimitVerdict still = limiter.take(kMidnight + kMinute, {.address = kAlice, .weight = 1});
  EXPECT_EQ(still.answer, LimitAnswer::banned);
  EXPECT_EQ(still.retry_after_ns, kMinute);
  EXPECT_EQ(limiter.take(kMidnight + 2 * kMinute, {.address = kAlice, .weight = 1}).answer,
            LimitAnswer::granted);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(limiter.take(kMidnight + 3 * kMinute, greedy).answer, LimitAnswer::too_many_requests);
  EXPECT_EQ(limiter.take(kMidnight + 3 * kMinute, greedy).retry_after_ns, 4 * kMinute);
  EXPECT_EQ(limiter.counters().bans, 2U);
}

TEST(RequestLimiter, ABanOnTheFirstViolationIsOneSetting) {
  LimiterSettings settings = LimiterSettings::standard(VenueName::binance, Product::linear);
  settings.ban.violations_before_ban = 1;
  RequestLimiter limiter(settings);
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .weight = 2'401}).answer, LimitAnswer::banned);
}

TEST(RequestLimiter, ARollingWindowHoldsWhateverTheClockSays) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::bybit, Product::linear));
  const RequestCost order{.address = kAlice, .account = "a", .orders = 1, .endpoint = "order_create"};
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(limiter.take(kMidnight + 990 * kMillisecond, order).answer, LimitAnswer::granted);
  }
  const LimitVerdict refused = limiter.take(kMidnight + 1'010 * kMillisecond, order);
  EXPECT_EQ(refused.answer, LimitAnswer::too_many_requests);
  EXPECT_EQ(refused.retry_after_ns, 980 * kMillisecond);
  // The refused one counts until it is a second old, too.
  EXPECT_EQ(limiter.take(kMidnight + 1'990 * kMillisecond, order).answer, LimitAnswer::granted);
  EXPECT_EQ(limiter.take(kMidnight + 1'990 * kMillisecond, order).states.back().used, 3);
  // Another group of endpoints has a limit of its own.
  EXPECT_EQ(limiter
                .take(kMidnight + 1'000 * kMillisecond,
                      {.address = kAlice, .account = "a", .endpoint = "position_list"})
                .answer,
            LimitAnswer::granted);
}

TEST(RequestLimiter, TooManyRequestsOfAnAddressBlockItAtOnceWhereTheVenueDoesThat) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::bybit, Product::spot));
  for (int i = 0; i < 600; ++i) {
    ASSERT_EQ(limiter.take(kMidnight + i, {.address = kAlice}).answer, LimitAnswer::granted);
  }
  const LimitVerdict banned = limiter.take(kMidnight + 600, {.address = kAlice});
  EXPECT_EQ(banned.answer, LimitAnswer::banned);
  EXPECT_EQ(banned.retry_after_ns, 10 * kMinute);
}

TEST(RequestLimiter, RemembersABoundedNumberOfCallersButNoBannedOneIsForgottenForIt) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::bybit, Product::spot));
  limiter.ban(kMidnight + kHour, kAlice, kHour);
  for (std::size_t i = 0; i < RequestLimiter::kMaxCallers + 10; ++i) {
    const std::string address = fmt::format("10.{}", i);
    ASSERT_EQ(limiter.take(kMidnight, {.address = address}).answer, LimitAnswer::granted);
  }
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice}).answer, LimitAnswer::banned);
}

TEST(RequestLimiter, NewLimitsBeginEmptyAndLeaveBansInForce) {
  RequestLimiter limiter(LimiterSettings::standard(VenueName::binance, Product::spot));
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .weight = 6'001}).answer,
            LimitAnswer::too_many_requests);
  limiter.ban(kMidnight, "10.0.0.9", kMinute);
  limiter.change(LimiterSettings::standard(VenueName::binance, Product::spot));
  EXPECT_EQ(limiter.take(kMidnight, {.address = kAlice, .weight = 6'000}).answer, LimitAnswer::granted);
  EXPECT_EQ(limiter.take(kMidnight, {.address = "10.0.0.9"}).answer, LimitAnswer::banned);
}

}  // namespace
}  // namespace kontor::emulator
