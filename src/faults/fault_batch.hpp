#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "faults/fault_run.hpp"

namespace kontor::faults {

/// One run to be made.
struct FaultJob {
  std::uint64_t seed = 0;
  std::uint64_t minutes = 0;  ///< of market time
};

/// A run with what came of it.
struct FaultOutcome {
  FaultJob job;
  FaultReport report;
};

/// Many runs, on several threads.
struct FaultBatch {
  /// What is to be run next; nothing: there is no more. Called by one thread at a time.
  std::function<std::optional<FaultJob>()> next;
  /// Told of every run as it ends, by one thread at a time; may be empty.
  std::function<void(const FaultOutcome&)> on_done;
  std::uint64_t threads = 1;
};

/// Makes them all. Ascending by seed, whichever ended first.
[[nodiscard]] std::vector<FaultOutcome> run_batch(const FaultBatch& batch);

/// The jobs in a file: lines of `seed minutes`. Errors: not_found, bad_data (with the line).
[[nodiscard]] Result<std::vector<FaultJob>> read_jobs(const std::string& path);

}  // namespace kontor::faults
