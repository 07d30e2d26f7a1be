#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "emulator/binance/front.hpp"
#include "emulator/binance/signature.hpp"
#include "emulator/bybit/desk.hpp"
#include "emulator/bybit/event_relay.hpp"
#include "emulator/bybit/private_hub.hpp"
#include "emulator/bybit/public_hub.hpp"
#include "emulator/bybit/rest.hpp"
#include "emulator/bybit/signature.hpp"

// Arbitrary requests to an emulated venue with an account and a market, one a line: `POST /path query` or
// body. The first character chooses the venue. All are signed well: what is behind the signature is where
// errors would be. Each gets an answer that is not the emulator's own failure.

namespace {

using namespace kontor;
using namespace kontor::emulator;

constexpr TimeNs kOpening = 1'700'000'000 * kSecond;
constexpr std::size_t kMostRequests = 24;
constexpr std::string_view kKey = "key-of-the-account";
constexpr std::string_view kSecret = "secret-of-the-account";

/// One book for each instrument, and a trade; nothing more ever happens.
class StillMarket final : public MarketFeed {
 public:
  [[nodiscard]] TimeNs next_time() const noexcept override { return is_told_ ? kTimeMax : kOpening; }
  [[nodiscard]] Result<void> step(MarketSink& sink) override {
    is_told_ = true;
    for (const Instrument& instrument : instruments_) {
      const RawPrice price = instrument.raw_price(Decimal{50'000, 0}).value();
      const RawQuantity size = instrument.raw_quantity(Decimal{1, 0}).value();
      const RawPrice tick = instrument.tick();
      const BookLevelChange levels[] = {{price - tick, size, Side::buy}, {price + tick, size, Side::sell}};
      sink.on_feed_book({instrument.id(), kOpening, kOpening, true, levels});
      sink.on_feed_index(instrument.id(), kOpening, price);
      sink.on_feed_trade({.instrument = instrument.id(),
                          .ts_venue = kOpening,
                          .ts_recv = kOpening,
                          .price = price,
                          .quantity = size,
                          .id = {},
                          .aggressor = Side::buy});
    }
    return {};
  }
  [[nodiscard]] std::vector<Candle> history(InstrumentId, std::size_t) override { return {}; }
  [[nodiscard]] Result<void> jump(InstrumentId, const Decimal&, TimeNs) override { return {}; }
  void delay(DurationNs) override {}
  void set(std::vector<Instrument> instruments) { instruments_ = std::move(instruments); }

 private:
  std::vector<Instrument> instruments_;
  bool is_told_ = false;
};

std::unique_ptr<EmulatedVenue> make_venue(VenueName name) {
  auto settings = EmulatedVenueSettings::standard(name, kOpening);
  ApiKey key;
  key.key = kKey;
  key.secret = kSecret;
  key.created_at = kOpening;
  const Amount much = Amount::parse("100000").value();
  settings.accounts = {
      {"main",
       {key},
       {{Product::spot, "USDT", much}, {Product::spot, "BTC", much}, {Product::linear, "USDT", much}}}};
  static const std::vector<std::string> symbols = {"BTCUSDT"};
  auto market = std::make_unique<StillMarket>();
  Listings listings = Listings::standard(name, symbols).value();
  market->set(listings.instruments().all());
  auto venue = EmulatedVenue::make(std::move(listings), std::move(market), settings);
  ASSERT(venue.has_value() && (*venue)->advance(kOpening).has_value());
  return std::move(*venue);
}

struct Asked {
  std::string method;
  std::string path;
  std::string rest;  ///< query or body
};

std::optional<Asked> request_in(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = std::min(line.find(' ', first + 1), line.size());
  return Asked{std::string(line.substr(0, first)), std::string(line.substr(first + 1, second - first - 1)),
               std::string(line.substr(std::min(second + 1, line.size())))};
}

net::ServerRequest binance_request(const Asked& asked, TimeNs now) {
  net::ServerRequest request;
  request.method = asked.method;
  const std::string timed =
      asked.rest + (asked.rest.empty() ? "" : "&") + "timestamp=" + std::to_string(now / kMillisecond);
  request.target = asked.path + "?" + timed + "&signature=" + binance::hmac_sha256(kSecret, timed);
  request.headers = {{"X-MBX-APIKEY", std::string(kKey)}};
  request.peer = "127.0.0.1:40000";
  return request;
}

net::ServerRequest bybit_request(const Asked& asked, TimeNs now) {
  net::ServerRequest request;
  request.method = asked.method;
  const bool has_body = asked.method == "POST";
  request.target = has_body || asked.rest.empty() ? asked.path : asked.path + "?" + asked.rest;
  if (has_body) request.body = asked.rest;
  const std::string ts = std::to_string(now / kMillisecond);
  request.headers = {
      {"X-BAPI-API-KEY", std::string(kKey)},
      {"X-BAPI-TIMESTAMP", ts},
      {"X-BAPI-RECV-WINDOW", "5000"},
      {"X-BAPI-SIGN", bybit::hmac_sha256_hex(kSecret, ts + std::string(kKey) + "5000" + asked.rest)}};
  request.peer = "127.0.0.1:40000";
  return request;
}

/// Time goes on between requests, so that what was asked for too often is not.
template <class Answer>
void ask_all(std::string_view lines, EmulatedVenue& venue, Answer&& answer) {
  TimeNs now = kOpening;
  for (std::size_t i = 0; i < kMostRequests && !lines.empty(); ++i) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const auto asked = request_in(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (!asked) continue;
    now += 3 * kSecond;
    ASSERT(venue.advance(now).has_value());
    const net::HttpResponse response = answer(*asked, now);
    ASSERT(response.status >= 200 && response.status < 500);
  }
}

void ask_binance(std::string_view lines) {
  const auto venue = make_venue(VenueName::binance);
  static net::IoLoop loop;
  binance::Front front(*venue, loop, {});
  ask_all(lines, *venue, [&](const Asked& asked, TimeNs now) {
    front.tick();
    return front.answer(binance_request(asked, now));
  });
}

void ask_bybit(std::string_view lines) {
  const auto venue = make_venue(VenueName::bybit);
  bybit::VenueMemory memory(venue->exchange());
  bybit::Desk desk(*venue, memory);
  bybit::PublicHub market(*venue, memory, desk.books());
  bybit::PrivateHub accounts(*venue, memory);
  bybit::EventRelay relay(memory, market, accounts);
  bybit::RestService rest(desk);
  ASSERT(venue->exchange().add_listener(relay));
  ask_all(lines, *venue, [&](const Asked& asked, TimeNs now) {
    desk.settle();
    market.flush();
    const auto request = bybit_request(asked, now);
    return rest.answer(request, venue->before_request(bybit::RestService::places_orders(request))).response;
  });
  venue->exchange().remove_listener(relay);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  if ((data[0] & 1U) != 0) {
    ask_bybit(input);
  } else {
    ask_binance(input);
  }
  return 0;
}
