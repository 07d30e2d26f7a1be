#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/connect_options.hpp"
#include "net/http_message.hpp"
#include "net/io_loop.hpp"

namespace kontor::net {

/// Whether a request that failed can have reached the venue. `not_sent`: no byte of it has left, so it may be
/// sent again. `unknown`: it may have arrived and been obeyed; only the venue can say.
BOOST_DEFINE_FIXED_ENUM_CLASS(Delivery, std::uint8_t, not_sent, unknown)

/// Where a request failed.
BOOST_DEFINE_FIXED_ENUM_CLASS(HttpStep, std::uint8_t, request, queue, resolve, connect, proxy, tls, write,
                              first_byte, body)

/// Why there is no answer. The message names method, host and path, what was expected and what was found;
/// nothing of headers, queries and bodies, which carry keys and signatures.
struct HttpFailure {
  Delivery delivery = Delivery::not_sent;
  HttpStep step = HttpStep::request;
  bool timed_out = false;
  Error error{};
  /// What had come of the answer: its status and headers, never the body. Status 0: nothing.
  HttpResponse found{};
};

using HttpOutcome = std::expected<HttpResponse, HttpFailure>;
using HttpCallback = std::move_only_function<void(HttpOutcome)>;

/// How one request is made.
struct HttpOptions {
  DurationNs write_ns = 5 * kSecond;        ///< until the request has been handed to the system
  DurationNs first_byte_ns = 10 * kSecond;  ///< from then until the answer begins
  DurationNs whole_ns = 30 * kSecond;       ///< from send() to the end of the answer, waiting included
  std::size_t max_body_bytes = std::size_t{16} << 20U;
  /// False: an answer of status 2xx whose body is an HTML page is a failure; venues send them when something
  /// in front of them answers in their place. Other statuses are answers, whatever the body is.
  bool accepts_html = false;
};

/// How a client keeps its connections.
struct HttpClientOptions {
  ConnectOptions connect{};
  std::size_t connections_per_origin = 6;
  std::size_t queue_per_origin = 256;  ///< requests that wait for a connection
  DurationNs idle_ns = 50 * kSecond;   ///< after which a connection that nobody uses is closed
  std::size_t max_header_bytes = std::size_t{64} << 10U;
};

/// Speaks HTTP/1.1 over kept connections, of which each origin (scheme, host, port) has a few. Requests of
/// one origin begin in the order of send(). Redirects and cookies mean nothing to it, and no request is ever
/// repeated: a kept connection that turns out to be closed is replaced only before a byte is written.
/// Owned and used by the loop's thread.
class HttpClient {
 public:
  HttpClient(IoLoop& loop, HttpClientOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  /// What is still on its way is not called back any more: close() first where that matters.
  ~HttpClient();

  /// Sends a request. The callback comes exactly once, never from within this call. Other headers than Host
  /// and Content-Length are the caller's; those two are refused.
  void send(HttpRequest request, const HttpOptions& options, HttpCallback callback);
  /// Opens a connection to the origin of this address ahead of the first request, where there is none.
  /// Failing is found out by the request.
  void prepare(std::string_view url);
  /// Ends everything: what has not been answered fails with the kind canceled, soon but not from within this
  /// call.
  void close();

  /// For tests and for whoever watches.
  struct Counts {
    std::size_t opened = 0;  ///< connections, ever
    std::size_t open = 0;    ///< now, those that are being opened included
    std::size_t idle = 0;
    std::size_t waiting = 0;  ///< requests without a connection
  };
  [[nodiscard]] Counts counts() const noexcept;

 private:
  class Pool;
  std::shared_ptr<Pool> pool_;
};

}  // namespace kontor::net
