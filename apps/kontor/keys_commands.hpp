#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "vault/credential.hpp"
#include "vault/vault_file.hpp"

/// What the commands below `kontor keys` share: where the vault is, how it is unlocked, how they tell what
/// they did.
namespace kontor::app {

struct KeysOptions {
  std::filesystem::path vault;
  std::string passphrase_descriptor;  ///< empty: asked at the terminal
  std::string venue;
  std::string account;
  bool json = false;
};

/// Where a new key comes from.
struct KeySource {
  std::string descriptor;  ///< empty: asked at the terminal
  bool has_extra = false;
};

/// --vault, --passphrase-fd, --json.
void add_vault_options(CLI::App& command, KeysOptions& options, const std::filesystem::path& vault);
/// VENUE ACCOUNT.
void add_account_arguments(CLI::App& command, KeysOptions& options);
/// --from-fd, --extra.
void add_source_options(CLI::App& command, KeySource& source);

[[nodiscard]] Result<vault::AccountName> account_of(const KeysOptions& options);

/// Asks for the passphrase and opens the vault. No secret is read before the process is protected.
[[nodiscard]] Result<vault::VaultFile> open_vault(const KeysOptions& options);
/// The same; where there is no vault yet a new one, which comes into being with its first key.
[[nodiscard]] Result<vault::VaultFile> open_or_make_vault(const KeysOptions& options, const Globals& globals);
/// A passphrase for the vault from now on: asked for twice, or one line of a descriptor; fit to be one.
[[nodiscard]] Result<vault::SecretText> new_passphrase(const std::string& descriptor);
/// The passphrase that the vault has.
[[nodiscard]] Result<vault::SecretText> present_passphrase(const KeysOptions& options);
/// Key, secret and perhaps a third value, each without blanks around it.
[[nodiscard]] Result<vault::Credential> new_credential(const vault::AccountName& owner,
                                                       const KeySource& source);
/// Error usage: one descriptor is to give two things.
[[nodiscard]] Result<void> check_descriptors(const std::string& passphrase, const std::string& other);

/// What a command did: `outcome` is a word for programs, `text` a line for people.
struct KeysReport {
  std::string_view outcome;
  std::string text;
  std::vector<vault::KeyFacts> keys{};
};
int tell(const KeysReport& report, const KeysOptions& options);
/// The keys that an account has.
[[nodiscard]] std::vector<vault::KeyFacts> keys_of(const vault::VaultFile& file,
                                                   const vault::AccountName& owner);

void add_keys_add(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);
void add_keys_check(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);
void add_keys_list(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);
void add_keys_rotate(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);
void add_keys_remove(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);
void add_keys_change_passphrase(CLI::App& keys, Globals& globals, const std::filesystem::path& vault);

}  // namespace kontor::app
