#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "strategy/indicators/channels.hpp"
#include "strategy/indicators/ichimoku.hpp"
#include "strategy/indicators/macd.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/oscillators.hpp"
#include "strategy/indicators/trend.hpp"
#include "strategy/indicators/volatility.hpp"
#include "strategy/indicators/volume.hpp"

/// Time per value of every indicator (counter `time_per_value`): about a million values per iteration, from
/// a random walk that stays in the second-level cache, so that the indicator is timed and not the memory.
namespace {

using namespace kontor::strategy::indicators;

constexpr std::size_t bar_count = 8'192;
constexpr std::size_t rounds = 128;

const std::vector<BarValues>& random_walk() {
  static const std::vector<BarValues> bars = [] {
    std::vector<BarValues> walk(bar_count);
    std::uint64_t state = 1;
    const auto draw = [&state](std::uint64_t bound) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      return static_cast<double>((state >> 33) % bound);
    };
    double close = 60'000.0;
    for (std::size_t i = 0; i < walk.size(); ++i) {
      const double open = close;
      close = std::max(100.0, open + (draw(4001) - 2000.0) / 100.0);
      walk[i] = {open,
                 std::max(open, close) + draw(500) / 100.0,
                 std::min(open, close) - draw(500) / 100.0,
                 close,
                 draw(100'000) / 1000.0,
                 static_cast<std::int64_t>(i) * 60'000'000'000};
    }
    return walk;
  }();
  return bars;
}

const std::vector<double>& closes() {
  static const std::vector<double> values = [] {
    std::vector<double> column;
    column.reserve(bar_count);
    for (const BarValues& bar : random_walk()) column.push_back(bar.close);
    return column;
  }();
  return values;
}

/// Runs a fresh copy of `prototype` over `inputs` once per iteration.
template <class Indicator, class Input>
void run(benchmark::State& state, const Indicator& prototype, const std::vector<Input>& inputs) {
  using Output = decltype(Indicator(prototype).update(inputs.front()));
  std::vector<Output> outputs(inputs.size());
  for (auto _ : state) {
    Indicator indicator = prototype;
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        outputs[i] = indicator.update(inputs[i]);
      }
      benchmark::ClobberMemory();
    }
  }
  const auto values =
      static_cast<std::int64_t>(inputs.size() * rounds) * static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(values);
  state.counters["time_per_value"] = benchmark::Counter(
      static_cast<double>(values), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

#define INDICATOR_BENCHMARK(name, prototype, inputs)                           \
  void BM_##name(benchmark::State& state) { run(state, prototype, inputs()); } \
  BENCHMARK(BM_##name)->Unit(benchmark::kMillisecond)

INDICATOR_BENCHMARK(sma, SimpleMovingAverage(20), closes);
INDICATOR_BENCHMARK(ema, ExponentialMovingAverage(20), closes);
INDICATOR_BENCHMARK(rsi, RelativeStrengthIndex(14), closes);
INDICATOR_BENCHMARK(atr, AverageTrueRange(14), random_walk);
INDICATOR_BENCHMARK(bollinger, BollingerBands(20, 2.0), closes);
INDICATOR_BENCHMARK(macd, Macd(12, 26, 9), closes);
INDICATOR_BENCHMARK(wma, WeightedMovingAverage(20), closes);
INDICATOR_BENCHMARK(hull, HullMovingAverage(16), closes);
INDICATOR_BENCHMARK(kama, KaufmanAdaptiveMovingAverage(10), closes);
INDICATOR_BENCHMARK(stddev, StandardDeviation(20), closes);
INDICATOR_BENCHMARK(roc, RateOfChange(10), closes);
INDICATOR_BENCHMARK(stochastic, StochasticOscillator(14, 3, 3), random_walk);
INDICATOR_BENCHMARK(williams_r, WilliamsPercentRange(14), random_walk);
INDICATOR_BENCHMARK(cci, CommodityChannelIndex(20), random_walk);
INDICATOR_BENCHMARK(donchian, DonchianChannel(20), random_walk);
INDICATOR_BENCHMARK(keltner, KeltnerChannel(20, 10, 2.0), random_walk);
INDICATOR_BENCHMARK(adx, AverageDirectionalIndex(14), random_walk);
INDICATOR_BENCHMARK(supertrend, Supertrend(10, 3.0), random_walk);
INDICATOR_BENCHMARK(psar, ParabolicSar(0.02, 0.2), random_walk);
INDICATOR_BENCHMARK(ichimoku, Ichimoku(9, 26, 52, 26), random_walk);
INDICATOR_BENCHMARK(obv, OnBalanceVolume(), random_walk);
INDICATOR_BENCHMARK(vwap, SessionVwap(), random_walk);
INDICATOR_BENCHMARK(rolling_vwap, RollingVwap(20), random_walk);
INDICATOR_BENCHMARK(mfi, MoneyFlowIndex(14), random_walk);

}  // namespace
