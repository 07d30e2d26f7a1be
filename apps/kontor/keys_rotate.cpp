#include <fmt/format.h>

#include "keys_commands.hpp"

namespace kontor::app {
namespace {

struct KeysRotateOptions {
  KeysOptions common;
  KeySource source;
  bool finish = false;
  bool abort = false;
};

Result<int> begin_rotation(const KeysRotateOptions& options, vault::VaultFile& file,
                           const vault::AccountName& owner) {
  if (file.vault().keys().find(owner) == nullptr) {
    return fail(ErrorKind::not_found,
                fmt::format("there is no key of {} to replace; 'kontor keys add' puts one in",
                            vault::name_of(owner)));
  }
  TRY(auto credential, new_credential(owner, options.source));
  auto change = vault::Change::was_so;
  TRY_VOID(file.update([&](vault::Vault& vault) -> Result<void> {
    TRY(change, vault.keys().begin_rotation(std::move(credential)));
    return {};
  }));
  const auto keys = keys_of(file, owner);
  return tell({.outcome = change == vault::Change::made ? "begun" : "unchanged",
               .text = fmt::format(
                   "{0}: the new key {1} {2} beside {3}; once it works at the venue, 'kontor keys rotate "
                   "{4} {5} --finish' makes it the active one",
                   vault::name_of(owner), keys.back().fingerprint,
                   change == vault::Change::made ? "waits" : "waited already", keys.front().fingerprint,
                   vault::name_of(owner.venue), owner.account),
               .keys = keys},
              options.common);
}

Result<int> finish_rotation(const KeysRotateOptions& options, vault::VaultFile& file,
                            const vault::AccountName& owner) {
  std::string replaced;
  TRY_VOID(file.update([&](vault::Vault& vault) -> Result<void> {
    const vault::Credential* active = vault.keys().find(owner);
    if (active != nullptr) replaced = vault::fingerprint_of(active->key);
    return vault.keys().finish_rotation(owner);
  }));
  const auto keys = keys_of(file, owner);
  return tell({.outcome = "finished",
               .text = fmt::format(
                   "{}: the key {} is the active one; {} is out of the vault, now remove it at the venue",
                   vault::name_of(owner), keys.front().fingerprint, replaced),
               .keys = keys},
              options.common);
}

Result<int> abort_rotation(const KeysRotateOptions& options, vault::VaultFile& file,
                           const vault::AccountName& owner) {
  auto change = vault::Change::was_so;
  TRY_VOID(file.update([&](vault::Vault& vault) -> Result<void> {
    TRY(change, vault.keys().abort_rotation(owner));
    return {};
  }));
  const auto keys = keys_of(file, owner);
  const bool was_waiting = change == vault::Change::made;
  return tell({.outcome = was_waiting ? "aborted" : "unchanged",
               .text = fmt::format("{}: {}; {} stays the active one", vault::name_of(owner),
                                   was_waiting ? "the new key is out of the vault" : "no new key waited",
                                   keys.front().fingerprint),
               .keys = keys},
              options.common);
}

Result<int> rotate_key(const KeysRotateOptions& options) {
  TRY(const auto owner, account_of(options.common));
  TRY_VOID(check_descriptors(options.common.passphrase_descriptor, options.source.descriptor));
  TRY(auto file, open_vault(options.common));
  if (options.finish) return finish_rotation(options, file, owner);
  if (options.abort) return abort_rotation(options, file, owner);
  return begin_rotation(options, file, owner);
}

}  // namespace

void add_keys_rotate(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command = add_command(
      keys, "rotate", "Replace the key of an account without a moment in which none works",
      "  kontor keys rotate binance main             puts a new key beside the active one\n"
      "  kontor keys rotate binance main --finish    makes it the active one, and drops the old one\n"
      "  kontor keys rotate binance main --abort     drops the new one instead\n");
  auto options = std::make_shared<KeysRotateOptions>();
  add_account_arguments(*command, options->common);
  CLI::Option* finish = command->add_flag("--finish", options->finish, "Make the new key the active one");
  command->add_flag("--abort", options->abort, "Drop the new key")->excludes(finish);
  add_source_options(*command, options->source);
  add_vault_options(*command, options->common, vault);
  set_action(*command, globals, [options] { return rotate_key(*options); });
}

}  // namespace kontor::app
