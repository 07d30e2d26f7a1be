#include "emulator/bybit/front.hpp"

#include <gmock/gmock.h>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/signature.hpp"
#include "emulator/exchange_test_support.hpp"
#include "net/http_client.hpp"
#include "net/websocket_client.hpp"

namespace kontor::emulator::bybit {
namespace {

using testing::HasSubstr;

/// The front on a loopback port, and clients on the same loop.
class BybitFrontTest : public testing::Test {
 protected:
  void open(std::string faults = {}) {
    auto settings = EmulatedVenueSettings::standard(VenueName::bybit, emulator::test::kOpening);
    settings.faults = std::move(faults);
    const std::vector<std::string> symbols = {"BTCUSDT", "ETHUSDT"};
    auto made = EmulatedVenue::make(Listings::standard(VenueName::bybit, symbols).value(),
                                    std::make_unique<emulator::test::ScriptedFeed>(), settings);
    ASSERT_TRUE(made) << made.error().message;
    venue = std::move(*made);
    auto listening = Front::listen(loop, *venue, {});
    ASSERT_TRUE(listening) << listening.error().message;
    front = std::move(*listening);
  }
  void run_until(const std::function<bool()>& done) {
    for (int i = 0; i < 2'000 && !done(); ++i) loop.run_one_for(5 * kMillisecond);
    EXPECT_TRUE(done());
  }
  net::HttpOutcome get(const std::string& path) {
    std::optional<net::HttpOutcome> outcome;
    client.send({.url = front->urls().rest + path}, {},
                [&](net::HttpOutcome came) { outcome = std::move(came); });
    run_until([&] { return outcome.has_value(); });
    return std::move(*outcome);
  }

  net::IoLoop loop;
  std::unique_ptr<EmulatedVenue> venue;
  std::unique_ptr<Front> front;
  net::HttpClient client{loop, {}};
};

TEST_F(BybitFrontTest, ServesRestAndControlOnOnePort) {
  ASSERT_NO_FATAL_FAILURE(open());
  const auto time = get("/v5/market/time");
  ASSERT_TRUE(time);
  EXPECT_THAT(time->body, HasSubstr(R"("timeSecond":"1700000000")"));
  const auto status = get("/emulator/status");
  ASSERT_TRUE(status);
  EXPECT_THAT(status->body, HasSubstr(R"("venue":"bybit")"));
  EXPECT_EQ(get("/v5/public/linear")->status, 404U);
}

TEST_F(BybitFrontTest, DropsAndDelaysAsTheFaultSwitchSays) {
  ASSERT_NO_FATAL_FAILURE(open("drop_request=1"));
  EXPECT_FALSE(get("/v5/market/time"));
  ASSERT_TRUE(venue->faults().set("latency_ms=30", venue->exchange().now()));
  const auto before = net::steady_now();
  ASSERT_TRUE(get("/v5/market/time"));
  EXPECT_GE(net::steady_now() - before, 30 * kMillisecond);
  ASSERT_TRUE(venue->faults().set("truncated_reply=1", venue->exchange().now()));
  EXPECT_FALSE(get("/v5/market/time"));
}

TEST_F(BybitFrontTest, SpeaksOnSockets) {
  ASSERT_NO_FATAL_FAILURE(open());
  net::WebSocketClient socket(loop, {});
  std::vector<std::string> heard;
  bool is_open = false;
  bool is_closed = false;
  socket.connect(front->urls().account,
                 {.on_open = [&] { is_open = true; },
                  .on_message = [&](std::string_view text, bool) { heard.emplace_back(text); },
                  .on_close = [&](const net::CloseReason&) { is_closed = true; }});
  run_until([&] { return is_open; });
  const ApiKey& key = venue->exchange().keys(AccountId(0))[0];
  const std::string expires = std::to_string(milliseconds_of(venue->exchange().now()) + 5'000);
  ASSERT_TRUE(socket.send(R"({"op":"auth","args":[")" + key.key + "\"," + expires + ",\"" +
                          hmac_sha256_hex(key.secret, "GET/realtime" + expires) + "\"]}"));
  ASSERT_TRUE(socket.send(R"({"op":"subscribe","args":["wallet"]})"));
  run_until([&] { return heard.size() == 2; });
  EXPECT_THAT(heard.at(0), HasSubstr(R"("success":true)"));
  ASSERT_TRUE(venue->exchange().deposit(AccountId(0), Product::spot, "USDT", emulator::test::amount("5")));
  run_until([&] { return heard.size() == 3; });
  EXPECT_THAT(heard.at(2), HasSubstr(R"("walletBalance":"100005")"));
  EXPECT_EQ(front->sockets(), 1U);
  bool stopped = false;
  front->stop(kSecond, [&] { stopped = true; });
  run_until([&] { return stopped && is_closed; });
}

TEST_F(BybitFrontTest, RefusesPathsThatOpenNothing) {
  ASSERT_NO_FATAL_FAILURE(open());
  net::WebSocketClient socket(loop, {});
  std::optional<unsigned> status;
  socket.connect(front->urls().trade + "s",
                 {.on_close = [&](const net::CloseReason& reason) { status = reason.http_status; }});
  run_until([&] { return status.has_value(); });
  EXPECT_EQ(status, 404U);
}

}  // namespace
}  // namespace kontor::emulator::bybit
