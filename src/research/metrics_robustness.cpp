#include "research/metrics_robustness.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/prng.hpp"
#include "research/metrics_statistics.hpp"

namespace kontor::research {
namespace {

constexpr std::size_t kPaths = 1'000;
constexpr std::size_t kConePoints = 60;

std::size_t block_length(std::size_t days) {
  std::size_t length = 1;
  while (length * length * length < days) ++length;
  return length;
}

/// One path: growth of 1 by days in blocks, seen at every `stride`-th day and at the last.
class Path {
 public:
  Path(std::span<const double> returns, std::size_t stride) : returns_(returns), stride_(stride) {}

  /// Calls `see(day, growth)`, days counted from 1.
  template <class See>
  void walk(Prng& chance, std::size_t block, See&& see) {
    double growth = 1;
    double peak = 1;
    drawdown_ = 0;
    std::size_t at = 0;
    for (std::size_t day = 0; day < returns_.size(); ++day, ++at) {
      if (day % block == 0) at = static_cast<std::size_t>(chance.below(returns_.size()));
      growth = std::max(growth * (1 + returns_[at % returns_.size()]), 0.0);
      peak = std::max(peak, growth);
      drawdown_ = std::max(drawdown_, 1 - growth / peak);
      if ((day + 1) % stride_ == 0 || day + 1 == returns_.size()) see(day + 1, growth);
    }
    growth_ = growth;
  }
  [[nodiscard]] double growth() const noexcept { return growth_; }
  [[nodiscard]] double drawdown() const noexcept { return drawdown_; }

 private:
  std::span<const double> returns_;
  std::size_t stride_;
  double growth_ = 1;
  double drawdown_ = 0;
};

Bands bands_of(std::vector<double> values) {
  std::ranges::sort(values);
  Bands bands{};
  for (std::size_t i = 0; i < kBands.size(); ++i) bands[i] = quantile_of_sorted(values, kBands[i]);
  return bands;
}

constexpr CrisisWindow kCrises[] = {
    {"Crash of January 2018", "2018-01-06", "2018-02-07"},
    {"Hash war of November 2018", "2018-11-14", "2018-12-16"},
    {"Pandemic, 12 March 2020", "2020-03-11", "2020-03-14"},
    {"Mining ban, 19 May 2021", "2021-05-18", "2021-05-24"},
    {"Terra and LUNA, May 2022", "2022-05-07", "2022-05-13"},
    {"Celsius and Three Arrows, June 2022", "2022-06-10", "2022-06-19"},
    {"FTX, November 2022", "2022-11-06", "2022-11-15"},
    {"USDC and Silicon Valley Bank, March 2023", "2023-03-09", "2023-03-13"},
    {"Yen carry trade, 5 August 2024", "2024-08-02", "2024-08-07"},
    {"Liquidations of 10 October 2025", "2025-10-10", "2025-10-12"},
};

/// A value over a window: from its first to its last and the deepest fall between.
class WindowSeries {
 public:
  void begin(double value) { first_ = peak_ = last_ = value; }
  void add(double value) {
    last_ = value;
    peak_ = std::max(peak_, value);
    if (peak_ > 0) drawdown_ = std::max(drawdown_, 1 - value / peak_);
  }
  [[nodiscard]] std::optional<double> total_return() const {
    return first_ > 0 ? std::optional(last_ / first_ - 1) : std::nullopt;
  }
  [[nodiscard]] double drawdown() const noexcept { return drawdown_; }

 private:
  double first_ = 0;
  double last_ = 0;
  double peak_ = 0;
  double drawdown_ = 0;
};

std::optional<CrisisResult> result_in(const RunResult& result, const CrisisWindow& window) {
  CrisisResult found;
  found.name = window.name;
  found.from = *parse_time(window.from);
  found.to = *parse_time(window.to);
  found.whole = result.from <= found.from && result.to >= found.to;
  WindowSeries equity;
  WindowSeries benchmark;
  equity.begin(result.initial_equity.to_double());
  benchmark.begin(result.initial_equity.to_double());
  bool any = false;
  bool compared = false;
  for (const EquitySample& sample : result.equity) {
    if (sample.ts > found.to) break;
    if (sample.ts <= found.from) {
      equity.begin(sample.equity.to_double());
      benchmark.begin(sample.benchmark);
      continue;
    }
    any = true;
    equity.add(sample.equity.to_double());
    if (sample.benchmark > 0) benchmark.add(sample.benchmark);
    compared = compared || sample.benchmark > 0;
  }
  const auto made = equity.total_return();
  if (!any || !made || result.from >= found.to) return std::nullopt;
  found.total_return = *made;
  found.max_drawdown = equity.drawdown();
  if (!compared) return found;
  found.benchmark_return = benchmark.total_return();
  found.benchmark_drawdown = benchmark.drawdown();
  return found;
}

}  // namespace

std::optional<MonteCarlo> monte_carlo(std::span<const double> daily_returns, std::uint64_t seed) {
  const std::size_t days = daily_returns.size();
  if (days < kMinimumDays) return std::nullopt;
  const std::size_t stride = (days + kConePoints - 1) / kConePoints;
  MonteCarlo found;
  found.paths = kPaths;
  found.block_days = block_length(days);
  std::vector<std::vector<double>> seen((days + stride - 1) / stride);
  std::vector<double> ends;
  std::vector<double> drawdowns;
  Prng chance(seed);
  Path path(daily_returns, stride);
  std::size_t losses = 0;
  for (std::size_t i = 0; i < kPaths; ++i) {
    path.walk(chance, found.block_days, [&](std::size_t day, double growth) {
      seen[(day + stride - 1) / stride - 1].push_back(growth - 1);
    });
    ends.push_back(path.growth() - 1);
    drawdowns.push_back(path.drawdown());
    if (path.growth() < 1) ++losses;
  }
  found.probability_of_loss = static_cast<double>(losses) / static_cast<double>(kPaths);
  found.total_return = bands_of(std::move(ends));
  found.max_drawdown = bands_of(std::move(drawdowns));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    found.cone.push_back({std::min((i + 1) * stride, days), bands_of(std::move(seen[i]))});
  }
  return found;
}

DeflatedSharpe deflated_sharpe(std::span<const double> daily_returns, std::uint64_t trials,
                               std::optional<double> trial_deviation) {
  DeflatedSharpe found;
  found.trials = trials;
  if (trials <= 1) {
    found.hurdle = 0;
  } else if (trial_deviation) {
    const auto count = static_cast<double>(trials);
    constexpr double kGamma = std::numbers::egamma;
    const double highest = (1 - kGamma) * normal_quantile(1 - 1 / count) +
                           kGamma * normal_quantile(1 - 1 / (count * std::numbers::e));
    found.hurdle = *trial_deviation * highest;
  }
  if (found.hurdle) found.probability = probabilistic_sharpe_ratio(daily_returns, *found.hurdle);
  found.minimum_days = minimum_track_record(daily_returns, 0.95);
  return found;
}

std::vector<CrisisResult> crises(const RunResult& result) {
  std::vector<CrisisResult> found;
  for (const CrisisWindow& window : kCrises) {
    if (const auto one = result_in(result, window)) found.push_back(*one);
  }
  return found;
}

}  // namespace kontor::research
