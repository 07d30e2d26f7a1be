#include "strategy/sizing_parameters.hpp"

namespace kontor::strategy {
namespace {

std::vector<ParameterDescriptor> sizer_parameters() {
  return {
      choice_parameter(
          "sizer",
          {"percent_of_equity", "fixed_quantity", "fixed_notional", "risk_percent", "volatility_target",
           "cvar", "kelly", "wallet_exposure"},
          "How the size of a position is found; the parameters that follow say which of them takes them."),
      real_parameter(
          "size", 95, 0, 1e12,
          "fixed_quantity: base units or contracts; fixed_notional: quote asset; percent_of_equity: "
          "percent of the equity (on spot below 100, because a market order also pays a fee and may "
          "slip); kelly: the same until enough trades are closed."),
      real_parameter(
          "risk_percent", 1, 0.001, 100,
          "risk_percent: what the protective stop may lose, in percent of the equity, fees and slippage "
          "aside."),
      real_parameter(
          "target_volatility", 20, 0.1, 1000,
          "volatility_target: annualised standard deviation that the position should have, in percent of "
          "the equity."),
      integer_parameter("volatility_bars", 30, 2, 100'000,
                        "volatility_target: number of the last bars whose returns give the volatility."),
  };
}

std::vector<ParameterDescriptor> record_parameters() {
  return {
      real_parameter("shortfall_percent", 1, 0.001, 100,
                     "cvar: what a bar among the worst may cost on average, in percent of the equity."),
      real_parameter("cvar_confidence", 95, 50, 99.9,
                     "cvar: percent of the bars that are not among the worst."),
      integer_parameter("cvar_bars", 250, 20, 100'000,
                        "cvar: number of the last bars whose returns give the expected shortfall."),
      real_parameter("kelly_percent", 50, 1, 100, "kelly: percent of Kelly's fraction that is used."),
      integer_parameter("kelly_trades", 20, 2, 1'000,
                        "kelly: closed trades that it needs; until then size decides."),
      real_parameter("wallet_exposure_limit", 1, 0.001, 1000,
                     "wallet_exposure: cost of the whole position over the wallet balance, 1 is all of it."),
      real_parameter("entry_percent", 95, 0.01, 100,
                     "wallet_exposure: percent of that limit that an entry takes."),
  };
}

std::vector<ParameterDescriptor> protection_and_caps() {
  return {
      integer_parameter("atr_period", 14, 1, 10'000,
                        "Bars of Wilder's average true range that stops and targets are measured in."),
      real_parameter(
          "stop_atr", 0, 0, 100,
          "Distance of the protective stop from the entry in average true ranges; 0: none, except that "
          "risk_percent takes 1.5."),
      choice_parameter(
          "stop_order", {"market", "limit", "trailing"},
          "What the stop is: a market order when it triggers, a limit order stop_limit_atr beyond "
          "it, or a stop that follows the best price at its distance."),
      real_parameter("stop_limit_atr", 0.5, 0, 100,
                     "stop_order limit: how far beyond the trigger it still sells, in average true ranges."),
      real_parameter("target_atr", 0, 0, 1000,
                     "Distance of the take-profit from the entry in average true ranges; 0: none."),
      real_parameter("max_position_percent", 0, 0, 100'000,
                     "Cap of a position's value in percent of the equity; 0: none, except that risk_percent, "
                     "volatility_target, cvar and kelly keep to 95 times the instrument's largest leverage."),
      real_parameter("max_position_notional", 0, 0, 1e12,
                     "Cap of a position's value in the quote asset; 0: none."),
  };
}

}  // namespace

std::vector<ParameterDescriptor> sizing_parameters() {
  auto all = sizer_parameters();
  for (auto& descriptor : record_parameters()) all.push_back(std::move(descriptor));
  for (auto& descriptor : protection_and_caps()) all.push_back(std::move(descriptor));
  return all;
}

std::vector<ParameterDescriptor> with_sizing(std::vector<ParameterDescriptor> own) {
  for (auto& descriptor : sizing_parameters()) own.push_back(std::move(descriptor));
  return own;
}

}  // namespace kontor::strategy
