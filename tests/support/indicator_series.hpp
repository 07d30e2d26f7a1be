#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "strategy/indicators/bar_values.hpp"

/// Series and comparisons shared by the tests of the indicators.
namespace kontor::strategy::indicators::testing {

using Series = std::vector<double>;

/// Knuth's MMIX linear congruential generator; the upper 31 bits of each state are drawn.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  std::int64_t draw(std::int64_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>(state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_;
};

/// The bars behind src/strategy/indicators/testdata/talib_reference.csv. In whole cents: open = previous
/// close (first 100000); every 37th bar has no range and no volume; else close = open + draw(801) - 400, high
/// = max(open, close) + draw(200), low = min(open, close) - draw(200), volume = 1 + draw(5000) hundredths.
/// Seed 20240607.
inline std::vector<BarValues> talib_bars(std::size_t count) {
  Generator generator(20240607);
  std::vector<BarValues> bars(count);
  std::int64_t close = 100'000;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t open = close;
    std::int64_t high = open;
    std::int64_t low = open;
    std::int64_t volume = 0;
    if (i % 37 != 36) {
      close = open + generator.draw(801) - 400;
      high = std::max(open, close) + generator.draw(200);
      low = std::min(open, close) - generator.draw(200);
      volume = 1 + generator.draw(5000);
    }
    const auto units = [](std::int64_t cents) { return static_cast<double>(cents) / 100.0; };
    bars[i] = {units(open),  units(high),   units(low),
               units(close), units(volume), static_cast<std::int64_t>(i) * 60'000'000'000};
  }
  return bars;
}

/// What a random series looks like: its level, its largest step, and its smallest price increment.
struct Walk {
  double level = 60'000.0;
  double step = 25.0;
  double tick = 0.01;
};

/// One-minute bars of a reflected random walk on the tick grid, with some bars without range or volume.
inline std::vector<BarValues> random_bars(std::uint64_t seed, std::size_t count, Walk walk = {}) {
  Generator generator(seed);
  const auto ticks = [&](double size) { return static_cast<std::int64_t>(std::llround(size / walk.tick)); };
  const std::int64_t step = std::max<std::int64_t>(ticks(walk.step), 2);
  const std::int64_t floor = std::max<std::int64_t>(ticks(walk.level / 4), 1);
  std::int64_t close = ticks(walk.level);
  std::vector<BarValues> bars(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t open = close;
    const bool frozen = generator.draw(50) == 0;
    close = frozen ? open : std::max(floor, open + generator.draw(2 * step + 1) - step);
    const std::int64_t above = frozen ? 0 : generator.draw(step);
    const std::int64_t below = frozen ? 0 : generator.draw(step);
    const auto price = [&](std::int64_t units) { return static_cast<double>(units) * walk.tick; };
    bars[i] = {price(open),
               price(std::max(open, close) + above),
               price(std::max<std::int64_t>(std::min(open, close) - below, 1)),
               price(close),
               frozen ? 0.0 : static_cast<double>(1 + generator.draw(1'000'000)) / 1000.0,
               static_cast<std::int64_t>(i) * 60'000'000'000};
  }
  return bars;
}

/// `count` bars at one price.
inline std::vector<BarValues> constant_bars(double price, double volume, std::size_t count) {
  std::vector<BarValues> bars(count);
  for (std::size_t i = 0; i < count; ++i) {
    bars[i] = {price, price, price, price, volume, static_cast<std::int64_t>(i) * 60'000'000'000};
  }
  return bars;
}

inline Series closes_of(const std::vector<BarValues>& bars) {
  Series closes;
  for (const BarValues& bar : bars) closes.push_back(bar.close);
  return closes;
}

/// One field of every output of `indicator` over `inputs`.
template <class Indicator, class Input, class Field>
Series outputs_of(Indicator indicator, const std::vector<Input>& inputs, Field field) {
  Series outputs;
  for (const Input& input : inputs) outputs.push_back(field(indicator.update(input)));
  return outputs;
}

template <class Indicator, class Input>
Series outputs_of(Indicator indicator, const std::vector<Input>& inputs) {
  return outputs_of(std::move(indicator), inputs, [](double value) { return value; });
}

/// Equal to 1e-9 relative, or absolutely within `floor` where values pass through zero.
inline bool agree(double left, double right, double floor) {
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) && std::isnan(right);
  return std::fabs(left - right) <= std::max(1e-9 * std::max(std::fabs(left), std::fabs(right)), floor);
}

/// The same NaN prefix and the same values; reports the first difference.
inline void expect_agree(const Series& got, const Series& expected, double floor, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(agree(got[i], expected[i], floor))
        << what << " at " << i << ": got " << ::testing::PrintToString(got[i]) << ", expected "
        << ::testing::PrintToString(expected[i]) << ", difference " << got[i] - expected[i];
  }
}

/// Applies `formula(i)` from index `first` on; NaN before.
template <class Formula>
Series from_definition(std::size_t count, std::size_t first, Formula formula) {
  Series series(count, not_ready);
  for (std::size_t i = first; i < count; ++i) series[i] = formula(i);
  return series;
}

/// Mean of the last `period` values up to and including index `last`, summed in extended precision.
inline double mean_at(const Series& values, std::size_t last, std::size_t period) {
  long double sum = 0;
  for (std::size_t i = last + 1 - period; i <= last; ++i) sum += values[i];
  return static_cast<double>(sum / static_cast<long double>(period));
}

/// Population variance of the last `period` values in two passes of extended precision.
inline double variance_at(const Series& values, std::size_t last, std::size_t period) {
  long double mean = 0;
  for (std::size_t i = last + 1 - period; i <= last; ++i) mean += values[i];
  mean /= static_cast<long double>(period);
  long double sum = 0;
  for (std::size_t i = last + 1 - period; i <= last; ++i) sum += (values[i] - mean) * (values[i] - mean);
  return static_cast<double>(sum / static_cast<long double>(period));
}

/// Exponential smoothing from index `first`, seeded with the mean of the `period` values that end there.
inline Series smoothed(const Series& values, std::size_t first, std::size_t period, double alpha) {
  Series series(values.size(), not_ready);
  if (first >= values.size()) return series;
  long double value = mean_at(values, first, period);
  series[first] = static_cast<double>(value);
  for (std::size_t i = first + 1; i < values.size(); ++i) {
    value += alpha * (values[i] - value);
    series[i] = static_cast<double>(value);
  }
  return series;
}

}  // namespace kontor::strategy::indicators::testing
