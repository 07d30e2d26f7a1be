#include "net/websocket_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.hpp"
#include "net/websocket_frame.hpp"
#include "net/websocket_handshake.hpp"

namespace kontor::net {
namespace {

using kontor::test::client_tls;
using kontor::test::RawServer;
using kontor::test::RawSocket;
using kontor::test::run_until;
using kontor::test::server_tls;
using testing::ElementsAre;
using testing::HasSubstr;

/// A client of ours that keeps what it hears.
struct Listening {
  explicit Listening(IoLoop& loop, WebSocketOptions options = {}) : client(loop, std::move(options)) {}

  void connect(const std::string& url) {
    closed.reset();
    client.connect(url, {.on_open = [this] { ++opened; },
                         .on_message =
                             [this](std::string_view text, bool is_binary) {
                               heard.emplace_back(text);
                               binary = is_binary;
                             },
                         .on_close =
                             [this](const CloseReason& reason) {
                               ++closes;
                               closed = reason;
                             }});
  }

  WebSocketClient client;
  int opened = 0;
  int closes = 0;
  bool binary = false;
  std::vector<std::string> heard{};
  std::optional<CloseReason> closed{};
};

/// A server of ours that echoes.
class WebSocket : public testing::Test {
 protected:
  std::string serve(ServerOptions options = {}) {
    const char* const scheme = options.tls ? "wss" : "ws";
    auto listening = HttpServer::listen(
        loop_, std::move(options), {.on_upgrade = [this](const ServerRequest& request) -> UpgradeDecision {
          asked_ = request;
          if (request.path() == "/no") return HttpResponse{.status = 429, .headers = {{"Retry-After", "7"}}};
          return SocketHandlers{
              .on_open = [this](const std::shared_ptr<ServerSocket>& socket) { socket_ = socket; },
              .on_message =
                  [this](std::string_view text, bool is_binary) {
                    EXPECT_TRUE(is_binary ? socket_->send_binary(text) : socket_->send(text));
                  },
              .on_close = [this](const CloseReason& reason) { server_closed_ = reason; }};
        }});
    EXPECT_TRUE(listening);
    server_ = *std::move(listening);
    return fmt::format("{}://localhost:{}/ws", scheme, server_->port());
  }

  IoLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::shared_ptr<ServerSocket> socket_;
  ServerRequest asked_;
  std::optional<CloseReason> server_closed_;
};

TEST_F(WebSocket, MessagesOfEverySizeComeBackAsTheyWere) {
  for (const bool with_tls : {false, true}) {
    Listening own(loop_, {.connect = {.tls = client_tls()}, .max_queue_bytes = std::size_t{4} << 20U});
    own.connect(serve({.tls = with_tls ? server_tls() : nullptr}));
    ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; })) << own.closed->error.message;
    std::vector<std::string> sent;
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 900'000U}) {
      sent.emplace_back(size, static_cast<char>('a' + sent.size()));
      ASSERT_TRUE(own.client.send(sent.back()));
    }
    EXPECT_TRUE(run_until(loop_, [&] { return own.heard.size() == sent.size(); }));
    EXPECT_EQ(own.heard, sent);
    EXPECT_FALSE(own.binary);
    const std::string bytes = {'\x00', '\xFF', '\x01'};
    ASSERT_TRUE(own.client.send_binary(bytes));
    EXPECT_TRUE(run_until(loop_, [&] { return own.heard.back() == bytes; }));
    EXPECT_TRUE(own.binary);
    socket_.reset();
  }
}

TEST_F(WebSocket, TheRequestThatOpensItCarriesTheHeadersOfTheOptions) {
  Listening own(loop_, {.headers = {{"X-Key", "abc"}}});
  own.connect(serve() + "?stream=1");
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  EXPECT_EQ(asked_.header("x-key"), "abc");
  EXPECT_EQ(asked_.target, "/ws?stream=1");
  EXPECT_EQ(asked_.header("Sec-WebSocket-Extensions"), "") << "no compression";
}

TEST_F(WebSocket, ARefusalIsToldWithStatusAndTheTimeToWait) {
  Listening own(loop_);
  const std::string url = serve();
  own.connect(url.substr(0, url.size() - 3) + "/no?signature=secret");
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed.has_value(); }));
  EXPECT_EQ(own.opened, 0);
  EXPECT_EQ(own.closed->end, WebSocketEnd::not_opened);
  EXPECT_EQ(own.closed->http_status, 429U);
  EXPECT_EQ(own.closed->retry_after_s, 7);
  EXPECT_EQ(own.closed->error.message, "localhost: expected a WebSocket, found status 429");
}

