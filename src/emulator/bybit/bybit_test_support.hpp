#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "emulator/bybit/desk.hpp"
#include "emulator/bybit/event_relay.hpp"
#include "emulator/bybit/private_hub.hpp"
#include "emulator/bybit/public_hub.hpp"
#include "emulator/bybit/rest.hpp"
#include "emulator/bybit/signature.hpp"
#include "emulator/emulated_venue.hpp"
#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::bybit::test {

using emulator::test::amount;
using emulator::test::kOpening;
using emulator::test::number;
using emulator::test::ScriptedFeed;

inline constexpr std::string_view kKey = "front-key";
inline constexpr std::string_view kSecret = "front-secret";

/// The first text member of that name in a JSON text; empty: there is none.
inline std::string member(std::string_view json, std::string_view name) {
  const std::string opening = fmt::format("\"{}\":\"", name);
  const std::size_t at = json.find(opening);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + opening.size();
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}
/// The first number of that name; -1: there is none.
inline std::int64_t number_member(std::string_view json, std::string_view name) {
  const std::string opening = fmt::format("\"{}\":", name);
  const std::size_t at = json.find(opening);
  return at == std::string_view::npos ? -1
                                      : std::atoll(std::string(json.substr(at + opening.size(), 24)).c_str());
}

/// Reads private topics and keeps what comes.
class PaperReader final : public AccountReader {
 public:
  explicit PaperReader(std::set<std::string, std::less<>> topics) : topics_(std::move(topics)) {}
  [[nodiscard]] bool reads(std::string_view topic) const override { return topics_.contains(topic); }
  void on_account_message(std::string_view text) override { messages.emplace_back(text); }
  /// `order Filled; execution 0.010; …` of what came since the last call.
  std::string said() {
    std::string text;
    for (const std::string& message : std::exchange(messages, {})) {
      const std::string topic = member(message, "topic");
      text += (text.empty() ? "" : "; ") + topic;
      if (topic.starts_with("order")) text += " " + member(message, "orderStatus");
      if (topic.starts_with("execution")) text += " " + member(message, "execQty");
      if (topic.starts_with("position")) text += " " + member(message, "size");
      if (topic.starts_with("wallet")) text += " " + member(message, "coin");
    }
    return text;
  }
  std::vector<std::string> messages;

 private:
  std::set<std::string, std::less<>> topics_;
};

/// Reads public topics and keeps what comes.
class PaperMarket final : public TopicReader {
 public:
  void on_market_message(std::string_view text) override { messages.emplace_back(text); }
  std::vector<std::string> messages;
};

