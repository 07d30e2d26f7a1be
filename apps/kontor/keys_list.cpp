#include <fmt/format.h>

#include "keys_commands.hpp"
#include "vault/key_text.hpp"

namespace kontor::app {
namespace {

void print_keys(const std::vector<vault::KeyFacts>& keys, const Globals& globals) {
  if (!keys.empty()) {
    fmt::print("{}", vault::keys_table(keys));
  } else if (!globals.quiet) {
    fmt::print(stderr, "There are no keys in the vault; 'kontor keys add VENUE ACCOUNT' puts one in.\n");
  }
}

Result<int> list_keys(const KeysOptions& options, const Globals& globals) {
  TRY(const auto file, open_vault(options));
  std::vector<vault::KeyFacts> keys;
  for (const vault::Credential& credential : file.vault().keys().credentials())
    keys.push_back(vault::facts_of(credential, wall_clock()));
  if (options.json) {
    fmt::print("{}\n", vault::to_json(keys, options.vault.string()));
  } else {
    print_keys(keys, globals);
  }
  for (const auto& warning : vault::age_warnings(keys)) fmt::print(stderr, "kontor: warning: {}\n", warning);
  return 0;
}

}  // namespace

void add_keys_list(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command = add_command(
      keys, "list", "List the keys: whose they are, how old, what they may do; never what they are",
      "  kontor keys list\n"
      "  kontor keys list --json --passphrase-fd 3 3< <(pass show kontor)\n"
      "  printf %s KEY | sha256sum | cut -c1-8       the fingerprint of a key\n");
  auto options = std::make_shared<KeysOptions>();
  add_vault_options(*command, *options, vault);
  set_action(*command, globals, [options, &globals] { return list_keys(*options, globals); });
}

}  // namespace kontor::app
