#pragma once

#include <vector>

#include "strategy/parameters.hpp"

namespace kontor::strategy {

/// The parameters of every strategy that sizes positions, described once: which sizer, its numbers, the caps,
/// and the protective stop and target. PositionSizer reads them.
[[nodiscard]] std::vector<ParameterDescriptor> sizing_parameters();

/// A strategy's own parameters followed by those of sizing.
[[nodiscard]] std::vector<ParameterDescriptor> with_sizing(std::vector<ParameterDescriptor> own);

}  // namespace kontor::strategy
