#include "strategy/indicators/macd.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

double alpha_of(std::size_t period) { return 2.0 / (static_cast<double>(period) + 1.0); }

TEST(Macd, AgreesWithTheDefinition) {
  const Series values = closes_of(random_bars(21, 1'500));
  for (const auto& [fast, slow, signal] : {std::array<std::size_t, 3>{12, 26, 9}, {1, 2, 1}, {3, 40, 5}}) {
    const Series fast_average = smoothed(values, slow - 1, fast, alpha_of(fast));
    const Series slow_average = smoothed(values, slow - 1, slow, alpha_of(slow));
    Series difference(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) difference[i] = fast_average[i] - slow_average[i];
    const Series line = smoothed(difference, slow + signal - 2, signal, alpha_of(signal));
    Series histogram(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) histogram[i] = difference[i] - line[i];
    std::fill_n(difference.begin(), slow + signal - 2, not_ready);
    const Macd indicator(fast, slow, signal);
    constexpr double floor = 1e-9;  // differences of prices around 60000
    expect_agree(outputs_of(indicator, values, [](const MacdValue& v) { return v.macd; }), difference, floor,
                 "macd");
    expect_agree(outputs_of(indicator, values, [](const MacdValue& v) { return v.signal; }), line, floor,
                 "signal");
    expect_agree(outputs_of(indicator, values, [](const MacdValue& v) { return v.histogram; }), histogram,
                 floor, "histogram");
    EXPECT_EQ(indicator.warmup(), slow + signal - 1);
  }
}

TEST(Macd, OfAConstantSeriesIsExactlyZero) {
  Macd macd(12, 26, 9);
  for (int i = 0; i < 300; ++i) {
    const MacdValue value = macd.update(60'000.01);
    if (!macd.ready()) continue;
    ASSERT_EQ(value.macd, 0.0);
    ASSERT_EQ(value.signal, 0.0);
    ASSERT_EQ(value.histogram, 0.0);
  }
  EXPECT_TRUE(macd.ready());
}

TEST(MacdDeathTest, TheFastPeriodMustBeShorter) { EXPECT_DEATH(Macd(26, 12, 9), "fast < slow"); }

}  // namespace
}  // namespace kontor::strategy::indicators
