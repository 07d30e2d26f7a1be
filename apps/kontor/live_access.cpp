#include "live_access.hpp"

#include <fmt/format.h>

#include "keys_commands.hpp"
#include "net/url.hpp"
#include "vault/protect_process.hpp"
#include "venue_protocols.hpp"

namespace kontor::app {
namespace {

/// The part of an address behind its host.
Result<std::string> moved(const std::string& address, const net::Url& to, bool is_stream) {
  if (address.empty()) return std::string();
  TRY(const net::Url own, net::Url::parse(address));
  const std::string scheme =
      is_stream ? (to.is_secure() ? "wss" : "ws") : (to.is_secure() ? "https" : "http");
  const std::string path = own.target == "/" ? "" : own.target;
  return fmt::format("{}://{}{}", scheme, to.authority(), path);
}

Result<std::shared_ptr<const venue::Credentials>> credentials_of(const std::string& venue,
                                                                 const LiveAccessOptions& options) {
  TRY_VOID(vault::protect_process());
  const KeysOptions keys{.vault = options.vault,
                         .passphrase_descriptor = options.passphrase_descriptor,
                         .venue = venue,
                         .account = options.account};
  TRY(const auto owner, account_of(keys));
  TRY(const auto file, open_vault(keys));
  TRY(const auto network, vault::parse_network(options.network));
  const vault::Credential* found = file.vault().keys().find(owner, vault::Slot::active);
  if (found == nullptr)
    return fail(ErrorKind::not_found,
                fmt::format("the vault has no key of {}; add it with: kontor keys add {} {}",
                            vault::name_of(owner), venue, options.account));
  if (found->network != network)
    return fail(ErrorKind::usage,
                fmt::format("the key of {} is of the {}, not of the {}", vault::name_of(owner),
                            vault::name_of(found->network), options.network));
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
  command.add_option("--network", options.network, "mainnet, testnet or emulator")->capture_default_str();
  command.add_option("--endpoint", options.endpoint, "Address of an emulator, such as http://127.0.0.1:8090");
  command.add_option("--ca", options.ca, "Certificates to trust instead of the system's (PEM)");
  command.add_option("--vault", options.vault, "File of the keys")->capture_default_str();
  command.add_option("--passphrase-fd", options.passphrase_descriptor,
                     "Descriptor that the vault's passphrase is read from, instead of the terminal");
}

Result<venue::Endpoints> moved_to(const venue::Endpoints& endpoints, const std::string& endpoint) {
  TRY(const net::Url to, net::Url::parse(endpoint));
  venue::Endpoints at;
  TRY(at.rest, moved(endpoints.rest, to, false));
  TRY(at.public_stream, moved(endpoints.public_stream, to, true));
  TRY(at.private_stream, moved(endpoints.private_stream, to, true));
  TRY(at.order_entry, moved(endpoints.order_entry, to, true));
  return at;
}

Result<LiveAccess> open_access(const std::string& venue, venue::Product product,
                               const LiveAccessOptions& options, const std::filesystem::path& state) {
  TRY(const auto protocol, make_protocol(venue));
  LiveAccess access{.venue = venue, .product = product, .endpoints = protocol->endpoints(product)};
  if (options.network != "mainnet" && options.endpoint.empty())
    return fail(ErrorKind::usage, fmt::format("--network {} wants its address: --endpoint", options.network));
  if (options.network == "mainnet" && !options.endpoint.empty())
    return fail(
        ErrorKind::usage,
        "--endpoint is for --network emulator and testnet: a key of the mainnet signs for nobody else");
  if (!options.endpoint.empty()) {
    TRY(access.endpoints, moved_to(access.endpoints, options.endpoint));
  }
  TRY(access.credentials, credentials_of(venue, options));
  if (access.endpoints.rest.starts_with("https") || access.endpoints.public_stream.starts_with("wss")) {
    TRY(access.connect.tls, net::TlsContext::for_client({.ca_file = options.ca}));
  }
  TRY(access.budget,
      net::SharedRateBudget::open({.folder = state / "rate",
                                   .venue = venue + (product == venue::Product::spot ? "-spot" : "-linear"),
                                   .keys = {.ip = access.endpoints.rest, .account = access.credentials->key},
                                   .rules = protocol->rate_rules(product)},
                                  wall_clock()));
  return access;
}

}  // namespace kontor::app
