#include "live_access.hpp"

#include <fmt/format.h>

#include "keys_commands.hpp"
#include "vault/protect_process.hpp"

namespace kontor::app {
namespace {

Result<std::shared_ptr<const venue::Credentials>> credentials_of(const std::string& venue,
                                                                 const LiveAccessOptions& options) {
  TRY_VOID(vault::protect_process());
  const KeysOptions keys{.vault = options.vault,
                         .passphrase_descriptor = options.passphrase_descriptor,
                         .venue = venue,
                         .account = options.account};
  TRY(const auto owner, account_of(keys));
  TRY(const auto file, open_vault(keys));
  TRY(const auto network, vault::parse_network(options.venue.network));
  const vault::Credential* found = file.vault().keys().find(owner, vault::Slot::active);
  if (found == nullptr)
    return fail(ErrorKind::not_found,
                fmt::format("the vault has no key of {}; add it with: kontor keys add {} {}",
                            vault::name_of(owner), venue, options.account));
  if (found->network != network)
    return fail(ErrorKind::usage,
                fmt::format("the key of {} is of the {}, not of the {}", vault::name_of(owner),
                            vault::name_of(found->network), options.venue.network));
  if (found->permissions && found->permissions->can_withdraw)
    return fail(ErrorKind::usage, fmt::format("the key of {} may withdraw money: make one that may not",
                                              vault::name_of(owner)));
  auto credentials = std::make_shared<venue::Credentials>();
  credentials->key = std::string(found->key.reveal());
  credentials->secret = std::string(found->secret.reveal());
  return credentials;
}

}  // namespace

void add_live_access_options(CLI::App& command, LiveAccessOptions& options,
                             const std::filesystem::path& vault) {
  options.vault = vault;
  command.add_option("--account", options.account, "Account whose key is used; see `kontor keys list`")
      ->capture_default_str();
  add_venue_network_options(command, options.venue);
  command.add_option("--vault", options.vault, "File of the keys")->capture_default_str();
  command.add_option("--passphrase-fd", options.passphrase_descriptor,
                     "Descriptor that the vault's passphrase is read from, instead of the terminal");
}

Result<std::unique_ptr<VenueAccess>> open_live_access(const std::string& venue,
                                                      const LiveAccessOptions& options,
                                                      const Globals& globals) {
  if (options.venue.network == "mainnet" && !options.venue.endpoint.empty())
    return fail(
        ErrorKind::usage,
        "--endpoint is for --network emulator and testnet: a key of the mainnet signs for nobody else");
  TRY(auto credentials, credentials_of(venue, options));
  return VenueAccess::open(venue, options.venue, globals, std::move(credentials));
}

}  // namespace kontor::app
