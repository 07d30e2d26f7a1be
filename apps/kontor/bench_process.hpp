#pragma once

#include "base/result.hpp"

namespace kontor::app {

/// What a whole `kontor backtest` costs, seen from outside.
struct ProcessFigures {
  double seconds = 0;    ///< median wall time
  double mebibytes = 0;  ///< median of peak resident memory less the resident part of mapped files
};

/// Runs `kontor backtest` over a stored year of one-minute bars as a process of its own, `runs` times after
/// one warm-up.
Result<ProcessFigures> bench_process(std::size_t runs);

}  // namespace kontor::app