TEST_F(WebSocket, OurGoodbyeIsAnsweredAndClosesBothEnds) {
  Listening own(loop_);
  own.connect(serve());
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  own.client.close(1001, "away");
  EXPECT_EQ(own.closes, 0) << "not from within the call";
  EXPECT_FALSE(own.client.is_open());
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed && server_closed_; }));
  EXPECT_EQ(own.closed->end, WebSocketEnd::by_us);
  EXPECT_EQ(server_closed_->end, WebSocketEnd::by_peer);
  EXPECT_EQ(server_closed_->code, 1001);
  EXPECT_EQ(server_closed_->text, "away");
  EXPECT_FALSE(own.client.send("late"));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(WebSocket, TheServersGoodbyeIsToldWithItsCodeAndWords) {
  Listening own(loop_);
  own.connect(serve());
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  ASSERT_TRUE(socket_->send("last"));
  socket_->close(1012, "restart");
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed && server_closed_; }));
  EXPECT_THAT(own.heard, ElementsAre("last"));
  EXPECT_EQ(own.closed->end, WebSocketEnd::by_peer);
  EXPECT_EQ(own.closed->code, 1012);
  EXPECT_EQ(own.closed->text, "restart");
  EXPECT_EQ(server_closed_->end, WebSocketEnd::by_us);
  EXPECT_EQ(own.closes, 1);
}

TEST_F(WebSocket, ABrokenConnectionIsLost) {
  Listening own(loop_);
  const std::string url = serve();
  own.connect(url);
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  socket_->abort();
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed && server_closed_; }));
  EXPECT_EQ(own.closed->end, WebSocketEnd::lost);
  EXPECT_EQ(own.closed->code, 1006);
  EXPECT_THAT(own.closed->error.message, HasSubstr("localhost: expected messages or a goodbye"));
  own.connect(url);
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 2; })) << "the same client may open it again";
  socket_->break_off("a message that is cut off", 7);
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed.has_value(); }));
  EXPECT_EQ(own.closed->end, WebSocketEnd::lost);
  EXPECT_TRUE(own.heard.empty());
}

TEST_F(WebSocket, AClientMayConnectAgainFromItsOwnCallback) {
  const std::string url = serve();
  WebSocketClient client(loop_, {});
  int opened = 0;
  std::function<void()> connect = [&] {
    client.connect(url, {.on_open =
                             [&] {
                               if (++opened < 3) socket_->close(1000, "");
                             },
                         .on_close = [&](const CloseReason&) { connect(); }});
  };
  connect();
  EXPECT_TRUE(run_until(loop_, [&] { return opened == 3; }));
}

TEST_F(WebSocket, AClientMayBeDestroyedByItsOwnCallbacks) {
  const std::string url = serve();
  for (const std::string when : {"open", "message", "close"}) {
    auto client = std::make_unique<WebSocketClient>(loop_, WebSocketOptions{});
    bool gone = false;
    const auto maybe = [&](std::string_view now) {
      if (now != when) return;
      client.reset();
      gone = true;
    };
    client->connect(url, {.on_open =
                              [&, maybe] {
                                ASSERT_TRUE(client->send("x"));
                                maybe("open");
                              },
                          .on_message =
                              [&, maybe](std::string_view, bool) {
                                if (when == "close") client->close();
                                maybe("message");
                              },
                          .on_close = [maybe](const CloseReason&) { maybe("close"); }});
    EXPECT_TRUE(run_until(loop_, [&] { return gone; })) << when;
    loop_.run_for(5 * kMillisecond);
  }
}

