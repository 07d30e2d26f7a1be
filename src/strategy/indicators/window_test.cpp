#include "strategy/indicators/window.hpp"

#include <algorithm>

#include "strategy/indicators/window_mean.hpp"
#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

/// Periods around the four-at-a-time loops, one value, and one longer than many series.
constexpr std::size_t window_periods[] = {1, 2, 3, 4, 5, 7, 8, 9, 20, 50, 257};

Series random_values(std::uint64_t seed, std::size_t count) { return closes_of(random_bars(seed, count)); }

double folded_at(const Series& values, std::size_t last, std::size_t period, double start,
                 double (*combine)(double, double)) {
  double result = start;
  for (std::size_t i = last + 1 - std::min(period, last + 1); i <= last; ++i)
    result = combine(result, values[i]);
  return result;
}

TEST(FixedRing, GivesBackTheValueStoredOneRoundBefore) {
  FixedRing ring(3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ring.full(), i >= 3);
    const double oldest = ring.exchange(i);
    if (i >= 3) {
      EXPECT_EQ(oldest, i - 3);
    }
  }
  Series kept(ring.values().begin(), ring.values().end());
  std::ranges::sort(kept);
  EXPECT_EQ(kept, (Series{7, 8, 9}));
}

TEST(WindowFold, MaximumAndMinimumEqualTheScanExactly) {
  const Series values = random_values(1, 2'000);
  for (const std::size_t period : window_periods) {
    WindowMaximum maximum(period);
    WindowMinimum minimum(period);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto larger = [](double left, double right) { return std::max(left, right); };
      const auto smaller = [](double left, double right) { return std::min(left, right); };
      ASSERT_EQ(maximum.push(values[i]), folded_at(values, i, period, -HUGE_VAL, larger))
          << period << " " << i;
      ASSERT_EQ(minimum.push(values[i]), folded_at(values, i, period, HUGE_VAL, smaller))
          << period << " " << i;
      ASSERT_EQ(maximum.full(), i + 1 >= period);
    }
  }
}

TEST(WindowFold, SumOfWholeNumbersIsExact) {
  Generator generator(2);
  Series values(2'000);
  for (double& value : values) value = static_cast<double>(generator.draw(1'000'000) - 500'000);
  for (const std::size_t period : window_periods) {
    WindowSum sum(period);
    const auto add = [](double left, double right) { return left + right; };
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(sum.push(values[i]), folded_at(values, i, period, 0, add)) << period << " " << i;
    }
  }
}

TEST(WindowFold, AHugeValueLeavesNoTraceOnceItHasLeft) {
  WindowSum sum(5);
  sum.push(1e18);
  for (int i = 0; i < 4; ++i) sum.push(0.1);
  EXPECT_EQ(sum.push(0.1), 0.1 + 0.1 + 0.1 + 0.1 + 0.1);
}

TEST(WindowMean, AgreesWithTheDefinition) {
  const Series values = random_values(3, 3'000);
  for (const std::size_t period : window_periods) {
    WindowMean mean(period);
    WindowWeightedMean weighted(period);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double got = mean.push(values[i]);
      const double got_weighted = weighted.push(values[i]);
      ASSERT_EQ(mean.full(), i + 1 >= period);
      ASSERT_EQ(weighted.full(), i + 1 >= period);
      if (i + 1 < period) continue;
      long double sum = 0;
      for (std::size_t weight = 1; weight <= period; ++weight) {
        sum += static_cast<long double>(weight) * values[i - period + weight];
      }
      const auto total = static_cast<long double>(period * (period + 1) / 2);
      ASSERT_NEAR(got, mean_at(values, i, period), 1e-10) << period << " " << i;
      ASSERT_NEAR(got_weighted, static_cast<double>(sum / total), 1e-10) << period << " " << i;
    }
  }
}

TEST(WindowMoments, AgreesWithTheDefinition) {
  const Series values = random_values(4, 3'000);
  for (const std::size_t period : window_periods) {
    WindowMoments window(period);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Moments moments = window.push(values[i]);
      ASSERT_EQ(window.full(), i + 1 >= period);
      if (i + 1 < period) continue;
      const double variance = variance_at(values, i, period);
      ASSERT_NEAR(moments.mean, mean_at(values, i, period), 1e-10) << period << " " << i;
      ASSERT_NEAR(moments.variance, variance, 1e-11 * variance) << period << " " << i;
    }
  }
}

TEST(WindowMoments, SmallMovesAtAHighLevelKeepTheirDigits) {
  const Series values = closes_of(random_bars(5, 5'000, {.level = 60'000.0, .step = 0.02, .tick = 0.01}));
  WindowMoments window(20);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Moments moments = window.push(values[i]);
    if (i < 19) continue;
    const double variance = variance_at(values, i, 20);
    ASSERT_NEAR(moments.variance, variance, 1e-9 * variance + 1e-22) << i;
  }
}

