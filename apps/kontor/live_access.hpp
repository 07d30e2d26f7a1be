#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "net/rate_budget_shared.hpp"
#include "net/websocket_client.hpp"
#include "venue/protocol.hpp"

namespace kontor::app {

/// How a live session comes to its venue and account.
struct LiveAccessOptions {
  std::string account = "main";  ///< of the vault
  std::string network = "mainnet";
  std::string endpoint;  ///< `http://127.0.0.1:8090`: an emulator; empty: the venue's own addresses
  std::string ca;        ///< certificates to trust instead of the system's, in PEM
  std::filesystem::path vault;
  std::string passphrase_descriptor;
};

/// --account, --network, --endpoint, --ca, --vault, --passphrase-fd.
void add_live_access_options(CLI::App& command, LiveAccessOptions& options,
                             const std::filesystem::path& vault);

/// A venue that can be spoken to.
struct LiveAccess {
  std::string venue;
  venue::Product product = venue::Product::spot;
  venue::Endpoints endpoints;
  net::ConnectOptions connect{};
  std::shared_ptr<const venue::Credentials> credentials{};
  std::unique_ptr<net::SharedRateBudget> budget{};
};

/// Each of the addresses at another host: `http://127.0.0.1:8090` takes the place of scheme and authority,
/// paths stay. Errors: usage.
[[nodiscard]] Result<venue::Endpoints> moved_to(const venue::Endpoints& endpoints,
                                                const std::string& endpoint);

/// Opens the vault, takes the account's key out of it, and shares the venue's limits with every process of
/// this machine, which keep theirs in `state`. Errors: usage (no such key, a key that may not be used), those
/// of the vault.
[[nodiscard]] Result<LiveAccess> open_access(const std::string& venue, venue::Product product,
                                             const LiveAccessOptions& options,
                                             const std::filesystem::path& state);

}  // namespace kontor::app
