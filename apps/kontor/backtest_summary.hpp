#pragma once

#include <filesystem>
#include <string>

#include "research/metrics.hpp"
#include "research/run_result.hpp"

namespace kontor::app {

/// What `kontor backtest` prints for a person: the figures that matter, and where the rest lies.
std::string summary_text(const research::RunResult& result, const research::Metrics& metrics,
                         const std::filesystem::path& folder, double wall_seconds);

}  // namespace kontor::app
