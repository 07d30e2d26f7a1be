#include "emulator/emulated_venue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace kontor::emulator {
namespace {

/// Not a secret: whoever reads the documentation has it, and it opens nothing but this emulator.
ApiKey test_key(std::string_view label) {
  ApiKey key;
  key.label = label;
  key.key = "kontor-emulator-" + std::string(label);
  key.secret = sha256_hex(key.key);
  return key;
}

std::vector<Deposit> test_deposits(VenueName venue) {
  const auto amount = [](std::int64_t whole) { return Amount::from_decimal(Decimal{whole, 0}); };
  std::vector<Deposit> deposits = {{Product::spot, "USDT", amount(100'000)},
                                   {Product::spot, "BTC", amount(1)},
                                   {Product::spot, "ETH", amount(20)}};
  if (venue == VenueName::binance) deposits.push_back({Product::linear, "USDT", amount(100'000)});
  return deposits;
}

}  // namespace

EmulatedVenueSettings EmulatedVenueSettings::standard(VenueName venue, TimeNs start) {
  EmulatedVenueSettings settings;
  settings.venue = venue;
  settings.exchange.start = start;
  settings.limits = {LimiterSettings::standard(venue, Product::spot),
                     LimiterSettings::standard(venue, Product::linear)};
  settings.accounts.push_back({"test", {test_key("test")}, test_deposits(venue)});
  return settings;
}

EmulatedVenue::EmulatedVenue(std::unique_ptr<Exchange> exchange, const EmulatedVenueSettings& settings)
    : exchange_(std::move(exchange)),
      faults_(settings.seed),
      limiters_{RequestLimiter(settings.limits[0]), RequestLimiter(settings.limits[1])},
      acknowledge_ns_(settings.acknowledge_ns) {}

Result<std::unique_ptr<EmulatedVenue>> EmulatedVenue::make(Listings listings,
                                                           std::unique_ptr<MarketFeed> feed,
                                                           const EmulatedVenueSettings& settings) {
  if (listings.venue() != settings.venue) {
    return fail(ErrorKind::usage, fmt::format("expected the instruments of {}", name_of(settings.venue)));
  }
  if (settings.acknowledge_ns < 0 || settings.acknowledge_ns > kMinute) {
    return fail(ErrorKind::usage, "expected an acknowledgement within a minute");
  }
  TRY(auto exchange, Exchange::make(std::move(listings), std::move(feed), settings.exchange));
  for (const AccountSettings& account : settings.accounts) {
    TRY([[maybe_unused]] const AccountId id, exchange->add_account(account));
  }
  std::unique_ptr<EmulatedVenue> venue(new EmulatedVenue(std::move(exchange), settings));
  TRY_VOID(venue->faults_.set(settings.faults, settings.exchange.start));
  return venue;
}

Result<bool> EmulatedVenue::advance(TimeNs now) {
  TRY(const bool done, exchange_->advance(now));
  for (const ScheduledFault& fault : faults_.take_due(exchange_->now())) {
    // A symbol that spot and linear share leaves both.
    for (const Product product : {Product::spot, Product::linear}) {
      const ListedInstrument* listed = exchange_->listings().find(product, fault.symbol);
      if (listed != nullptr) TRY_VOID(exchange_->set_status(listed->id, ListingStatus::delisted));
    }
  }
  return done;
}

TimeNs EmulatedVenue::next_time() const noexcept {
  return std::min(exchange_->next_time(), faults_.next_due());
}

TimeNs EmulatedVenue::server_time() const noexcept { return exchange_->now() + faults_.clock_skew_ns(); }

RequestFault EmulatedVenue::before_request(bool places_order) {
  RequestFault fault = faults_.before_request(exchange_->now(), places_order);
  fault.delay_ns += acknowledge_ns_;
  return fault;
}

}  // namespace kontor::emulator
