#pragma once

#include <cstdint>

#include "research/run_result.hpp"

namespace kontor::test {

/// What a made-up run looks like.
struct SampleRun {
  int days = 365;
  double trades_per_day = 3;
  std::uint64_t seed = 1;
};

/// A run as a backtest of two strategies on two instruments would leave it: an invented market with regimes,
/// orders that are filled, canceled and rejected, round trips that add up to the equity. The same settings
/// make the same run.
research::RunResult sample_run(const SampleRun& settings);

/// A run that saw data and did nothing, because its intents were refused.
research::RunResult idle_run();

/// A run of forty days whose orders the venue rejected, every one.
research::RunResult rejected_run();

}  // namespace kontor::test
