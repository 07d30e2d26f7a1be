#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/net_test_support.hpp"

namespace kontor::net {
namespace {

using kontor::test::ask;
using kontor::test::failure_of;
using kontor::test::RawServer;
using kontor::test::RawSocket;
using testing::HasSubstr;
using testing::Not;

/// A client against a server that does what it should not.
class HttpFaults : public testing::Test {
 protected:
  HttpFailure failure_against(RawServer::Script script, const HttpOptions& options = {}) {
    const RawServer server(std::move(script));
    return failure_of(ask(loop_, client_, {.url = server.url("/x?signature=secret")}, options));
  }
  HttpOutcome outcome_against(std::string_view answer, const HttpOptions& options = {}) {
    const RawServer server([&](RawSocket& socket) {
      socket.read_request();
      socket.write(answer);
    });
    return ask(loop_, client_, {.url = server.url("/x?signature=secret")}, options);
  }

  IoLoop loop_;
  HttpClient client_{loop_,
                     {.connect = {.timeouts = {.tls_ns = 60 * kMillisecond}}, .max_header_bytes = 8192}};
};

TEST_F(HttpFaults, NobodyListening) {
  std::uint16_t port = 0;
  {
    port = RawServer(std::vector<RawServer::Script>{}).port();
  }
  const HttpFailure failure =
      failure_of(ask(loop_, client_, {.url = fmt::format("http://127.0.0.1:{}/", port)}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::connect);
  EXPECT_FALSE(failure.timed_out);
  EXPECT_THAT(failure.error.message, HasSubstr("Connection refused"));
}

TEST_F(HttpFaults, ANameThatDoesNotExist) {
  // RFC 2606 keeps this name from ever existing; without a network the look-up fails as well.
  const HttpFailure failure = failure_of(ask(loop_, client_, {.url = "http://nobody.invalid/"}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::resolve);
}

TEST_F(HttpFaults, ALookUpThatTakesTooLong) {
  HttpClient impatient(loop_, {.connect = {.timeouts = {.resolve_ns = 0}}});
  const HttpFailure failure = failure_of(ask(loop_, impatient, {.url = "http://nobody.invalid/"}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::resolve);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(HttpFaults, AConnectionThatIsNotTaken) {
  // A socket that listens with a full queue answers no further knocks.
  const int number = ::socket(AF_INET, SOCK_STREAM, 0);
  const RawSocket listening(number);
  sockaddr_in address = RawSocket::local(0);
  ASSERT_EQ(::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(number, 0), 0);
  socklen_t size = sizeof(address);
  ::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size);
  const RawSocket first = RawSocket::connect(ntohs(address.sin_port));
  HttpClient impatient(loop_, {.connect = {.timeouts = {.connect_ns = 60 * kMillisecond}}});
  const HttpFailure failure = failure_of(
      ask(loop_, impatient, {.url = fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port))}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::connect);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(HttpFaults, AServerThatSaysNothingInTheHandshakeOfTls) {
  HttpClient client(
      loop_, {.connect = {.timeouts = {.tls_ns = 60 * kMillisecond}, .tls = kontor::test::client_tls()}});
  const RawServer server([](RawSocket& socket) { socket.read_all(); });
  const HttpFailure failure = failure_of(ask(loop_, client, {.url = server.url("/", "https")}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::tls);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(HttpFaults, ARequestThatIsNotTakenInTime) {
  std::atomic<bool> done = false;
  const RawServer server([&](RawSocket&) {
    while (!done) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  const HttpFailure failure = failure_of(
      ask(loop_, client_,
          {.method = HttpMethod::post, .url = server.url(), .body = std::string(std::size_t{32} << 20U, 'x')},
          {.write_ns = 100 * kMillisecond}));
  done = true;
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::write);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(HttpFaults, AServerThatSaysNothing) {
  const HttpFailure failure =
      failure_against([](RawSocket& socket) { socket.read_all(); }, {.first_byte_ns = 50 * kMillisecond});
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::first_byte);
  EXPECT_TRUE(failure.timed_out);
}

TEST_F(HttpFaults, AServerThatDrips) {
  const HttpFailure failure = failure_against(
      [](RawSocket& socket) {
        socket.read_request();
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while (socket.write("x")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      },
      {.first_byte_ns = 2 * kSecond, .whole_ns = 100 * kMillisecond});
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::body);
  EXPECT_TRUE(failure.timed_out);
  EXPECT_EQ(failure.found.status, 200U);
}

TEST_F(HttpFaults, AServerThatClosesInTheMiddleOfTheBody) {
  const HttpFailure failure = failure_against([](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Weight: 7\r\n\r\n1234");
  });
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.step, HttpStep::body);
  EXPECT_EQ(failure.found.status, 200U);
  EXPECT_EQ(failure.found.header("x-weight"), "7");
  EXPECT_EQ(failure.found.body, "");
  EXPECT_THAT(failure.error.message, HasSubstr("expected a body of 10 bytes, found 4 bytes of it"));
}

TEST_F(HttpFaults, AServerThatBreaksTheConnection) {
  const HttpFailure failure = failure_against([](RawSocket& socket) {
    socket.read_request();
    socket.reset();
  });
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_THAT(failure.error.message, HasSubstr("Connection reset"));
}

TEST_F(HttpFaults, AChunkedBodyThatIsCutOff) {
  const auto failure =
      failure_of(outcome_against("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));
  EXPECT_EQ(failure.step, HttpStep::body);
  EXPECT_THAT(failure.error.message, HasSubstr("expected a body, found 5 bytes of it"));
}

TEST_F(HttpFaults, BodiesWithoutALengthEndWithTheConnection) {
  const auto outcome = outcome_against("HTTP/1.1 200 OK\r\n\r\nhello");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, "hello");
}

TEST_F(HttpFaults, AChunkedBodyIsPutTogether) {
  const auto outcome = outcome_against(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, "hello!");
}

TEST_F(HttpFaults, AnInterimAnswerIsNotTheAnswer) {
  const auto outcome =
      outcome_against("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 201U);
  EXPECT_EQ(outcome->body, "ok");
}

TEST_F(HttpFaults, ABodyOfAHundredMegabytesIsRefusedAtItsAnnouncement) {
  const auto failure =
      failure_of(outcome_against("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\nxxxx"));
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.error.kind, ErrorKind::overflow);
  EXPECT_THAT(failure.error.message, HasSubstr("expected a body of at most 16777216 bytes, found 104857600"));
  EXPECT_EQ(failure.found.status, 200U);
}

TEST_F(HttpFaults, ABodyThatGrowsAndGrowsIsRefusedAtTheLimit) {
  const auto failure = failure_against(
      [](RawSocket& socket) {
        socket.read_request();
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
        for (int sent = 0; sent < 1600 && socket.write(chunk);) ++sent;
      },
      {.max_body_bytes = 1'000'000});
  EXPECT_EQ(failure.error.kind, ErrorKind::overflow);
  EXPECT_THAT(failure.error.message, HasSubstr("expected a body of at most 1000000 bytes"));
}

TEST_F(HttpFaults, HeadersWithoutEndAreRefused) {
  const auto failure = failure_against([](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 200 OK\r\n");
    while (socket.write("X-Header: " + std::string(100, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(failure.error.kind, ErrorKind::overflow);
  EXPECT_THAT(failure.error.message, HasSubstr("expected headers of at most 8192 bytes"));
}

TEST_F(HttpFaults, WhatIsNoHttpIsRefused) {
  for (const char* const wrong :
       {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/3.0 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"}) {
    const auto failure = failure_of(outcome_against(wrong));
    EXPECT_EQ(failure.delivery, Delivery::unknown) << wrong;
    EXPECT_EQ(failure.error.kind, ErrorKind::bad_data) << wrong << failure.error.message;
    EXPECT_THAT(failure.error.message, Not(HasSubstr("secret")));
  }
}

TEST_F(HttpFaults, APageInsteadOfDataIsAFailureThatSaysSo) {
  const std::string page = "<!DOCTYPE html><html><head><title>Just a\nmoment...</title></head></html>";
  const std::string answer =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{}",
                  page.size(), page);
  const auto failure = failure_of(outcome_against(answer));
  EXPECT_EQ(failure.delivery, Delivery::unknown);
  EXPECT_EQ(failure.found.status, 200U);
  EXPECT_THAT(failure.error.message,
              HasSubstr("expected data, found a page of HTML with status 200, titled \"Just a"));
  EXPECT_TRUE(outcome_against(answer, {.accepts_html = true}));
}

TEST_F(HttpFaults, APageWithAnotherStatusIsAnAnswer) {
  const auto outcome = outcome_against(
      "HTTP/1.1 429 Too Many\r\nContent-Type: text/html\r\nRetry-After: 9\r\nContent-Length: "
      "6\r\n\r\n<html>");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 429U);
  EXPECT_EQ(outcome->header("retry-after"), "9");
}

TEST_F(HttpFaults, AnAnswerBeforeTheRequestHasLeftIsHeard) {
  const RawServer server([](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
    ::shutdown(socket.number(), SHUT_WR);
    socket.read_all();
  });
  const auto outcome = ask(
      loop_, client_,
      {.method = HttpMethod::post, .url = server.url(), .body = std::string(std::size_t{16} << 20U, 'x')});
  ASSERT_TRUE(outcome) << outcome.error().error.message;
  EXPECT_EQ(outcome->status, 413U);
  EXPECT_EQ(client_.counts().idle, 0U) << "the rest of the request would be read as the next one";
}

TEST_F(HttpFaults, BytesAfterAnAnswerEndTheConnection) {
  const RawServer server({[](RawSocket& socket) {
                            socket.read_request();
                            socket.write(
                                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\n\r\n");
                          },
                          [](RawSocket& socket) {
                            socket.read_request();
                            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
                          }});
  EXPECT_EQ(ask(loop_, client_, {.url = server.url()})->body, "1");
  EXPECT_EQ(client_.counts().idle, 0U);
  EXPECT_EQ(ask(loop_, client_, {.url = server.url()})->body, "2");
}

TEST_F(HttpFaults, AConnectionFoundClosedBeforeWritingIsReplaced) {
  std::atomic<bool> closed = false;
  const RawServer server({[&](RawSocket& socket) {
                            socket.read_request();
                            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
                            socket.close();
                            closed = true;
                          },
                          [](RawSocket& socket) {
                            const std::string request = socket.read_request();
                            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
                            EXPECT_THAT(request, HasSubstr("POST /order"));
                            EXPECT_EQ(socket.read_until("never"), "") << "sent once";
                          }});
  ASSERT_TRUE(ask(loop_, client_, {.url = server.url()}));
  while (!closed) std::this_thread::yield();
  // The loop has not run since, so nobody has told the client.
  EXPECT_EQ(client_.counts().idle, 1U);
  const auto outcome = ask(loop_, client_, {.method = HttpMethod::post, .url = server.url("/order")});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, "2");
  EXPECT_EQ(client_.counts().opened, 2U);
  client_.close();
}

TEST_F(HttpFaults, AServerThatClosesAfterEachAnswerIsServed) {
  const auto once = [](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1");
  };
  const RawServer server({once, once, once});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(loop_, client_, {.url = server.url()}));
  EXPECT_EQ(client_.counts().opened, 3U);
}

}  // namespace
}  // namespace kontor::net
