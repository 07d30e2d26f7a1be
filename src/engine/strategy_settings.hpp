#pragma once

#include <vector>

#include "base/codec.hpp"
#include "model/settings.hpp"
#include "strategy/strategy.hpp"

namespace kontor::engine {

/// The parameters that a strategy goes by, by ascending name; empty for one that has none to change.
[[nodiscard]] std::vector<ParameterSetting> settings_of(const strategy::Strategy& strategy);

/// Lets a strategy go by other parameters. False if it can't; then it goes on by its own.
bool change_settings(strategy::Strategy& strategy, const std::vector<ParameterSetting>& parameters);

/// Reads what settings_of() gave and lets the strategy go by it. False if that is not possible.
[[nodiscard]] bool take_settings_back(Decoder& decoder, strategy::Strategy& strategy);

}  // namespace kontor::engine
