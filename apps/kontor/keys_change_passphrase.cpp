#include <fmt/format.h>

#include "keys_commands.hpp"

namespace kontor::app {
namespace {

struct KeysPassphraseOptions {
  KeysOptions common;
  std::string new_descriptor;
};

Result<int> change_passphrase(const KeysPassphraseOptions& options) {
  TRY_VOID(check_descriptors(options.common.passphrase_descriptor, options.new_descriptor));
  const auto& path = options.common.vault;
  if (!vault::VaultFile::exists(path)) return std::unexpected(open_vault(options.common).error());
  TRY(const auto present, present_passphrase(options.common));
  TRY(auto file, vault::VaultFile::open(path, present));
  TRY(const auto fresh, new_passphrase(options.new_descriptor));
  if (fresh.equals(present))
    return fail(ErrorKind::usage, "expected a new passphrase, found the present one; nothing was changed");
  TRY_VOID(file.update([&fresh](vault::Vault& vault) { return vault.change_passphrase(fresh); }));
  return tell({.outcome = "changed",
               .text = fmt::format(
                   "{}: opens to the new passphrase only; copies from before open to the old one still",
                   path.string())},
              options.common);
}

}  // namespace

void add_keys_change_passphrase(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command = add_command(
      keys, "change-passphrase", "Give the vault another passphrase, and fresh keys beneath it",
      "  kontor keys change-passphrase\n"
      "  kontor keys change-passphrase --passphrase-fd 3 --new-passphrase-fd 4 3< old.txt 4< new.txt\n");
  auto options = std::make_shared<KeysPassphraseOptions>();
  add_vault_options(*command, options->common, vault);
  command
      ->add_option("--new-passphrase-fd", options->new_descriptor,
                   "Read the new passphrase from this descriptor instead of asking")
      ->type_name("N");
  set_action(*command, globals, [options] { return change_passphrase(*options); });
}

}  // namespace kontor::app
