// Import of a year of Binance one-minute klines: parsed, written and synced to disk.

#include <filesystem>
#include <fstream>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/prng.hpp"
#include "data/import_files.hpp"
#include "tests/bench/market_fixture.hpp"

namespace kontor::bench {
namespace {

namespace fs = std::filesystem;

/// Twelve columns as the archive has them, with prices of two places and volumes of five.
std::string kline_csv() {
  std::string text;
  Prng prng(17);
  std::int64_t price = 6'000'000;
  for (std::uint64_t i = 0; i < kYearOfMinutes; ++i) {
    const std::uint64_t open = 1'735'689'600'000 + i * 60'000;
    price += static_cast<std::int64_t>(prng.below(2001)) - 1000;
    const auto cell = [](std::int64_t cents) {
      return fmt::format("{}.{:02}000000", cents / 100, cents % 100);
    };
    const std::uint64_t volume = prng.below(5'000'000) + 1;
    text += fmt::format("{},{},{},{},{},{}.{:05}000,{},{}.00000000,{},{}.00000000,{}.00000000,0\n", open,
                        cell(price), cell(price + 900), cell(price - 900), cell(price + 100),
                        volume / 100'000, volume % 100'000, open + 59'999, volume / 2, prng.below(900) + 1,
                        volume / 200'000, volume / 4);
  }
  return text;
}

void BM_import_klines(benchmark::State& state) {
  const fs::path folder = bench_store_path().parent_path() / "import";
  fs::create_directories(folder);
  const std::vector<fs::path> files = {folder / "BTCUSDT-1m-2025.csv"};
  std::ofstream(files.front()) << kline_csv();
  data::ImportOptions options;
  options.venue = "binance";
  options.instrument = "BTCUSDT";
  data::SilentProgress progress;
  for (auto _ : state) {
    state.PauseTiming();
    fs::remove_all(folder / "store");
    const auto catalogue = data::Catalogue::open_or_create(folder / "store");
    state.ResumeTiming();
    const auto summary = data::import_files(files, options, *catalogue, progress);
    if (!summary) state.SkipWithError(summary.error().message.c_str());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(kYearOfMinutes) *
                          static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_import_klines)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kontor::bench