TEST(WindowMoments, AJumpLeavesNoTraceOnceItHasLeft) {
  const std::size_t period = 20;
  Series values = random_values(6, 400);
  for (std::size_t i = 200; i < values.size(); ++i) values[i] /= 1'000'000.0;
  WindowMoments window(period);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Moments moments = window.push(values[i]);
    if (i < 200 + period - 1) continue;
    const double variance = variance_at(values, i, period);
    ASSERT_NEAR(moments.variance, variance, 1e-11 * variance) << i;
  }
}

TEST(Windows, AConstantSeriesGivesExactlyItsValue) {
  for (const double price : {60'000.01, 0.1, 1.0 / 3.0, 1.234e-8}) {
    for (const std::size_t period : window_periods) {
      WindowMean mean(period);
      WindowWeightedMean weighted(period);
      WindowMoments window(period);
      for (std::size_t i = 0; i < 3 * period + 5; ++i) {
        const double got = mean.push(price);
        const double got_weighted = weighted.push(price);
        const Moments moments = window.push(price);
        if (i + 1 < period) continue;
        ASSERT_EQ(got, price);
        ASSERT_EQ(got_weighted, price);
        ASSERT_EQ(moments.mean, price);
        ASSERT_EQ(moments.variance, 0.0);
      }
    }
  }
}

/// Errors must not grow with the length of the series: the last windows of a million are as good as the
/// first.
TEST(Windows, NothingDriftsOverAMillionValues) {
  const Series values = random_values(7, 1'000'000);
  constexpr std::size_t period = 50;
  WindowMean mean(period);
  WindowWeightedMean weighted(period);
  WindowMoments window(period);
  WindowSum sum(period);
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double got_mean = mean.push(values[i]);
    const double got_weighted = weighted.push(values[i]);
    const double got_variance = window.push(values[i]).variance;
    const double got_sum = sum.push(values[i]);
    if (i < period || (i % 997 != 0 && i + 200 < values.size())) continue;
    long double weighted_sum = 0;
    for (std::size_t weight = 1; weight <= period; ++weight) {
      weighted_sum += static_cast<long double>(weight) * values[i - period + weight];
    }
    const double expected = mean_at(values, i, period);
    const double expected_weighted = static_cast<double>(weighted_sum / (period * (period + 1) / 2));
    const double expected_variance = variance_at(values, i, period);
    worst =
        std::max({worst, std::fabs(got_mean / expected - 1), std::fabs(got_weighted / expected_weighted - 1),
                  std::fabs(got_variance / expected_variance - 1),
                  std::fabs(got_sum / (expected * static_cast<double>(period)) - 1)});
  }
  EXPECT_LT(worst, 1e-12);
}

TEST(WindowDeathTest, APeriodOfZeroBreaksTheContract) {
  EXPECT_DEATH(FixedRing(0), "capacity > 0");
  EXPECT_DEATH(WindowSum(0), "period > 0");
  EXPECT_DEATH(WindowMean(0), "period > 0");
}

}  // namespace
}  // namespace kontor::strategy::indicators
