#pragma once

#include "research/config_difference.hpp"

namespace kontor::research {

/// True where a record that was made with the configuration `recorded` says something about `wanted`: both
/// trade by the same. What no order depends on may differ ([backtest], [report], [live]), and so may what a
/// run's configuration was completed with because `wanted` does not say it (tick, step, minima and fees).
[[nodiscard]] bool trades_alike(const FlatConfig& wanted, const FlatConfig& recorded);

}  // namespace kontor::research
