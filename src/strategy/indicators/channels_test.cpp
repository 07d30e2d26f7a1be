#include "strategy/indicators/channels.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

/// Compares all three lines with expected middles and half widths.
template <class Indicator, class Input>
void expect_channel(const Indicator& indicator, const std::vector<Input>& inputs, const Series& middle,
                    const Series& width) {
  Series upper(middle);
  Series lower(middle);
  for (std::size_t i = 0; i < middle.size(); ++i) {
    upper[i] += width[i];
    lower[i] -= width[i];
  }
  expect_agree(outputs_of(indicator, inputs, [](const ChannelValue& v) { return v.upper; }), upper, 0,
               "upper");
  expect_agree(outputs_of(indicator, inputs, [](const ChannelValue& v) { return v.middle; }), middle, 0,
               "middle");
  expect_agree(outputs_of(indicator, inputs, [](const ChannelValue& v) { return v.lower; }), lower, 0,
               "lower");
}

TEST(BollingerBands, AgreeWithTheDefinition) {
  const Series values = closes_of(random_bars(41, 1'500));
  for (const std::size_t period : {1u, 2u, 20u, 100u}) {
    for (const double deviations : {0.5, 2.0}) {
      const Series middle = from_definition(values.size(), period - 1,
                                            [&](std::size_t last) { return mean_at(values, last, period); });
      const Series width = from_definition(values.size(), period - 1, [&](std::size_t last) {
        return deviations * std::sqrt(variance_at(values, last, period));
      });
      const BollingerBands bands(period, deviations);
      expect_channel(bands, values, middle, width);
      EXPECT_EQ(bands.warmup(), period);
    }
  }
}

TEST(BollingerBands, CollapseExactlyOnAConstantSeries) {
  BollingerBands bands(20, 2.0);
  for (int i = 0; i < 100; ++i) bands.update(60'000.01);
  EXPECT_EQ(bands.value().upper, 60'000.01);
  EXPECT_EQ(bands.value().middle, 60'000.01);
  EXPECT_EQ(bands.value().lower, 60'000.01);
}

TEST(DonchianChannel, AgreesWithTheDefinition) {
  const auto bars = random_bars(42, 1'500);
  for (const std::size_t period : {1u, 2u, 20u, 100u}) {
    Series middle(bars.size(), not_ready);
    Series width(bars.size(), not_ready);
    for (std::size_t i = period - 1; i < bars.size(); ++i) {
      double highest = bars[i].high;
      double lowest = bars[i].low;
      for (std::size_t j = i + 1 - period; j < i; ++j) {
        highest = std::max(highest, bars[j].high);
        lowest = std::min(lowest, bars[j].low);
      }
      middle[i] = (highest + lowest) / 2;
      width[i] = (highest - lowest) / 2;
    }
    expect_channel(DonchianChannel(period), bars, middle, width);
    EXPECT_EQ(DonchianChannel(period).warmup(), period);
  }
}

TEST(KeltnerChannel, AgreesWithTheDefinition) {
  const auto bars = random_bars(43, 1'500);
  const Series closes = closes_of(bars);
  Series ranges(bars.size(), 0);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    ranges[i] = std::max({bars[i].high - bars[i].low, std::fabs(bars[i].high - bars[i - 1].close),
                          std::fabs(bars[i].low - bars[i - 1].close)});
  }
  for (const auto& [period, atr_period] : {std::pair<std::size_t, std::size_t>{20, 10}, {5, 14}, {1, 1}}) {
    const std::size_t first = std::max(period - 1, atr_period);
    Series middle = smoothed(closes, period - 1, period, 2.0 / (static_cast<double>(period) + 1.0));
    Series width = smoothed(ranges, atr_period, atr_period, 1.0 / static_cast<double>(atr_period));
    std::fill_n(middle.begin(), first, not_ready);
    for (double& value : width) value *= 1.5;
    const KeltnerChannel channel(period, atr_period, 1.5);
    expect_channel(channel, bars, middle, width);
    EXPECT_EQ(channel.warmup(), first + 1);
  }
}

}  // namespace
}  // namespace kontor::strategy::indicators
