#include "research/metrics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::add_sample;
using test::at;
using test::empty_run;
using test::money;

/// `days` days, each with one sample at its end; equity × factor each day, the benchmark × 1.01 and × 0.99 in
/// turn.
RunResult steady(int days, const std::vector<double>& returns) {
  RunResult result = empty_run();
  result.to = result.from + days * kDay;
  result.equity_interval = kDay;
  double equity = 10'000;
  double benchmark = 10'000;
  for (int i = 0; i < days; ++i) {
    equity *= 1 + returns[static_cast<std::size_t>(i) % returns.size()];
    benchmark *= i % 2 == 0 ? 1.01 : 0.99;
    add_sample(result, result.from + (i + 1) * kDay, fmt::format("{:.12f}", equity), benchmark);
  }
  result.final_equity = result.equity.back().equity;
  return result;
}

TEST(Metrics, ReturnsOverAYear) {
  RunResult result = steady(365, {0.002, -0.001});
  result.max_drawdown = 0.05;
  const Metrics metrics = compute_metrics(result);
  const double growth = result.final_equity.to_double() / 10'000;
  EXPECT_NEAR(*metrics.total_return, growth - 1, 1e-12);
  EXPECT_NEAR(*metrics.cagr, growth - 1, 1e-12);
  EXPECT_NEAR(*metrics.calmar, (growth - 1) / 0.05, 1e-9);
  EXPECT_EQ(metrics.net_profit, result.final_equity - money("10000"));
  EXPECT_EQ(metrics.daily.returns.size(), 365U);
  EXPECT_NEAR(*metrics.positive_days, 183.0 / 365, 1e-12);
  EXPECT_NEAR(metrics.best_day->value, 0.002, 1e-9);
  EXPECT_EQ(metrics.best_day->day,
            result.from + kDay * std::distance(metrics.daily.returns.begin(),
                                               std::ranges::max_element(metrics.daily.returns)));
  EXPECT_EQ(metrics.months.size(), 12U);
  EXPECT_TRUE(metrics.hours.empty());
}

TEST(Metrics, CagrOfTwoYearsIsTheSquareRoot) {
  RunResult result = steady(730, {0.0});
  result.final_equity = money("12100");
  EXPECT_NEAR(*compute_metrics(result).cagr, 0.1, 1e-12);
}

TEST(Metrics, ATotalLossIsMinusOneAYear) {
  RunResult result = steady(40, {0.0});
  result.final_equity = money("-5");
  const Metrics metrics = compute_metrics(result);
  EXPECT_EQ(metrics.cagr, -1.0);
  EXPECT_NEAR(*metrics.total_return, -1.0005, 1e-12);
}

TEST(Metrics, BenchmarkFigures) {
  // The strategy moves half as much as the benchmark and gains 0.1 % a day besides.
  const Metrics metrics = compute_metrics(steady(60, {0.006, -0.004}));
  ASSERT_TRUE(metrics.benchmark);
  EXPECT_NEAR(*metrics.benchmark->beta, 0.5, 1e-9);
  EXPECT_NEAR(*metrics.benchmark->correlation, 1.0, 1e-9);
  EXPECT_NEAR(*metrics.benchmark->alpha, 0.001 * 365, 1e-9);
  EXPECT_NEAR(metrics.benchmark->total_return, std::pow(1.01 * 0.99, 30) - 1, 1e-9);
}

TEST(Metrics, ShortRunsHaveNoAnnualFigures) {
  const Metrics metrics = compute_metrics(steady(29, {0.01, -0.01}));
  EXPECT_TRUE(metrics.total_return);
  EXPECT_FALSE(metrics.cagr);
  EXPECT_FALSE(metrics.sharpe);
  EXPECT_FALSE(metrics.sortino);
  EXPECT_FALSE(metrics.calmar);
  EXPECT_FALSE(metrics.volatility);
  EXPECT_FALSE(metrics.probabilistic_sharpe);
  EXPECT_FALSE(metrics.value_at_risk_95);
  EXPECT_FALSE(metrics.benchmark->beta);
}

TEST(Metrics, NothingHappened) {
  const Metrics metrics = compute_metrics(empty_run());
  EXPECT_EQ(metrics.total_return, 0.0);
  EXPECT_FALSE(metrics.benchmark);
  EXPECT_FALSE(metrics.best_day);
  EXPECT_FALSE(metrics.positive_days);
  EXPECT_FALSE(metrics.average_exposure);
  EXPECT_FALSE(metrics.turnover_ratio);
  EXPECT_FALSE(metrics.maker_share);
  EXPECT_EQ(metrics.exposure_time, 0.0);
  EXPECT_TRUE(metrics.drawdowns.empty());
  ASSERT_EQ(metrics.costs.size(), 3U);
  EXPECT_EQ(metrics.costs[2].final_equity, money("10000"));
}

TEST(Metrics, FlatEquityHasZeroVolatilityAndNoSharpe) {
  const Metrics metrics = compute_metrics(steady(40, {0.0}));
  EXPECT_EQ(metrics.volatility, 0.0);
  EXPECT_FALSE(metrics.sharpe);
  EXPECT_FALSE(metrics.skewness);
  EXPECT_FALSE(metrics.calmar);
  EXPECT_EQ(metrics.cagr, 0.0);
}

TEST(Metrics, ASharpeRatioThatIsMissingHasAReason) {
  EXPECT_EQ(why_no_sharpe(compute_metrics(steady(10, {0.01, -0.01}))), "needs 30 days, has 10");
  EXPECT_EQ(why_no_sharpe(compute_metrics(steady(52, {0.0}))), "the equity never moved");
}

TEST(Metrics, ExposureTurnoverAndMakerShare) {
  RunResult result = steady(2, {0.0});
  result.equity[0].gross_exposure = money("5000");
  result.equity[1].gross_exposure = money("15000");
  result.time_in_market = 12 * kHour;
  result.turnover = money("40000");
  result.fills = {test::fill(result, Side::buy, Liquidity::maker, "300", "0"),
                  test::fill(result, Side::sell, Liquidity::taker, "100", "0")};
  const Metrics metrics = compute_metrics(result);
  EXPECT_DOUBLE_EQ(*metrics.exposure_time, 0.25);
  EXPECT_DOUBLE_EQ(*metrics.average_exposure, 1.0);
  EXPECT_DOUBLE_EQ(*metrics.highest_exposure, 1.5);
  EXPECT_DOUBLE_EQ(*metrics.turnover_ratio, 4.0);
  EXPECT_DOUBLE_EQ(*metrics.maker_share, 0.75);
}

TEST(Metrics, SameRunSameBits) {
  const RunResult result = steady(100, {0.013, -0.011, 0.002});
  const Metrics first = compute_metrics(result);
  const Metrics second = compute_metrics(result);
  EXPECT_EQ(first.sharpe, second.sharpe);
  EXPECT_EQ(first.daily.returns, second.daily.returns);
  ASSERT_EQ(first.rolling.size(), second.rolling.size());
  EXPECT_EQ(first.rolling.front().values, second.rolling.front().values);
  ASSERT_TRUE(first.monte_carlo && second.monte_carlo);
  EXPECT_EQ(first.monte_carlo->total_return, second.monte_carlo->total_return);
}

}  // namespace
}  // namespace kontor::research
