#include "research/metrics_rolling.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "research/metrics_statistics.hpp"
#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

DailySeries days_of(std::size_t count, std::string_view first) {
  DailySeries daily;
  for (std::size_t i = 0; i < count; ++i) {
    daily.day.push_back(test::at(first) + static_cast<TimeNs>(i) * kDay);
    daily.returns.push_back(i % 2 == 0 ? 0.02 : -0.01);
    daily.benchmark_returns.push_back(i % 2 == 0 ? 0.01 : -0.005);
    daily.equity.push_back(10'000);
  }
  return daily;
}

TEST(RollingSeries, SortinoAndBetaByHand) {
  const auto series = rolling_series(days_of(40, "2024-01-01"));
  ASSERT_EQ(series.size(), 8U);
  const RollingSeries& sortino = series[1];
  EXPECT_EQ(sortino.name, "sortino");
  EXPECT_EQ(sortino.days, 30U);
  ASSERT_EQ(sortino.values.size(), 40U);
  EXPECT_FALSE(sortino.values[28]);
  // Mean 0.005 over √(15 × 0.0001 / 30).
  EXPECT_NEAR(sortino.values[29].value(), 0.005 / std::sqrt(0.00005) * std::sqrt(365), 1e-9);
  const RollingSeries& beta = series[3];
  EXPECT_EQ(beta.name, "beta");
  EXPECT_FALSE(beta.values[28]);
  EXPECT_NEAR(beta.values[29].value(), 2, 1e-12);
  EXPECT_NEAR(beta.values[39].value(), 2, 1e-12);
  EXPECT_EQ(series[7].days, 90U);
  EXPECT_FALSE(series[7].summary());
}

TEST(RollingSeries, NoBenchmarkNoBeta) {
  DailySeries daily = days_of(40, "2024-01-01");
  daily.benchmark_returns.clear();
  const auto series = rolling_series(daily);
  EXPECT_TRUE(series[3].values.empty());
  EXPECT_TRUE(series[0].summary());
}

TEST(RollingSeries, SummaryOfWhatThereIs) {
  const RollingSeries series{"sharpe", 30, {std::nullopt, 3.0, 1.0, std::nullopt, 2.0}};
  const auto summary = series.summary();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->last, 2);
  EXPECT_EQ(summary->lowest, 1);
  EXPECT_EQ(summary->median, 2);
  EXPECT_EQ(summary->highest, 3);
}

TEST(YearFigures, EachYearStandsForItself) {
  DailySeries daily = days_of(42, "2023-12-30");  // two days, then forty
  daily.returns[0] = 0.1;
  daily.returns[1] = -0.5;
  const auto years = year_figures(daily);
  ASSERT_EQ(years.size(), 2U);
  EXPECT_EQ(years[0].year, 2023);
  EXPECT_EQ(years[0].days, 2U);
  EXPECT_NEAR(years[0].total_return, 1.1 * 0.5 - 1, 1e-12);
  EXPECT_NEAR(years[0].max_drawdown, 0.5, 1e-12);
  EXPECT_FALSE(years[0].sharpe);
  EXPECT_FALSE(years[0].volatility);
  EXPECT_EQ(years[1].days, 40U);
  EXPECT_NEAR(years[1].max_drawdown, 0.01, 1e-12);
  EXPECT_NEAR(years[1].volatility.value(), 0.015 * std::sqrt(40.0 / 39) * std::sqrt(365), 1e-12);
  EXPECT_TRUE(years[1].sharpe);
  EXPECT_NEAR(years[1].benchmark_return.value(), std::pow(1.01 * 0.995, 20) - 1, 1e-12);
}

}  // namespace
}  // namespace kontor::research
