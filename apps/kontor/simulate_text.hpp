#pragma once

#include <string>
#include <vector>

#include "faults/fault_batch.hpp"

namespace kontor::app {

/// What one run did, as a line.
[[nodiscard]] std::string fault_line_of(const faults::FaultOutcome& outcome);
/// What all of them did together, in `seconds` of the machine's time.
[[nodiscard]] std::string fault_summary_of(const std::vector<faults::FaultOutcome>& all, double seconds);
/// Every run, for programs.
[[nodiscard]] std::string fault_json_of(const std::vector<faults::FaultOutcome>& all, double seconds);
[[nodiscard]] std::size_t failed_runs_in(const std::vector<faults::FaultOutcome>& all);

}  // namespace kontor::app
