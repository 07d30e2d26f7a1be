#include "net/http_server.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.hpp"
#include "net/websocket_frame.hpp"

namespace kontor::net {
namespace {

using kontor::test::RawSocket;
using kontor::test::run_until;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A server on a loop, spoken to by a blocking socket on another thread.
class Server : public testing::Test {
 protected:
  void serve(ServerLimits limits = {}) {
    auto listening = HttpServer::listen(
        loop_, {.limits = limits},
        {.on_request =
             [this](const ServerRequest& request, HttpResponder responder) {
               requests_.push_back(request);
               if (request.path() == "/hold") return held_.push_back(std::move(responder));
               if (request.path() == "/forget") return;
               if (request.path() == "/drop") return responder.drop();
               if (request.path() == "/reset") return responder.reset();
               if (request.path() == "/raw") return responder.answer_raw("anything");
               const HttpResponse answer{.status = 200, .headers = {{"X-A", "b"}}, .body = "hello"};
               if (request.path() == "/cut") return responder.answer_truncated(answer, 2);
               responder.answer(answer);
             },
         .on_upgrade = [this](const ServerRequest&) -> UpgradeDecision {
           return SocketHandlers{
               .on_open = [this](const std::shared_ptr<ServerSocket>& socket) { socket_ = socket; },
               .on_close = [this](const CloseReason& reason) { socket_closed_ = reason; }};
         }});
    ASSERT_TRUE(listening);
    server_ = *std::move(listening);
  }

  /// Runs the loop while this talks to the server.
  void talk(const std::function<void(RawSocket&)>& script) {
    bool done = false;
    std::thread talker([&] {
      RawSocket socket = RawSocket::connect(server_->port());
      script(socket);
      socket.close();
      loop_.post([&] { done = true; });
    });
    EXPECT_TRUE(run_until(loop_, [&] { return done; }, 10 * kSecond));
    talker.join();
  }
  /// From the talking thread: until this holds on the loop's.
  void wait_for(const std::function<bool()>& holds) {
    for (bool held = false; !held;) {
      std::promise<bool> asked;
      loop_.post([&] { asked.set_value(holds()); });
      held = asked.get_future().get();
    }
  }
  std::string answer_to(std::string_view request) {
    std::string answer;
    talk([&](RawSocket& socket) {
      socket.write(request);
      answer = socket.read_all();
    });
    return answer;
  }

  IoLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::vector<ServerRequest> requests_;
  std::vector<HttpResponder> held_;
  std::shared_ptr<ServerSocket> socket_;
  std::optional<CloseReason> socket_closed_;
};

constexpr std::string_view kClose = "Connection: close\r\n\r\n";
constexpr std::string_view kOpening =
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

TEST_F(Server, ARequestIsTakenApartAndAnswered) {
  serve();
  const std::string answer = answer_to(
      fmt::format("PATCH /a/b?c=d&e HTTP/1.1\r\nHost: x\r\nX-Key: k\r\nContent-Length: 4\r\n{}body", kClose));
  EXPECT_EQ(answer, "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].method, "PATCH");
  EXPECT_EQ(requests_[0].target, "/a/b?c=d&e");
  EXPECT_EQ(requests_[0].path(), "/a/b");
  EXPECT_EQ(requests_[0].query(), "c=d&e");
  EXPECT_EQ(requests_[0].header("x-key"), "k");
  EXPECT_EQ(requests_[0].body, "body");
  EXPECT_THAT(requests_[0].peer, StartsWith("127.0.0.1:"));
  EXPECT_FALSE(requests_[0].is_secure);
}

TEST_F(Server, RequestsSentAtOnceAreAnsweredOneAfterTheOther) {
  serve();
  std::string answer;
  talk([&](RawSocket& socket) {
    socket.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.write(fmt::format("GET /3 HTTP/1.1\r\nHost: x\r\n{}", kClose));
    answer = socket.read_until("hello");
    EXPECT_THAT(answer, Not(HasSubstr("Connection")));
    wait_for([&] { return !held_.empty(); });
    loop_.post([&] {
      EXPECT_EQ(requests_.size(), 2U) << "the third waits for the second's answer";
      held_.at(0).answer({.status = 204});
    });
    EXPECT_THAT(socket.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 204 No Content\r\n\r\n"));
    EXPECT_THAT(socket.read_all(), EndsWith("hello"));
  });
  EXPECT_EQ(requests_.size(), 3U);
}

TEST_F(Server, AHeadIsAnsweredWithoutTheBody) {
  serve();
  EXPECT_EQ(answer_to(fmt::format("HEAD / HTTP/1.1\r\nHost: x\r\n{}", kClose)),
            "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
}

TEST_F(Server, WhoWaitsToBeAskedForTheBodyIsAsked) {
  serve();
  talk([&](RawSocket& socket) {
    socket.write(
        fmt::format("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n{}", kClose));
    EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("body");
    EXPECT_THAT(socket.read_all(), EndsWith("hello"));
  });
  EXPECT_EQ(requests_.at(0).body, "body");
}

TEST_F(Server, AHandlerThatForgetsToAnswerHasAnsweredWith500) {
  serve();
  EXPECT_THAT(answer_to(fmt::format("GET /forget HTTP/1.1\r\nHost: x\r\n{}", kClose)),
              StartsWith("HTTP/1.1 500 "));
}

TEST_F(Server, FaultsAreWhatTheySay) {
  serve();
  EXPECT_EQ(answer_to("GET /drop HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  EXPECT_EQ(answer_to("GET /raw HTTP/1.1\r\nHost: x\r\n\r\n"), "anything");
  EXPECT_EQ(answer_to("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhe");
  talk([&](RawSocket& socket) {
    socket.write("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n");
    char byte = 0;
    EXPECT_EQ(::recv(socket.number(), &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNRESET);
  });
}

TEST_F(Server, WhatExceedsALimitIsRefusedWithItsStatus) {
  serve({.header_bytes = 1'000, .body_bytes = 100, .request_ns = 60 * kMillisecond});
  EXPECT_THAT(answer_to(fmt::format("GET / HTTP/1.1\r\nX: {}\r\n\r\n", std::string(1'000, 'x'))),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      answer_to("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x')),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("GET / HT"), StartsWith("HTTP/1.1 408 ")) << "who drips is not waited for";
  EXPECT_TRUE(requests_.empty());
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Server, ARefusalArrivesThoughTheBodyIsStillBeingSent) {
  serve({.body_bytes = 100});
  std::string answer;
  talk([&](RawSocket& socket) {
    socket.write("POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
    socket.write(std::string(3'000'000, 'x'));
    answer = socket.read_all();
  });
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST_F(Server, ConnectionsBeyondTheLimitAreTurnedAway) {
  serve({.connections = 2});
  talk([&](RawSocket& first) {
    RawSocket second = RawSocket::connect(server_->port());
    for (RawSocket* const socket : {&first, &second}) {
      socket->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_THAT(socket->read_until("hello"), EndsWith("hello"));
    }
    RawSocket third = RawSocket::connect(server_->port());
    EXPECT_EQ(third.read_all(), "");
    second.close();
    for (int tries = 0; tries < 100; ++tries) {
      RawSocket again = RawSocket::connect(server_->port());
      again.write(fmt::format("GET / HTTP/1.1\r\nHost: x\r\n{}", kClose));
      if (again.read_all().ends_with("hello")) return;
    }
    ADD_FAILURE() << "the place that was left is not given to another";
  });
}

TEST_F(Server, AConnectionThatRestsTooLongIsClosed) {
  serve({.idle_ns = 40 * kMillisecond});
  EXPECT_EQ(answer_to(""), "");
  talk([&](RawSocket& socket) {
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(socket.read_all(), EndsWith("hello"));
  });
}

TEST_F(Server, OpeningsThatAreNoneAreRefused) {
  serve();
  const std::string opening(kOpening);
  const auto with = [&](std::string_view what, std::string_view other) {
    std::string changed = opening;
    changed.replace(changed.find(what), what.size(), other);
    changed.insert(changed.size() - 2, "Connection: close\r\n");
    return answer_to(changed);
  };
  EXPECT_THAT(with("Version: 13", "Version: 8"), StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(with("dGhlIHNhbXBsZSBub25jZQ==", "short"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(with("GET", "POST"), StartsWith("HTTP/1.1 400 "));
  EXPECT_FALSE(socket_);
}

TEST_F(Server, TheOpeningOfTheStandardsExampleIsAnsweredAsThere) {
  serve();
  talk([&](RawSocket& socket) {
    socket.write(kOpening);
    EXPECT_THAT(socket.read_request(), HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  });
}

TEST_F(Server, AFrameThatIsTooLargeOrNotMaskedEndsTheSocket) {
  serve({.message_bytes = 1'000});
  for (const bool masked : {true, false}) {
    socket_closed_.reset();
    talk([&](RawSocket& socket) {
      std::string frame;
      append_websocket_frame(frame, WebSocketOpcode::text, std::string(masked ? 1'001 : 10, 'x'),
                             masked ? std::optional(WebSocketMask{1, 2, 3, 4}) : std::nullopt);
      socket.write(std::string(kOpening) + frame);
      socket.read_request();
      const std::string goodbye = socket.read_all();
      ASSERT_GE(goodbye.size(), 4U);
      EXPECT_EQ(goodbye[0], '\x88');
      EXPECT_EQ(static_cast<unsigned char>(goodbye[2]) << 8U | static_cast<unsigned char>(goodbye[3]),
                masked ? 1009U : 1002U);
    });
    ASSERT_TRUE(socket_closed_);
    EXPECT_EQ(socket_closed_->end, WebSocketEnd::protocol);
  }
}

TEST_F(Server, AReaderThatIsTooSlowIsCutOff) {
  serve({.outbound_bytes = 200'000});
  std::optional<Error> refused;
  std::size_t sent = 0;
  talk([&](RawSocket& socket) {
    socket.write(kOpening);
    socket.read_request();
    // What the system takes by itself is more than the queue; some tens of megabytes are more than both.
    wait_for([&] {
      if (auto result = socket_->send(std::string(100'000, 'x')); !result) refused = result.error();
      sent += 100'000;
      return refused.has_value() || sent > 64'000'000;
    });
  });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->kind, ErrorKind::overflow);
  ASSERT_TRUE(run_until(loop_, [&] { return socket_closed_.has_value(); }));
  EXPECT_EQ(socket_closed_->end, WebSocketEnd::overflow);
  EXPECT_FALSE(socket_->is_open());
  EXPECT_FALSE(socket_->send("more"));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Server, StoppingAnswersWhatIsWorkedOnAndClosesTheRest) {
  serve();
  bool stopped = false;
  talk([&](RawSocket& working) {
    RawSocket resting = RawSocket::connect(server_->port());
    RawSocket socket = RawSocket::connect(server_->port());
    resting.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    resting.read_until("hello");
    socket.write(kOpening);
    socket.read_request();
    working.write("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for([&] { return !held_.empty(); });
    loop_.post([&] { server_->stop(5 * kSecond, [&] { stopped = true; }); });
    EXPECT_EQ(resting.read_all(), "");
    const std::string goodbye = socket.read_until("stops");
    EXPECT_EQ(goodbye.substr(2, 2), "\x03\xE9") << "1001, going away";
    socket.close();
    loop_.post([&] {
      EXPECT_FALSE(stopped);
      held_.at(0).answer({.status = 200, .body = "done"});
    });
    EXPECT_THAT(working.read_all(), EndsWith("Connection: close\r\n\r\ndone"));
  });
  EXPECT_TRUE(run_until(loop_, [&] { return stopped; }));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Server, StoppingDropsWhatIsLeftAfterItsGrace) {
  serve();
  bool stopped = false;
  talk([&](RawSocket& socket) {
    socket.write("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for([&] { return !held_.empty(); });
    loop_.post([&] { server_->stop(50 * kMillisecond, [&] { stopped = true; }); });
    EXPECT_EQ(socket.read_all(), "");
  });
  EXPECT_TRUE(run_until(loop_, [&] { return stopped; }));
  held_.clear();  // an answer that nobody waits for goes nowhere
}

TEST_F(Server, AnAddressThatIsTakenOrNoneIsAnError) {
  serve();
  EXPECT_EQ(HttpServer::listen(loop_, {.port = server_->port()}, {}).error().kind, ErrorKind::io);
  EXPECT_EQ(HttpServer::listen(loop_, {.address = "somewhere"}, {}).error().kind, ErrorKind::usage);
}

TEST_F(Server, AHandlerMayDestroyTheServer) {
  bool asked = false;
  auto listening =
      HttpServer::listen(loop_, {}, {.on_request = [&](const ServerRequest&, HttpResponder responder) {
                           asked = true;
                           server_.reset();
                           responder.answer({.status = 200});
                         }});
  ASSERT_TRUE(listening);
  server_ = *std::move(listening);
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  EXPECT_TRUE(asked);
}

}  // namespace
}  // namespace kontor::net
