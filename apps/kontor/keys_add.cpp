#include <fmt/format.h>

#include "keys_commands.hpp"

namespace kontor::app {
namespace {

struct KeysAddOptions {
  KeysOptions common;
  KeySource source;
  std::string network = "mainnet";
};

Result<int> add_key(const KeysAddOptions& options, const Globals& globals) {
  TRY(const auto owner, account_of(options.common));
  TRY(const auto network, vault::parse_network(options.network));
  TRY_VOID(check_descriptors(options.common.passphrase_descriptor, options.source.descriptor));
  TRY(auto file, open_or_make_vault(options.common, globals));
  TRY(auto credential, new_credential(owner, options.source));
  credential.network = network;
  auto change = vault::Change::was_so;
  TRY_VOID(file.update([&](vault::Vault& vault) -> Result<void> {
    TRY(change, vault.keys().add(std::move(credential)));
    return {};
  }));
  const auto keys = keys_of(file, owner);
  const bool is_new = change == vault::Change::made;
  return tell(
      {.outcome = is_new ? "added" : "unchanged",
       .text = fmt::format("{}: the key {} for {} {}", vault::name_of(owner), keys.front().fingerprint,
                           options.network, is_new ? "is in the vault" : "was in the vault already"),
       .keys = keys},
      options.common);
}

}  // namespace

void add_keys_add(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command = add_command(
      keys, "add", "Put the key of an account into the vault; the first one makes the vault",
      "  kontor keys add binance main\n"
      "  kontor keys add bybit paper --network testnet\n"
      "  kontor keys add binance main --from-fd 4 --passphrase-fd 3 4< key.txt 3< <(pass show kontor)\n");
  auto options = std::make_shared<KeysAddOptions>();
  add_account_arguments(*command, options->common);
  command
      ->add_option("--network", options->network,
                   "Which of the venue's systems knows the key: mainnet, testnet, emulator")
      ->type_name("NETWORK")
      ->capture_default_str();
  add_source_options(*command, options->source);
  add_vault_options(*command, options->common, vault);
  set_action(*command, globals, [options, &globals] { return add_key(*options, globals); });
}

}  // namespace kontor::app
