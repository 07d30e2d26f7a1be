#pragma once

#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/certificate.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "net/tls.hpp"

namespace kontor::test {

using net::HttpClient;
using net::HttpFailure;
using net::HttpOptions;
using net::HttpOutcome;
using net::HttpRequest;
using net::IoLoop;
using net::PrivateAuthority;
using net::steady_now;
using net::TlsContext;

/// Runs the loop until the condition holds; false where it does not within the time.
inline bool run_until(IoLoop& loop, const std::function<bool()>& holds, DurationNs longest = 5 * kSecond) {
  const DurationNs end = steady_now() + longest;
  while (!holds()) {
    if (steady_now() >= end) return false;
    loop.run_one_for(20 * kMillisecond);
  }
  return true;
}

/// A socket of the system, used by blocking calls.
class RawSocket {
 public:
  explicit RawSocket(int number) noexcept : number_(number) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(number_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { close(); }

  /// A connection to this port of the machine.
  static RawSocket connect(std::uint16_t port) {
    const int number = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = local(port);
    EXPECT_EQ(::connect(number, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return RawSocket(number);
  }
  static sockaddr_in local(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  /// Until the other side has sent this, or has closed.
  std::string read_until(std::string_view wanted) {
    char part[4096];
    while (!received_.contains(wanted)) {
      const auto count = ::recv(number_, part, sizeof(part), 0);
      if (count <= 0) break;
      received_.append(part, static_cast<std::size_t>(count));
    }
    const auto end = received_.find(wanted);
    const auto size = end == std::string::npos ? received_.size() : end + wanted.size();
    std::string found = received_.substr(0, size);
    received_.erase(0, size);
    return found;
  }
  std::string read_request() { return read_until("\r\n\r\n"); }
  /// All until the other side closes.
  std::string read_all() {
    char part[65536];
    for (;;) {
      const auto count = ::recv(number_, part, sizeof(part), 0);
      if (count <= 0) return std::exchange(received_, {});
      received_.append(part, static_cast<std::size_t>(count));
    }
  }
  bool write(std::string_view text) const {
    return ::send(number_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  void close() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  void reset() noexcept {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(number_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close();
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
  std::string received_{};
};

/// A server that does what a test says, one connection after the other, on a thread of its own.
class RawServer {
 public:
  using Script = std::function<void(RawSocket&)>;

  explicit RawServer(std::vector<Script> scripts) : listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = RawSocket::local(0);
    EXPECT_EQ(::bind(listening_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(listening_.number(), 16), 0);
    socklen_t size = sizeof(address);
    ::getsockname(listening_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, all = std::move(scripts)] { run(all); });
  }
  explicit RawServer(Script script) : RawServer(std::vector<Script>{std::move(script)}) {}
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    ::shutdown(listening_.number(), SHUT_RDWR);  // wakes who waits for a connection
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(std::string_view target = "/", std::string_view scheme = "http") const {
    return fmt::format("{}://127.0.0.1:{}{}", scheme, port_, target);
  }

 private:
  void run(const std::vector<Script>& scripts) const {
    for (const Script& script : scripts) {
      const int number = ::accept(listening_.number(), nullptr, nullptr);
      if (number < 0) return;
      RawSocket socket(number);
      script(socket);
    }
  }

  RawSocket listening_;
  std::uint16_t port_ = 0;
  std::thread thread_{};
};

/// An authority made for the tests of one program.
inline const PrivateAuthority& test_authority() {
  static const PrivateAuthority authority =
      *net::generate_private_authority({.valid_from = 1'700'000'000 * kSecond, .valid_for = 20 * 365 * kDay});
  return authority;
}
inline std::shared_ptr<TlsContext> server_tls(const PrivateAuthority& authority = test_authority()) {
  return *TlsContext::for_server({authority.certificate_pem, authority.key_pem});
}
inline std::shared_ptr<TlsContext> client_tls(const PrivateAuthority& authority = test_authority()) {
  return *TlsContext::for_client({.ca_pem = authority.ca_pem});
}

/// Sends a request and runs the loop until it is answered.
inline HttpOutcome ask(IoLoop& loop, HttpClient& client, HttpRequest request,
                       const HttpOptions& options = {}) {
  std::optional<HttpOutcome> outcome;
  client.send(std::move(request), options, [&](HttpOutcome found) { outcome = std::move(found); });
  EXPECT_FALSE(outcome.has_value()) << "called back from within send()";
  if (!run_until(loop, [&] { return outcome.has_value(); }, 10 * kSecond)) {
    ADD_FAILURE() << "no callback";
    return std::unexpected(HttpFailure{});
  }
  return *std::move(outcome);
}

/// The failure that a request must have.
inline HttpFailure failure_of(HttpOutcome outcome) {
  if (outcome) {
    ADD_FAILURE() << "answered with status " << outcome->status;
    return {};
  }
  return std::move(outcome).error();
}

}  // namespace kontor::test
