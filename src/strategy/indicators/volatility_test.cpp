#include "strategy/indicators/volatility.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

TEST(TrueRange, CoversTheGapFromThePreviousClose) {
  const BarValues bar{.open = 0, .high = 12, .low = 10, .close = 11, .volume = 0, .ts_open = 0};
  EXPECT_EQ(true_range(bar, 11), 2);
  EXPECT_EQ(true_range(bar, 15), 5);
  EXPECT_EQ(true_range(bar, 4), 8);
}

TEST(AverageTrueRange, AgreesWithTheDefinition) {
  const auto bars = random_bars(31, 1'500);
  Series ranges(bars.size(), 0);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    ranges[i] = std::max({bars[i].high - bars[i].low, std::fabs(bars[i].high - bars[i - 1].close),
                          std::fabs(bars[i].low - bars[i - 1].close)});
  }
  for (const std::size_t period : {1u, 2u, 14u, 100u}) {
    const Series expected = smoothed(ranges, period, period, 1.0 / static_cast<double>(period));
    expect_agree(outputs_of(AverageTrueRange(period), bars), expected, 1e-12, "atr");
    EXPECT_EQ(AverageTrueRange(period).warmup(), period + 1);
  }
}

TEST(AverageTrueRange, OfAFrozenPriceIsZero) {
  const Series outputs = outputs_of(AverageTrueRange(14), constant_bars(60'000.01, 1, 100));
  for (std::size_t i = 14; i < outputs.size(); ++i) ASSERT_EQ(outputs[i], 0.0);
}

TEST(StandardDeviation, AgreesWithTheDefinition) {
  const Series values = closes_of(random_bars(32, 1'500));
  for (const std::size_t period : {1u, 2u, 20u, 100u}) {
    for (const double deviations : {1.0, 2.5}) {
      const Series expected = from_definition(values.size(), period - 1, [&](std::size_t last) {
        return deviations * std::sqrt(variance_at(values, last, period));
      });
      expect_agree(outputs_of(StandardDeviation(period, deviations), values), expected, 1e-12, "stddev");
      EXPECT_EQ(StandardDeviation(period).warmup(), period);
    }
  }
}

TEST(StandardDeviation, OfAConstantSeriesIsExactlyZero) {
  const Series outputs = outputs_of(StandardDeviation(20), Series(100, 0.1));
  for (std::size_t i = 19; i < outputs.size(); ++i) ASSERT_EQ(outputs[i], 0.0);
}

TEST(StandardDeviation, WorksForPricesFarBelowOne) {
  const Series values = closes_of(random_bars(33, 500, {.level = 1.2e-5, .step = 1e-8, .tick = 1e-10}));
  const Series expected = from_definition(
      values.size(), 19, [&](std::size_t last) { return std::sqrt(variance_at(values, last, 20)); });
  expect_agree(outputs_of(StandardDeviation(20), values), expected, 0, "stddev");
  EXPECT_GT(expected.back(), 0);
}

}  // namespace
}  // namespace kontor::strategy::indicators
