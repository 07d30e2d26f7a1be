#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "research/run_result.hpp"

namespace kontor::research {

/// Parts of the simulated paths that lie below a band's values, in this order everywhere.
inline constexpr std::array<double, 5> kBands = {0.05, 0.25, 0.5, 0.75, 0.95};
using Bands = std::array<double, kBands.size()>;

/// What other orders of the same days might have made.
struct MonteCarlo {
  std::uint64_t paths = 0;
  std::uint64_t block_days = 0;
  double probability_of_loss = 0;  ///< share of the paths that end below their start
  Bands total_return{};
  Bands max_drawdown{};  ///< at the ends of days
  struct Point {
    std::uint64_t day = 0;  ///< days since the start
    Bands total_return{};
  };
  std::vector<Point> cone;
};

/// The circular block bootstrap (Politis and Romano 1992) of daily returns: each of 1,000 paths puts blocks
/// of ⌈∛n⌉ days in a row, begun at random days and going round at the end, until it has n days. Blocks keep
/// what one day has to do with the next. The seed alone decides. A path that reaches zero stays there. None
/// under kMinimumDays returns.
[[nodiscard]] std::optional<MonteCarlo> monte_carlo(std::span<const double> daily_returns,
                                                    std::uint64_t seed);

/// What is left of the Sharpe ratio when it was the best of several trials (Bailey and López de Prado, "The
/// Deflated Sharpe Ratio", 2014).
struct DeflatedSharpe {
  std::uint64_t trials = 1;
  /// The annual Sharpe ratio to be expected of the best of so many trials without any skill; 0 for one trial,
  /// none where the spread of the trials' Sharpe ratios is not known.
  std::optional<double> hurdle;
  /// Probability that the true Sharpe ratio is above the hurdle.
  std::optional<double> probability;
  /// Days of such returns after which the Sharpe ratio is above zero at 95 % confidence (minimum track record
  /// length, Bailey and López de Prado 2012); none unless the ratio is positive.
  std::optional<double> minimum_days;
};

/// `trial_deviation` is the standard deviation of the annual Sharpe ratios of all trials.
[[nodiscard]] DeflatedSharpe deflated_sharpe(std::span<const double> daily_returns, std::uint64_t trials,
                                             std::optional<double> trial_deviation);

/// A time in which the market fell, known to everybody who was there. `to` is no longer part of it.
struct CrisisWindow {
  const char* name;
  const char* from;
  const char* to;
};

/// The run in one of them, as far as it covers it.
struct CrisisResult {
  const char* name = "";
  TimeNs from = 0;  ///< of the window
  TimeNs to = 0;
  bool whole = false;  ///< the run covers all of it
  double total_return = 0;
  double max_drawdown = 0;  ///< of the equity samples
  std::optional<double> benchmark_return;
  std::optional<double> benchmark_drawdown;
};

/// The windows that the run overlaps, by time.
[[nodiscard]] std::vector<CrisisResult> crises(const RunResult& result);

}  // namespace kontor::research
