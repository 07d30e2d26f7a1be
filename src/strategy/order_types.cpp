#include "strategy/order_types.hpp"

#include <set>

#include "strategy/position_sizer.hpp"

namespace kontor::strategy {

std::vector<OrderType> order_types_of(const StrategyDescriptor& descriptor, const Parameters& parameters) {
  std::set<OrderType> types{OrderType::market, descriptor.entry_type};
  if (parameters.values().contains("sizer")) {
    if (const auto stop = stop_type_of(parameters)) types.insert(*stop);
    if (parameters.real("target_atr") > 0) types.insert(OrderType::limit);
  }
  return {types.begin(), types.end()};
}

}  // namespace kontor::strategy
