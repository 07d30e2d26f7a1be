#include <fmt/format.h>

#include "base/nearest.hpp"
#include "strategy/builtin/buy_and_hold.hpp"
#include "strategy/builtin/dca.hpp"
#include "strategy/builtin/grid.hpp"
#include "strategy/builtin/quote_ladder.hpp"
#include "strategy/builtin/rsi.hpp"
#include "strategy/builtin/sma_cross.hpp"
#include "strategy/strategy.hpp"

namespace kontor::strategy {

const std::vector<StrategyDescriptor>& builtin_strategies() {
  static const std::vector<StrategyDescriptor> kAll = {
      BuyAndHold::descriptor(), DollarCostAveraging::descriptor(),
      Grid::descriptor(),       QuoteLadder::descriptor(),
      Rsi::descriptor(),        SmaCross::descriptor()};
  return kAll;
}

Result<const StrategyDescriptor*> find_strategy(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& descriptor : builtin_strategies()) {
    if (descriptor.name == name) return &descriptor;
    names.push_back(descriptor.name);
  }
  return fail(ErrorKind::not_found, fmt::format("expected one of the strategies {}, found '{}'{}",
                                                fmt::join(names, ", "), name, did_you_mean(name, names)));
}

}  // namespace kontor::strategy
