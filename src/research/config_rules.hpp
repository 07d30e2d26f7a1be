#pragma once

#include <array>
#include <string_view>

#include "research/config.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {

// Bounds of the numbers in a configuration.
inline constexpr Decimal kZero{0, 0};
inline constexpr Decimal kOne{1, 0};
inline constexpr Decimal kHuge{1'000'000'000'000, 0};
inline constexpr Decimal kTiny{1, 18};
inline constexpr Decimal kFeeLimit{1, 1};

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
