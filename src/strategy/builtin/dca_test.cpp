#include "strategy/builtin/dca.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

Given hourly(const Given& more = {}) {
  Given all = {{"interval", std::int64_t{3 * kHour}}, {"notional", 100.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

TEST(DollarCostAveraging, BuysAtEqualIntervals) {
  StrategyHarness harness({test::spot("BTC")}, "dca", hourly());
  harness.close("100");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  harness.closes({"90", "90"});
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("80");  // three hours later
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.25000"));
  harness.closes({"80", "80", "125"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 0.80000"));
}

TEST(DollarCostAveraging, DoesNotMakeUpForDueTimesWithoutABar) {
  StrategyHarness harness({test::spot("BTC"), Timeframe{8 * kHour}}, "dca", hourly());
  harness.close("100");  // due again after 3 h; the next bar comes after 8 h
  EXPECT_EQ(harness.asked().size(), 1U);
  harness.close("100");
  EXPECT_EQ(harness.asked().size(), 1U);
  // 17 h: the due times of the first bar's rhythm go on, 9 h after it is the next.
  harness.close("100");
  EXPECT_EQ(harness.asked().size(), 1U);
}

TEST(DollarCostAveraging, BuysMoreWellBelowItsAverage) {
  StrategyHarness harness({test::spot("BTC")}, "dca",
                          hourly({{"drop_percent", 10.0}, {"drop_multiplier", 3.0}}));
  harness.close("100");
  harness.closes({"100", "95", "90.01"});  // 9.99 % below 100
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000", "buy 1.11098"));
  harness.closes({"85", "85", "85"});  // bought at 90.01: the average is about 94.74, 10 % below is 85.26
  EXPECT_THAT(harness.asked(), ElementsAre("buy 3.52941"));
}

TEST(DollarCostAveraging, ExactlyTheDropIsEnough) {
  StrategyHarness harness({test::spot("BTC")}, "dca",
                          hourly({{"drop_percent", 10.0}, {"drop_multiplier", 2.0}}));
  harness.closes({"100", "100", "100", "90"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000", "buy 2.22222"));
}

TEST(DollarCostAveraging, StopsWhenAllIsSpent) {
  StrategyHarness harness({test::spot("BTC")}, "dca", hourly({{"max_total", 230.0}}));
  for (int i = 0; i < 20; ++i) harness.close("100");
  // 100, 100 and the 30 that are left; then nothing, without a word at every due time.
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000", "buy 1.00000", "buy 0.30000"));
  EXPECT_EQ(harness.held(), "2.30000");
}

TEST(DollarCostAveraging, WhatIsLeftBelowTheMinimumIsNotSpent) {
  StrategyHarness harness({test::spot("BTC")}, "dca", hourly({{"max_total", 104.0}}));
  harness.closes({"100", "100", "100", "100"});
  EXPECT_THAT(harness.asked(),
              ElementsAre("buy 1.00000", "skip: the size is below the instrument's minimum notional"));
}

TEST(DollarCostAveraging, RefusesATotalBelowOnePurchase) {
  InstrumentTable table;
  const InstrumentId id = test::add(table, test::spot("BTC"));
  const auto made = StrategyHarness::make({table, id, Timeframe{kHour}}, "dca", {{"max_total", 50.0}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "max_total: expected 0 or at least notional (100), found 50");
}

TEST(DollarCostAveraging, ContinuesFromItsState) {
  StrategyHarness straight({test::spot("BTC")}, "dca", hourly({{"max_total", 430.0}, {"drop_percent", 5.0}}));
  StrategyHarness restarted({test::spot("BTC")}, "dca",
                            hourly({{"max_total", 430.0}, {"drop_percent", 5.0}}));
  Prng random(2);
  for (int i = 0; i < 40; ++i) {
    Bar bar;
    bar.open = bar.high = bar.low = bar.close = RawPrice(test::between(random, 8'000, 12'000));
    straight.bar(bar);
    if (i % 5 == 2) restarted.restart();
    restarted.bar(bar);
    ASSERT_EQ(straight.asked(), restarted.asked()) << i;
  }
  EXPECT_GT(straight.fills(), 2U);
}

}  // namespace
}  // namespace kontor::strategy
