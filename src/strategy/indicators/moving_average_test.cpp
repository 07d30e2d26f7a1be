#include "strategy/indicators/moving_average.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

constexpr std::size_t average_periods[] = {1, 2, 3, 9, 20, 100};

Series random_closes() { return closes_of(random_bars(11, 1'500)); }

Series naive_weighted(const Series& values, std::size_t first, std::size_t period) {
  return from_definition(values.size(), first, [&](std::size_t last) {
    long double sum = 0;
    for (std::size_t weight = 1; weight <= period; ++weight) {
      sum += static_cast<long double>(weight) * values[last - period + weight];
    }
    return static_cast<double>(sum / static_cast<long double>(period * (period + 1) / 2));
  });
}

TEST(SimpleMovingAverage, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : average_periods) {
    const Series expected = from_definition(values.size(), period - 1,
                                            [&](std::size_t last) { return mean_at(values, last, period); });
    expect_agree(outputs_of(SimpleMovingAverage(period), values), expected, 0, "sma");
    EXPECT_EQ(SimpleMovingAverage(period).warmup(), period);
  }
}

TEST(ExponentialMovingAverage, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : average_periods) {
    const Series expected = smoothed(values, period - 1, period, 2.0 / (static_cast<double>(period) + 1.0));
    expect_agree(outputs_of(ExponentialMovingAverage(period), values), expected, 0, "ema");
    EXPECT_EQ(ExponentialMovingAverage(period).warmup(), period);
  }
}

TEST(ExponentialMovingAverage, KnownValues) {
  ExponentialMovingAverage average(3);
  EXPECT_TRUE(std::isnan(average.update(2)));
  EXPECT_TRUE(std::isnan(average.update(4)));
  EXPECT_FALSE(average.ready());
  EXPECT_DOUBLE_EQ(average.update(6), 4);
  EXPECT_TRUE(average.ready());
  EXPECT_DOUBLE_EQ(average.update(8), 6);
  EXPECT_DOUBLE_EQ(average.update(0), 3);
  EXPECT_DOUBLE_EQ(average.update(1), 2);
  EXPECT_DOUBLE_EQ(average.value(), 2);
}

TEST(ExponentialMovingAverage, DoesNotDriftOverAMillionValues) {
  const Series values = closes_of(random_bars(12, 1'000'000));
  for (const std::size_t period : {std::size_t{20}, std::size_t{1'000}}) {
    const Series expected = smoothed(values, period - 1, period, 2.0 / (static_cast<double>(period) + 1.0));
    const Series got = outputs_of(ExponentialMovingAverage(period), values);
    for (std::size_t i = period; i < values.size(); i += 101)
      ASSERT_NEAR(got[i] / expected[i], 1, 1e-12) << i;
  }
}

TEST(ExponentialSmoother, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : average_periods) {
    const Series wilder = smoothed(values, period - 1, period, 1.0 / static_cast<double>(period));
    expect_agree(outputs_of(ExponentialSmoother::wilder(period), values), wilder, 0, "wilder");
    const Series exponential =
        smoothed(values, period - 1, period, 2.0 / (static_cast<double>(period) + 1.0));
    expect_agree(outputs_of(ExponentialSmoother::exponential(period), values), exponential, 0, "exponential");
  }
}

TEST(WeightedMovingAverage, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : average_periods) {
    expect_agree(outputs_of(WeightedMovingAverage(period), values),
                 naive_weighted(values, period - 1, period), 0, "wma");
    EXPECT_EQ(WeightedMovingAverage(period).warmup(), period);
  }
}

TEST(HullMovingAverage, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : {2u, 3u, 4u, 16u, 55u}) {
    const auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(period)));
    const Series whole = naive_weighted(values, period - 1, period);
    const Series half = naive_weighted(values, period - 1, period / 2);
    Series raw(values.size());
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = 2 * half[i] - whole[i];
    const Series expected = naive_weighted(raw, period + root - 2, root);
    expect_agree(outputs_of(HullMovingAverage(period), values), expected, 0, "hull");
    EXPECT_EQ(HullMovingAverage(period).warmup(), period + root - 1);
  }
}

TEST(KaufmanAdaptiveMovingAverage, AgreesWithTheDefinition) {
  const Series values = random_closes();
  for (const std::size_t period : {1u, 2u, 10u, 40u}) {
    Series expected(values.size(), not_ready);
    double value = values[period - 1];
    for (std::size_t i = period; i < values.size(); ++i) {
      double noise = 0;
      for (std::size_t j = i + 1 - period; j <= i; ++j) noise += std::fabs(values[j] - values[j - 1]);
      const double change = std::fabs(values[i] - values[i - period]);
      const double ratio = noise == 0 ? 1 : std::min(1.0, change / noise);
      const double constant = ratio * (2.0 / 3.0 - 2.0 / 31.0) + 2.0 / 31.0;
      value += constant * constant * (values[i] - value);
      expected[i] = value;
    }
    expect_agree(outputs_of(KaufmanAdaptiveMovingAverage(period), values), expected, 0, "kama");
    EXPECT_EQ(KaufmanAdaptiveMovingAverage(period).warmup(), period + 1);
  }
}

TEST(MovingAverages, OfOneValueAreThatValue) {
  const Series values = random_closes();
  expect_agree(outputs_of(SimpleMovingAverage(1), values), values, 0, "sma");
  expect_agree(outputs_of(ExponentialMovingAverage(1), values), values, 0, "ema");
  expect_agree(outputs_of(WeightedMovingAverage(1), values), values, 0, "wma");
}

/// Two averages of a frozen price must be equal, not nearly so: a crossing rule compares them.
TEST(MovingAverages, OfAConstantSeriesAreExactlyItsValue) {
  for (const double price : {60'000.01, 0.1, 1.0 / 3.0}) {
    const Series values(300, price);
    for (const std::size_t period : {10u, 50u}) {
      for (const Series& outputs :
           {outputs_of(SimpleMovingAverage(period), values),
            outputs_of(ExponentialMovingAverage(period), values),
            outputs_of(WeightedMovingAverage(period), values), outputs_of(HullMovingAverage(period), values),
            outputs_of(KaufmanAdaptiveMovingAverage(period), values)}) {
        for (std::size_t i = 100; i < values.size(); ++i) ASSERT_EQ(outputs[i], price);
      }
    }
  }
}

TEST(MovingAverageDeathTest, BrokenContracts) {
  EXPECT_DEATH(ExponentialMovingAverage(0), "period > 0");
  EXPECT_DEATH(HullMovingAverage(1), "period > 0");
  EXPECT_DEATH(KaufmanAdaptiveMovingAverage(10, 30, 2), "fast <= slow");
  EXPECT_DEATH(ExponentialSmoother(3, 1.5), "alpha <= 1.0");
}

}  // namespace
}  // namespace kontor::strategy::indicators
