#include "strategy/builtin/sma_cross.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

const Given kTwoFour = {{"fast", std::int64_t{2}}, {"slow", std::int64_t{4}}};

Given with(Given base, const Given& more) {
  for (const auto& [name, value] : more) base.insert_or_assign(name, value);
  return base;
}

StrategyHarness sma_cross_on_spot(const Given& parameters = kTwoFour) {
  return {{test::spot("BTC")}, "sma_cross", parameters};
}
StrategyHarness sma_cross_on_perpetual(const Given& parameters) {
  return {{test::perpetual("BTC")}, "sma_cross", with(kTwoFour, parameters)};
}

TEST(SmaCross, BuysOnACrossAndSellsOnTheNext) {
  auto harness = sma_cross_on_spot();
  harness.closes({"104", "103", "102", "101"});  // below from the first moment that is known
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("104");  // fast 102.5, slow 102.5: equal is no cross
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("105");                                       // fast 104.5, slow 103
  EXPECT_THAT(harness.asked(), ElementsAre("buy 90.47619"));  // 95 % of 10,000 at 105
  harness.close("106");
  EXPECT_EQ(harness.held(), "90.47619");
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("100");  // fast 103, slow 103.75
  EXPECT_THAT(harness.asked(), ElementsAre("sell 90.47619"));
  harness.close("100");
  EXPECT_EQ(harness.held(), "0.00000");
}

TEST(SmaCross, TheFirstSideIsNoCross) {
  auto harness = sma_cross_on_spot();
  harness.closes({"100", "101", "102", "103", "104", "105"});  // above all along
  EXPECT_THAT(harness.asked(), IsEmpty());
  EXPECT_EQ(harness.strategy().warmup_bars(), 4U);
}

TEST(SmaCross, ACrossThroughEqualityIsOne) {
  auto harness = sma_cross_on_spot();
  harness.closes({"102", "101", "100", "100"});  // fast 100, slow 100.75: below
  harness.close("100");                          // fast 100, slow 100.25: below
  harness.close("100");                          // both 100
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("100.04");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 94.96201"));
}

