#include "emulator/binance/server.hpp"

#include "emulator/binance/front_test_support.hpp"
#include "net/http_client.hpp"
#include "net/websocket_client.hpp"

namespace kontor::emulator::binance::test {
namespace {

/// A venue whose time passes with that of the loop, served on ports of this machine.
class Street {
 public:
  explicit Street(const std::string& faults) : stand_(faults), client_(stand_.loop, {}) {
    stand_.front.reset();
    server_ = Server::listen(stand_.loop, *stand_.venue, {.catch_up = [this] { catch_up(); }}).value();
  }

  Result<net::HttpResponse> ask(net::HttpMethod method, const std::string& path, const std::string& query) {
    net::HttpRequest request{.method = method, .url = server_->urls().spot_rest + path + "?" + query};
    request.headers.push_back({"X-MBX-APIKEY", std::string(kKey)});
    std::optional<net::HttpOutcome> outcome;
    client_.send(std::move(request), {}, [&](net::HttpOutcome answer) { outcome = std::move(answer); });
    run([&] { return outcome.has_value(); });
    if (!outcome) return fail(ErrorKind::io, "no answer in time");
    if (!*outcome) return std::unexpected(outcome->error().error);
    return std::move(**outcome);
  }
  [[nodiscard]] std::string signed_query(const std::string& query) {
    catch_up();
    stand_.now = stand_.venue->server_time();
    return stand_.signed_query(query);
  }
  void run(const std::function<bool()>& is_done) {
    const DurationNs end = net::steady_now() + 5 * kSecond;
    while (!is_done() && net::steady_now() < end) {
      stand_.loop.run_one_for(5 * kMillisecond);
      catch_up();
      server_->after_step();
    }
  }
  Stand& stand() noexcept { return stand_; }
  Server& server() noexcept { return *server_; }

 private:
  void catch_up() { ASSERT_TRUE(stand_.venue->advance(kOpening + net::steady_now() - began_).has_value()); }

  Stand stand_;
  DurationNs began_ = net::steady_now();
  net::HttpClient client_;
  std::unique_ptr<Server> server_;
};

const std::string kResting =
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&newClientOrderId=mine";

void open_market(Street& street) {
  Stand& stand = street.stand();
  const Instrument& instrument = stand.venue->exchange().listings().instrument(stand.spot);
  const RawQuantity size = instrument.raw_quantity(number("10")).value();
  const std::vector<BookLevelChange> changes = {
      {instrument.raw_price(number("50000")).value(), size, Side::buy},
      {instrument.raw_price(number("50001")).value(), size, Side::sell}};
  stand.feed->add(kOpening, ScriptedFeed::BookStep{stand.spot, true, changes});
}

TEST(BinanceServer, AnOrderThatWasTakenMayBeAnsweredWithAnErrorOfTheServer) {
  Street street("accept_then_503=1");
  open_market(street);
  const auto placed = street.ask(net::HttpMethod::post, "/api/v3/order", street.signed_query(kResting));
  ASSERT_TRUE(placed.has_value());
  EXPECT_EQ(placed->status, 503U);
  EXPECT_THAT(placed->body, HasSubstr("execution status unknown"));
  const auto found = street.ask(net::HttpMethod::get, "/api/v3/order",
                                street.signed_query("symbol=BTCUSDT&origClientOrderId=mine"));
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->body, HasSubstr(R"("status":"NEW")"));
}

TEST(BinanceServer, ARequestThatIsDroppedWasNeverSeen) {
  Street street("drop_request=1");
  open_market(street);
  EXPECT_FALSE(street.ask(net::HttpMethod::post, "/api/v3/order", street.signed_query(kResting)).has_value());
  EXPECT_EQ(street.stand().venue->exchange().counters().orders_placed, 0U);
}

TEST(BinanceServer, AnswersMayTakeTheirTime) {
  Street street("latency_ms=30-40");
  const DurationNs before = net::steady_now();
  const auto answer = street.ask(net::HttpMethod::get, "/api/v3/ping", "");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "{}");
  EXPECT_GE(net::steady_now() - before, 30 * kMillisecond);
}

TEST(BinanceServer, FaultsAreSwitchedWhileItRuns) {
  Street street("");
  net::HttpClient client(street.stand().loop, {});
  net::HttpRequest request{.method = net::HttpMethod::post,
                           .url = street.server().urls().linear_rest + "/emulator/faults",
                           .body = R"({"faults":"http_5xx=1"})"};
  std::optional<net::HttpOutcome> outcome;
  client.send(std::move(request), {}, [&](net::HttpOutcome answer) { outcome = std::move(answer); });
  street.run([&] { return outcome.has_value(); });
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ((*outcome)->status, 200U);
  EXPECT_EQ(street.ask(net::HttpMethod::get, "/api/v3/ping", "")->status, 500U);
}

TEST(BinanceServer, StreamsAreReadOverARealSocket) {
  Street street("");
  open_market(street);
  net::WebSocketClient socket(street.stand().loop, {});
  std::string heard;
  bool is_closed = false;
  net::WebSocketClient::Handlers handlers;
  handlers.on_open = [&] {
    EXPECT_TRUE(socket.send(R"({"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1})").has_value());
  };
  handlers.on_message = [&](std::string_view text, bool) { heard.append(text).append("\n"); };
  handlers.on_close = [&](const net::CloseReason&) { is_closed = true; };
  socket.connect(street.server().urls().spot_streams + "/ws", std::move(handlers));
  street.run([&] { return heard.contains("\"id\":1"); });
  EXPECT_EQ(heard, "{\"result\":null,\"id\":1}\n");
  const InstrumentId spot = street.stand().spot;
  const Instrument& instrument = street.stand().venue->exchange().listings().instrument(spot);
  const BookLevelChange level{instrument.raw_price(number("49999")).value(),
                              instrument.raw_quantity(number("2")).value(), Side::buy};
  street.stand().feed->add(street.stand().venue->exchange().now() + kMillisecond,
                           ScriptedFeed::BookStep{spot, false, {level}});
  street.run([&] { return heard.contains("depthUpdate"); });
  EXPECT_THAT(heard, HasSubstr(R"("b":[["49999.00000000","2.00000000"]],"a":[])"));
  bool is_done = false;
  street.server().stop(kSecond, [&] { is_done = true; });
  street.run([&] { return is_done && is_closed; });
  EXPECT_TRUE(is_done);
  EXPECT_THAT(heard, HasSubstr("serverShutdown"));
}

TEST(BinanceServer, WhoOpensTooManySocketsIsRefused) {
  Stand stand;
  net::ServerRequest request;
  request.target = "/ws";
  request.peer = "127.0.0.1:1";
  for (std::size_t i = 0; i < Front::kMaxAttempts; ++i) {
    auto decision = stand.front->upgrade(Product::spot, request);
    ASSERT_TRUE(std::holds_alternative<net::SocketHandlers>(decision));
    std::get<net::SocketHandlers>(decision).on_close({});
  }
  const auto refused = stand.front->upgrade(Product::spot, request);
  ASSERT_TRUE(std::holds_alternative<net::HttpResponse>(refused));
  EXPECT_EQ(std::get<net::HttpResponse>(refused).status, 429U);
  stand.wait(6 * kMinute);
  EXPECT_TRUE(std::holds_alternative<net::SocketHandlers>(stand.front->upgrade(Product::spot, request)));
}

}  // namespace
}  // namespace kontor::emulator::binance::test
