#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "command.hpp"
#include "venue_access.hpp"

namespace kontor::app {

/// How a live session comes to its venue and account.
struct LiveAccessOptions {
  VenueAccessOptions venue;
  std::string account = "main";  ///< of the vault
  std::filesystem::path vault;
  std::string passphrase_descriptor;
};

/// --account, --vault, --passphrase-fd and those of the venue's network.
void add_live_access_options(CLI::App& command, LiveAccessOptions& options,
                             const std::filesystem::path& vault);

/// Opens the vault, takes the account's key out of it, and speaks to the venue with it. Errors: usage (no
/// such key, a key that may not be used), those of the vault and of VenueAccess::open().
[[nodiscard]] Result<std::unique_ptr<VenueAccess>> open_live_access(const std::string& venue,
                                                                    const LiveAccessOptions& options,
                                                                    const Globals& globals);

}  // namespace kontor::app
