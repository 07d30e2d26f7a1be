#include "engine/timers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::engine {
namespace {

TimerFired timer(std::uint32_t strategy, std::uint64_t id) { return {StrategyId(strategy), id}; }

/// Fires the next timer as a driver would: asks for it, and brings it back as an event.
std::uint64_t fire(Timers& timers) {
  const TimerFired next = timers.next();
  timers.fired(next, timers.next_due());
  return next.timer;
}

TEST(Timers, FireByTimeAndAtOneTimeInTheOrderInWhichTheyWereSet) {
  Timers timers;
  EXPECT_EQ(timers.next_due(), kTimeMax);
  timers.set(30, timer(0, 1));
  timers.set(10, timer(1, 2));
  timers.set(20, timer(0, 3));
  timers.set(10, timer(0, 4));
  timers.set(-5, timer(0, 5));
  EXPECT_EQ(timers.next_due(), -5);
  for (const std::uint64_t expected : {5U, 2U, 4U, 3U, 1U}) EXPECT_EQ(fire(timers), expected);
  EXPECT_EQ(timers.next_due(), kTimeMax);
}

TEST(Timers, OnlyTheOneThatIsDueIsTakenOut) {
  Timers timers;
  timers.set(10, timer(0, 1));
  timers.set(20, timer(0, 2));
  timers.fired(timer(0, 1), 9);   // too early
  timers.fired(timer(0, 2), 50);  // not its turn
  timers.fired(timer(1, 1), 50);  // another strategy's
  EXPECT_EQ(timers.next_due(), 10);
  timers.fired(timer(0, 1), 50);
  EXPECT_EQ(timers.next_due(), 20);
  timers.fired(timer(0, 2), 20);
  timers.fired(timer(0, 2), 20);
  EXPECT_EQ(timers.next_due(), kTimeMax);
}

TEST(Timers, EqualTimersAreTwoTimers) {
  Timers timers;
  timers.set(10, timer(0, 1));
  timers.set(10, timer(0, 1));
  EXPECT_EQ(fire(timers), 1U);
  EXPECT_EQ(timers.next_due(), 10);
  EXPECT_EQ(fire(timers), 1U);
  EXPECT_EQ(timers.next_due(), kTimeMax);
}

TEST(TimersProperty, AgreeWithAStableSortAndSurviveTheirBinaryForm) {
  Prng random(7);
  Timers timers;
  std::vector<std::pair<TimeNs, std::uint64_t>> expected;
  for (std::uint64_t id = 1; id <= 2000; ++id) {
    const auto due = static_cast<TimeNs>(random.below(100));
    timers.set(due, timer(0, id));
    expected.emplace_back(due, id);
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::size_t fired = 0;
  for (const auto& [due, id] : expected) {
    ASSERT_EQ(timers.next_due(), due);
    ASSERT_EQ(fire(timers), id);
    if (++fired % 500 == 0) {
      auto restored = decode<Timers>(encode(timers));
      ASSERT_TRUE(restored);
      ASSERT_EQ(encode(*restored), encode(timers));
      timers = std::move(*restored);
    }
  }
}

TEST(Timers, TheSafetyChainsIsMovedAndGoesFirst) {
  Timers timers;
  timers.set(20, timer(0, 1));
  timers.set(OwnTimer::safety, 20);
  EXPECT_EQ(timers.next().strategy, kNoStrategy);
  timers.set(OwnTimer::safety, 30);
  EXPECT_EQ(timers.next_due(), 20);
  EXPECT_EQ(timers.next().strategy, StrategyId(0));
  timers.set(OwnTimer::safety, 10);
  timers.fired({kNoStrategy, 0}, 9);
  EXPECT_EQ(timers.next_due(), 10) << "too early";
  const auto restored = decode<Timers>(encode(timers));
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->due(OwnTimer::safety), 10);
  timers.fired(timers.next(), 10);
  EXPECT_EQ(timers.due(OwnTimer::safety), kTimeMax);
  EXPECT_EQ(fire(timers), 1U);
}

TEST(TimersDeath, ThereIsNoNextOneWhereNoneIsSet) {
  Timers timers;
  EXPECT_DEATH(static_cast<void>(timers.next()), "next_due");
}

}  // namespace
}  // namespace kontor::engine
