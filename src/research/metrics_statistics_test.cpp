#include "research/metrics_statistics.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

namespace kontor::research {
namespace {

constexpr double kTolerance = 1e-12;

/// 1 %, −1 %, 1 %, −1 %, … and a last 2 %, so that there is a drift.
std::vector<double> alternating(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i + 1 < count; ++i) values.push_back(i % 2 == 0 ? 0.01 : -0.01);
  values.push_back(0.02);
  return values;
}

TEST(Statistics, MomentsOfAKnownSample) {
  // Wikipedia's example of a standard deviation: mean 5, population deviation 2.
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_DOUBLE_EQ(*mean_of(values), 5.0);
  EXPECT_NEAR(*standard_deviation(values), std::sqrt(32.0 / 7.0), kTolerance);
  // m3 = (−27 − 1 − 1 − 1 + 0 + 0 + 8 + 64) / 8 = 5.25; g1 = 5.25 / 2³.
  EXPECT_NEAR(*skewness(values), 0.65625, kTolerance);
  // m4 = (81 + 1 + 1 + 1 + 0 + 0 + 16 + 256) / 8 = 44.5; g2 = 44.5 / 2⁴ − 3.
  EXPECT_NEAR(*excess_kurtosis(values), -0.21875, kTolerance);
}

TEST(Statistics, DownsideDeviationCountsAllDays) {
  const std::vector<double> values{0.03, -0.01, 0.02, -0.02};
  EXPECT_NEAR(*downside_deviation(values), std::sqrt(0.0005 / 4), kTolerance);
}

TEST(Statistics, QuantilesInterpolate) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(*quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(*quantile(values, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(*quantile(values, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(*quantile(values, 1), 4);
  EXPECT_FALSE(quantile({}, 0.5));
}

TEST(Statistics, RegressionFindsSlopeAndCorrelation) {
  const std::vector<double> x{1, 2, 3, 4};
  const std::vector<double> y{3, 5, 7, 9};
  EXPECT_NEAR(*regression_slope(y, x), 2.0, kTolerance);
  EXPECT_NEAR(*correlation(y, x), 1.0, kTolerance);
  const std::vector<double> z{2, 1, 4, 3};
  EXPECT_NEAR(*regression_slope(z, x), 0.6, kTolerance);
  EXPECT_NEAR(*correlation(z, x), 0.6, kTolerance);
  EXPECT_FALSE(regression_slope(y, std::vector<double>{1, 1, 1, 1}));
  EXPECT_FALSE(correlation(std::vector<double>{1, 1, 1, 1}, x));
  EXPECT_FALSE(regression_slope(y, std::vector<double>{1, 2}));
}

TEST(Statistics, SharpeNeedsThirtyDaysAndSpread) {
  EXPECT_FALSE(sharpe_ratio(alternating(29)));
  EXPECT_FALSE(sharpe_ratio(std::vector<double>(40, 0.0)));
  EXPECT_FALSE(
      sharpe_ratio(std::vector<double>(40, 0.001)));  // equal returns have no spread but rounding noise
  // Thirty days: 15 × 1 %, 14 × −1 %, 1 × 2 %: mean 0.03 / 30 = 0.001; Σ(x − mean)² = Σx² − 30·mean² =
  // 29·0.0001 + 0.0004 − 0.00003 = 0.00327.
  const double expected = 0.001 / std::sqrt(0.00327 / 29) * std::sqrt(365.0);
  EXPECT_NEAR(*sharpe_ratio(alternating(30)), expected, 1e-10);
}

TEST(Statistics, SortinoNeedsALoss) {
  EXPECT_FALSE(sortino_ratio(alternating(29)));
  EXPECT_FALSE(sortino_ratio(std::vector<double>(40, 0.001)));
  const double expected = 0.001 / std::sqrt(14 * 0.0001 / 30) * std::sqrt(365.0);
  EXPECT_NEAR(*sortino_ratio(alternating(30)), expected, 1e-10);
}

TEST(Statistics, ProbabilisticSharpeOfASymmetricSample) {
  // ±1 % alternating with a drift of 0.1 %: skewness 0 and, for two values of equal weight, g2 = −2, so the
  // denominator is 1 and the figure is Φ(S·√(n − 1)).
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(i % 2 == 0 ? 0.011 : -0.009);
  const double per_day = 0.001 / std::sqrt(100 * 0.0001 / 99);
  const double expected = 0.5 * std::erfc(-per_day * std::sqrt(99.0) / std::sqrt(2.0));
  EXPECT_NEAR(*probabilistic_sharpe_ratio(values), expected, 1e-9);
  EXPECT_NEAR(expected, 0.8389, 1e-3);
  EXPECT_FALSE(probabilistic_sharpe_ratio(std::vector<double>(100, 0.0)));
}

TEST(Statistics, TailRisk) {
  // −49 … 50 in per mille: the 5 % quantile lies 4.95 steps above the lowest, at −44.05.
  std::vector<double> values(100);
  std::iota(values.begin(), values.end(), -49.0);
  EXPECT_NEAR(*value_at_risk(values, 0.95), 44.05, 1e-9);
  EXPECT_NEAR(*expected_shortfall(values, 0.95), 47.0, 1e-9);  // mean of 49, 48, 47, 46, 45
  EXPECT_FALSE(value_at_risk(std::vector<double>(29, 1.0), 0.95));
  EXPECT_FALSE(expected_shortfall(std::vector<double>(29, 1.0), 0.95));
  const double flat = *value_at_risk(std::vector<double>(30, 0.0), 0.95);
  EXPECT_EQ(flat, 0.0);
  EXPECT_FALSE(std::signbit(flat));
}

TEST(Statistics, RollingWindowsFillUpFirst) {
  const auto values = alternating(40);
  const auto rolling = rolling_sharpe(values, 30);
  ASSERT_EQ(rolling.size(), 40U);
  EXPECT_FALSE(rolling[28]);
  EXPECT_NEAR(*rolling[29], 0.0, 1e-10);  // fifteen up, fifteen down
  EXPECT_NEAR(*rolling[39], *sharpe_ratio(std::span(values).subspan(10)), kTolerance);
  const auto volatility = rolling_volatility(values, 30);
  EXPECT_NEAR(*volatility[29], std::sqrt(30 * 0.0001 / 29 * 365), kTolerance);
  EXPECT_FALSE(rolling_sharpe(values, 90)[39]);
}

TEST(Statistics, HistogramHasAnEdgeAtZeroAndLosesNothing) {
  const auto values = alternating(101);
  const Histogram histogram = histogram_of(values);
  EXPECT_EQ(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::size_t{0}), 101U);
  const double bins_below_zero = -histogram.lower / histogram.width;
  EXPECT_NEAR(bins_below_zero, std::round(bins_below_zero), 1e-9);
  EXPECT_LE(histogram.counts.size(), 60U);
}

TEST(Statistics, HistogramOfEqualAndOfNoValues) {
  EXPECT_TRUE(histogram_of({}).counts.empty());
  const Histogram flat = histogram_of(std::vector<double>(5, 0.0));
  EXPECT_EQ(flat.counts, std::vector<std::size_t>{5});
  EXPECT_EQ(flat.lower, 0.0);
}

TEST(Statistics, HistogramKeepsToItsLimitWithAnOutlier) {
  std::vector<double> values(1000, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 7) * 1e-5;
  values.push_back(-0.9);
  EXPECT_LE(histogram_of(values).counts.size(), 60U);
}

}  // namespace
}  // namespace kontor::research
