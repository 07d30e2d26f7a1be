#pragma once

#include "faults/random_strategy.hpp"

namespace kontor::test {

using faults::RandomStrategy;
using faults::RandomStrategySettings;

}  // namespace kontor::test
