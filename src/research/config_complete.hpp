#pragma once

#include <string>
#include <string_view>

#include "research/run_result.hpp"

namespace kontor::research {

/// Writes into the run's configuration what only its data has told: tick, step, minima and fees of each
/// instrument, and the distance of the equity samples; renews the hash. A run from the completed text is the
/// same run, and completes to the same text. Error internal: the text is no TOML.
[[nodiscard]] Result<void> complete_config(RunResult& result);

/// `backtest.name` of a configuration; empty where there is none.
[[nodiscard]] std::string name_in_config(std::string_view toml);

}  // namespace kontor::research
