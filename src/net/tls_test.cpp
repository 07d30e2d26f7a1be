#include "net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "net/net_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::net {
namespace {

using kontor::test::ask;
using kontor::test::client_tls;
using kontor::test::failure_of;
using kontor::test::RawServer;
using kontor::test::RawSocket;
using kontor::test::server_tls;
using kontor::test::test_authority;
using testing::HasSubstr;

constexpr TimeNs kLongAgo = 1'500'000'000 * kSecond;

/// A server with TLS that says `ok`.
class Tls : public testing::Test {
 protected:
  std::unique_ptr<HttpServer> serve(std::shared_ptr<TlsContext> tls) {
    auto server =
        HttpServer::listen(loop_, {.tls = std::move(tls)},
                           {.on_request = ServerHandlers::at_once([](const ServerRequest& request) {
                              return HttpResponse{.status = 200, .body = request.is_secure ? "ok" : "no"};
                            })});
    EXPECT_TRUE(server);
    return *std::move(server);
  }
  HttpOutcome get(std::uint16_t port, std::string_view host, std::shared_ptr<TlsContext> tls) {
    HttpClient client(loop_, {.connect = {.tls = std::move(tls)}});
    return ask(loop_, client, {.url = fmt::format("https://{}:{}/", host, port)});
  }
  void expect_refused(const HttpOutcome& outcome, std::string_view why) {
    const HttpFailure failure = failure_of(outcome);
    EXPECT_EQ(failure.delivery, Delivery::not_sent);
    EXPECT_EQ(failure.step, HttpStep::tls);
    EXPECT_THAT(failure.error.message, HasSubstr(why));
  }

  IoLoop loop_;
};

TEST_F(Tls, AServerThatIsTrustedIsSpokenToByNameAndByAddress) {
  const auto server = serve(server_tls());
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    const auto outcome = get(server->port(), host, client_tls());
    ASSERT_TRUE(outcome) << outcome.error().error.message;
    EXPECT_EQ(outcome->body, "ok");
  }
}

TEST_F(Tls, AConnectionIsKeptAndLargeBodiesPass) {
  const std::string large(3'000'000, 'x');
  auto server = HttpServer::listen(loop_, {.tls = server_tls()},
                                   {.on_request = ServerHandlers::at_once([](const ServerRequest& request) {
                                      return HttpResponse{.status = 200, .body = request.body};
                                    })});
  ASSERT_TRUE(server);
  HttpClient client(loop_, {.connect = {.tls = client_tls()}});
  for (int i = 0; i < 3; ++i) {
    const auto outcome = ask(loop_, client,
                             {.method = HttpMethod::post,
                              .url = fmt::format("https://localhost:{}/", (*server)->port()),
                              .body = large});
    ASSERT_TRUE(outcome) << outcome.error().error.message;
    EXPECT_EQ(outcome->body, large);
  }
  EXPECT_EQ(client.counts().opened, 1U);
}

TEST_F(Tls, ACertificateOfAnotherHostIsRefused) {
  const auto authority = generate_private_authority({.names = {"other.example"},
                                                     .valid_from = 1'700'000'000 * kSecond,
                                                     .valid_for = 20 * 365 * kDay,
                                                     .names_this_machine = false});
  ASSERT_TRUE(authority);
  const auto server = serve(server_tls(*authority));
  expect_refused(get(server->port(), "localhost", client_tls(*authority)), "hostname mismatch");
  expect_refused(get(server->port(), "127.0.0.1", client_tls(*authority)), "IP address mismatch");
}

