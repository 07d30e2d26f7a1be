#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command.hpp"
#include "live_access.hpp"

namespace kontor::app {

/// How a session on a venue's market is run.
struct VenueSessionOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::vector<std::string> log_levels;
  std::string id;
  LiveAccessOptions access;
  bool on_paper = false;  ///< on a simulated account, without a key; else with the account's money
  bool fresh = false;
  bool resume = false;
  bool no_safe_mode = false;
  bool plain = false;
  bool json = false;
  bool spins = false;  ///< never sleeps
};

/// Whether the session in a folder took its market from a venue.
[[nodiscard]] bool is_on_venue(const std::filesystem::path& folder);

/// Runs it until somebody ends it; returns the exit code. Errors: those of the configuration, the vault, the
/// venue, the journal and the disk.
[[nodiscard]] Result<int> run_on_venue(const VenueSessionOptions& options, const Globals& globals);

}  // namespace kontor::app
