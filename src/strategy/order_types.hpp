#pragma once

#include <vector>

#include "model/order.hpp"
#include "strategy/strategy.hpp"

namespace kontor::strategy {

/// The types of order that a strategy with these parameters may need, ascending: its own, those of the stop
/// and the target that it protects its positions with, and the market order by which any position can be
/// closed.
[[nodiscard]] std::vector<OrderType> order_types_of(const StrategyDescriptor& descriptor,
                                                    const Parameters& parameters);

}  // namespace kontor::strategy
