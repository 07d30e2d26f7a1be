#include "strategy/indicators/oscillators.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

/// Highest high and lowest low of the `period` bars up to and including `last`.
std::pair<double, double> range_at(const std::vector<BarValues>& bars, std::size_t last, std::size_t period) {
  double highest = bars[last].high;
  double lowest = bars[last].low;
  for (std::size_t i = last + 1 - period; i < last; ++i) {
    highest = std::max(highest, bars[i].high);
    lowest = std::min(lowest, bars[i].low);
  }
  return {highest, lowest};
}

TEST(RelativeStrengthIndex, AgreesWithTheDefinition) {
  const Series values = closes_of(random_bars(51, 1'500));
  Series gains(values.size(), 0);
  Series losses(values.size(), 0);
  for (std::size_t i = 1; i < values.size(); ++i) {
    gains[i] = std::max(0.0, values[i] - values[i - 1]);
    losses[i] = std::max(0.0, values[i - 1] - values[i]);
  }
  for (const std::size_t period : {1u, 2u, 14u, 100u}) {
    const double alpha = 1.0 / static_cast<double>(period);
    const Series gain = smoothed(gains, period, period, alpha);
    const Series loss = smoothed(losses, period, period, alpha);
    const Series expected = from_definition(values.size(), period, [&](std::size_t i) {
      return gain[i] + loss[i] == 0 ? 0 : 100 * gain[i] / (gain[i] + loss[i]);
    });
    expect_agree(outputs_of(RelativeStrengthIndex(period), values), expected, 0, "rsi");
    EXPECT_EQ(RelativeStrengthIndex(period).warmup(), period + 1);
  }
}

TEST(RelativeStrengthIndex, StaysWithinItsBoundsAndReachesThem) {
  RelativeStrengthIndex rising(14);
  RelativeStrengthIndex falling(14);
  RelativeStrengthIndex frozen(14);
  for (int i = 0; i < 200; ++i) {
    rising.update(1'000 + 0.1 * i);
    falling.update(1'000 - 0.1 * i);
    frozen.update(1'000.1);
  }
  EXPECT_EQ(rising.value(), 100.0);
  EXPECT_EQ(falling.value(), 0.0);
  EXPECT_EQ(frozen.value(), 0.0);  // TA-Lib's choice
  for (const double value : outputs_of(RelativeStrengthIndex(3), closes_of(random_bars(52, 5'000)))) {
    ASSERT_FALSE(value < 0 || value > 100);
  }
}

TEST(RelativeStrengthIndex, AFrozenPriceKeepsTheLastValue) {
  RelativeStrengthIndex index(14);
  for (const double close : closes_of(random_bars(53, 100))) index.update(close);
  const double before = index.value();
  const double last = closes_of(random_bars(53, 100)).back();
  for (int i = 0; i < 1'000; ++i) ASSERT_NEAR(index.update(last), before, 1e-9 * before);
}

TEST(RateOfChange, AgreesWithTheDefinition) {
  const Series values = closes_of(random_bars(54, 500));
  for (const std::size_t period : {1u, 10u, 100u}) {
    const Series expected = from_definition(
        values.size(), period, [&](std::size_t i) { return 100 * (values[i] / values[i - period] - 1); });
    expect_agree(outputs_of(RateOfChange(period), values), expected, 1e-12, "roc");
    EXPECT_EQ(RateOfChange(period).warmup(), period + 1);
  }
}

TEST(RateOfChange, FromZeroIsZero) {
  RateOfChange rate(1);
  EXPECT_TRUE(std::isnan(rate.update(0)));
  EXPECT_EQ(rate.update(5), 0);
  EXPECT_EQ(rate.update(10), 100);
}

TEST(StochasticOscillator, AgreesWithTheDefinition) {
  const auto bars = random_bars(55, 1'000);
  for (const auto& [period, smoothing, signal] :
       {std::array<std::size_t, 3>{14, 3, 3}, {1, 1, 1}, {5, 1, 4}}) {
    const Series fast = from_definition(bars.size(), period - 1, [&](std::size_t i) {
      const auto [highest, lowest] = range_at(bars, i, period);
      return highest == lowest ? 0 : 100 * (bars[i].close - lowest) / (highest - lowest);
    });
    const Series slow = from_definition(bars.size(), period + smoothing - 2,
                                        [&](std::size_t i) { return mean_at(fast, i, smoothing); });
    const std::size_t first = period + smoothing + signal - 3;
    const Series k = from_definition(bars.size(), first, [&](std::size_t i) { return slow[i]; });
    const Series d =
        from_definition(bars.size(), first, [&](std::size_t i) { return mean_at(slow, i, signal); });
    const StochasticOscillator oscillator(period, smoothing, signal);
    expect_agree(outputs_of(oscillator, bars, [](const StochasticValue& v) { return v.k; }), k, 1e-11, "k");
    expect_agree(outputs_of(oscillator, bars, [](const StochasticValue& v) { return v.d; }), d, 1e-11, "d");
    EXPECT_EQ(oscillator.warmup(), first + 1);
  }
}

TEST(WilliamsPercentRange, AgreesWithTheDefinition) {
  const auto bars = random_bars(56, 1'000);
  for (const std::size_t period : {1u, 14u, 100u}) {
    const Series expected = from_definition(bars.size(), period - 1, [&](std::size_t i) {
      const auto [highest, lowest] = range_at(bars, i, period);
      return highest == lowest ? 0 : -100 * (highest - bars[i].close) / (highest - lowest);
    });
    expect_agree(outputs_of(WilliamsPercentRange(period), bars), expected, 1e-12, "williams_r");
    EXPECT_EQ(WilliamsPercentRange(period).warmup(), period);
  }
}

TEST(CommodityChannelIndex, AgreesWithTheDefinition) {
  const auto bars = random_bars(57, 1'000);
  Series typical;
  for (const BarValues& bar : bars) typical.push_back((bar.high + bar.low + bar.close) / 3);
  for (const std::size_t period : {2u, 3u, 4u, 5u, 20u, 101u}) {
    const Series expected = from_definition(bars.size(), period - 1, [&](std::size_t last) {
      const double mean = mean_at(typical, last, period);
      long double deviation = 0;
      for (std::size_t i = last + 1 - period; i <= last; ++i) deviation += std::fabs(typical[i] - mean);
      deviation /= static_cast<long double>(period);
      return deviation == 0 ? 0 : static_cast<double>((typical[last] - mean) / (0.015L * deviation));
    });
    // The numerator is a difference of prices around 60000, so what is left of it has an absolute error.
    expect_agree(outputs_of(CommodityChannelIndex(period), bars), expected, 1e-9, "cci");
    EXPECT_EQ(CommodityChannelIndex(period).warmup(), period);
  }
}

TEST(Oscillators, OfAFrozenPriceAreZero) {
  const auto bars = constant_bars(0.1, 1, 100);
  for (std::size_t period : {1u, 5u, 20u}) {
    for (const Series& outputs :
         {outputs_of(CommodityChannelIndex(period), bars), outputs_of(WilliamsPercentRange(period), bars),
          outputs_of(RelativeStrengthIndex(period), closes_of(bars)),
          outputs_of(RateOfChange(period), closes_of(bars)),
          outputs_of(StochasticOscillator(period, 3, 3), bars,
                     [](const StochasticValue& v) { return v.d; })}) {
      for (std::size_t i = 30; i < outputs.size(); ++i) ASSERT_EQ(outputs[i], 0.0);
    }
  }
}

}  // namespace
}  // namespace kontor::strategy::indicators
