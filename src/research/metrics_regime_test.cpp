#include "research/metrics_regime.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

/// Hours whose open, high, low and close are one price.
ChartSeries hours(TimeNs from, const std::vector<double>& closes) {
  ChartSeries series;
  for (std::size_t i = 0; i < closes.size(); ++i) {
    series.ts_open.push_back(from + static_cast<TimeNs>(i) * kHour);
    series.open.push_back(closes[i]);
    series.volume.push_back(1);
  }
  series.high = series.low = series.close = series.open;
  return series;
}

TEST(MarketRegimes, UnknownUntilTheIndexIsReadyThenRangeThenTrend) {
  std::vector<double> closes(40, 100.0);
  closes.push_back(101);  // mean 100.05, deviation 0.2179, average 100.0952: z = 4.15
  const auto starts = market_regimes(hours(0, closes));
  ASSERT_EQ(starts.size(), 3U);
  EXPECT_EQ(starts[0].regime, MarketRegime::unknown);
  EXPECT_EQ(starts[1].regime, MarketRegime::range);
  EXPECT_EQ(starts[1].ts, 28 * kHour);  // the 28th hour has closed
  EXPECT_EQ(starts[2].regime, MarketRegime::trend);
  EXPECT_EQ(starts[2].ts, 41 * kHour);  // known when the hour has closed, not when it opened
}

TEST(MarketRegimes, ToAndFroIsMixed) {
  std::vector<double> closes;
  for (int i = 0; i < 60; ++i) closes.push_back(i % 2 == 0 ? 100 : 101);
  const auto starts = market_regimes(hours(0, closes));
  ASSERT_EQ(starts.size(), 2U);  // |z| settles at 0.475 / 0.5 = 0.95
  EXPECT_EQ(starts[1].regime, MarketRegime::mixed);
}

TEST(MarketRegimes, WhatComesLaterChangesNothingBefore) {
  std::vector<double> closes(50, 100.0);
  const auto before = market_regimes(hours(0, closes));
  for (int i = 0; i < 50; ++i) closes.push_back(100.0 + i * i);
  const auto after = market_regimes(hours(0, closes));
  ASSERT_GT(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].ts, before[i].ts);
    EXPECT_EQ(after[i].regime, before[i].regime);
  }
}

TEST(SplitByRegime, TimeReturnFillsAndRoundTrips) {
  RunResult result = test::empty_run();  // 48 hours
  result.regime_bars = hours(result.from, std::vector<double>(40, 100.0));
  test::add_sample(result, result.from + 28 * kHour, "11000", 10'000);
  test::add_sample(result, result.to, "9900", 12'000);
  for (const int hour : {10, 30, 31}) {
    result.fills.push_back(test::fill(result, Side::buy, Liquidity::maker, "100", "0"));
    result.fills.back().fill.ts_venue = result.from + hour * kHour;
  }
  result.round_trips = {test::round_trip(result, 29 * 60, "5", "1")};
  const auto parts = split_by_regime(result);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].regime, MarketRegime::range);
  EXPECT_NEAR(parts[0].time_share, 20.0 / 48, 1e-12);
  EXPECT_NEAR(parts[0].total_return, -0.1, 1e-12);
  EXPECT_NEAR(parts[0].benchmark_return.value(), 0.2, 1e-12);
  EXPECT_EQ(parts[0].fills, 2U);
  EXPECT_EQ(parts[0].trades.round_trips, 1U);
  EXPECT_EQ(parts[0].trades.net_profit, test::money("4"));
  EXPECT_EQ(parts[1].regime, MarketRegime::unknown);
  EXPECT_NEAR(parts[1].time_share, 28.0 / 48, 1e-12);
  EXPECT_NEAR(parts[1].total_return, 0.1, 1e-12);
  EXPECT_EQ(parts[1].fills, 1U);
}

TEST(SplitByRegime, NoHoursNoRegimes) { EXPECT_TRUE(split_by_regime(test::empty_run()).empty()); }

}  // namespace
}  // namespace kontor::research
