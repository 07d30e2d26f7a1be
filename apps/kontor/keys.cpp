#include "keys.hpp"

#include <algorithm>
#include <array>

#include "keys_commands.hpp"

namespace kontor::app {
namespace {

/// Errors whose text names options only, never what stood behind them.
constexpr std::array kHarmlessErrors{"RequiredError", "RequiresError", "ExcludesError", "ArgumentMismatch"};

/// What was typed may be a secret in the wrong place: it is not repeated.
std::string discreet_message(const CLI::App* app, const CLI::Error& error) {
  if (std::ranges::find(kHarmlessErrors, error.get_name()) != kHarmlessErrors.end())
    return CLI::FailureMessage::simple(app, error);
  return "kontor: expected the options and words of 'kontor keys COMMAND --help', found others; passphrases, "
         "keys and "
         "secrets are asked at the terminal or read from a descriptor, and never stand on the command line\n";
}

}  // namespace

void add_keys(CLI::App& parent, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* keys = add_command(parent, "keys", "Keep the keys of the exchanges in an encrypted vault",
                               "  kontor keys add binance main              asks for key and secret\n"
                               "  kontor keys list\n"
                               "  kontor keys rotate binance main           a new key beside the old one\n"
                               "  kontor keys rotate binance main --finish  the new one takes its place\n"
                               "  kontor keys list --passphrase-fd 3 3< <(pass show kontor)\n");
  keys->require_subcommand(1);
  add_keys_add(*keys, globals, vault);
  add_keys_list(*keys, globals, vault);
  add_keys_check(*keys, globals, vault);
  add_keys_rotate(*keys, globals, vault);
  add_keys_remove(*keys, globals, vault);
  add_keys_change_passphrase(*keys, globals, vault);
  parent.failure_message([keys](const CLI::App* app, const CLI::Error& error) {
    return keys->parsed() ? discreet_message(app, error) : CLI::FailureMessage::simple(app, error);
  });
}

}  // namespace kontor::app