TEST_F(Tls, ACertificateOfAnUnknownAuthorityIsRefused) {
  const auto stranger =
      generate_private_authority({.valid_from = 1'700'000'000 * kSecond, .valid_for = 20 * 365 * kDay});
  ASSERT_TRUE(stranger);
  const auto server = serve(server_tls(*stranger));
  expect_refused(get(server->port(), "localhost", client_tls()), "certificate");
  const auto system = TlsContext::for_client();
  ASSERT_TRUE(system);
  expect_refused(get(server->port(), "localhost", *system), "certificate");
}

TEST_F(Tls, ACertificateThatHasExpiredOrIsNotYetValidIsRefused) {
  const auto expired = generate_private_authority({.valid_from = kLongAgo, .valid_for = 365 * kDay});
  ASSERT_TRUE(expired);
  const auto old_server = serve(server_tls(*expired));
  expect_refused(get(old_server->port(), "localhost", client_tls(*expired)), "certificate has expired");
  const auto early =
      generate_private_authority({.valid_from = 4'000'000'000 * kSecond, .valid_for = 365 * kDay});
  ASSERT_TRUE(early);
  const auto early_server = serve(server_tls(*early));
  expect_refused(get(early_server->port(), "localhost", client_tls(*early)), "certificate is not yet valid");
}

TEST_F(Tls, WithoutSettingsOfTlsNothingIsSent) {
  const auto server = serve(server_tls());
  expect_refused(get(server->port(), "localhost", nullptr), "expected settings of TLS");
}

TEST_F(Tls, AServerThatDoesNotSpeakTlsIsRefused) {
  const RawServer server([](RawSocket& socket) { socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  expect_refused(get(server.port(), "localhost", client_tls()), "expected TLS 1.2 or newer");
}

/// Shakes hands by OpenSSL's own calls, up to this version.
bool shakes_hands(int socket, const SSL_METHOD* method, int newest) {
  SSL_CTX* const context = SSL_CTX_new(method);
  SSL_CTX_set_max_proto_version(context, newest);
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_cipher_list(context, "DEFAULT@SECLEVEL=0");
  const auto own = server_tls();
  SSL_CTX_use_certificate(context, SSL_CTX_get0_certificate(own->native()));
  SSL_CTX_use_PrivateKey(context, SSL_CTX_get0_privatekey(own->native()));
  SSL* const session = SSL_new(context);
  SSL_set_fd(session, socket);
  const bool shook = (method == TLS_server_method() ? SSL_accept(session) : SSL_connect(session)) == 1;
  SSL_free(session);
  SSL_CTX_free(context);
  return shook;
}

TEST_F(Tls, AServerOfTls11IsRefusedAndOneOfTls12IsNot) {
  for (const int newest : {TLS1_1_VERSION, TLS1_2_VERSION}) {
    bool shook = false;
    HttpFailure failure;
    {
      const RawServer server(
          [&](RawSocket& socket) { shook = shakes_hands(socket.number(), TLS_server_method(), newest); });
      failure = failure_of(get(server.port(), "localhost", client_tls()));
    }
    EXPECT_EQ(shook, newest == TLS1_2_VERSION);
    EXPECT_EQ(failure.step == HttpStep::tls, !shook) << failure.error.message;
    EXPECT_EQ(failure.delivery, shook ? Delivery::unknown : Delivery::not_sent);
  }
}

TEST_F(Tls, AClientOfTls11IsRefusedAndOneOfTls12IsNot) {
  const auto server = serve(server_tls());
  for (const int newest : {TLS1_1_VERSION, TLS1_2_VERSION}) {
    std::optional<bool> shook;
    std::thread client([&] {
      const RawSocket socket = RawSocket::connect(server->port());
      const bool done = shakes_hands(socket.number(), TLS_client_method(), newest);
      loop_.post([&, done] { shook = done; });
    });
    EXPECT_TRUE(kontor::test::run_until(loop_, [&] { return shook.has_value(); }));
    client.join();
    EXPECT_EQ(shook, newest == TLS1_2_VERSION);
  }
}

TEST_F(Tls, AuthoritiesComeFromAFileToo) {
  const kontor::test::TemporaryFolder folder;
  kontor::test::write_file(folder / "ca.pem", test_authority().ca_pem);
  const auto context = TlsContext::for_client({.ca_file = (folder / "ca.pem").string()});
  ASSERT_TRUE(context);
  const auto server = serve(server_tls());
  EXPECT_TRUE(get(server->port(), "localhost", *context));
}

TEST(TlsContext, SettingsThatCannotBeUsedAreRefused) {
  const auto missing = TlsContext::for_client({.ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::io);
  EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/ca.pem: expected certificates"));
  EXPECT_EQ(TlsContext::for_client({.ca_pem = "nonsense"}).error().kind, ErrorKind::bad_data);
  const PrivateAuthority& own = test_authority();
  const auto other = generate_private_authority({.valid_from = kLongAgo, .valid_for = kDay});
  ASSERT_TRUE(other);
  EXPECT_THAT(TlsContext::for_server({own.certificate_pem, other->key_pem}).error().message,
              HasSubstr("expected the key of the certificate, found another"));
  EXPECT_EQ(TlsContext::for_server({"", own.key_pem}).error().kind, ErrorKind::bad_data);
  EXPECT_EQ(TlsContext::for_server({own.certificate_pem, ""}).error().kind, ErrorKind::bad_data);
}

TEST(PrivateAuthority, NamesAndValiditiesThatAreNoneAreRefused) {
  EXPECT_EQ(generate_private_authority({.names = {"a,DNS:b"}, .valid_from = kLongAgo}).error().kind,
            ErrorKind::usage);
  EXPECT_EQ(generate_private_authority({.names = {""}, .valid_from = kLongAgo}).error().kind,
            ErrorKind::usage);
  EXPECT_EQ(generate_private_authority({.valid_from = kLongAgo, .valid_for = 0}).error().kind,
            ErrorKind::usage);
  EXPECT_EQ(generate_private_authority({.valid_from = kTimeMax, .valid_for = kDay}).error().kind,
            ErrorKind::usage);
  EXPECT_EQ(generate_private_authority({.valid_from = kLongAgo, .names_this_machine = false}).error().kind,
            ErrorKind::usage);
}

}  // namespace
}  // namespace kontor::net
