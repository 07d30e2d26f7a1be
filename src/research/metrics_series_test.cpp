#include "research/metrics_series.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::add_sample;
using test::at;
using test::empty_run;

TEST(DailySeries, MidnightClosesTheDayBeforeAndTheStartIsNoReturn) {
  RunResult result = empty_run();
  add_sample(result, at("2024-01-01T00:00:00Z"), "10000");
  add_sample(result, at("2024-01-01T12:00:00Z"), "10500");
  add_sample(result, at("2024-01-02T00:00:00Z"), "11000");
  add_sample(result, at("2024-01-02T18:00:00Z"), "9900");
  const DailySeries series = daily_series(result);
  ASSERT_EQ(series.day, (std::vector<TimeNs>{at("2024-01-01"), at("2024-01-02")}));
  ASSERT_EQ(series.equity.size(), 2U);
  EXPECT_DOUBLE_EQ(series.equity[0], 11000);
  EXPECT_DOUBLE_EQ(series.equity[1], 9900);
  EXPECT_NEAR(series.returns[0], 0.1, 1e-12);
  EXPECT_NEAR(series.returns[1], -0.1, 1e-12);
  EXPECT_TRUE(series.benchmark_returns.empty());
}

TEST(DailySeries, DaysWithoutSamplesKeepTheirEquity) {
  RunResult result = empty_run();
  add_sample(result, at("2024-01-01T10:00:00Z"), "10100", 10'200);
  add_sample(result, at("2024-01-04T10:00:00Z"), "10200", 10'404);
  const DailySeries series = daily_series(result);
  ASSERT_EQ(series.returns.size(), 4U);
  EXPECT_EQ(series.returns[1], 0.0);
  EXPECT_EQ(series.returns[2], 0.0);
  EXPECT_NEAR(series.returns[3], 10200.0 / 10100 - 1, 1e-12);
  EXPECT_NEAR(series.benchmark_returns[0], 0.02, 1e-12);
  EXPECT_EQ(series.benchmark_returns[2], 0.0);
  EXPECT_NEAR(series.benchmark_returns[3], 0.02, 1e-12);
}

TEST(DailySeries, EndsWhenNothingIsLeft) {
  RunResult result = empty_run();
  add_sample(result, at("2024-01-01T10:00:00Z"), "5000");
  add_sample(result, at("2024-01-02T10:00:00Z"), "-1");
  add_sample(result, at("2024-01-03T10:00:00Z"), "-1");
  const DailySeries series = daily_series(result);
  ASSERT_EQ(series.returns.size(), 2U);
  EXPECT_NEAR(series.returns[1], -1.0002, 1e-12);
}

TEST(DailySeries, NoSamplesNoDays) {
  EXPECT_TRUE(daily_series(empty_run()).day.empty());
  EXPECT_TRUE(monthly_returns(DailySeries{}).empty());
}

TEST(CalendarReturns, CompoundWithinMonthAndYear) {
  DailySeries series;
  series.day = {at("2023-12-31"), at("2024-01-01"), at("2024-01-02"), at("2024-02-01")};
  series.equity = {0, 0, 0, 0};
  series.returns = {0.5, 0.1, 0.1, -0.5};
  series.benchmark_returns = {0.0, 0.2, 0.0, 0.5};
  const auto months = monthly_returns(series);
  ASSERT_EQ(months.size(), 3U);
  EXPECT_EQ(months[1].year, 2024);
  EXPECT_EQ(months[1].month, 1U);
  EXPECT_NEAR(months[1].value, 0.21, 1e-12);
  EXPECT_NEAR(*months[1].benchmark, 0.2, 1e-12);
  const auto years = yearly_returns(series);
  ASSERT_EQ(years.size(), 2U);
  EXPECT_NEAR(years[0].value, 0.5, 1e-12);
  EXPECT_NEAR(years[1].value, 1.21 * 0.5 - 1, 1e-12);
  EXPECT_NEAR(*years[1].benchmark, 0.8, 1e-12);
}

RunResult zigzag() {
  RunResult result = empty_run();
  add_sample(result, at("2024-01-01T01:00:00Z"), "9000");   // 10 % below the start
  add_sample(result, at("2024-01-01T02:00:00Z"), "10000");  // back
  add_sample(result, at("2024-01-01T03:00:00Z"), "12000");
  add_sample(result, at("2024-01-01T04:00:00Z"), "9600");
  add_sample(result, at("2024-01-01T05:00:00Z"), "9000");  // 25 % below 12000
  add_sample(result, at("2024-01-01T06:00:00Z"), "13000");
  add_sample(result, at("2024-01-01T07:00:00Z"), "12740");  // 2 %, not recovered
  return result;
}

TEST(Drawdowns, DeepestFirstWithPeakTroughAndRecovery) {
  const auto periods = worst_drawdowns(zigzag(), 10);
  ASSERT_EQ(periods.size(), 3U);
  EXPECT_NEAR(periods[0].depth, 0.25, 1e-12);
  EXPECT_EQ(periods[0].peak, at("2024-01-01T03:00:00Z"));
  EXPECT_EQ(periods[0].trough, at("2024-01-01T05:00:00Z"));
  EXPECT_EQ(periods[0].recovery, at("2024-01-01T06:00:00Z"));
  EXPECT_NEAR(periods[1].depth, 0.1, 1e-12);
  EXPECT_EQ(periods[1].peak, at("2024-01-01"));
  EXPECT_NEAR(periods[2].depth, 0.02, 1e-12);
  EXPECT_EQ(periods[2].recovery, 0);
  EXPECT_EQ(worst_drawdowns(zigzag(), 2).size(), 2U);
}

TEST(Drawdowns, TheLongestCountsAnOpenOneUntilTheEnd) {
  RunResult result = zigzag();
  result.to = at("2024-01-01T08:00:00Z");
  EXPECT_EQ(longest_drawdown(result), 3 * kHour);
  result.to = at("2024-01-02T00:00:00Z");
  EXPECT_EQ(longest_drawdown(result), 18 * kHour);
}

TEST(Drawdowns, FlatEquityHasNone) {
  RunResult result = empty_run();
  add_sample(result, at("2024-01-02"), "10000");
  EXPECT_TRUE(worst_drawdowns(result, 5).empty());
  EXPECT_EQ(longest_drawdown(result), 0);
}

TEST(HoursOfWeek, AveragesEachHourOverTheWeeks) {
  RunResult result = empty_run();  // 2024-01-01 was a Monday
  add_sample(result, at("2024-01-01T00:30:00Z"), "10500");
  add_sample(result, at("2024-01-01T01:00:00Z"), "11000");  // closes Monday 00:00–01:00, +10 %
  add_sample(result, at("2024-01-01T02:00:00Z"), "11000");
  add_sample(result, at("2024-01-08T00:00:00Z"), "10000");  // closes Sunday 23:00–24:00
  add_sample(result, at("2024-01-08T01:00:00Z"), "12000");  // Monday again, +20 %
  const auto hours = hours_of_week(result);
  ASSERT_EQ(hours.size(), 168U);
  EXPECT_NEAR(hours[0].mean_return, 0.15, 1e-12);
  EXPECT_EQ(hours[0].count, 2U);
  EXPECT_EQ(hours[1].mean_return, 0.0);
  EXPECT_EQ(hours[1].count, 1U);
  EXPECT_NEAR(hours[6 * 24 + 23].mean_return, 10.0 / 11 - 1, 1e-12);
  EXPECT_EQ(hours[30].count, 0U);
}

TEST(HoursOfWeek, CoarseSamplesGiveNone) {
  RunResult result = zigzag();
  result.equity_interval = kDay;
  EXPECT_TRUE(hours_of_week(result).empty());
}

}  // namespace
}  // namespace kontor::research
