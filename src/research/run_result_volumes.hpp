#pragma once

#include <vector>

#include "research/run_result.hpp"
#include "simulation/feed.hpp"

namespace kontor::research {

using simulation::FeedSource;

/// Notes with every fill which bar of its instrument it lies in and what the market traded in that bar. The
/// bar is the one that opened before the fill and closed at or after it: the simulated venue stamps what a
/// bar did to resting orders with its end. Bars that were fed, else minutes of the trades that were fed;
/// where there is neither, volumes stay unknown.
void note_bar_volumes(RunResult& result, const std::vector<FeedSource>& sources);

}  // namespace kontor::research
