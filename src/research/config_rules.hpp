#pragma once

#include <array>
#include <string_view>

#include "research/config.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {

/// Reads one of `names`, which stand in the order of the enumeration.
template <class Enum, std::size_t N>
Enum read_choice(ConfigReader& reader, std::string_view key, Enum fallback,
                 const std::array<std::string_view, N>& names) {
  return static_cast<Enum>(reader.choice(key, static_cast<std::size_t>(fallback), names));
}

/// The rules of the simulated venue in the table that the reader stands at; `config` holds the defaults.
void read_rules(ConfigReader& reader, RulesConfig& config);
/// A table of risk limits; what it does not name stays unlimited.
void read_limits(ConfigReader& reader, risk::Limits& limits);

}  // namespace kontor::research
