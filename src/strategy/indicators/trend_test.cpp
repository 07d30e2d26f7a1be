#include "strategy/indicators/trend.hpp"

#include <algorithm>

#include "strategy/indicators/ichimoku.hpp"
#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

Series true_ranges(const std::vector<BarValues>& bars) {
  Series ranges(bars.size(), 0);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    ranges[i] = std::max({bars[i].high - bars[i].low, std::fabs(bars[i].high - bars[i - 1].close),
                          std::fabs(bars[i].low - bars[i - 1].close)});
  }
  return ranges;
}

/// Wilder's sum: the first period - 1 values added up, then S - S / period + value.
Series wilder_sum(const Series& values, std::size_t period) {
  Series sums(values.size(), 0);
  long double sum = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    sum = (i < period ? sum : sum - sum / static_cast<long double>(period)) + values[i];
    sums[i] = static_cast<double>(sum);
  }
  return sums;
}

struct Directional {
  Series adx, plus, minus;
};

Directional naive_directional(const std::vector<BarValues>& bars, std::size_t period) {
  Series plus(bars.size(), 0);
  Series minus(bars.size(), 0);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    const double up = bars[i].high - bars[i - 1].high;
    const double down = bars[i - 1].low - bars[i].low;
    if (up > down && up > 0) plus[i] = up;
    if (down > up && down > 0) minus[i] = down;
  }
  const Series plus_sum = wilder_sum(plus, period);
  const Series minus_sum = wilder_sum(minus, period);
  const Series range_sum = wilder_sum(true_ranges(bars), period);
  Directional expected{Series(bars.size(), not_ready), Series(bars.size(), not_ready),
                       Series(bars.size(), not_ready)};
  double sum = 0;
  for (std::size_t i = period; i < bars.size(); ++i) {
    expected.plus[i] = range_sum[i] == 0 ? 0 : 100 * plus_sum[i] / range_sum[i];
    expected.minus[i] = range_sum[i] == 0 ? 0 : 100 * minus_sum[i] / range_sum[i];
    const double total = plus_sum[i] + minus_sum[i];
    const double index = total == 0 ? 0 : 100 * std::fabs(plus_sum[i] - minus_sum[i]) / total;
    const auto n = static_cast<double>(period);
    if (i < 2 * period) {
      sum += index;
      if (i == 2 * period - 1) expected.adx[i] = sum / n;
    } else {
      expected.adx[i] = total == 0 ? expected.adx[i - 1] : (expected.adx[i - 1] * (n - 1) + index) / n;
    }
  }
  return expected;
}