TEST_F(WebSocket, ManyMessagesAtOnceComeOneByOneInOrder) {
  Listening own(loop_);
  own.connect(serve());
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(socket_->send(fmt::format("message {}", i)));
  ASSERT_TRUE(run_until(loop_, [&] { return own.heard.size() == 5'000; }));
  for (std::size_t i = 0; i < own.heard.size(); ++i) ASSERT_EQ(own.heard[i], fmt::format("message {}", i));
}

TEST_F(WebSocket, AFullQueueRefusesAWholeMessageAndTheConnectionStays) {
  Listening own(loop_, {.max_queue_bytes = 100'000});
  own.connect(serve());
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  EXPECT_EQ(own.client.send(std::string(100'001, 'x')).error().kind, ErrorKind::overflow);
  int taken = 0;
  std::optional<Error> refused;
  while (!refused) {
    if (auto sent = own.client.send(std::string(30'000, 'x')); sent) {
      ++taken;
    } else {
      refused = sent.error();
    }
    ASSERT_LT(taken, 10'000);
  }
  EXPECT_EQ(refused->kind, ErrorKind::overflow);
  EXPECT_LE(own.client.queued_bytes(), 100'000U);
  ASSERT_TRUE(run_until(loop_, [&] { return static_cast<int>(own.heard.size()) == taken; }));
  EXPECT_TRUE(own.client.send("again"));
}

TEST_F(WebSocket, PingsOfTheServerAreAnsweredAndOursMeasureTheRoundTrip) {
  Listening own(loop_, {.ping_every_ns = 10 * kMillisecond, .silence_ns = 5 * kSecond});
  own.connect(serve());
  EXPECT_TRUE(run_until(loop_, [&] { return own.client.round_trip_ns() > 0; }));
  EXPECT_LT(own.client.round_trip_ns(), kSecond);
  EXPECT_LT(own.client.silent_ns(), kSecond);
}

TEST_F(WebSocket, PongsKeepAQuietConnectionAliveAndSilenceKillsIt) {
  Listening own(loop_, {.ping_every_ns = 20 * kMillisecond, .silence_ns = 100 * kMillisecond});
  own.connect(serve());
  ASSERT_TRUE(run_until(loop_, [&] { return own.opened == 1; }));
  loop_.run_for(300 * kMillisecond);
  EXPECT_FALSE(own.closed) << "nothing was said but pongs";
  socket_->stop_reading();
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed.has_value(); }));
  EXPECT_EQ(own.closed->end, WebSocketEnd::silence);
  EXPECT_THAT(own.closed->error.message, HasSubstr("expected to hear something within 100ms"));
}

TEST_F(WebSocket, AnAddressThatIsNoneIsToldLater) {
  for (const char* const wrong : {"http://host/", "nonsense", "wss://user@host/"}) {
    Listening own(loop_);
    own.connect(wrong);
    EXPECT_FALSE(own.closed);
    ASSERT_TRUE(run_until(loop_, [&] { return own.closed.has_value(); }));
    EXPECT_EQ(own.closed->end, WebSocketEnd::not_opened);
    EXPECT_EQ(own.closed->error.kind, ErrorKind::usage);
  }
}

TEST_F(WebSocket, OpeningThatIsAbortedIsToldOnce) {
  Listening own(loop_);
  own.connect(serve());
  own.client.abort();
  own.client.abort();
  ASSERT_TRUE(run_until(loop_, [&] { return own.closed.has_value(); }));
  loop_.run_for(20 * kMillisecond);
  EXPECT_EQ(own.closed->end, WebSocketEnd::by_us);
  EXPECT_EQ(own.closes, 1);
  EXPECT_EQ(own.opened, 0);
}

// --- against a server that does what it should not ---

std::string accept_line(const std::string& request) {
  const auto at = request.find("Sec-WebSocket-Key: ") + 19;
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         websocket_accept(request.substr(at, 24)) + "\r\n";
}

std::string frame(WebSocketOpcode opcode, std::string_view payload) {
  std::string bytes;
  append_websocket_frame(bytes, opcode, payload, std::nullopt);
  return bytes;
}

/// What a client says in the end to a server that opens it and then sends these bytes, in one write with the
/// opening or after it.
CloseReason reason_after(const std::string& bytes, bool at_once, WebSocketOptions options = {}) {
  IoLoop loop;
  const RawServer server([&](RawSocket& socket) {
    const std::string opening = accept_line(socket.read_request()) + "\r\n";
    socket.write(at_once ? opening + bytes : opening);
    if (!at_once) socket.write(bytes);
    socket.read_all();
  });
  Listening own(loop, std::move(options));
  own.connect(server.url("/", "ws"));
  EXPECT_TRUE(run_until(loop, [&] { return own.closed.has_value(); }));
  return own.closed.value_or(CloseReason{});
}

TEST(WebSocketFaults, WhatTheProtocolForbidsClosesWithItsCode) {
  std::string masked;
  append_websocket_frame(masked, WebSocketOpcode::text, "x", WebSocketMask{1, 2, 3, 4});
  const std::vector<std::pair<std::string, unsigned>> cases = {
      {"\xC1\x01x", 1002},                                                  // reserved bits: compression
      {"\x83\x01x", 1002},                                                  // an opcode that is none
      {masked, 1002},                                                       // a mask from a server
      {std::string("\x00\x01x", 3), 1002},                                  // a continuation of nothing
      {std::string("\x01\x01x\x81\x01y", 6), 1002},                         // a message within a message
      {std::string("\x09\x00", 2), 1002},                                   // a ping in parts
      {frame(WebSocketOpcode::ping, std::string(126, 'x')), 1002},          // too long a ping
      {frame(WebSocketOpcode::text, "\xFF"), 1007},                         // no UTF-8
      {frame(WebSocketOpcode::text, std::string(1'001, 'x')), 1009},        // too large
      {std::string("\x81\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10), 1009},  // the largest that can be said
      {std::string("\x01\x7E\x03\xE8", 4) + std::string(1'000, 'x') + std::string("\x80\x01x", 3), 1009},
      {frame(WebSocketOpcode::close, "\x03"), 1002},                      // half a code
      {frame(WebSocketOpcode::close, std::string("\x03\xED", 2)), 1002},  // 1005 is never sent
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const bool at_once : {true, false}) {
      const CloseReason reason = reason_after(cases[i].first, at_once, {.max_message_bytes = 1'000});
      EXPECT_EQ(reason.end, WebSocketEnd::protocol) << i;
      EXPECT_EQ(reason.code, cases[i].second) << i << ": " << reason.error.message;
    }
  }
}

TEST(WebSocketFaults, AMessageInPartsWithAPingBetweenIsPutTogether) {
  IoLoop loop;
  std::string answer;
  const RawServer server([&](RawSocket& socket) {
    socket.write(accept_line(socket.read_request()) + "\r\n");
    const std::string bytes =
        std::string("\x01\x03one", 5) + frame(WebSocketOpcode::ping, "?") + std::string("\x80\x03two", 5);
    for (const char byte : bytes) {
      socket.write(std::string_view(&byte, 1));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    answer = socket.read_until("never");
  });
  {
    Listening own(loop);
    own.connect(server.url("/", "ws"));
    ASSERT_TRUE(run_until(loop, [&] { return !own.heard.empty(); }));
    EXPECT_THAT(own.heard, ElementsAre("onetwo"));
    loop.run_for(5 * kMillisecond);
  }
}

TEST(WebSocketFaults, AnOpeningThatIsNotAnsweredRightIsRefused) {
  const std::vector<std::function<void(RawSocket&)>> servers = {
      [](RawSocket& socket) {  // the answer to another key
        socket.read_request();
        socket.write(
            "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
      },
      [](RawSocket& socket) {  // compression that nobody asked for
        socket.write(accept_line(socket.read_request()) +
                     "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
      },
      [](RawSocket& socket) {
        socket.read_request();
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      },
      [](RawSocket& socket) { socket.read_request(); },
      [](RawSocket& socket) {
        socket.read_request();
        socket.write("nonsense\r\n\r\n");
      },
      [](RawSocket& socket) { socket.read_all(); },
  };
  for (std::size_t i = 0; i < servers.size(); ++i) {
    IoLoop loop;
    const RawServer server(servers[i]);
    Listening own(loop, {.opening_ns = 60 * kMillisecond});
    own.connect(server.url("/", "ws"));
    ASSERT_TRUE(run_until(loop, [&] { return own.closed.has_value(); })) << i;
    EXPECT_EQ(own.closed->end, WebSocketEnd::not_opened) << i;
    EXPECT_EQ(own.opened, 0) << i;
  }
}

TEST(WebSocketFaults, AServerThatDoesNotAnswerOurGoodbyeIsLeft) {
  IoLoop loop;
  const RawServer server([](RawSocket& socket) {
    socket.write(accept_line(socket.read_request()) + "\r\n");
    socket.read_all();
  });
  Listening own(loop, {.closing_ns = 40 * kMillisecond});
  own.connect(server.url("/", "ws"));
  ASSERT_TRUE(run_until(loop, [&] { return own.opened == 1; }));
  own.client.close();
  ASSERT_TRUE(run_until(loop, [&] { return own.closed.has_value(); }));
  EXPECT_EQ(own.closed->end, WebSocketEnd::by_us);
  loop.run_for(5 * kMillisecond);
}

}  // namespace
}  // namespace kontor::net