TEST(SmaCross, EqualityAndBackIsNone) {
  auto harness = sma_cross_on_spot();
  harness.closes({"102", "101", "100", "100", "100", "100", "99"});
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(SmaCross, LongShortTurnsWithOneOrder) {
  auto harness = sma_cross_on_perpetual({{"mode", std::string("long_short")}, {"size", 50.0}});
  harness.closes({"1000", "1010", "1020", "1030"});
  harness.close("980");  // fast 1005, slow 1010
  EXPECT_THAT(harness.asked(), ElementsAre("sell 5.102"));
  harness.close("980");
  EXPECT_EQ(harness.held(), "-5.102");
  harness.close("1040");
  // Sold at 980, so 306.12 is lost at 1040; half of the 9,693.88 left is 4.660 long, from 5.102 short.
  EXPECT_THAT(harness.asked(), ElementsAre("buy 9.762"));
}

TEST(SmaCross, AnOrderOnItsWayCounts) {
  auto harness = sma_cross_on_spot();
  harness.closes({"104", "103", "102", "101", "104", "105"});
  harness.close("70");  // the purchase fills at this bar's open, and the cross down sells what it brought
  EXPECT_THAT(harness.asked(), ElementsAre("buy 90.47619", "sell 90.47619"));
}

TEST(SmaCross, FeesInBaseAreNotSold) {
  test::HarnessSettings settings{test::spot("BTC")};
  settings.fee = test::decimal("0.001");
  settings.fee_in_base = true;
  StrategyHarness harness(settings, "sma_cross", kTwoFour);
  harness.closes({"104", "103", "102", "101", "104", "105", "106", "100"});
  // 90.47619 bought, 0.09047619 paid, of which the position is short a whole 0.09048.
  EXPECT_THAT(harness.asked(), ElementsAre("buy 90.47619", "sell 90.38571"));
}

TEST(SmaCross, ASizeBelowTheMinimumIsSkippedAndSaid) {
  auto harness = sma_cross_on_spot(with(kTwoFour, {{"sizer", std::string("fixed_notional")}, {"size", 4.0}}));
  harness.closes({"104", "103", "102", "101", "104", "105"});
  EXPECT_THAT(harness.asked(), ElementsAre("skip: the size is below the instrument's minimum notional"));
  EXPECT_EQ(harness.held(), "0.00000");
}

TEST(SmaCross, RiskPercentEntersWithAStop) {
  auto harness = sma_cross_on_spot(
      with(kTwoFour, {{"sizer", std::string("risk_percent")}, {"atr_period", std::int64_t{1}}}));
  harness.closes({"104", "103", "102", "101", "104", "105"});
  // Range 1, stop 1.5 below: 1 % of 10,000 / 1.5 = 66.66666.
  EXPECT_THAT(harness.asked(), ElementsAre("buy 66.66666 stop 103.50 target 0.00"));
  harness.bar("105", "105", "103", "104");
  EXPECT_EQ(harness.held(), "0.00000");
  EXPECT_GT(harness.equity(), test::amount("9899.99"));
  EXPECT_LT(harness.equity(), test::amount("9900.01"));
}

TEST(SmaCross, ACrossBeforeTheStopIsHitCancelsItAndSells) {
  auto harness = sma_cross_on_spot(with(kTwoFour, {{"sizer", std::string("risk_percent")},
                                                   {"atr_period", std::int64_t{1}},
                                                   {"stop_atr", 20.0},
                                                   {"target_atr", 30.0}}));
  harness.closes({"104", "103", "102", "101", "104", "105"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 5.00000 stop 85.00 target 135.00"));
  harness.closes({"106", "100"});
  EXPECT_THAT(harness.asked(),
              ElementsAre("cancel sell 5.00000", "cancel sell 5.00000 @ 135.00", "sell 5.00000"));
  harness.close("100");
  EXPECT_EQ(harness.held(), "0.00000");
  EXPECT_THAT(harness.open_orders(), IsEmpty());
}

TEST(SmaCross, VolatilityTargetWaitsUntilItKnowsTheVolatility) {
  auto harness = sma_cross_on_spot(
      with(kTwoFour, {{"sizer", std::string("volatility_target")}, {"volatility_bars", std::int64_t{20}}}));
  EXPECT_EQ(harness.strategy().warmup_bars(), 21U);
  harness.closes({"104", "103", "102", "101", "104", "105"});
  EXPECT_THAT(harness.asked(), ElementsAre("skip: the volatility is not known yet, or too small"));
}

// ---- faults

std::string fault(const InstrumentSpecification& instrument, const Given& parameters) {
  InstrumentTable table;
  const InstrumentId id = test::add(table, instrument);
  const auto made = StrategyHarness::make({table, id, Timeframe{kHour}}, "sma_cross", parameters);
  return made ? "no fault" : made.error().message;
}

TEST(SmaCross, RefusesParametersThatDoNotGoTogether) {
  EXPECT_EQ(fault(test::spot("BTC"), {{"fast", std::int64_t{50}}}),
            "fast: expected less than slow (50), found 50");
  EXPECT_EQ(
      fault(test::spot("BTC"), {{"mode", std::string("long_short")}}),
      "mode: expected long_flat for BTCUSDT@test, which is spot and cannot be sold short, found long_short");
  EXPECT_EQ(fault(test::spot("BTC"), {{"size", 101.0}}),
            "size: expected at most 100 percent of the equity for BTCUSDT@test, found 101");
  EXPECT_EQ(fault(test::perpetual("BTC"), {{"size", 1900.0}, {"mode", std::string("long_short")}}),
            "no fault");
  EXPECT_EQ(fault(test::spot("BTC"), {{"size", 0.0}}), "size: expected above 0, found 0");
}

// ---- against a naive computation, and across restarts

std::vector<std::int64_t> random_closes(std::uint64_t seed, std::size_t count) {
  Prng random(seed);
  std::vector<std::int64_t> closes;
  std::int64_t price = 10'000;
  for (std::size_t i = 0; i < count; ++i) {
    price = std::max<std::int64_t>(price + test::between(random, -60, 60), 500);
    closes.push_back(price);
  }
  return closes;
}

TEST(CrossingAverages, AgreeWithSumsTakenAnew) {
  for (const auto& [fast, slow] : {std::pair{1, 2}, std::pair{2, 3}, std::pair{10, 50}, std::pair{7, 8}}) {
    CrossingAverages averages(static_cast<std::size_t>(fast), static_cast<std::size_t>(slow));
    const auto closes = random_closes(4, 2'000);
    for (std::size_t i = 0; i < closes.size(); ++i) {
      const int side = averages.push(closes[i]);
      const auto count = static_cast<std::int64_t>(i) + 1;
      if (count < slow) {
        ASSERT_EQ(side, 0);
        continue;
      }
      std::int64_t fast_sum = 0;
      std::int64_t slow_sum = 0;
      for (std::int64_t back = 0; back < slow; ++back) {
        const std::int64_t price = closes[i - static_cast<std::size_t>(back)];
        slow_sum += price;
        if (back < fast) fast_sum += price;
      }
      const std::int64_t spread = fast_sum * slow - slow_sum * fast;
      ASSERT_EQ(side, (spread > 0) - (spread < 0)) << "at " << i;
    }
  }
}

TEST(CrossingAverages, NeverOverflow) {
  CrossingAverages averages(1'000, 5'000);
  for (int i = 0; i < 20'000; ++i) averages.push(i % 3'000 < 1'500 ? INT64_MAX : INT64_MIN);
  // The last 1,000 are all low (19,000 … 19,999 lie in the lower half), the average over 5,000 is not.
  EXPECT_EQ(averages.push(INT64_MIN), -1);
}

TEST(SmaCross, ContinuesFromItsStateAsIfNothingHadHappened) {
  const auto closes = random_closes(9, 400);
  for (const std::size_t at : {3U, 57U, 200U}) {
    auto straight = sma_cross_on_perpetual({{"mode", std::string("long_short")}, {"stop_atr", 3.0}});
    auto restarted = sma_cross_on_perpetual({{"mode", std::string("long_short")}, {"stop_atr", 3.0}});
    for (std::size_t i = 0; i < closes.size(); ++i) {
      Bar bar;
      bar.open = bar.high = bar.low = bar.close = RawPrice(closes[i]);
      straight.bar(bar);
      if (i == at) restarted.restart();
      restarted.bar(bar);
      ASSERT_EQ(straight.asked(), restarted.asked()) << "bar " << i;
    }
    EXPECT_EQ(straight.strategy_state(), restarted.strategy_state());
    EXPECT_GT(straight.fills(), 20U);
  }
}

}  // namespace
}  // namespace kontor::strategy
