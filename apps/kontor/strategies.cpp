#include <fmt/format.h>

#include "command.hpp"
#include "strategy/strategy.hpp"

namespace kontor::app {
namespace {

void print_strategies() {
  fmt::print("{:<16} {}\n", "STRATEGY", "WHAT IT DOES");
  for (const auto& strategy : strategy::builtin_strategies())
    fmt::print("{:<16} {}\n", strategy.name, strategy.summary);
}

/// A value as TOML: words and durations in quotes.
std::string toml_value(const strategy::ParameterDescriptor& parameter) {
  const std::string text = strategy::format_value(parameter, parameter.default_value);
  const bool quoted =
      parameter.type == strategy::ParameterType::text || parameter.type == strategy::ParameterType::duration;
  return quoted ? fmt::format("\"{}\"", text) : text;
}

/// Valid TOML from the first line to the last: what it says is in comments.
void print_one(const strategy::StrategyDescriptor& strategy) {
  fmt::print("# {}: {}\n\n", strategy.name, strategy.summary);
  fmt::print("[[strategy]]\ntype = \"{}\"\ninstruments = [\"BTCUSDT@binance\"]\n", strategy.name);
  for (const auto& parameter : strategy.parameters) {
    fmt::print("\n# {} ({})\n{} = {}\n", parameter.meaning, strategy::describe(parameter), parameter.name,
               toml_value(parameter));
  }
}

}  // namespace

void add_strategies(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "strategies", "List the strategies, or show one with all its parameters",
                  "  kontor strategies              what there is\n"
                  "  kontor strategies sma_cross    its parameters, as a configuration to copy\n");
  auto name = std::make_shared<std::string>();
  command->add_option("strategy", *name, "Name of a strategy");
  set_action(*command, globals, [name]() -> Result<int> {
    if (name->empty()) {
      print_strategies();
      return 0;
    }
    TRY(const auto* strategy, strategy::find_strategy(*name));
    print_one(*strategy);
    return 0;
  });
}

}  // namespace kontor::app