TEST(AverageDirectionalIndex, AgreesWithTheDefinition) {
  const auto bars = random_bars(71, 1'500);
  for (const std::size_t period : {1u, 2u, 14u, 50u}) {
    const Directional expected = naive_directional(bars, period);
    const AverageDirectionalIndex index(period);
    expect_agree(outputs_of(index, bars, [](const DirectionalValue& v) { return v.adx; }), expected.adx, 1e-9,
                 "adx");
    expect_agree(outputs_of(index, bars, [](const DirectionalValue& v) { return v.plus_di; }), expected.plus,
                 1e-9, "plus_di");
    expect_agree(outputs_of(index, bars, [](const DirectionalValue& v) { return v.minus_di; }),
                 expected.minus, 1e-9, "minus_di");
    EXPECT_EQ(index.warmup(), 2 * period);
  }
}

TEST(AverageDirectionalIndex, OfAFrozenPriceIsZero) {
  AverageDirectionalIndex index(14);
  for (const BarValues& bar : constant_bars(60'000.01, 1, 100)) index.update(bar);
  EXPECT_EQ(index.value().adx, 0.0);
  EXPECT_EQ(index.value().plus_di, 0.0);
  EXPECT_EQ(index.value().minus_di, 0.0);
}

struct Trailing {
  Series line, direction;
};

/// Follows the published rules with the bands of every bar kept.
Trailing naive_supertrend(const std::vector<BarValues>& bars, std::size_t period, double multiplier) {
  const Series range = smoothed(true_ranges(bars), period, period, 1.0 / static_cast<double>(period));
  Trailing expected{Series(bars.size(), not_ready), Series(bars.size(), not_ready)};
  Series upper(bars.size());
  Series lower(bars.size());
  Series& direction = expected.direction;
  for (std::size_t i = period; i < bars.size(); ++i) {
    const double middle = (bars[i].high + bars[i].low) / 2;
    upper[i] = middle + multiplier * range[i];
    lower[i] = middle - multiplier * range[i];
    if (i == period) {
      direction[i] = -1;
    } else {
      if (bars[i - 1].close <= upper[i - 1]) upper[i] = std::min(upper[i], upper[i - 1]);
      if (bars[i - 1].close >= lower[i - 1]) lower[i] = std::max(lower[i], lower[i - 1]);
      if (direction[i - 1] < 0) direction[i] = bars[i].close > upper[i] ? 1 : -1;
      if (direction[i - 1] > 0) direction[i] = bars[i].close < lower[i] ? -1 : 1;
    }
    expected.line[i] = direction[i] > 0 ? lower[i] : upper[i];
  }
  return expected;
}

TEST(Supertrend, AgreesWithTheDefinition) {
  const auto fine = random_bars(72, 2'000);
  const auto coarse = random_bars(76, 2'000, {.level = 64, .step = 3, .tick = 1});
  for (const auto& [bars, multiplier] : {std::pair{fine, 1.5}, {fine, 3.0}, {coarse, 1.0}, {coarse, 0.0}}) {
    const Trailing expected = naive_supertrend(bars, 10, multiplier);
    const Supertrend trend(10, multiplier);
    expect_agree(outputs_of(trend, bars, [](const TrailingValue& v) { return v.line; }), expected.line, 0,
                 "line");
    expect_agree(outputs_of(trend, bars, [](const TrailingValue& v) { return v.direction; }),
                 expected.direction, 0, "direction");
    EXPECT_GT(std::ranges::count(expected.direction, 1.0), 100);
    EXPECT_GT(std::ranges::count(expected.direction, -1.0), 100);
    EXPECT_EQ(trend.warmup(), 11u);
  }
}

TEST(Supertrend, TurnsWithTheTrendAndOnlyTightens) {
  Supertrend trend(3, 1.0);
  double price = 100;
  const auto step = [&](double change) {
    price += change;
    return trend.update({price, price + 1, price - 1, price, 1, 0});
  };
  for (int i = 0; i < 30; ++i) step(2);
  EXPECT_EQ(trend.value().direction, 1);
  double line = trend.value().line;
  EXPECT_LT(line, price);
  for (int i = 0; i < 10; ++i) {
    EXPECT_GE(step(0.1).line, line);
    line = trend.value().line;
  }
  for (int i = 0; i < 30; ++i) step(-2);
  EXPECT_EQ(trend.value().direction, -1);
  EXPECT_GT(trend.value().line, price);
}

/// Wilder's rules with the whole history at hand: the stop of a bar is computed from the bars before it.
Trailing naive_parabolic(const std::vector<BarValues>& bars) {
  Trailing expected{Series(bars.size(), not_ready), Series(bars.size(), not_ready)};
  bool up = !(bars[0].low - bars[1].low > std::max(0.0, bars[1].high - bars[0].high));
  double stop = up ? bars[0].low : bars[0].high;
  double extreme = up ? bars[1].high : bars[1].low;
  double acceleration = 0.02;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    const BarValues& before = bars[i == 1 ? 1 : i - 1];
    const double highest = std::max(bars[i].high, before.high);
    const double lowest = std::min(bars[i].low, before.low);
    if (up ? bars[i].low <= stop : bars[i].high >= stop) {
      up = !up;
      stop = up ? std::min(extreme, lowest) : std::max(extreme, highest);
      expected.line[i] = stop;
      acceleration = 0.02;
      extreme = up ? bars[i].high : bars[i].low;
    } else {
      expected.line[i] = stop;
      const double reached = up ? std::max(extreme, bars[i].high) : std::min(extreme, bars[i].low);
      if (reached != extreme) acceleration = std::min(0.2, acceleration + 0.02);
      extreme = reached;
    }
    expected.direction[i] = up ? 1 : -1;
    stop += acceleration * (extreme - stop);
    stop = up ? std::min(stop, lowest) : std::max(stop, highest);
  }
  return expected;
}

/// Many short series, some on a grid so coarse that prices and stops often meet exactly.
TEST(ParabolicSar, AgreesWithTheDefinition) {
  std::size_t ups = 0;
  std::size_t downs = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto bars =
        seed % 2 == 0 ? random_bars(seed, 300) : random_bars(seed, 300, {.level = 64, .step = 3, .tick = 1});
    const Trailing expected = naive_parabolic(bars);
    const ParabolicSar sar(0.02, 0.2);
    expect_agree(outputs_of(sar, bars, [](const TrailingValue& v) { return v.line; }), expected.line, 0,
                 "line");
    expect_agree(outputs_of(sar, bars, [](const TrailingValue& v) { return v.direction; }),
                 expected.direction, 0, "direction");
    ups += static_cast<std::size_t>(std::ranges::count(expected.direction, 1.0));
    downs += static_cast<std::size_t>(std::ranges::count(expected.direction, -1.0));
  }
  EXPECT_GT(ups, 10'000u);
  EXPECT_GT(downs, 10'000u);
}

TEST(ParabolicSar, TheStepIsAtMostTheMaximum) {
  const auto bars = random_bars(74, 300);
  const auto line = [](const TrailingValue& v) { return v.line; };
  expect_agree(outputs_of(ParabolicSar(0.5, 0.1), bars, line), outputs_of(ParabolicSar(0.1, 0.1), bars, line),
               0, "sar");
}

/// The middle of the range of `period` bars up to `last`; NaN where there are too few.
double range_middle(const std::vector<BarValues>& bars, std::size_t last, std::size_t period) {
  if (last + 1 < period) return not_ready;
  double highest = bars[last].high;
  double lowest = bars[last].low;
  for (std::size_t i = last + 1 - period; i < last; ++i) {
    highest = std::max(highest, bars[i].high);
    lowest = std::min(lowest, bars[i].low);
  }
  return (highest + lowest) / 2;
}

TEST(Ichimoku, AgreesWithTheDefinition) {
  const auto bars = random_bars(75, 600);
  const auto nan_or_equal = [](double got, double expected) {
    return (std::isnan(got) && std::isnan(expected)) || std::fabs(got - expected) <= 1e-9;
  };
  for (const auto& [conversion, base, span_b, displacement] :
       {std::array<std::size_t, 4>{9, 26, 52, 26}, {1, 1, 1, 1}, {3, 2, 7, 5}, {20, 60, 120, 30}}) {
    Ichimoku ichimoku(conversion, base, span_b, displacement);
    const auto span_a = [&](std::size_t i) {
      return (range_middle(bars, i, conversion) + range_middle(bars, i, base)) / 2;
    };
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const IchimokuValue value = ichimoku.update(bars[i]);
      const std::size_t ahead = displacement - 1;
      ASSERT_TRUE(nan_or_equal(value.conversion, range_middle(bars, i, conversion))) << i;
      ASSERT_TRUE(nan_or_equal(value.base, range_middle(bars, i, base))) << i;
      ASSERT_TRUE(nan_or_equal(value.leading_a, span_a(i))) << i;
      ASSERT_TRUE(nan_or_equal(value.leading_b, range_middle(bars, i, span_b))) << i;
      ASSERT_TRUE(nan_or_equal(value.cloud_a, i < ahead ? not_ready : span_a(i - ahead))) << i;
      ASSERT_TRUE(nan_or_equal(value.cloud_b, i < ahead ? not_ready : range_middle(bars, i - ahead, span_b)))
          << i;
      ASSERT_EQ(value.lagging, bars[i].close);
      ASSERT_EQ(ichimoku.ready(), i + 1 >= std::max({conversion, base, span_b}) + ahead);
    }
  }
}

}  // namespace
}  // namespace kontor::strategy::indicators
