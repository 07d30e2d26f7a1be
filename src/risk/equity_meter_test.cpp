#include "risk/equity_meter.hpp"

#include <gtest/gtest.h>

#include "tests/support/numbers.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;

/// 2025-01-01T00:00:00Z, a Wednesday.
constexpr TimeNs kWednesday = 1'735'689'600 * kSecond;

TEST(DrawdownMeter, TellsTheHighestTierThatIsReached) {
  DrawdownMeter meter(DrawdownBreaker{});
  meter.begin(amount("1000"));
  struct Case {
    const char* equity;
    BreakerLevel level;
    const char* threshold;
  };
  for (const Case& one :
       {Case{"900.000001", BreakerLevel::normal, "0"}, Case{"900", BreakerLevel::warning, "0.1"},
        Case{"850.01", BreakerLevel::warning, "0.1"}, Case{"850", BreakerLevel::restricted, "0.15"},
        Case{"800", BreakerLevel::halted, "0.2"}, Case{"700", BreakerLevel::flattening, "0.3"},
        Case{"-10", BreakerLevel::flattening, "0.3"}}) {
    const Verdict verdict = meter.look(amount(one.equity));
    EXPECT_EQ(verdict.level, one.level) << one.equity;
    EXPECT_EQ(verdict.threshold, amount(one.threshold)) << one.equity;
  }
  EXPECT_EQ(meter.look(amount("1100")).level, BreakerLevel::normal);
  EXPECT_EQ(meter.look(amount("990")).value, amount("0.1")) << "from the new peak";
}

TEST(DrawdownMeter, ATierOfZeroIsNone) {
  DrawdownMeter meter(DrawdownBreaker{.warning = decimal("0"), .halted = decimal("0")});
  meter.begin(amount("1000"));
  EXPECT_EQ(meter.look(amount("880")).level, BreakerLevel::normal);
  EXPECT_EQ(meter.look(amount("750")).level, BreakerLevel::restricted);
  EXPECT_EQ(meter.look(amount("700")).level, BreakerLevel::flattening);
  EXPECT_EQ(meter.alarm(BreakerLevel::normal), amount("850"));
  EXPECT_EQ(meter.alarm(BreakerLevel::restricted), amount("700"));
  EXPECT_EQ(meter.alarm(BreakerLevel::flattening), Amount::from_units(kInt128Min));
}

TEST(PeriodLossMeter, BeginsWithTheDayAndEndsWithIt) {
  PeriodLossMeter meter(LossBreaker{.cooldown = 0}, kDay);
  meter.begin(amount("1000"), kWednesday + 5 * kHour);
  EXPECT_EQ(meter.end(), kWednesday + kDay);
  EXPECT_EQ(meter.look(amount("950.01"), amount("1000"), kWednesday + 6 * kHour).level, BreakerLevel::normal);
  const Verdict tripped = meter.look(amount("950"), amount("951"), kWednesday + 7 * kHour);
  EXPECT_EQ(tripped.level, BreakerLevel::restricted);
  EXPECT_EQ(tripped.value, amount("0.05"));
  EXPECT_EQ(tripped.until, kWednesday + kDay);
  // The next day begins with what was there before its first price.
  EXPECT_EQ(meter.look(amount("903"), amount("950"), kWednesday + kDay).level, BreakerLevel::normal);
  EXPECT_EQ(meter.look(amount("902.5"), amount("903"), kWednesday + kDay + 1).level,
            BreakerLevel::restricted);
}

TEST(PeriodLossMeter, TheCooldownCanReachIntoTheNextDay) {
  PeriodLossMeter meter(LossBreaker{.cooldown = 6 * kHour}, kDay);
  meter.begin(amount("1000"), kWednesday);
  EXPECT_EQ(meter.look(amount("900"), amount("1000"), kWednesday + kHour).until, kWednesday + kDay);
  EXPECT_EQ(meter.look(amount("900"), amount("1000"), kWednesday + 20 * kHour).until,
            kWednesday + 26 * kHour);
}

