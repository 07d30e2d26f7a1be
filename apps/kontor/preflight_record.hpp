#pragma once

#include "command.hpp"
#include "research/config.hpp"
#include "session/preflight.hpp"

namespace kontor::app {

/// What runs and paper sessions there are of configurations that trade by the same as this one. A session
/// that went over to another configuration while it ran is none of them, and neither is what cannot be read.
/// Error io: the folder of the runs cannot be read.
[[nodiscard]] Result<session::RecordFacts> record_facts(const research::BacktestConfig& config,
                                                        const Globals& globals);

}  // namespace kontor::app
