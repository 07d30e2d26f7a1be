#include "emulator/bybit/session.hpp"

#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::member;
using test::number_member;
using testing::HasSubstr;

/// Keeps what is sent and remembers how it ended.
class PaperSocket final : public net::ServerSocket {
 public:
  Result<void> send(std::string_view text) override {
    sent.emplace_back(text);
    return {};
  }
  Result<void> send_binary(std::string_view) override { return {}; }
  Result<void> ping(std::string_view) override { return {}; }
  void close(std::uint16_t code, std::string_view) override {
    close_code = code;
    open = false;
  }
  void abort() override { open = false; }
  void break_off(std::string_view text, std::size_t bytes) override {
    sent.emplace_back(text.substr(0, bytes));
    open = false;
  }
  void stop_reading() override { is_deaf = true; }
  [[nodiscard]] bool is_open() const noexcept override { return open; }
  [[nodiscard]] std::size_t queued_bytes() const noexcept override { return 0; }

  std::vector<std::string> sent;
  std::uint16_t close_code = 0;
  bool open = true;
  bool is_deaf = false;
};

struct Line {
  Line(Bench& at, net::IoLoop& loop, std::string_view path)
      : bench(at),
        delays(loop),
        session(std::make_shared<Session>(SessionHost{*at.desk, *at.market, *at.accounts, delays},
                                          parse_socket_path(path, "").value(), "127.0.0.1", "conn-1")) {
    session->opened(socket);
  }
  ~Line() { session->closed(); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// What is answered first.
  std::string say(std::string_view text) {
    socket->sent.clear();
    session->received(text);
    return socket->sent.empty() ? std::string() : socket->sent.front();
  }
  std::string log_in(DurationNs valid = 10 * kSecond) {
    const std::string expires = std::to_string(milliseconds_of(bench.now + valid));
    return say(fmt::format(R"({{"op":"auth","args":["{}",{},"{}"]}})", test::kKey, expires,
                           hmac_sha256_hex(test::kSecret, "GET/realtime" + expires)));
  }
  std::string order(std::string_view operation, std::string_view id, std::string_view members) {
    return say(fmt::format(R"({{"reqId":"{}","op":"{}","header":{{"X-BAPI-TIMESTAMP":"{}"}},"args":[{}]}})",
                           id, operation, milliseconds_of(bench.now), Bench::order("linear", members)));
  }

  Bench& bench;
  Delays delays;
  std::shared_ptr<PaperSocket> socket = std::make_shared<PaperSocket>();
  std::shared_ptr<Session> session;
};

TEST(BybitSession, IsOpenedByItsPath) {
  EXPECT_EQ(parse_socket_path("/v5/public/spot", "")->kind, SessionKind::public_spot);
  EXPECT_EQ(parse_socket_path("/v5/private", "max_active_time=1m")->idle_ns, kMinute);
  EXPECT_FALSE(parse_socket_path("/v5/private", "max_active_time=5s"));
  EXPECT_FALSE(parse_socket_path("/v5/private", "max_active_time=long"));
  EXPECT_FALSE(parse_socket_path("/v3/private", ""));
}

TEST(BybitSession, AnswersPings) {
  Bench bench;
  net::IoLoop loop;
  EXPECT_EQ(Line(bench, loop, "/v5/public/linear").say(R"({"req_id":"7","op":"ping"})"),
            R"({"success":true,"ret_msg":"pong","conn_id":"conn-1","req_id":"7","op":"ping"})");
  EXPECT_EQ(Line(bench, loop, "/v5/private").say(R"({"req_id":"7","op":"ping"})"),
            R"({"req_id":"7","op":"pong","args":["1700000000000"],"conn_id":"conn-1"})");
  EXPECT_EQ(Line(bench, loop, "/v5/trade").say(R"({"op":"ping"})"),
            R"({"retCode":0,"retMsg":"OK","op":"pong","data":["1700000000000"],"connId":"conn-1"})");
}

TEST(BybitSession, SubscribesAllOrNothing) {
  Bench bench;
  net::IoLoop loop;
  Line line(bench, loop, "/v5/public/spot");
  EXPECT_EQ(
      line.say(R"({"req_id":"1","op":"subscribe","args":["tickers.BTCUSDT","tickers.NOPE"]})"),
      R"({"success":false,"ret_msg":"Invalid symbol :[tickers.NOPE]","conn_id":"conn-1","req_id":"1","op":"subscribe"})");
  EXPECT_EQ(bench.market->topics(), 0U);
  EXPECT_EQ(line.say(R"({"req_id":"2","op":"subscribe","args":["tickers.BTCUSDT"]})"),
            R"({"success":true,"ret_msg":"subscribe","conn_id":"conn-1","req_id":"2","op":"subscribe"})");
  ASSERT_EQ(line.socket->sent.size(), 2U);
  EXPECT_THAT(line.socket->sent[1], HasSubstr(R"("topic":"tickers.BTCUSDT")"));
  EXPECT_THAT(line.say(R"({"op":"subscribe","args":["tickers.BTCUSDT"]})"),
              HasSubstr("error:already subscribed"));
  std::string eleven = R"({"op":"subscribe","args":["a")";
  for (int i = 0; i < 10; ++i) eleven += R"(,"a")";
  EXPECT_THAT(line.say(eleven + "]}"), HasSubstr("args size >10"));
  EXPECT_THAT(line.say(R"({"op":"unsubscribe","args":["tickers.BTCUSDT"]})"), HasSubstr(R"("success":true)"));
  EXPECT_EQ(bench.market->topics(), 0U);
  EXPECT_THAT(line.say("nonsense"), HasSubstr(R"("success":false)"));
  EXPECT_THAT(line.say(R"({"op":"dance"})"), HasSubstr("error:invalid op"));
}

TEST(BybitSession, LogsInWithAProof) {
  Bench bench;
  net::IoLoop loop;
  Line line(bench, loop, "/v5/private");
  EXPECT_THAT(line.say(R"({"op":"subscribe","args":["order"]})"), HasSubstr("Request not authorized"));
  EXPECT_THAT(line.say(R"({"op":"auth","args":["front-key",1800000000000,"00"]})"),
              HasSubstr(R"("success":false)"));
  EXPECT_THAT(line.say(R"({"op":"auth","args":[]})"), HasSubstr(R"("success":false)"));
  EXPECT_THAT(line.log_in(-kSecond), HasSubstr("Request Expired"));
  EXPECT_FALSE(line.session->account());
  EXPECT_THAT(line.log_in(), HasSubstr(R"("success":true,"ret_msg":"","conn_id":"conn-1","op":"auth")"));
  EXPECT_EQ(line.session->account(), bench.account);
  EXPECT_THAT(line.say(R"({"op":"subscribe","args":["order","weather"]})"),
              HasSubstr("handler not found,topic:weather"));
  EXPECT_THAT(line.say(R"({"op":"subscribe","args":["order"]})"), HasSubstr(R"("success":true)"));
  line.socket->sent.clear();
  EXPECT_EQ(bench.code_of("linear", R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")"), 0);
  ASSERT_EQ(line.socket->sent.size(), 1U);
  EXPECT_EQ(member(line.socket->sent[0], "topic"), "order");
}

TEST(BybitSession, TakesOrders) {
  Bench bench;
  net::IoLoop loop;
  Line line(bench, loop, "/v5/trade");
  constexpr std::string_view kOrder = R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")";
  EXPECT_EQ(number_member(line.order("order.create", "1", kOrder), "retCode"), 10004);
  EXPECT_THAT(line.log_in(), HasSubstr(R"({"retCode":0,"retMsg":"OK","op":"auth","connId":"conn-1"})"));
  EXPECT_EQ(number_member(line.log_in(), "retCode"), 20001);
  const std::string created = line.order("order.create", "2", kOrder);
  EXPECT_THAT(created,
              HasSubstr(R"({"reqId":"2","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":")"));
  EXPECT_THAT(created,
              HasSubstr(R"("retExtInfo":{},"header":{"X-Bapi-Limit":"10","X-Bapi-Limit-Status":"9")"));
  EXPECT_EQ(number_member(line.order("order.create", "2", kOrder), "retCode"), 20006);
  const std::string id = fmt::format(R"("orderId":"{}")", member(created, "orderId"));
  EXPECT_EQ(number_member(line.order("order.amend", "3", id + R"(,"qty":"0.02")"), "retCode"), 0);
  EXPECT_EQ(number_member(line.order("order.cancel", "4", id), "retCode"), 0);
  EXPECT_EQ(number_member(line.order("order.cancel", "5", id), "retCode"), 110001);
  EXPECT_EQ(number_member(line.order("order.dance", "6", id), "retCode"), 10404);
  EXPECT_EQ(number_member(line.say(R"({"reqId":"7","op":"order.create","args":[{"category":"option"}]})"),
                          "retCode"),
            10404);
  EXPECT_EQ(
      number_member(line.say(R"({"reqId":"8","op":"order.create","args":[{"category":"spot"}]})"), "retCode"),
      10001);
  EXPECT_EQ(
      number_member(
          line.say(
              R"({"reqId":"9","op":"order.create","header":{"X-BAPI-TIMESTAMP":"5"},"args":[{"category":"spot"}]})"),
          "retCode"),
      10002);
  bench.venue->exchange().set_key_enabled(test::kKey, false);
  EXPECT_EQ(number_member(line.order("order.create", "10", kOrder), "retCode"), 10003);
}

TEST(BybitSession, ThatIsGoneLetsTheGuardCancel) {
  Bench bench;
  net::IoLoop loop;
  EXPECT_EQ(number_member(bench.post("/v5/order/disconnected-cancel-all",
                                     R"({"product":"DERIVATIVES","timeWindow":2})"),
                          "retCode"),
            10001);
  EXPECT_EQ(number_member(bench.post("/v5/order/disconnected-cancel-all",
                                     R"({"product":"DERIVATIVES","timeWindow":5})"),
                          "retCode"),
            0);
  EXPECT_THAT(bench.ask("/v5/account/query-dcp-info"),
              HasSubstr(R"({"product":"DERIVATIVES","dcpStatus":"ON","timeWindow":"5"})"));
  for (const std::string_view category : {"linear", "spot"}) {
    EXPECT_EQ(bench.code_of(category, R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000")"), 0);
  }
  const auto open = [&](Product product) {
    return bench.venue->exchange().open_orders(bench.account, product, std::nullopt).size();
  };
  {
    Line line(bench, loop, "/v5/private");
    line.log_in();
    line.say(R"({"op":"subscribe","args":["dcp.future"]})");
    bench.wait(kMinute);
    EXPECT_EQ(open(Product::linear), 1U);
  }
  bench.wait(4 * kSecond);
  {
    Line back(bench, loop, "/v5/private");
    back.log_in();
    back.say(R"({"op":"subscribe","args":["dcp.future"]})");
    bench.wait(kMinute);
    EXPECT_EQ(open(Product::linear), 1U);
  }
  bench.wait(5'001 * kMillisecond);
  EXPECT_EQ(open(Product::linear), 0U);
  EXPECT_EQ(open(Product::spot), 1U);
  EXPECT_THAT(bench.ask("/v5/order/history?category=linear"), HasSubstr("CancelByDCP"));
}

TEST(BybitSession, IsClosedWhenItIsIdleOrTooLoud) {
  Bench bench;
  net::IoLoop loop;
  Line idle(bench, loop, "/v5/public/linear");
  bench.wait(9 * kMinute);
  idle.session->tick();
  EXPECT_TRUE(idle.socket->open);
  bench.wait(2 * kMinute);
  idle.session->tick();
  EXPECT_FALSE(idle.socket->open);
  Line loud(bench, loop, "/v5/public/linear");
  for (std::size_t i = 0; i < Session::kMaxMessagesPerSecond; ++i) loud.say(R"({"op":"ping"})");
  EXPECT_TRUE(loud.socket->open);
  loud.say(R"({"op":"ping"})");
  EXPECT_EQ(loud.socket->close_code, 1008);
}

TEST(BybitSession, FailsAsTheFaultSwitchSays) {
  net::IoLoop loop;
  const auto subscribed = [&](Line& line) {
    line.say(R"({"op":"subscribe","args":["publicTrade.BTCUSDT"]})");
  };
  const auto messages = [](const Line& line) { return line.socket->sent.size(); };
  Bench losing("gap=1");
  Line lost(losing, loop, "/v5/public/linear");
  subscribed(lost);
  losing.trade(losing.linear, "50001", "0.1", Side::buy);
  EXPECT_EQ(messages(lost), 1U);  // the acknowledgement
  Bench doubling("duplicate_market=1");
  Line doubled(doubling, loop, "/v5/public/linear");
  subscribed(doubled);
  doubling.trade(doubling.linear, "50001", "0.1", Side::buy);
  EXPECT_EQ(messages(doubled), 3U);
  Bench stale("stale_socket=1");
  Line silent(stale, loop, "/v5/public/linear");
  subscribed(silent);
  silent.session->tick();
  EXPECT_TRUE(silent.socket->is_deaf);
  EXPECT_EQ(silent.say(R"({"op":"ping"})"), "");
  Bench cutting("cut_socket=1");
  Line cut(cutting, loop, "/v5/public/linear");
  cut.session->tick();
  EXPECT_FALSE(cut.socket->open);
}

TEST(BybitSession, ReorderedMessagesAreNotLost) {
  Bench bench("reorder_private=1");
  net::IoLoop loop;
  Line line(bench, loop, "/v5/private");
  line.log_in();
  line.say(R"({"op":"subscribe","args":["order"]})");
  line.socket->sent.clear();
  for (const std::string_view id : {"a", "b"}) {
    EXPECT_EQ(
        bench.code_of(
            "linear",
            fmt::format(R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"49000","orderLinkId":"{}")",
                        id)),
        0);
  }
  ASSERT_EQ(line.socket->sent.size(), 2U);
  EXPECT_EQ(member(line.socket->sent[0], "orderLinkId"), "b");
  EXPECT_EQ(member(line.socket->sent[1], "orderLinkId"), "a");
}

}  // namespace
}  // namespace kontor::emulator::bybit
