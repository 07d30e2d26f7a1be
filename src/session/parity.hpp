#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "journal/file_system.hpp"
#include "simulation/simulation.hpp"

namespace kontor::session {

/// One decision or fill in which a session and the backtest of its period are not the same.
struct ParityDifference {
  TimeNs at = 0;
  std::string session;   ///< what the session did; empty: nothing
  std::string backtest;  ///< what the backtest does; empty: nothing
  std::string cause;
};

/// How a session compares with the backtest of its own period, configuration and data.
struct ParityReport {
  std::uint64_t decisions = 0;  ///< commands of the session
  std::uint64_t fills = 0;
  TimeNs from = 0;
  TimeNs to = 0;
  std::vector<ParityDifference> differences;  ///< in the order of time
};

[[nodiscard]] std::string to_json(const ParityReport& report);

/// Backtests what a journal's session went through and compares every command and every fill. Where the
/// configuration was changed, the backtest's is at the same time. A backtest knows neither operators nor
/// restarts nor data that did not come: what they changed is a difference with that cause, and so is what
/// came later (latency), at another price (slippage) or in another part (queue) than the model says. `world`
/// and `engine` are made from the configuration that the session began with. Errors are those of reading.
[[nodiscard]] Result<ParityReport> parity(journal::FileSystem& files, const std::string& folder,
                                          const simulation::World& world, engine::EngineSettings engine);

}  // namespace kontor::session
