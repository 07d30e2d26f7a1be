#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/binance/front.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/binance/signature.hpp"
#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::binance::test {

using emulator::test::amount;
using emulator::test::kOpening;
using emulator::test::number;
using emulator::test::ScriptedFeed;

inline constexpr std::string_view kKey = "kontor-emulator-test";
inline constexpr std::string_view kSecret = "secret-of-the-test";

/// The far end of a socket, which writes down what it is sent.
class HeardSocket final : public net::ServerSocket {
 public:
  Result<void> send(std::string_view text) override {
    if (!is_open_) return fail(ErrorKind::io, "closed");
    heard.emplace_back(text);
    return {};
  }
  Result<void> send_binary(std::string_view bytes) override { return send(bytes); }
  Result<void> ping(std::string_view) override {
    ++pings;
    return {};
  }
  void close(std::uint16_t code, std::string_view) override {
    close_code = code;
    is_open_ = false;
  }
  void abort() override { is_open_ = false; }
  void break_off(std::string_view, std::size_t) override { is_open_ = false; }
  void stop_reading() override { is_deaf = true; }
  [[nodiscard]] bool is_open() const noexcept override { return is_open_; }
  [[nodiscard]] std::size_t queued_bytes() const noexcept override { return 0; }

  /// What was sent since the last call.
  std::vector<std::string> take() { return std::exchange(heard, {}); }

  std::vector<std::string> heard;
  std::uint16_t close_code = 0;
  int pings = 0;
  bool is_deaf = false;

 private:
  bool is_open_ = true;
};

/// One WebSocket of a client.
struct Line {
  std::shared_ptr<HeardSocket> socket;
  std::shared_ptr<net::SocketHandlers> handlers;
  void say(std::string_view text) const { handlers->on_message(text, false); }
  /// The messages since the last call, one per line.
  std::string heard() const {
    std::string text;
    for (const std::string& message : socket->take()) text += message + "\n";
    return text;
  }
};

/// A venue with BTCUSDT on spot and USDⓈ-M whose market the test makes, one account, and the front before it.
class Stand {
 public:
  explicit Stand(const std::string& faults = {}) {
    auto settings = EmulatedVenueSettings::standard(VenueName::binance, kOpening);
    settings.faults = faults;
    ApiKey key{.key = std::string(kKey), .secret = std::string(kSecret), .created_at = kOpening};
    settings.accounts = {{"test",
                          {key},
                          {{Product::spot, "USDT", amount("100000")},
                           {Product::spot, "BTC", amount("1")},
                           {Product::linear, "USDT", amount("100000")}}}};
    auto scripted = std::make_unique<ScriptedFeed>();
    feed = scripted.get();
    const std::vector<std::string> symbols = {"BTCUSDT"};
    venue = EmulatedVenue::make(Listings::standard(VenueName::binance, symbols).value(), std::move(scripted),
                                settings)
                .value();
    front = std::make_unique<Front>(*venue, loop, FrontSettings{});
    spot = venue->exchange().listings().find(Product::spot, "BTCUSDT")->id;
    linear = venue->exchange().listings().find(Product::linear, "BTCUSDT")->id;
  }

  /// A book of five levels a side, and a trade at the middle.
  Stand& market(std::string_view bid, std::string_view ask) {
    for (const InstrumentId id : {spot, linear}) {
      const Instrument& instrument = venue->exchange().listings().instrument(id);
      const RawQuantity size = instrument.raw_quantity(number("10")).value();
      std::vector<BookLevelChange> changes;
      for (std::int64_t i = 0; i < 5; ++i) {
        const RawPrice offset(i * 10 * instrument.tick().units);
        changes.push_back({instrument.raw_price(number(bid)).value() - offset, size, Side::buy});
        changes.push_back({instrument.raw_price(number(ask)).value() + offset, size, Side::sell});
      }
      feed->add(now, ScriptedFeed::BookStep{id, true, changes});
      feed->add(now, ScriptedFeed::IndexStep{id, instrument.raw_price(number(bid)).value()});
      trade(id, bid, "0.001", Side::sell);
    }
    return wait(0);
  }
  Stand& trade(InstrumentId id, std::string_view price, std::string_view quantity, Side aggressor) {
    const Instrument& instrument = venue->exchange().listings().instrument(id);
    feed->add(now, Trade{.instrument = id,
                         .ts_venue = now,
                         .ts_recv = now,
                         .price = instrument.raw_price(number(price)).value(),
                         .quantity = instrument.raw_quantity(number(quantity)).value(),
                         .id = {},
                         .aggressor = aggressor});
    return *this;
  }
  Stand& wait(DurationNs duration) {
    now += duration;
    EXPECT_TRUE(venue->advance(now).has_value());
    front->tick();
    return *this;
  }

  net::HttpResponse send(std::string_view method, std::string_view path, const std::string& query = {},
                         const std::string& body = {}, std::string_view key = {}) {
    net::ServerRequest request;
    request.method = method;
    request.target = std::string(path) + (query.empty() ? "" : "?" + query);
    request.body = body;
    request.peer = "127.0.0.1:40000";
    if (!key.empty()) request.headers.push_back({"X-MBX-APIKEY", std::string(key)});
    if (!body.empty()) request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    return front->answer(request);
  }
  [[nodiscard]] std::string signed_query(const std::string& query) const {
    const std::string timed =
        query + (query.empty() ? "" : "&") + "timestamp=" + std::to_string(now / kMillisecond);
    return timed + "&signature=" + hmac_sha256(kSecret, timed);
  }
  /// The body of a signed request by query.
  std::string ask(std::string_view method, std::string_view path, const std::string& query = {}) {
    return send(method, path, signed_query(query), {}, kKey).body;
  }
  /// The body of a public request.
  std::string get(std::string_view path, const std::string& query = {}) {
    return send("GET", path, query).body;
  }

  Line connect(Product product, const std::string& target) {
    net::ServerRequest request;
    request.method = "GET";
    request.target = target;
    request.peer = "127.0.0.1:40000";
    auto decision = front->upgrade(product, request);
    Line line;
    if (!std::holds_alternative<net::SocketHandlers>(decision)) {
      ADD_FAILURE() << "no socket at " << target;
      return line;
    }
    line.handlers = std::make_shared<net::SocketHandlers>(std::move(std::get<net::SocketHandlers>(decision)));
    line.socket = std::make_shared<HeardSocket>();
    line.handlers->on_open(line.socket);
    return line;
  }
  /// A signed request of the WebSocket API.
  [[nodiscard]] std::string call(std::string_view method, std::vector<Parameters::Item> items) const {
    items.push_back({"apiKey", std::string(kKey)});
    items.push_back({"timestamp", std::to_string(now / kMillisecond)});
    std::ranges::sort(items, {}, &Parameters::Item::name);
    std::string payload;
    std::string params;
    for (const auto& item : items) {
      payload += (payload.empty() ? "" : "&") + item.name + "=" + item.value;
      params += fmt::format(R"("{}":"{}",)", item.name, item.value);
    }
    return fmt::format(R"({{"id":"x","method":"{}","params":{{{}"signature":"{}"}}}})", method, params,
                       hmac_sha256(kSecret, payload));
  }

  net::IoLoop loop;
  std::unique_ptr<EmulatedVenue> venue;
  std::unique_ptr<Front> front;
  ScriptedFeed* feed = nullptr;
  InstrumentId spot;
  InstrumentId linear;
  TimeNs now = kOpening;
};

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

}  // namespace kontor::emulator::binance::test
