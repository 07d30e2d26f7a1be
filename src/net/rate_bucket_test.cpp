#include "net/rate_bucket.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

constexpr TimeNs kBucketStart = 1'735'689'617 * kSecond;

RateBucket::Terms minute_terms(std::uint32_t limit) {
  return {.interval_ns = kMinute, .travel_ns = kSecond, .limit = limit};
}

/// A bucket whose start is so long ago that nothing is assumed any more.
RateBucket filled(std::uint32_t limit) {
  RateBucket bucket;
  bucket.begin(minute_terms(limit), kBucketStart - kHour);
  bucket.advance(kBucketStart);
  return bucket;
}

bool fits(const RateBucket& bucket, RateLane lane, std::uint32_t cost) {
  return bucket.ready_at(lane, cost) <= bucket.now();
}

TEST(RateRule, TermsThatNoBucketCanKeepAreRefused) {
  const RateRule good{.name = "weight_1m", .limit = 6000};
  EXPECT_TRUE(good.check());
  const auto with = [&](auto change) {
    RateRule rule = good;
    change(rule);
    return rule.check();
  };
  EXPECT_FALSE(with([](RateRule& rule) { rule.name.clear(); }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.name.assign(RateRule::kLongestName + 1, 'x'); }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.name[3] = '\0'; }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.interval_ns = 0; }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.interval_ns = 367 * kDay; }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.limit = 0; }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.limit = RateRule::kGreatestLimit + 1; }));
  EXPECT_FALSE(with([](RateRule& rule) { rule.travel_ns = -1; }));
}

