#include "tests/venues/emulated_side.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "emulator/standard_listings.hpp"
#include "emulator/synthetic_feed.hpp"
#include "tests/support/numbers.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/bybit/protocol.hpp"

namespace kontor::venues {
namespace {

const std::string kKey = "kontor-emulator-test";
const std::string kSymbol = "BTCUSDT";

/// The address at another host; the path stays.
std::string at_host(const std::string& address, const std::string& host) {
  const std::size_t name = address.find("://") + 3;
  const std::size_t path = std::min(address.find('/', name), address.size());
  const char* scheme = address.starts_with("wss") ? "ws://" : "http://";
  return scheme + host + address.substr(path);
}

std::string host_of(const std::string& address) { return address.substr(address.find("://") + 3); }

}  // namespace

EmulatedSide::EmulatedSide(net::IoLoop& loop, TestClock& clock, const VenueCase& one,
                           const EmulatedSideSettings& settings)
    : loop_(loop), clock_(clock), case_(one) {
  const std::vector<std::string> symbols = {kSymbol};
  auto listings = emulator::Listings::standard(one.venue, symbols).value();
  auto made = emulator::EmulatedVenueSettings::standard(one.venue, clock.now());
  made.seed = settings.seed;
  for (auto& limits : made.limits) limits.ban.violations_before_ban = settings.bans_at_once ? 1 : 10;
  for (auto& limits : made.limits) {
    for (emulator::LimitRule& rule : limits.rules) {
      const bool is_it = rule.kind == emulator::LimitKind::orders && rule.interval_ns == 10 * kSecond;
      if (is_it && settings.order_limit > 0) rule.limit = settings.order_limit;
    }
  }
  for (auto& account : made.accounts)
    std::erase_if(account.deposits, [&](const auto& one_of) { return !listings.find_asset(one_of.asset); });
  std::unique_ptr<emulator::MarketFeed> feed;
  if (settings.events_per_second > 0) {
    feed = emulator::make_synthetic_feed(
               listings,
               {.seed = settings.seed, .start = clock.now(), .events_per_second = settings.events_per_second})
               .value();
  } else {
    auto scripted = std::make_unique<emulator::test::ScriptedFeed>();
    script_ = scripted.get();
    feed = std::move(scripted);
  }
  listed_ = listings.find(one.product, kSymbol)->id;
  venue_ = emulator::EmulatedVenue::make(std::move(listings), std::move(feed), made).value();
  account_ = exchange().find_account("test").value();
  EXPECT_TRUE(exchange().add_listener(witness_));
  listen(settings.seed);
  make_instruments();
}

EmulatedSide::~EmulatedSide() { exchange().remove_listener(witness_); }

void EmulatedSide::listen(std::uint64_t seed) {
  const auto catch_up = [this] { static_cast<void>(venue_->advance(clock_.now()).value()); };
  std::string host;
  if (case_.is_binance()) {
    binance_ =
        emulator::binance::Server::listen(loop_, *venue_, {.seed = seed, .catch_up = catch_up}).value();
    const auto& urls = binance_->urls();
    host = host_of(case_.is_linear() ? urls.linear_rest : urls.spot_rest);
  } else {
    bybit_ = emulator::bybit::Front::listen(loop_, *venue_, {.catch_up = catch_up}).value();
    host = host_of(bybit_->urls().rest);
  }
  const venue::Endpoints real = protocol()->endpoints(product());
  endpoints_ = {.rest = at_host(real.rest, host),
                .public_stream = at_host(real.public_stream, host),
                .private_stream = at_host(real.private_stream, host),
                .order_entry = at_host(real.order_entry, host)};
}

/// As a session makes them of what the venue lists.
void EmulatedSide::make_instruments() {
  for (const auto& row : emulator::standard_listing_rows(case_.venue)) {
    if (row.product != case_.product || row.specification.name.symbol != kSymbol) continue;
    InstrumentSpecification specification = row.specification;
    specification.name.venue = std::string(emulator::name_of(case_.venue));
    if (!case_.is_linear()) specification.data_quantity_scale = 8;
    ASSERT_TRUE(instruments_.add(specification));
  }
  instruments_.add_asset("BNB");
}

void EmulatedSide::advance() {
  const auto advanced = venue_->advance(clock_.now());
  ASSERT_TRUE(advanced) << advanced.error().message;
  if (binance_) binance_->after_step();
  if (bybit_) bybit_->after_step();
}

void EmulatedSide::faults(std::string_view plan) {
  const auto set = venue_->faults().set(plan, exchange().now());
  ASSERT_TRUE(set) << set.error().message;
}

venue::Product EmulatedSide::product() const noexcept {
  return case_.is_linear() ? venue::Product::linear : venue::Product::spot;
}

std::unique_ptr<venue::Protocol> EmulatedSide::protocol() const {
  return case_.is_binance() ? binance::make_protocol() : bybit::make_protocol();
}

std::shared_ptr<const venue::Credentials> EmulatedSide::credentials() {
  auto credentials = std::make_shared<venue::Credentials>();
  credentials->key = kKey;
  credentials->secret = sha256_hex(kKey);
  return credentials;
}

// ---- the market

void EmulatedSide::book(std::string_view bid, std::string_view ask, std::string_view quantity) {
  const Instrument& instrument = exchange().listings().instrument(listed_);
  const RawQuantity size = instrument.raw_quantity(test::decimal(quantity)).value();
  std::vector<BookLevelChange> changes;
  for (std::int64_t level = 0; level < 5; ++level) {
    const RawPrice offset(level * 100 * instrument.tick().units);
    changes.push_back({instrument.raw_price(test::decimal(bid)).value() - offset, size, Side::buy});
    changes.push_back({instrument.raw_price(test::decimal(ask)).value() + offset, size, Side::sell});
  }
  script_->add(clock_.now(), emulator::test::ScriptedFeed::BookStep{listed_, true, changes});
  advance();
}

void EmulatedSide::trade(std::string_view price, std::string_view quantity, Side aggressor) {
  const Instrument& instrument = exchange().listings().instrument(listed_);
  const TimeNs now = clock_.now();
  script_->add(now, Trade{.instrument = listed_,
                          .ts_venue = now,
                          .ts_recv = now,
                          .price = instrument.raw_price(test::decimal(price)).value(),
                          .quantity = instrument.raw_quantity(test::decimal(quantity)).value(),
                          .id = {},
                          .aggressor = aggressor});
  advance();
}

// ---- what the exchange knows

std::vector<const emulator::OrderRecord*> EmulatedSide::open_orders() {
  return exchange().open_orders(account_, case_.product, listed_);
}

const emulator::OrderRecord* EmulatedSide::order(std::string_view client_id) {
  return exchange().find_order(account_, {.product = case_.product, .client_id = client_id});
}

Amount EmulatedSide::total(std::string_view asset) {
  const auto id = exchange().listings().find_asset(asset);
  return id ? exchange().balance(account_, case_.product, *id).total : Amount();
}

Decimal EmulatedSide::position() {
  const auto held = exchange().position(account_, listed_).quantity;
  return exchange().listings().instrument(listed_).quantity(held).value;
}

emulator::VenueOrderId EmulatedSide::place_by_hand(Side side, std::string_view quantity,
                                                   std::string_view price) {
  emulator::OrderTicket ticket;
  ticket.product = case_.product;
  ticket.symbol = kSymbol;
  ticket.side = side;
  ticket.quantity = test::decimal(quantity);
  if (!price.empty()) {
    ticket.type = OrderType::limit;
    ticket.price = test::decimal(price);
  }
  const auto placed = exchange().place(account_, ticket);
  EXPECT_TRUE(placed) << (placed ? "" : placed.error().text);
  return placed ? placed->order->id : emulator::VenueOrderId();
}

}  // namespace kontor::venues
