#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/net_test_support.hpp"
#include "net/websocket_client.hpp"

namespace kontor::net {
namespace {

using kontor::test::ask;
using kontor::test::client_tls;
using kontor::test::failure_of;
using kontor::test::RawServer;
using kontor::test::RawSocket;
using kontor::test::run_until;
using kontor::test::server_tls;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Carries bytes between two sockets until both sides have closed.
void carry(RawSocket& client, std::uint16_t port) {
  const RawSocket server = RawSocket::connect(port);
  const auto one_way = [](int from, int to) {
    char part[65536];
    for (;;) {
      const auto count = ::recv(from, part, sizeof(part), 0);
      if (count <= 0 || ::send(to, part, static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) break;
    }
    ::shutdown(to, SHUT_WR);
  };
  std::thread back([&] { one_way(server.number(), client.number()); });
  one_way(client.number(), server.number());
  back.join();
}

class ThroughProxy : public testing::Test {
 protected:
  void SetUp() override {
    auto listening = HttpServer::listen(
        loop_, {.tls = server_tls()},
        {.on_request = ServerHandlers::at_once([](const ServerRequest& request) {
           return HttpResponse{.status = 200, .body = request.target};
         }),
         .on_upgrade = [this](const ServerRequest&) -> UpgradeDecision {
           return SocketHandlers{
               .on_open = [this](const std::shared_ptr<ServerSocket>& socket) { socket_ = socket; },
               .on_message = [this](std::string_view text, bool) { EXPECT_TRUE(socket_->send(text)); }};
         }});
    ASSERT_TRUE(listening);
    server_ = *std::move(listening);
  }
  [[nodiscard]] ConnectOptions through(const RawServer& proxy) const {
    return {.timeouts = {.proxy_ns = 300 * kMillisecond},
            .tls = client_tls(),
            .proxy = {.url = proxy.url(""), .authorization = "Basic c2VjcmV0"}};
  }
  [[nodiscard]] std::string url(std::string_view scheme) const {
    return fmt::format("{}://localhost:{}/a?b=c", scheme, server_->port());
  }

  IoLoop loop_;
  std::unique_ptr<HttpServer> server_;
  std::shared_ptr<ServerSocket> socket_;
  std::string asked_;
};

TEST_F(ThroughProxy, HttpsGoesThroughATunnelThatTheProxyCannotReadInto) {
  const RawServer proxy([&](RawSocket& socket) {
    asked_ = socket.read_request();
    socket.write("HTTP/1.1 200 Connection established\r\nVia: us\r\n\r\n");
    carry(socket, server_->port());
  });
  HttpClient client(loop_, {.connect = through(proxy)});
  for (int i = 0; i < 2; ++i) {
    const auto outcome = ask(loop_, client, {.url = url("https")});
    ASSERT_TRUE(outcome) << outcome.error().error.message;
    EXPECT_EQ(outcome->body, "/a?b=c");
  }
  EXPECT_EQ(client.counts().opened, 1U) << "the tunnel is kept";
  EXPECT_THAT(asked_, StartsWith(fmt::format("CONNECT localhost:{} HTTP/1.1\r\n", server_->port())));
  EXPECT_THAT(asked_, HasSubstr("Proxy-Authorization: Basic c2VjcmV0\r\n"));
  client.close();
  loop_.run_for(5 * kMillisecond);
}

TEST_F(ThroughProxy, AWebSocketGoesThroughATunnelToo) {
  const RawServer proxy([&](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    carry(socket, server_->port());
  });
  std::string heard;
  {
    WebSocketClient client(loop_, {.connect = through(proxy)});
    client.connect(url("wss"), {.on_open = [&] { EXPECT_TRUE(client.send("echo")); },
                                .on_message = [&](std::string_view text, bool) { heard = text; }});
    EXPECT_TRUE(run_until(loop_, [&] { return !heard.empty(); }));
  }
  EXPECT_EQ(heard, "echo");
  server_.reset();  // whose closing lets the proxy go
}

TEST_F(ThroughProxy, PlainHttpIsAskedOfTheProxyInAbsoluteForm) {
  const RawServer proxy([&](RawSocket& socket) {
    asked_ = socket.read_request();
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  HttpClient client(loop_, {.connect = through(proxy)});
  EXPECT_TRUE(ask(loop_, client, {.url = url("http")}));
  EXPECT_THAT(asked_,
              StartsWith(fmt::format("GET http://localhost:{0}/a?b=c HTTP/1.1\r\nHost: localhost:{0}\r\n",
                                     server_->port())));
  EXPECT_THAT(asked_, HasSubstr("Proxy-Authorization: Basic c2VjcmV0\r\n"));
}

TEST_F(ThroughProxy, AProxyThatRefusesHasKeptTheRequestFromLeaving) {
  const RawServer proxy([&](RawSocket& socket) {
    socket.read_request();
    socket.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 100\r\n\r\n");
  });
  HttpClient client(loop_, {.connect = through(proxy)});
  const HttpFailure failure = failure_of(ask(loop_, client, {.url = url("https")}));
  EXPECT_EQ(failure.delivery, Delivery::not_sent);
  EXPECT_EQ(failure.step, HttpStep::proxy);
  EXPECT_THAT(failure.error.message, HasSubstr("expected a tunnel through the proxy, found status 407"));
  EXPECT_THAT(failure.error.message, Not(HasSubstr("c2VjcmV0")));
}

TEST_F(ThroughProxy, AProxyThatSaysNothingOrClosesIsTheStepThatFailed) {
  const RawServer silent([](RawSocket& socket) { socket.read_all(); });
  HttpClient patient(loop_, {.connect = through(silent)});
  const HttpFailure timeout = failure_of(ask(loop_, patient, {.url = url("https")}));
  EXPECT_EQ(timeout.delivery, Delivery::not_sent);
  EXPECT_EQ(timeout.step, HttpStep::proxy);
  EXPECT_TRUE(timeout.timed_out);
  const RawServer closing([](RawSocket& socket) { socket.read_request(); });
  HttpClient client(loop_, {.connect = through(closing)});
  const HttpFailure closed = failure_of(ask(loop_, client, {.url = url("https")}));
  EXPECT_EQ(closed.delivery, Delivery::not_sent);
  EXPECT_EQ(closed.step, HttpStep::proxy);
  EXPECT_FALSE(closed.timed_out);
}

TEST_F(ThroughProxy, AnAddressThatIsNoProxyIsRefused) {
  for (const char* const wrong : {"socks5://host:1080", "https://host:3128", "nonsense"}) {
    HttpClient client(loop_, {.connect = {.tls = client_tls(), .proxy = {.url = wrong}}});
    const HttpFailure failure = failure_of(ask(loop_, client, {.url = url("https")}));
    EXPECT_EQ(failure.delivery, Delivery::not_sent);
    EXPECT_EQ(failure.error.kind, ErrorKind::usage);
  }
}

}  // namespace
}  // namespace kontor::net