/// The front without sockets: BTCUSDT, spot and linear, with a scripted market around 50,000 and one account
/// of 10,000 USDT and 1 BTC.
class Bench {
 public:
  explicit Bench(std::string faults = {}, KeyPermissions permissions = {}) {
    const std::vector<std::string> symbols = {"BTCUSDT"};
    auto scripted = std::make_unique<ScriptedFeed>();
    feed = scripted.get();
    auto settings = EmulatedVenueSettings::standard(VenueName::bybit, kOpening);
    settings.faults = std::move(faults);
    ApiKey key;
    key.key = kKey;
    key.secret = kSecret;
    key.permissions = permissions;
    settings.accounts = {
        {"alice", {key}, {{Product::spot, "USDT", amount("10000")}, {Product::spot, "BTC", amount("1")}}}};
    venue = EmulatedVenue::make(Listings::standard(VenueName::bybit, symbols).value(), std::move(scripted),
                                settings)
                .value();
    memory = std::make_unique<VenueMemory>(venue->exchange());
    desk = std::make_unique<Desk>(*venue, *memory);
    market = std::make_unique<PublicHub>(*venue, *memory, desk->books());
    accounts = std::make_unique<PrivateHub>(*venue, *memory);
    relay = std::make_unique<EventRelay>(*memory, *market, *accounts);
    rest = std::make_unique<RestService>(*desk);
    EXPECT_TRUE(venue->exchange().add_listener(*relay));
    spot = venue->exchange().listings().find(Product::spot, "BTCUSDT")->id;
    linear = venue->exchange().listings().find(Product::linear, "BTCUSDT")->id;
    for (const InstrumentId id : {spot, linear})
      book(id, "49999.9", "50000.1").trade(id, "50000", "0.1", Side::buy);
  }
  ~Bench() { venue->exchange().remove_listener(*relay); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Five levels of `quantity` each side, ten apart.
  Bench& book(InstrumentId id, std::string_view bid, std::string_view ask, std::string_view quantity = "1") {
    const Instrument& instrument = venue->exchange().listings().instrument(id);
    const RawQuantity size = instrument.raw_quantity(number(quantity)).value();
    const RawPrice ten = instrument.raw_price(number("10")).value();
    std::vector<BookLevelChange> changes;
    for (std::int64_t i = 0; i < 5; ++i) {
      const RawPrice offset(i * ten.units);
      changes.push_back({instrument.raw_price(number(bid)).value() - offset, size, Side::buy});
      changes.push_back({instrument.raw_price(number(ask)).value() + offset, size, Side::sell});
    }
    feed->add(now, ScriptedFeed::BookStep{id, true, changes});
    return step();
  }
  Bench& trade(InstrumentId id, std::string_view price, std::string_view quantity, Side aggressor) {
    const Instrument& instrument = venue->exchange().listings().instrument(id);
    Trade trade;
    trade.instrument = id;
    trade.ts_venue = trade.ts_recv = now;
    trade.price = instrument.raw_price(number(price)).value();
    trade.quantity = instrument.raw_quantity(number(quantity)).value();
    trade.aggressor = aggressor;
    feed->add(now, trade);
    return step();
  }
  Bench& wait(DurationNs duration) {
    now += duration;
    return step();
  }
  Bench& step() {
    EXPECT_TRUE(venue->advance(now).value());
    desk->settle();
    market->flush();
    return *this;
  }

  [[nodiscard]] net::ServerRequest request(std::string method, std::string target,
                                           std::string body = {}) const {
    net::ServerRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.peer = "127.0.0.1:40122";
    return request;
  }
  /// Adds what proves that the account's owner has sent it.
  [[nodiscard]] net::ServerRequest signed_request(net::ServerRequest request) const {
    const std::string ts = std::to_string(milliseconds_of(now));
    const std::string payload(request.method == "POST" ? std::string_view(request.body) : request.query());
    request.headers = {{"X-BAPI-API-KEY", std::string(kKey)},
                       {"X-BAPI-TIMESTAMP", ts},
                       {"X-BAPI-RECV-WINDOW", "5000"},
                       {"X-BAPI-SIGN", hmac_sha256_hex(kSecret, ts + std::string(kKey) + "5000" + payload)}};
    return request;
  }
  [[nodiscard]] RestReply send(const net::ServerRequest& request) {
    return rest->answer(request, venue->before_request(RestService::places_orders(request)));
  }
  [[nodiscard]] std::string get(std::string target) {
    return send(request("GET", std::move(target))).response.body;
  }
  [[nodiscard]] std::string ask(std::string target) {
    return send(signed_request(request("GET", std::move(target)))).response.body;
  }
  [[nodiscard]] std::string post(std::string path, std::string body) {
    return send(signed_request(request("POST", std::move(path), std::move(body)))).response.body;
  }
  /// `{"category":"linear","symbol":"BTCUSDT", …}` with the given members.
  [[nodiscard]] static std::string order(std::string_view category, std::string_view members) {
    return fmt::format(R"({{"category":"{}","symbol":"BTCUSDT",{}}})", category, members);
  }
  [[nodiscard]] std::string create(std::string_view category, std::string_view members) {
    return post("/v5/order/create", order(category, members));
  }
  /// The code that creating this order is answered with.
  [[nodiscard]] std::int64_t code_of(std::string_view category, std::string_view members) {
    return number_member(create(category, members), "retCode");
  }
  [[nodiscard]] std::string open_orders(std::string_view category) {
    return ask(fmt::format("/v5/order/realtime?category={}&symbol=BTCUSDT", category));
  }
  [[nodiscard]] std::string position() { return ask("/v5/position/list?category=linear&symbol=BTCUSDT"); }
  [[nodiscard]] Amount total(std::string_view asset) const {
    const Exchange& exchange = venue->exchange();
    return exchange.balance(account, Product::linear, *exchange.listings().find_asset(asset)).total;
  }

  std::unique_ptr<EmulatedVenue> venue;
  std::unique_ptr<VenueMemory> memory;
  std::unique_ptr<Desk> desk;
  std::unique_ptr<PublicHub> market;
  std::unique_ptr<PrivateHub> accounts;
  std::unique_ptr<EventRelay> relay;
  std::unique_ptr<RestService> rest;
  ScriptedFeed* feed = nullptr;
  AccountId account{0};
  InstrumentId spot;
  InstrumentId linear;
  TimeNs now = kOpening;
};

}  // namespace kontor::emulator::bybit::test
