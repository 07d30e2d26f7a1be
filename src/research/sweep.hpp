#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "research/prepare.hpp"

namespace kontor::research {

/// The figures of one run of a sweep; fills and curves are not kept.
struct SweepRow {
  std::size_t index = 0;  ///< into the parameter sets
  Amount final_equity;
  Amount fees;
  double max_drawdown = 0;
  std::uint64_t fills = 0;
  std::uint64_t round_trips = 0;
};

struct SweepOptions {
  unsigned threads = 0;  ///< 0: as many as the machine has processors
  const std::atomic<bool>* cancel = nullptr;
  /// Called after each run with the number done, from any of the threads, one call at a time.
  std::function<void(std::size_t)> progress;
};

/// Runs one backtest per parameter set over the same data, on several threads. Each run has an engine of its
/// own, so the rows do not depend on the number of threads. Rows are in the order of the sets. Errors: those
/// of the first set that cannot be run, canceled.
[[nodiscard]] Result<std::vector<SweepRow>> run_sweep(
    const PreparedBacktest& prepared, const std::vector<std::vector<strategy::Parameters>>& sets,
    const SweepOptions& options = {});

}  // namespace kontor::research
