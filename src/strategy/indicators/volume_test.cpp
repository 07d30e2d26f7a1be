#include "strategy/indicators/volume.hpp"

#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

constexpr std::int64_t minute_ns = 60'000'000'000;

BarValues flat_bar(double price, double volume, std::int64_t ts_open) {
  return {price, price, price, price, volume, ts_open};
}

/// Turnover and volume of the bars from `first` to `last`.
double average_price(const std::vector<BarValues>& bars, std::size_t first, std::size_t last) {
  long double turnover = 0;
  long double volume = 0;
  for (std::size_t i = first; i <= last; ++i) {
    turnover += (bars[i].high + bars[i].low + bars[i].close) / 3.0L * bars[i].volume;
    volume += bars[i].volume;
  }
  const double price = (bars[last].high + bars[last].low + bars[last].close) / 3;
  return volume == 0 ? price : static_cast<double>(turnover / volume);
}

TEST(OnBalanceVolume, AgreesWithTheDefinition) {
  const auto bars = random_bars(61, 2'000);
  Series expected(bars.size());
  long double sum = bars[0].volume;
  expected[0] = static_cast<double>(sum);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    if (bars[i].close > bars[i - 1].close) sum += bars[i].volume;
    if (bars[i].close < bars[i - 1].close) sum -= bars[i].volume;
    expected[i] = static_cast<double>(sum);
  }
  expect_agree(outputs_of(OnBalanceVolume(), bars), expected, 1e-12, "obv");
}

TEST(OnBalanceVolume, KeepsSmallVolumesBesideAHugeOne) {
  OnBalanceVolume volume;
  volume.update(flat_bar(1, 0, 0));
  volume.update(flat_bar(2, 1e17, 0));
  for (int i = 0; i < 1'000; ++i) volume.update(flat_bar(3 + i, 1, 0));
  EXPECT_EQ(volume.update(flat_bar(1, 1e17, 0)), 1'000);
}

TEST(SessionVwap, AgreesWithTheDefinitionAndStartsAnewEverySession) {
  const auto bars = random_bars(62, 3 * 1'440);
  const Series outputs = outputs_of(SessionVwap(), bars);
  for (std::size_t i = 0; i < bars.size(); i += 7) {
    ASSERT_NEAR(outputs[i], average_price(bars, i / 1'440 * 1'440, i), 1e-9) << i;
  }
}

TEST(SessionVwap, SessionsBeginAtTheOffset) {
  SessionVwap average(60 * minute_ns, 15 * minute_ns);
  EXPECT_EQ(average.update(flat_bar(10, 1, 14 * minute_ns)), 10);
  EXPECT_EQ(average.update(flat_bar(20, 1, 15 * minute_ns)), 20);
  EXPECT_EQ(average.update(flat_bar(30, 3, 74 * minute_ns)), 27.5);
  EXPECT_EQ(average.update(flat_bar(40, 1, 75 * minute_ns)), 40);
  EXPECT_EQ(average.update(flat_bar(50, 1, 400 * minute_ns)), 50);
}

TEST(SessionVwap, WorksBefore1970) {
  SessionVwap average;
  EXPECT_EQ(average.update(flat_bar(10, 1, -2 * minute_ns)), 10);
  EXPECT_EQ(average.update(flat_bar(20, 1, -minute_ns)), 15);
  EXPECT_EQ(average.update(flat_bar(30, 1, 0)), 30);
}

TEST(SessionVwap, WithoutVolumeIsTheTypicalPrice) {
  SessionVwap average;
  EXPECT_EQ(average.update(flat_bar(10, 0, 0)), 10);
  EXPECT_EQ(average.update(flat_bar(12, 0, minute_ns)), 12);
  EXPECT_EQ(average.update(flat_bar(20, 5, 2 * minute_ns)), 20);
  EXPECT_EQ(average.update(flat_bar(90, 0, 3 * minute_ns)), 20);
}

TEST(RollingVwap, AgreesWithTheDefinition) {
  const auto bars = random_bars(63, 1'000);
  for (const std::size_t period : {1u, 2u, 20u, 100u}) {
    const Series expected = from_definition(bars.size(), period - 1, [&](std::size_t last) {
      return average_price(bars, last + 1 - period, last);
    });
    expect_agree(outputs_of(RollingVwap(period), bars), expected, 0, "rolling_vwap");
    EXPECT_EQ(RollingVwap(period).warmup(), period);
  }
}

TEST(MoneyFlowIndex, AgreesWithTheDefinition) {
  const auto bars = random_bars(64, 1'000);
  const auto typical = [&](std::size_t i) { return (bars[i].high + bars[i].low + bars[i].close) / 3; };
  for (const std::size_t period : {1u, 2u, 14u, 100u}) {
    const Series expected = from_definition(bars.size(), period, [&](std::size_t last) {
      long double positive = 0;
      long double negative = 0;
      for (std::size_t i = last + 1 - period; i <= last; ++i) {
        if (typical(i) > typical(i - 1)) positive += typical(i) * bars[i].volume;
        if (typical(i) < typical(i - 1)) negative += typical(i) * bars[i].volume;
      }
      return positive + negative == 0 ? 0 : static_cast<double>(100 * positive / (positive + negative));
    });
    expect_agree(outputs_of(MoneyFlowIndex(period), bars), expected, 0, "mfi");
    EXPECT_EQ(MoneyFlowIndex(period).warmup(), period + 1);
  }
}

TEST(MoneyFlowIndex, DoesNotDependOnTheUnitOfTurnover) {
  auto bars = random_bars(65, 200);
  const Series large = outputs_of(MoneyFlowIndex(14), bars);
  for (BarValues& bar : bars) bar.volume /= 1'073'741'824.0;  // a power of two: the same digits
  const Series small = outputs_of(MoneyFlowIndex(14), bars);
  for (std::size_t i = 14; i < bars.size(); ++i) ASSERT_EQ(small[i], large[i]);
}

}  // namespace
}  // namespace kontor::strategy::indicators
