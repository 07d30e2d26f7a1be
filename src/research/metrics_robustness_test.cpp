#include "research/metrics_robustness.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "research/metrics_statistics.hpp"
#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::at;

std::vector<double> repeated(std::vector<double> pattern, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(pattern[i % pattern.size()]);
  return values;
}

TEST(MonteCarlo, NeedsThirtyDays) {
  EXPECT_FALSE(monte_carlo(repeated({0.01}, 29), 1));
  EXPECT_TRUE(monte_carlo(repeated({0.01}, 30), 1));
}

TEST(MonteCarlo, EqualDaysHaveOneFuture) {
  const auto found = monte_carlo(repeated({0.01}, 40), 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->paths, 1'000U);
  EXPECT_EQ(found->block_days, 4U);  // 3³ < 40 ≤ 4³
  EXPECT_EQ(found->probability_of_loss, 0);
  ASSERT_EQ(found->cone.size(), 40U);
  for (const double value : found->total_return) EXPECT_NEAR(value, std::pow(1.01, 40) - 1, 1e-12);
  for (const double value : found->max_drawdown) EXPECT_EQ(value, 0);
  EXPECT_EQ(found->cone[9].day, 10U);
  EXPECT_NEAR(found->cone[9].total_return[0], std::pow(1.01, 10) - 1, 1e-12);
}

TEST(MonteCarlo, NothingButLossesLosesForSure) {
  const auto found = monte_carlo(repeated({-0.01}, 64), 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->probability_of_loss, 1);
  EXPECT_NEAR(found->max_drawdown[2], 1 - std::pow(0.99, 64), 1e-12);
}

TEST(MonteCarlo, BandsAreInOrderAndTheSeedDecides) {
  const auto returns = repeated({0.03, -0.02, 0.01, -0.015, 0.004, -0.001, 0.02}, 200);
  const auto first = monte_carlo(returns, 7);
  const auto again = monte_carlo(returns, 7);
  const auto other = monte_carlo(returns, 8);
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->total_return, again->total_return);
  EXPECT_EQ(first->max_drawdown, again->max_drawdown);
  EXPECT_NE(first->total_return, other->total_return);
  EXPECT_LE(first->cone.size(), 60U);
  EXPECT_EQ(first->cone.back().day, 200U);
  EXPECT_EQ(first->cone.back().total_return, first->total_return);
  for (const auto& point : first->cone) EXPECT_TRUE(std::ranges::is_sorted(point.total_return));
  EXPECT_LT(first->total_return.front(), first->total_return.back());
}

TEST(MonteCarlo, RuinIsForEver) {
  auto returns = repeated({0.5}, 30);
  returns[10] = -1.0;
  const auto found = monte_carlo(returns, 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->total_return.front(), -1);
  EXPECT_EQ(found->max_drawdown.back(), 1);
}

// Two hundredths up, one down, by turns: S = √(59/60)/3 a day, no skew, excess kurtosis −2, so the variance
// is 1.

TEST(DeflatedSharpe, OneTrialIsTheProbabilisticRatio) {
  const auto returns = repeated({0.02, -0.01}, 60);
  const auto found = deflated_sharpe(returns, 1, std::nullopt);
  EXPECT_EQ(found.hurdle, 0);
  EXPECT_NEAR(found.probability.value(), 0.9944408057460712, 1e-12);
  EXPECT_EQ(found.probability, probabilistic_sharpe_ratio(returns));
  EXPECT_NEAR(found.minimum_days.value(), 25.76260110528003, 1e-9);
}

TEST(DeflatedSharpe, TheBestOfManyHasToBeatWhatLuckMakes) {
  // The example of the paper: 100 trials whose annual Sharpe ratios have a variance of 1/2.
  const auto found = deflated_sharpe(repeated({0.02, -0.01}, 60), 100, std::sqrt(0.5));
  EXPECT_NEAR(found.hurdle.value(), 1.7894064662732079, 1e-12);
  EXPECT_EQ(found.trials, 100U);
  EXPECT_NEAR(probabilistic_sharpe_ratio(repeated({0.02, -0.01}, 60), 0.1 * std::sqrt(365)).value(),
              0.9617064415915508, 1e-12);
}

TEST(DeflatedSharpe, WithoutTheSpreadOfTheTrialsItIsNotDefined) {
  const auto found = deflated_sharpe(repeated({0.02, -0.01}, 60), 100, std::nullopt);
  EXPECT_FALSE(found.hurdle);
  EXPECT_FALSE(found.probability);
  EXPECT_TRUE(found.minimum_days);
  EXPECT_FALSE(deflated_sharpe(repeated({-0.02, 0.01}, 60), 1, std::nullopt).minimum_days);
  EXPECT_FALSE(deflated_sharpe(repeated({0.02, -0.01}, 20), 1, std::nullopt).probability);
}

TEST(NormalQuantile, InvertsTheDistribution) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.95), 1.6448536269514715, 1e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400536, 1e-14);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-13);
  EXPECT_NEAR(normal_quantile(0.3), -0.5244005127080407, 1e-14);
}

RunResult run_over(std::string_view from, std::string_view to) {
  RunResult result = test::empty_run();
  result.from = at(from);
  result.to = at(to);
  return result;
}

TEST(Crises, FromTheLastSampleBeforeTheWindowToTheLastInIt) {
  RunResult result = run_over("2022-11-01", "2022-11-20");
  test::add_sample(result, at("2022-11-02"), "12000", 10'500);
  test::add_sample(result, at("2022-11-06"), "10000", 10'000);
  test::add_sample(result, at("2022-11-08"), "8000", 7'000);
  test::add_sample(result, at("2022-11-09"), "9000", 7'200);
  test::add_sample(result, at("2022-11-15"), "9500", 7'500);
  test::add_sample(result, at("2022-11-16"), "5000", 5'000);
  const auto found = crises(result);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_STREQ(found[0].name, "FTX, November 2022");
  EXPECT_TRUE(found[0].whole);
  EXPECT_NEAR(found[0].total_return, -0.05, 1e-12);
  EXPECT_NEAR(found[0].max_drawdown, 0.2, 1e-12);
  EXPECT_NEAR(found[0].benchmark_return.value(), -0.25, 1e-12);
  EXPECT_NEAR(found[0].benchmark_drawdown.value(), 0.3, 1e-12);
}

TEST(Crises, ARunThatBeginsInsideIsMarkedAsPart) {
  RunResult result = run_over("2022-11-09", "2022-11-12");
  test::add_sample(result, at("2022-11-10"), "9000");
  const auto found = crises(result);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].whole);
  EXPECT_NEAR(found[0].total_return, -0.1, 1e-12);
  EXPECT_FALSE(found[0].benchmark_return);
  EXPECT_FALSE(found[0].benchmark_drawdown);
}

TEST(Crises, QuietTimesHaveNone) {
  RunResult result = run_over("2023-06-01", "2023-09-01");
  test::add_sample(result, at("2023-07-01"), "9000");
  EXPECT_TRUE(crises(result).empty());
}

TEST(Crises, TheWindowsComeInOrderOfTime) {
  RunResult result = run_over("2017-01-01", "2026-01-01");
  for (TimeNs ts = result.from + kDay; ts <= result.to; ts += kDay) {
    EquitySample sample;
    sample.ts = ts;
    sample.equity = test::money("10000");
    result.equity.push_back(sample);
  }
  const auto found = crises(result);
  EXPECT_EQ(found.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &CrisisResult::from));
  for (const auto& crisis : found) EXPECT_LT(crisis.from, crisis.to);
}

}  // namespace
}  // namespace kontor::research
