#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "keys_commands.hpp"
#include "vault/terminal_prompt.hpp"

namespace kontor::app {
namespace {

struct KeysRemoveOptions {
  KeysOptions common;
  std::string slot;
  bool is_sure = false;
};

using WantedSlot = std::optional<vault::Slot>;

Result<WantedSlot> wanted_slot(const KeysRemoveOptions& options) {
  if (options.slot.empty()) return WantedSlot();
  TRY(const auto slot, vault::parse_slot(options.slot));
  return WantedSlot(slot);
}

std::vector<vault::KeyFacts> keys_to_remove(const vault::VaultFile& file, const vault::AccountName& owner,
                                            WantedSlot slot) {
  auto keys = keys_of(file, owner);
  std::erase_if(keys, [slot](const vault::KeyFacts& key) { return slot && key.slot != *slot; });
  return keys;
}

std::string list_of(const std::vector<vault::KeyFacts>& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys)
    names.push_back(fmt::format("{} ({})", key.fingerprint, vault::name_of(key.slot)));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Gone is gone: the venue shows a secret once.
Result<void> ask_whether_sure(const KeysRemoveOptions& options, const vault::AccountName& owner,
                              const std::vector<vault::KeyFacts>& keys) {
  if (options.is_sure) return {};
  if (!vault::has_terminal())
    return fail(ErrorKind::usage,
                "expected --yes, since there is no terminal to ask at whether you are sure");
  TRY(auto answer,
      vault::ask_at_terminal(fmt::format("Remove the key {} of {} from the vault? Its secret cannot be had "
                                         "again. Type yes: ",
                                         list_of(keys), vault::name_of(owner)),
                             vault::Echo::shown));
  answer.trim();
  if (answer.reveal() == "yes") return {};
  return fail(ErrorKind::canceled, "stopped; nothing was changed");
}

Result<int> remove_key(const KeysRemoveOptions& options) {
  TRY(const auto owner, account_of(options.common));
  TRY(const auto slot, wanted_slot(options));
  TRY(auto file, open_vault(options.common));
  const auto keys = keys_to_remove(file, owner, slot);
  if (!keys.empty()) TRY_VOID(ask_whether_sure(options, owner, keys));
  TRY_VOID(file.update([&](vault::Vault& vault) {
    return slot ? vault.keys().remove(owner, *slot) : vault.keys().remove_all(owner);
  }));
  return tell({.outcome = "removed",
               .text = fmt::format("{}: {} is out of the vault, now remove it at the venue",
                                   vault::name_of(owner), list_of(keys)),
               .keys = keys},
              options.common);
}

}  // namespace

void add_keys_remove(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command =
      add_command(keys, "remove", "Take the keys of an account out of the vault",
                  "  kontor keys remove binance main                 all of them, after a question\n"
                  "  kontor keys remove binance main --slot next     the new one only\n"
                  "  kontor keys remove binance main --yes           unasked\n");
  auto options = std::make_shared<KeysRemoveOptions>();
  add_account_arguments(*command, options->common);
  command->add_option("--slot", options->slot, "One of them: active or next")->type_name("SLOT");
  command->add_flag("--yes", options->is_sure, "Do not ask");
  add_vault_options(*command, options->common, vault);
  set_action(*command, globals, [options] { return remove_key(*options); });
}

}  // namespace kontor::app