TEST(PeriodLossMeter, WeeksBeginOnMondays) {
  PeriodLossMeter meter(LossBreaker{}, 7 * kDay);
  meter.begin(amount("1000"), kWednesday);
  EXPECT_EQ(format_time(meter.end()), "2025-01-06T00:00:00Z");
  meter.begin(amount("1000"), meter.end() - 1);
  EXPECT_EQ(format_time(meter.end()), "2025-01-06T00:00:00Z");
  meter.begin(amount("1000"), meter.end());
  EXPECT_EQ(format_time(meter.end()), "2025-01-13T00:00:00Z");
}

TEST(PeriodLossMeter, TheBoundaryMovesTheDay) {
  PeriodLossMeter meter(LossBreaker{.boundary = 8 * kHour}, kDay);
  meter.begin(amount("1000"), kWednesday + 7 * kHour);
  EXPECT_EQ(meter.end(), kWednesday + 8 * kHour);
  meter.begin(amount("1000"), kWednesday + 8 * kHour);
  EXPECT_EQ(meter.end(), kWednesday + 32 * kHour);
}

class EquityStop : public testing::Test {
 protected:
  static constexpr int kSpan = 3;
  EquityStopMeter meter{EquityStopBreaker{.threshold = decimal("0.1"),
                                          .smoothing = kSpan * kMinute,
                                          .cooldown = kHour,
                                          .no_restart = decimal("0.3")}};
  int minute = 0;

  void SetUp() override { meter.begin_life(amount("1000"), kWednesday); }
  Verdict next(const char* equity, int minutes = 1) {
    minute += minutes;
    const auto verdict = meter.look(amount(equity), kWednesday + minute * kMinute);
    EXPECT_TRUE(verdict);
    return verdict.value_or(Verdict{});
  }
};

TEST_F(EquityStop, LooksOncePerMinute) {
  EXPECT_FALSE(meter.look(amount("500"), kWednesday + 59 * kSecond));
  EXPECT_TRUE(meter.look(amount("500"), kWednesday + kMinute));
  EXPECT_FALSE(meter.look(amount("500"), kWednesday + kMinute + 1));
  EXPECT_EQ(meter.next_look(), kWednesday + 2 * kMinute);
}

TEST_F(EquityStop, TheAverageHasToFollowBeforeItTrips) {
  // Half of the way with each minute.
  EXPECT_EQ(next("820").value, amount("0.09"));
  const Verdict second = next("820");
  EXPECT_EQ(second.value, amount("0.135"));
  EXPECT_EQ(second.level, BreakerLevel::flattening);
  EXPECT_EQ(second.until, kWednesday + 2 * kMinute + kHour);
}

TEST_F(EquityStop, ARecoveryCountsAtOnce) {
  EXPECT_EQ(next("860").level, BreakerLevel::warning) << "7 % on average, of 14 %";
  EXPECT_EQ(next("830").level, BreakerLevel::flattening) << "12 % on average";
  meter.begin(amount("1000"), kWednesday + minute * kMinute);
  EXPECT_EQ(next("850").level, BreakerLevel::restricted) << "7.5 %";
  EXPECT_EQ(next("930").level, BreakerLevel::warning) << "7 % now, whatever the average says";
  EXPECT_EQ(next("990").level, BreakerLevel::normal);
}

TEST_F(EquityStop, LongGapsCountAsSoManyMinutes) { EXPECT_EQ(next("900", 500).value, amount("0.1")); }

TEST_F(EquityStop, FromTheHighestEverTooMuchIsLostToRestart) {
  EXPECT_NE(next("701", 500).until, 0) << "29.9 %";
  meter.begin(amount("800"), kWednesday + minute * kMinute);
  EXPECT_EQ(next("700", 500).until, 0) << "12.5 % from the last start, but 30 % from the first peak";
  meter.begin_life(amount("700"), kWednesday + minute * kMinute);
  EXPECT_NE(next("600", 500).until, 0);
}

}  // namespace
}  // namespace kontor::risk
