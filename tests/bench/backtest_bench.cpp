// Whole backtests: engine, simulated venue, ledger and records, with the data in memory.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "research/sweep.hpp"
#include "tests/bench/market_fixture.hpp"

namespace kontor::bench {
namespace {

constexpr const char* kSmaConfig = R"(
[account]
balance = 1000000
[[instrument]]
name = "BTCUSDT@bench"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@bench"]
fast = 10
slow = 50
)";

constexpr const char* kTradeConfig = R"(
[account]
balance = 1000000
[data]
feed = ["trade"]
[[instrument]]
name = "TICKUSDT@bench"
kind = "linear_perpetual"
[[strategy]]
type = "quote_ladder"
instruments = ["TICKUSDT@bench"]
levels = 10
distance_ticks = 500
spacing_ticks = 1000
)";

constexpr const char* kBookConfig = R"(
[account]
balance = 1000000
[data]
feed = ["book", "trade"]
[[instrument]]
name = "TICKUSDT@bench"
kind = "linear_perpetual"
[[strategy]]
type = "quote_ladder"
instruments = ["TICKUSDT@bench"]
levels = 10
)";

constexpr const char* kRecordingConfig = R"(
[account]
balance = 1000000
[data]
feed = ["book", "trade", "quote"]
[[instrument]]
name = "BTCUSDT@binance"
kind = "linear_perpetual"
[[strategy]]
type = "quote_ladder"
instruments = ["BTCUSDT@binance"]
levels = 10
order_quantity = 0.01
)";

research::RunResult run(const research::PreparedBacktest& prepared, benchmark::State& state) {
  auto setup = prepared.make_setup();
  if (!setup) {
    state.SkipWithError(setup.error().message.c_str());
    return {};
  }
  auto result = research::run_backtest(std::move(*setup));
  if (result) return std::move(*result);
  state.SkipWithError(result.error().message.c_str());
  return {};
}

void report(benchmark::State& state, const research::RunResult& result, std::uint64_t items) {
  state.SetItemsProcessed(static_cast<std::int64_t>(items) * static_cast<std::int64_t>(state.iterations()));
  state.counters["fills"] = static_cast<double>(result.fill_count);
}

void BM_sma_cross_year(benchmark::State& state) {
  const auto prepared = prepare(kSmaConfig);
  research::RunResult result;
  for (auto _ : state) result = run(*prepared, state);
  report(state, result, result.bars);
}
BENCHMARK(BM_sma_cross_year)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_trade_replay(benchmark::State& state) {
  const auto prepared = prepare(kTradeConfig);
  research::RunResult result;
  for (auto _ : state) result = run(*prepared, state);
  report(state, result, result.trades);
}
BENCHMARK(BM_trade_replay)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_book_replay(benchmark::State& state) {
  const auto prepared = prepare(kBookConfig);
  research::RunResult result;
  for (auto _ : state) result = run(*prepared, state);
  report(state, result, result.book_changes + result.trades);
}
BENCHMARK(BM_book_replay)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Level changes, trades and best quotes of a real recording.
void BM_book_recording(benchmark::State& state) {
  if (recorded_instrument().empty()) {
    state.SkipWithError(kNoRecording);
    return;
  }
  const auto prepared = prepare(kRecordingConfig);
  research::RunResult result;
  for (auto _ : state) result = run(*prepared, state);
  report(state, result, result.book_changes + result.trades + result.quotes);
}
BENCHMARK(BM_book_recording)->Unit(benchmark::kMillisecond)->UseRealTime();

/// 1,000 pairs of averages over the year, on both cores.
void BM_sweep_1000(benchmark::State& state) {
  const auto prepared = prepare(kSmaConfig);
  const auto& descriptor = *prepared->config().strategies.front().descriptor;
  std::vector<std::vector<strategy::Parameters>> sets;
  for (std::int64_t fast = 5; fast < 45; ++fast) {
    for (std::int64_t slow = 50; slow < 300; slow += 10) {
      auto values = std::map<std::string, strategy::ParameterValue>{{"fast", fast}, {"slow", slow}};
      sets.push_back({strategy::Parameters::make(descriptor.parameters, values).value()});
    }
  }
  for (auto _ : state) {
    const auto rows = research::run_sweep(*prepared, sets);
    if (!rows) state.SkipWithError(rows.error().message.c_str());
  }
  state.counters["sets"] = static_cast<double>(sets.size());
}
BENCHMARK(BM_sweep_1000)->Unit(benchmark::kSecond)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace kontor::bench