TEST(RateSlices, KeepsEachCountForThirtyOneSlicesMoreAlsoBeforeTheYear1970) {
  for (const std::int64_t first : {0L, 5L, -3L, -1'000'000'007L}) {
    RateSlices slices;
    slices.clear(first);
    slices.add(first, 7);
    slices.advance(first + 1);
    slices.add(first + 1, 2);
    EXPECT_EQ(slices.since(first + 1), 2U);
    slices.advance(first + 31);
    EXPECT_EQ(slices.total(), 9U) << first;
    EXPECT_EQ(slices.left_at(first + 32), 2U);
    slices.advance(first + 32);
    EXPECT_EQ(slices.total(), 2U) << first;
    slices.advance(first + 100);
    EXPECT_EQ(slices.total(), 0U);
  }
}

TEST(RateSlices, AFullSlotStaysFull) {
  RateSlices slices;
  slices.add(0, UINT32_MAX - 1ULL);
  slices.add(0, 100);
  EXPECT_EQ(slices.total(), UINT32_MAX);
  slices.advance(RateSlices::kSlots);
  EXPECT_EQ(slices.total(), 0U);
}

TEST(RateBucket, StartsUsedUpAndFillsAfterOneWindow) {
  RateBucket bucket;
  bucket.begin(minute_terms(100), kBucketStart);
  EXPECT_EQ(bucket.usage().used, 100U);
  EXPECT_FALSE(fits(bucket, RateLane::reduce_only, 1));
  bucket.advance(kBucketStart + kMinute);
  EXPECT_FALSE(fits(bucket, RateLane::cancel, 1)) << "what was sent just before the start still counts";
  const TimeNs ready = bucket.ready_at(RateLane::new_order, 80);
  EXPECT_GT(ready, kBucketStart + kMinute + kSecond);
  EXPECT_LT(ready, kBucketStart + kMinute + (4 * kSecond));
  bucket.advance(ready);
  EXPECT_TRUE(fits(bucket, RateLane::new_order, 80));
  EXPECT_EQ(bucket.usage().used, 0U);
}

TEST(RateBucket, AnEmergencyIsNotHeldUpByWhatIsOnlyAssumed) {
  RateBucket bucket;
  bucket.begin(minute_terms(100), kBucketStart);
  ASSERT_TRUE(fits(bucket, RateLane::emergency_cancel, 60));
  bucket.take(RateLane::emergency_cancel, 60);
  EXPECT_TRUE(fits(bucket, RateLane::emergency_cancel, 40));
  EXPECT_FALSE(fits(bucket, RateLane::emergency_cancel, 41)) << "what was granted is a fact";
  bucket.observe({.used = 90, .asked_at = kBucketStart});
  EXPECT_FALSE(fits(bucket, RateLane::emergency_cancel, 11)) << "what the venue says is one, too";
}

TEST(RateBucket, TheLastFifthIsForProtectiveLanes) {
  RateBucket bucket = filled(100);
  for (const RateLane lane : {RateLane::new_order, RateLane::sync, RateLane::market_data}) {
    EXPECT_EQ(bucket.capacity(lane), 80U);
    EXPECT_TRUE(fits(bucket, lane, 80));
    EXPECT_FALSE(fits(bucket, lane, 81));
  }
  bucket.take(RateLane::new_order, 80);
  EXPECT_FALSE(fits(bucket, RateLane::new_order, 1));
  for (const RateLane lane : {RateLane::emergency_cancel, RateLane::reduce_only, RateLane::cancel}) {
    EXPECT_TRUE(fits(bucket, lane, 20));
    EXPECT_FALSE(fits(bucket, lane, 21));
  }
}

TEST(RateBucket, TheReservedShareIsRoundedUpButLeavesOneForTheOthers) {
  EXPECT_EQ(filled(9).capacity(RateLane::sync), 7U);
  EXPECT_EQ(filled(2).capacity(RateLane::sync), 1U);
  EXPECT_EQ(filled(1).capacity(RateLane::sync), 1U);
}

TEST(RateBucket, WhoWaitsLongerAgoInAMoreUrgentLaneFindsRoom) {
  RateBucket bucket = filled(100);
  bucket.take(RateLane::new_order, 80);
  const TimeNs ready = bucket.ready_at(RateLane::new_order, 50);
  bucket.claim(RateLane::new_order, 50, ready);
  bucket.advance(ready);
  EXPECT_FALSE(fits(bucket, RateLane::market_data, 31));
  EXPECT_TRUE(fits(bucket, RateLane::market_data, 30));
  EXPECT_TRUE(fits(bucket, RateLane::cancel, 100)) << "nobody waits for a less urgent lane";
  const TimeNs given_up = bucket.ready_at(RateLane::market_data, 80);
  EXPECT_LE(given_up, ready + (5 * kSecond)) << "one who never comes holds nobody up for long";
  bucket.take(RateLane::new_order, 50);
  EXPECT_TRUE(fits(bucket, RateLane::market_data, 30)) << "the claim ends with the grant";
}

TEST(RateBucket, AStatementCorrectsUpwardsAtOnceAndNeverDownwardsWithinTheWindow) {
  RateBucket bucket = filled(6000);
  bucket.observe({.used = 3000});
  EXPECT_EQ(bucket.usage().used, 3000U);
  bucket.advance(kBucketStart + (10 * kSecond));
  bucket.observe({.used = 10});
  EXPECT_EQ(bucket.usage().used, 3000U);
  bucket.advance(kBucketStart + kMinute);
  bucket.observe({.used = 11});
  EXPECT_EQ(bucket.usage().used, 3000U);
  bucket.advance(kBucketStart + kMinute + (4 * kSecond));
  EXPECT_EQ(bucket.usage().used, 11U);
}

TEST(RateBucket, AStatementIsRaisedByWhatTheVenueMayNotHaveCounted) {
  RateBucket bucket = filled(6000);
  bucket.take(RateLane::sync, 100);
  bucket.advance(kBucketStart + (20 * kSecond));
  bucket.take(RateLane::sync, 40);
  bucket.observe({.used = 500, .asked_at = bucket.now()});
  EXPECT_EQ(bucket.usage().used, 540U) << "the 40 may be on their way, the 100 have arrived";
  bucket.take(RateLane::sync, 7);
  EXPECT_EQ(bucket.usage().used, 547U);
}

TEST(RateBucket, OurOldCountDoesNotHideWhatOthersUseInTheVenuesNewWindow) {
  RateBucket bucket = filled(6000);
  bucket.take(RateLane::sync, 3000);
  bucket.advance(kBucketStart + (40 * kSecond));
  bucket.observe({.used = 2500});  // of a window that has just begun: all of them others'
  EXPECT_EQ(bucket.usage().used, 3000U);
  bucket.advance(kBucketStart + kMinute + (4 * kSecond));
  EXPECT_EQ(bucket.usage().used, 2500U) << "our own have ended, theirs have not";
}

TEST(RateBucket, StatementsOfOurOwnUseAloneDoNotPileUp) {
  RateBucket bucket = filled(6000);
  TimeNs now = kBucketStart;
  for (int second = 0; second < 600; ++second, now += 100 * kMillisecond) {
    bucket.advance(now);
    ASSERT_TRUE(fits(bucket, RateLane::market_data, 5)) << second;
    bucket.take(RateLane::market_data, 5);
    const std::uint64_t in_minute = static_cast<std::uint64_t>(second % 600 + 1) * 5;
    bucket.observe({.used = in_minute, .asked_at = now});
    // At most what was granted in two travel times and a slice is counted twice.
    ASSERT_LE(bucket.usage().used, in_minute + 250) << second;
  }
}

TEST(RateBucket, AStatementEndsTheAssumptionOfTheStartOnceAllBeforeItMustHaveArrived) {
  RateBucket bucket;
  bucket.begin({.interval_ns = kDay, .travel_ns = kSecond, .limit = 200'000}, kBucketStart);
  bucket.observe({.used = 12, .asked_at = kBucketStart + kSecond - 1});
  EXPECT_EQ(bucket.usage().used, 200'000U);
  bucket.advance(kBucketStart + kMinute);
  bucket.observe({.used = 12, .asked_at = kBucketStart + kSecond - 1});
  EXPECT_EQ(bucket.usage().used, 200'000U);
  bucket.observe({.used = 12, .asked_at = kBucketStart + kSecond});
  EXPECT_EQ(bucket.usage().used, 12U);
}

TEST(RateBucket, ANonsenseStatementOnlyMakesWait) {
  RateBucket bucket = filled(6000);
  bucket.observe({.used = UINT64_MAX, .asked_at = kTimeMin + 1});
  bucket.observe({.used = UINT64_MAX, .asked_at = kTimeMax});
  bucket.observe({.used = 0, .asked_at = kTimeMax});
  EXPECT_FALSE(fits(bucket, RateLane::cancel, 1));
  const TimeNs ready = bucket.ready_at(RateLane::cancel, 1);
  EXPECT_LT(ready, kBucketStart + (2 * kMinute));
  bucket.advance(ready);
  EXPECT_TRUE(fits(bucket, RateLane::cancel, 1));
}

TEST(RateBucket, AClockThatGoesBackALittleStandsStill) {
  RateBucket bucket = filled(100);
  bucket.take(RateLane::cancel, 100);
  bucket.advance(kBucketStart - kSecond);
  EXPECT_EQ(bucket.now(), kBucketStart);
  EXPECT_EQ(bucket.usage().used, 100U);
}

TEST(RateBucket, AClockThatGoesBackFarMakesAllCountForOneMoreWindowAndNotForThatTime) {
  RateBucket bucket = filled(100);
  bucket.take(RateLane::cancel, 60);
  bucket.observe({.used = 70});
  const TimeNs back = kBucketStart - kDay;
  bucket.advance(back);
  EXPECT_GE(bucket.usage().used, 70U);
  bucket.advance(back + kMinute);
  EXPECT_GE(bucket.usage().used, 70U);
  bucket.advance(back + kMinute + (4 * kSecond));
  EXPECT_EQ(bucket.usage().used, 0U);
}

TEST(RateBucket, OtherTermsHoldAtOnce) {
  RateBucket bucket = filled(100);
  bucket.take(RateLane::cancel, 60);
  bucket.set_limit(60);
  EXPECT_FALSE(fits(bucket, RateLane::cancel, 1));
  bucket.set_limit(61);
  EXPECT_TRUE(fits(bucket, RateLane::cancel, 1));
  bucket.set_travel(30 * kSecond);
  bucket.advance(kBucketStart + (90 * kSecond));
  EXPECT_EQ(bucket.usage().used, 60U);
}

TEST(RateBucket, EndsOfTimeDoNotOverflow) {
  RateBucket bucket;
  bucket.begin(minute_terms(10), kTimeMin);
  bucket.advance(kTimeMax);
  EXPECT_EQ(bucket.usage().used, 0U);
  bucket.take(RateLane::cancel, 10);
  EXPECT_GT(bucket.ready_at(RateLane::cancel, 1), bucket.now());
  bucket.advance(kTimeMin);
  EXPECT_EQ(bucket.usage().used, 10U);
}

}  // namespace
}  // namespace kontor::net
