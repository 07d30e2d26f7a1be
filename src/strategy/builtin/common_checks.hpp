#pragma once

#include <string_view>

#include "strategy/strategy.hpp"

namespace kontor::strategy {

/// The parameter `mode` of strategies that can be on both sides: long_flat or long_short.
[[nodiscard]] ParameterDescriptor mode_parameter();
[[nodiscard]] bool goes_short(const Parameters& parameters);
/// Going short needs an instrument that can be sold short.
[[nodiscard]] Result<void> check_mode(const StrategyContext& context, const Parameters& parameters);
/// One parameter has to be below another.
[[nodiscard]] Result<void> check_order(const Parameters& parameters, std::string_view lower,
                                       std::string_view upper);

}  // namespace kontor::strategy
