#pragma once

#include "research/config_reader.hpp"
#include "risk/breakers.hpp"

namespace kontor::research {

/// Reads the table `breakers` of a scope, if there is one: which of them the scope can have is what
/// docs/risk.md says. What it does not name is not watched, and what it names has the defaults of its kind.
void read_account_breakers(ConfigReader& reader, risk::Breakers& breakers);
void read_strategy_breakers(ConfigReader& reader, risk::Breakers& breakers);
void read_instrument_breakers(ConfigReader& reader, risk::Breakers& breakers);

}  // namespace kontor::research
