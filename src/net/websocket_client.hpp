#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/connect_options.hpp"
#include "net/http_message.hpp"
#include "net/io_loop.hpp"
#include "net/websocket_close.hpp"

namespace kontor::net {

/// How a WebSocket is opened and kept.
struct WebSocketOptions {
  ConnectOptions connect{};
  std::vector<HttpHeader> headers{};        ///< of the request that opens it
  DurationNs opening_ns = 5 * kSecond;      ///< for the answer to that request
  DurationNs ping_every_ns = 15 * kSecond;  ///< 0: we send no pings
  DurationNs silence_ns = 40 * kSecond;     ///< nothing at all was heard: it is dead. 0: silence is no sign
  DurationNs closing_ns = 3 * kSecond;      ///< for the other side's goodbye
  std::size_t max_message_bytes = std::size_t{16} << 20U;
  std::size_t max_queue_bytes = std::size_t{1} << 20U;  ///< written by us and not yet taken by the system
};

/// One WebSocket to a venue (RFC 6455, without compression), which may be opened again after it has closed.
/// Pings are answered by itself. Owned and used by the loop's thread; may be destroyed by its own callbacks.
class WebSocketClient {
 public:
  struct Handlers {
    std::move_only_function<void()> on_open{};
    /// The text is borrowed for the time of the call.
    std::move_only_function<void(std::string_view text, bool is_binary)> on_message{};
    /// Once for every connect(), the last that is called.
    std::move_only_function<void(const CloseReason& reason)> on_close{};
  };

  WebSocketClient(IoLoop& loop, WebSocketOptions options);
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;
  /// Drops the connection; nothing is called back any more.
  ~WebSocketClient();

  /// Opens it; the outcome comes by on_open or on_close, never from within this call. To be called once, and
  /// again after on_close (also from within it).
  void connect(std::string_view url, Handlers handlers);
  /// Errors: io (not open), overflow (the queue is full; nothing of the message was taken).
  [[nodiscard]] Result<void> send(std::string_view text);
  [[nodiscard]] Result<void> send_binary(std::string_view bytes);
  /// Says goodbye: on_close follows when the other side has, or has not in time.
  void close(std::uint16_t code = 1000, std::string_view text = {});
  /// Drops the connection at once; on_close follows.
  void abort();

  [[nodiscard]] bool is_open() const noexcept;
  [[nodiscard]] std::size_t queued_bytes() const noexcept;
  /// Between our last ping that was answered and its answer; 0: none was yet.
  [[nodiscard]] DurationNs round_trip_ns() const noexcept;
  /// How long nothing has been heard.
  [[nodiscard]] DurationNs silent_ns() const noexcept;

 private:
  class Session;
  IoLoop& loop_;
  std::shared_ptr<const WebSocketOptions> options_;
  std::shared_ptr<Session> session_;
};

}  // namespace kontor::net
