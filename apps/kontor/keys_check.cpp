#include <fmt/format.h>

#include "base/json_text.hpp"
#include "keys_commands.hpp"
#include "vault/key_text.hpp"
#include "venue_access.hpp"

namespace kontor::app {
namespace {

struct KeysCheckOptions {
  KeysOptions common;
  VenueAccessOptions access;  ///< keys belong to the account, which is asked about as spot
  std::string product = "spot";
  std::string slot = "active";
  bool reading = false;
};

/// A key that moves money is bad data of a kind that no command may use.
constexpr int kRefusedKey = 3;

Result<vault::KeyPermissions> ask_permissions(VenueAccess& access, venue::Product product) {
  TRY_VOID(access.prepare());
  std::optional<vault::KeyPermissions> found;
  const bool is_spot = product == venue::Product::spot;
  TRY_VOID(access.ask(venue::GetKeyPermissions{}, net::RateLane::sync, [&](const venue::Message& message) {
    const auto* said = std::get_if<venue::KeyPermissions>(&message);
    if (said == nullptr) return;
    found = vault::KeyPermissions{.can_read = said->can_read,
                                  .can_trade = is_spot ? said->can_trade_spot : said->can_trade_linear,
                                  .can_withdraw = said->can_withdraw,
                                  .can_transfer_out = said->can_transfer,
                                  .has_address_list = said->is_bound_to_addresses,
                                  .probed_at = wall_clock()};
  }));
  if (found) return *found;
  return fail(ErrorKind::bad_data, fmt::format("{} does not say what the key may do", access.venue()));
}

/// The key's values, for as long as the questions take.
Result<std::shared_ptr<const venue::Credentials>> credentials_in(const vault::VaultFile& file,
                                                                 const vault::AccountName& owner,
                                                                 vault::Slot slot,
                                                                 VenueAccessOptions& access) {
  const vault::Credential* found = file.vault().keys().find(owner, slot);
  if (found == nullptr)
    return fail(ErrorKind::not_found, fmt::format("the vault has no {} key of {}; see: kontor keys list",
                                                  vault::name_of(slot), vault::name_of(owner)));
  if (found->network == vault::Network::mainnet && !access.endpoint.empty())
    return fail(ErrorKind::usage,
                fmt::format("the key of {} is of the mainnet: it is shown to nobody but the venue, not to {}",
                            vault::name_of(owner), access.endpoint));
  access.network = std::string(vault::name_of(found->network));
  auto credentials = std::make_shared<venue::Credentials>();
  credentials->key = std::string(found->key.reveal());
  credentials->secret = std::string(found->secret.reveal());
  return credentials;
}

std::string_view word_of_verdict(vault::KeyVerdict verdict) noexcept {
  switch (verdict) {
    case vault::KeyVerdict::accepted: return "accepted";
    case vault::KeyVerdict::warned: return "warned";
    case vault::KeyVerdict::refused: return "refused";
  }
  return "refused";
}

int tell_judgement(const vault::KeyFacts& facts, const vault::KeyJudgement& judgement,
                   const KeysOptions& options) {
  const std::vector<vault::KeyFacts> keys{facts};
  if (options.json) {
    fmt::print("{}\n", vault::outcome_json(word_of_verdict(judgement.verdict), keys));
  } else {
    fmt::print("{}: the key {} is {}; it may {}\n", vault::name_of(facts.owner), facts.fingerprint,
               judgement.verdict == vault::KeyVerdict::refused ? "refused" : "good",
               vault::permissions_text(facts));
  }
  std::fflush(stdout);
  for (const vault::KeyProblem problem : judgement.problems) {
    const bool is_refusal = vault::weight_of(problem) == vault::KeyVerdict::refused;
    fmt::print(stderr, "kontor: {}{}\n", is_refusal ? "" : "warning: ", vault::explain(problem));
  }
  return judgement.verdict == vault::KeyVerdict::refused ? kRefusedKey : 0;
}

Result<int> check_key(KeysCheckOptions options, const Globals& globals) {
  TRY(const auto owner, account_of(options.common));
  TRY(const auto slot, vault::parse_slot(options.slot));
  TRY(const auto product, venue::parse_product(options.product));
  TRY(auto file, open_vault(options.common));
  TRY(auto credentials, credentials_in(file, owner, slot, options.access));
  TRY(const auto access,
      VenueAccess::open(options.common.venue, options.access, globals, std::move(credentials)));
  watch_interrupt();
  TRY(const auto permissions, ask_permissions(*access, product));
  TRY_VOID(file.update(
      [&](vault::Vault& vault) { return vault.keys().note_permissions(owner, slot, permissions); }));
  const vault::Credential* noted = file.vault().keys().find(owner, slot);
  if (noted == nullptr)
    return fail(ErrorKind::not_found,
                fmt::format("the key of {} has left the vault meanwhile", vault::name_of(owner)));
  const auto use = options.reading ? vault::KeyUse::reading : vault::KeyUse::trading;
  return tell_judgement(vault::facts_of(*noted, wall_clock()), vault::judge(permissions, use),
                        options.common);
}

}  // namespace

void add_keys_check(CLI::App& keys, Globals& globals, const std::filesystem::path& vault) {
  CLI::App* command = add_command(
      keys, "check", "Ask the exchange what a key may do, note it in the vault, and judge it",
      "  kontor keys check binance main\n"
      "  kontor keys check bybit main --product linear --slot next\n"
      "  kontor keys check binance paper --endpoint http://127.0.0.1:8090 --passphrase-fd 3 3< <(pass show "
      "kontor)\n"
      "A key that may withdraw or move money to other accounts is refused (exit code 3), and so is one that "
      "may not\n"
      "trade; --reading asks for no more than reading. One without a list of addresses is warned of.\n");
  auto options = std::make_shared<KeysCheckOptions>();
  add_account_arguments(*command, options->common);
  add_vault_options(*command, options->common, vault);
  command->add_option("--product", options->product, "What it is to trade: spot or linear")
      ->capture_default_str();
  command->add_option("--slot", options->slot, "active, or next while a key is being replaced")
      ->capture_default_str();
  command
      ->add_option("--endpoint", options->access.endpoint,
                   "Address of an emulator, such as http://127.0.0.1:8090")
      ->type_name("URL");
  command->add_option("--ca", options->access.ca, "Certificates to trust instead of the system's (PEM)")
      ->type_name("FILE");
  command->add_flag("--reading", options->reading, "It is wanted for reading only");
  set_action(*command, globals, [options, &globals] { return check_key(*options, globals); });
}

}  // namespace kontor::app
