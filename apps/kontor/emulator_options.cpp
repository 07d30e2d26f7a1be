#include "emulator_options.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "command.hpp"
#include "emulator/dataset_feed.hpp"
#include "emulator/synthetic_feed.hpp"

namespace kontor::app {
namespace {

using emulator::Deposit;
using emulator::Product;

constexpr std::size_t kMaxAccounts = 100;

/// `USDT=10000`, `linear:USDT=500`. Without a product it is for spot, and for perpetuals if they settle in
/// it.
Result<void> add_balance(std::vector<Deposit>& deposits, const std::string& text,
                         const emulator::Listings& listings, bool has_one_wallet) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.find(':');
  if (equals == std::string::npos || equals + 1 == text.size())
    return fail(ErrorKind::usage, fmt::format("expected ASSET=AMOUNT in --balance, found '{}'", text));
  const bool has_product = colon < equals;
  const std::string product = has_product ? text.substr(0, colon) : std::string();
  if (has_product && product != "spot" && product != "linear")
    return fail(ErrorKind::usage, fmt::format("expected spot: or linear: in --balance, found '{}'", text));
  const std::size_t begin = has_product ? colon + 1 : 0;
  const std::string asset = text.substr(begin, equals - begin);
  TRY(const Amount amount, Amount::parse(text.substr(equals + 1)));
  if (!listings.find_asset(asset))
    return fail(ErrorKind::usage,
                fmt::format("expected an asset that the venue trades in --balance, found '{}'", asset));
  const bool settles = std::ranges::any_of(listings.all(), [&](const emulator::ListedInstrument& listing) {
    return listing.product == Product::linear && listing.quote == asset;
  });
  if (product != "linear") deposits.push_back({Product::spot, asset, amount});
  if (product == "linear" || (product.empty() && settles && !has_one_wallet))
    deposits.push_back({Product::linear, asset, amount});
  return {};
}

/// Not a secret: it is shown at the start, and opens nothing but this emulator.
emulator::ApiKey emulator_key_of(const std::string& account, TimeNs now) {
  emulator::ApiKey key;
  key.label = account;
  key.key = "kontor-emulator-" + account;
  key.secret = sha256_hex(key.key);
  key.created_at = now;
  return key;
}

Result<void> set_accounts(emulator::EmulatedVenueSettings& settings, const EmulatorOptions& options,
                          const emulator::Listings& listings, TimeNs now) {
  std::vector<Deposit> deposits = settings.accounts.front().deposits;
  if (!options.balances.empty()) deposits.clear();
  // Who narrows the instruments has no use for the rest.
  std::erase_if(deposits, [&](const Deposit& deposit) { return !listings.find_asset(deposit.asset); });
  for (const std::string& text : names_in(options.balances))
    TRY_VOID(add_balance(deposits, text, listings, settings.venue == emulator::VenueName::bybit));
  settings.accounts.front().deposits = deposits;
  if (options.accounts.empty()) return {};
  if (options.accounts.size() > kMaxAccounts)
    return fail(ErrorKind::usage, fmt::format("expected at most {} accounts", kMaxAccounts));
  settings.accounts.clear();
  for (const std::string& name : options.accounts)
    settings.accounts.push_back({name, {emulator_key_of(name, now)}, deposits});
  return {};
}

Result<std::unique_ptr<emulator::MarketFeed>> make_emulated_market(const EmulatorOptions& options,
                                                                   const emulator::Listings& listings,
                                                                   const std::filesystem::path& store,
                                                                   TimeNs now) {
  if (options.market == "synthetic")
    return emulator::make_synthetic_feed(
        listings, {.seed = options.seed, .start = now, .events_per_second = options.events});
  if (options.market != "dataset")
    return fail(ErrorKind::usage,
                fmt::format("expected synthetic or dataset for --market, found '{}'", options.market));
  TRY(const TimeNs from, time_option(options.from, kTimeMin));
  TRY(const TimeNs to, time_option(options.to, kTimeMax));
  return emulator::make_dataset_feed(listings, {.store = store,
                                                .from = from,
                                                .to = to,
                                                .speed = options.speed,
                                                .start = now,
                                                .seed = options.seed,
                                                .repeat = options.repeat});
}

}  // namespace

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) names.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

Result<std::unique_ptr<emulator::EmulatedVenue>> make_venue(const EmulatorOptions& options,
                                                            const std::string& name,
                                                            const std::filesystem::path& store, TimeNs now) {
  TRY(const emulator::VenueName venue, emulator::parse_venue_name(name));
  const std::vector<std::string> symbols = names_in(options.symbols);
  TRY(emulator::Listings listings, emulator::Listings::standard(venue, symbols));
  auto settings = emulator::EmulatedVenueSettings::standard(venue, now);
  settings.seed = options.seed;
  settings.faults = options.faults;
  settings.acknowledge_ns = static_cast<DurationNs>(options.acknowledge_ms) * kMillisecond;
  settings.exchange.funding_interval_ns = static_cast<DurationNs>(options.funding_minutes) * kMinute;
  if (options.bans_at_once)
    for (auto& limits : settings.limits) limits.ban.violations_before_ban = 1;
  TRY_VOID(set_accounts(settings, options, listings, now));
  TRY(auto market, make_emulated_market(options, listings, store, now));
  return emulator::EmulatedVenue::make(std::move(listings), std::move(market), settings);
}

}  // namespace kontor::app
