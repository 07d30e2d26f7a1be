#include "keys_commands.hpp"

#include <charconv>

#include <fmt/format.h>

#include "vault/key_text.hpp"
#include "vault/passphrase.hpp"
#include "vault/protect_process.hpp"
#include "vault/secret_input.hpp"
#include "vault/terminal_prompt.hpp"

namespace kontor::app {
namespace {

using vault::Echo;
using vault::SecretText;

constexpr int kMostDescriptors = 65'536;

/// What was typed is not repeated: it may be a secret in the wrong place.
Result<int> parse_descriptor(const std::string& text) {
  int number = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = problem == std::errc{} && end == text.data() + text.size();
  if (is_number && number >= 0 && number < kMostDescriptors && number != 1 && number != 2) return number;
  return fail(ErrorKind::usage,
              "expected the number of a descriptor that is open for reading, such as 3 with 3< FILE, found "
              "something else");
}

Result<SecretText> line_from(const std::string& descriptor) {
  TRY(const int number, parse_descriptor(descriptor));
  TRY(auto lines, vault::read_secret_lines(number, 1));
  return std::move(lines.front());
}

Result<std::vector<SecretText>> ask_for_key(bool has_extra) {
  std::vector<SecretText> values;
  TRY(auto key, vault::ask_at_terminal("Key: ", Echo::shown));
  values.push_back(std::move(key));
  TRY(auto secret, vault::ask_at_terminal("Secret (not shown): ", Echo::hidden));
  values.push_back(std::move(secret));
  if (!has_extra) return values;
  TRY(auto extra, vault::ask_at_terminal("Third value (not shown): ", Echo::hidden));
  values.push_back(std::move(extra));
  return values;
}

Result<std::vector<SecretText>> key_values(const KeySource& source) {
  if (source.descriptor.empty()) return ask_for_key(source.has_extra);
  TRY(const int number, parse_descriptor(source.descriptor));
  return vault::read_secret_lines(number, source.has_extra ? 3 : 2);
}

}  // namespace

void add_vault_options(CLI::App& command, KeysOptions& options, const std::filesystem::path& vault) {
  options.vault = vault;
  command.add_option("--vault", options.vault, "File of the vault")
      ->envname("KONTOR_VAULT")
      ->type_name("FILE")
      ->capture_default_str();
  command
      .add_option("--passphrase-fd", options.passphrase_descriptor,
                  "Read the passphrase from this descriptor, up to the line end, instead of asking")
      ->type_name("N");
  command.add_flag("--json", options.json, "Print JSON");
}

void add_account_arguments(CLI::App& command, KeysOptions& options) {
  command.add_option("venue", options.venue, "binance, bybit, bitfinex, hyperliquid or alpaca")
      ->required()
      ->type_name("VENUE");
  command.add_option("account", options.account, "Your own name for the account: letters, digits, - _ .")
      ->required()
      ->type_name("ACCOUNT");
}

void add_source_options(CLI::App& command, KeySource& source) {
  command
      .add_option("--from-fd", source.descriptor,
                  "Read key and secret from this descriptor, a line each, instead of asking")
      ->type_name("N");
  command.add_flag("--extra", source.has_extra,
                   "The venue gives a third value with a key: ask for it, or read a third line");
}

Result<vault::AccountName> account_of(const KeysOptions& options) {
  TRY(const auto venue, vault::parse_venue(options.venue));
  TRY_VOID(vault::check_account(options.account));
  return vault::AccountName{venue, options.account};
}

Result<void> check_descriptors(const std::string& passphrase, const std::string& other) {
  if (passphrase.empty() || passphrase != other) return {};
  return fail(ErrorKind::usage, "expected a descriptor for each thing that is read, found one for two");
}

Result<SecretText> present_passphrase(const KeysOptions& options) {
  TRY_VOID(vault::protect_process());
  if (!options.passphrase_descriptor.empty()) return line_from(options.passphrase_descriptor);
  return vault::ask_at_terminal(fmt::format("Passphrase of {} (not shown): ", options.vault.string()),
                                Echo::hidden);
}

Result<SecretText> new_passphrase(const std::string& descriptor) {
  TRY_VOID(vault::protect_process());
  if (!descriptor.empty()) {
    TRY(auto passphrase, line_from(descriptor));
    TRY_VOID(vault::check_new_passphrase(passphrase));
    return passphrase;
  }
  TRY(auto passphrase,
      vault::ask_at_terminal(
          fmt::format("New passphrase, at least {} characters (not shown): ", vault::kShortestPassphrase),
          Echo::hidden));
  TRY_VOID(vault::check_new_passphrase(passphrase));
  TRY(const auto again, vault::ask_at_terminal("The same again: ", Echo::hidden));
  if (passphrase.equals(again)) return passphrase;
  return fail(ErrorKind::usage, "expected the same passphrase twice, found two; nothing was changed");
}

Result<vault::VaultFile> open_vault(const KeysOptions& options) {
  // Nobody is asked for the passphrase of a vault that is not there.
  if (!vault::VaultFile::exists(options.vault)) return vault::VaultFile::open(options.vault, SecretText());
  TRY(const auto passphrase, present_passphrase(options));
  return vault::VaultFile::open(options.vault, passphrase);
}

Result<vault::VaultFile> open_or_make_vault(const KeysOptions& options, const Globals& globals) {
  if (vault::VaultFile::exists(options.vault)) return open_vault(options);
  if (!globals.quiet) {
    fmt::print(stderr,
               "There is no vault at {} yet: this makes one. Nobody can open it without its passphrase.\n",
               options.vault.string());
  }
  TRY(const auto passphrase, new_passphrase(options.passphrase_descriptor));
  return vault::VaultFile::make(options.vault, passphrase);
}

Result<vault::Credential> new_credential(const vault::AccountName& owner, const KeySource& source) {
  TRY_VOID(vault::protect_process());
  TRY(auto values, key_values(source));
  for (SecretText& value : values) value.trim();
  vault::Credential credential;
  credential.owner = owner;
  credential.created_at = wall_clock();
  credential.key = std::move(values[0]);
  credential.secret = std::move(values[1]);
  if (source.has_extra) {
    TRY_VOID(vault::check_secret("a third value", values[2]));
    credential.extra = std::move(values[2]);
  }
  TRY_VOID(vault::check_credential(credential));
  return credential;
}

int tell(const KeysReport& report, const KeysOptions& options) {
  if (options.json) {
    fmt::print("{}\n", vault::outcome_json(report.outcome, report.keys));
  } else {
    fmt::print("{}\n", report.text);
  }
  return 0;
}

std::vector<vault::KeyFacts> keys_of(const vault::VaultFile& file, const vault::AccountName& owner) {
  std::vector<vault::KeyFacts> facts;
  for (const vault::Credential& credential : file.vault().keys().credentials()) {
    if (credential.owner == owner) facts.push_back(vault::facts_of(credential, wall_clock()));
  }
  return facts;
}

}  // namespace kontor::app
