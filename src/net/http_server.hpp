#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http_message.hpp"
#include "net/io_loop.hpp"
#include "net/server_socket.hpp"
#include "net/tls.hpp"

namespace kontor::net {

class ServerConnection;

/// A request as it came.
struct ServerRequest {
  std::string method;  ///< `GET`, or whatever was written
  std::string target;  ///< `/api/v3/time?symbol=BTCUSDT`
  std::vector<HttpHeader> headers{};
  std::string body{};
  std::string peer{};  ///< `127.0.0.1:40122`
  bool is_secure = false;

  [[nodiscard]] std::string_view path() const noexcept;
  /// Without the question mark; empty: there is none.
  [[nodiscard]] std::string_view query() const noexcept;
  /// The value of the first header of that name, in any case; empty: there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// Answers one request, now or later, once; on the loop's thread. Where it is destroyed without an answer,
/// the request is answered with status 500. The connection may be gone by then: nothing happens then.
class HttpResponder {
 public:
  HttpResponder(HttpResponder&&) noexcept = default;
  /// The request that this one was to answer is answered with status 500.
  HttpResponder& operator=(HttpResponder&& other) noexcept;
  ~HttpResponder();

  /// Content-Length is added, and Connection where the connection ends with it.
  void answer(const HttpResponse& response);
  /// Faults for tests of clients. Closes the connection without an answer …
  void drop();
  /// … or so that the other side reads "connection reset" …
  void reset();
  /// … or after the headers and so many bytes of the body …
  void answer_truncated(const HttpResponse& response, std::size_t body_bytes);
  /// … or after these bytes, whatever they are.
  void answer_raw(std::string_view bytes);

 private:
  friend class ServerConnection;
  explicit HttpResponder(std::weak_ptr<ServerConnection> connection) noexcept;
  [[nodiscard]] std::shared_ptr<ServerConnection> take() noexcept;

  std::weak_ptr<ServerConnection> connection_;
};

/// What a server lets happen. What exceeds it is refused, or ends its connection.
struct ServerLimits {
  std::size_t connections = 1024;
  std::size_t header_bytes = std::size_t{16} << 10U;
  std::size_t body_bytes = std::size_t{4} << 20U;
  std::size_t message_bytes = std::size_t{1} << 20U;   ///< of a WebSocket
  std::size_t outbound_bytes = std::size_t{4} << 20U;  ///< waiting for a reader too slow, who is cut off
  DurationNs tls_ns = 5 * kSecond;                     ///< for the handshake
  DurationNs request_ns = 10 * kSecond;                ///< from the first byte of a request to its last
  DurationNs idle_ns = 75 * kSecond;                   ///< between requests
  DurationNs closing_ns = 3 * kSecond;                 ///< for the other side's goodbye
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;             ///< 0: any that is free
  std::shared_ptr<TlsContext> tls{};  ///< empty: without TLS
  ServerLimits limits{};
};

/// What becomes of a request to open a WebSocket: the callbacks of the new socket, or the answer that
/// refuses it.
using UpgradeDecision = std::variant<SocketHandlers, HttpResponse>;

struct ServerHandlers {
  /// Empty: every request is answered with status 404.
  std::move_only_function<void(const ServerRequest&, HttpResponder)> on_request{};
  /// Empty: there are no WebSockets here.
  std::move_only_function<UpgradeDecision(const ServerRequest&)> on_upgrade{};
  /// For handlers that have the answer at once.
  [[nodiscard]] static std::move_only_function<void(const ServerRequest&, HttpResponder)> at_once(
      std::move_only_function<HttpResponse(const ServerRequest&)> answer);
};

/// Serves HTTP/1.1 and WebSockets on one address. One request of a connection is worked on at a time, the
/// next is read after its answer. Owned and used by the loop's thread.
class HttpServer {
 public:
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Drops all connections; nothing is called back any more.
  ~HttpServer();

  /// Listens from now on. Error io: the address cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(IoLoop& loop, ServerOptions options,
                                                                  ServerHandlers handlers);
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;
  /// Takes no more connections, closes idle ones and says goodbye to WebSockets. Requests that are worked on
  /// are answered. What is left after this time is dropped; then `done` is called.
  void stop(DurationNs grace, std::move_only_function<void()> done);

 private:
  struct Core;
  explicit HttpServer(std::shared_ptr<Core> core) noexcept;
  std::shared_ptr<Core> core_;
};

}  // namespace kontor::net
