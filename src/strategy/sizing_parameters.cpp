#include "strategy/sizing_parameters.hpp"

namespace kontor::strategy {

std::vector<ParameterDescriptor> sizing_parameters() {
  using enum ParameterType;
  return {
      {"sizer",
       text,
       std::string("percent_of_equity"),
       0,
       0,
       {"fixed_quantity", "fixed_notional", "percent_of_equity", "risk_percent", "volatility_target"},
       "How the size of a position is found; size, risk_percent and target_volatility are the numbers it "
       "takes."},
      {"size",
       real,
       95.0,
       0,
       1e12,
       {},
       "fixed_quantity: base units or contracts; fixed_notional: quote asset; percent_of_equity: percent of "
       "the "
       "equity (on spot below 100, because a market order also pays a fee and may slip)."},
      {"risk_percent",
       real,
       1.0,
       0.001,
       100,
       {},
       "risk_percent: what the protective stop may lose, in percent of the equity, fees and slippage aside."},
      {"target_volatility",
       real,
       20.0,
       0.1,
       1000,
       {},
       "volatility_target: annualised standard deviation that the position should have, in percent of the "
       "equity."},
      {"volatility_bars",
       integer,
       std::int64_t{30},
       2,
       100'000,
       {},
       "volatility_target: number of the last bars whose returns give the volatility."},
      {"atr_period",
       integer,
       std::int64_t{14},
       1,
       10'000,
       {},
       "Bars of Wilder's average true range that stops and targets are measured in."},
      {"stop_atr",
       real,
       0.0,
       0,
       100,
       {},
       "Distance of the protective stop from the entry in average true ranges; 0: none, except that "
       "risk_percent "
       "takes 1.5."},
      {"target_atr",
       real,
       0.0,
       0,
       1000,
       {},
       "Distance of the take-profit from the entry in average true ranges; 0: none."},
      {"max_position_percent",
       real,
       0.0,
       0,
       100'000,
       {},
       "Cap of a position's value in percent of the equity; 0: none, except that risk_percent and "
       "volatility_target "
       "keep to 95 times the instrument's largest leverage."},
      {"max_position_notional",
       real,
       0.0,
       0,
       1e12,
       {},
       "Cap of a position's value in the quote asset; 0: none."},
  };
}

std::vector<ParameterDescriptor> with_sizing(std::vector<ParameterDescriptor> own) {
  for (auto& descriptor : sizing_parameters()) own.push_back(std::move(descriptor));
  return own;
}

}  // namespace kontor::strategy
