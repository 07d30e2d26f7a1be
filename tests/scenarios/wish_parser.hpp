#pragma once

#include "tests/scenarios/scripted_strategy.hpp"
#include "tests/scenarios/setup.hpp"

namespace kontor::scenario {

/// A wish and whose it is.
struct ParsedWish {
  StrategyId strategy;
  Wish wish;
};

/// Reads `want …` and `on OCCASION want …`; the grammar is in README.md.
[[nodiscard]] ParsedWish parse_wish(Words& line, const Setup& setup, TimeNs now);

/// Reads `buy 0.5 BTCUSDT @ 50000 post_only …`: an order without id and strategy.
[[nodiscard]] NewOrder parse_order(Words& line, const Setup& setup);

}  // namespace kontor::scenario
