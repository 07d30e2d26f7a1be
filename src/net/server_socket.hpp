#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/websocket_close.hpp"

namespace kontor::net {

/// The server's end of one WebSocket. Held by anybody; a socket that has closed refuses. On the loop's
/// thread.
class ServerSocket {
 public:
  ServerSocket() = default;
  ServerSocket(const ServerSocket&) = delete;
  ServerSocket& operator=(const ServerSocket&) = delete;
  virtual ~ServerSocket() = default;

  /// Errors: io (closed), overflow (the other side reads too slowly: the socket is cut off, on_close
  /// follows).
  virtual Result<void> send(std::string_view text) = 0;
  virtual Result<void> send_binary(std::string_view bytes) = 0;
  /// The answer is not told.
  virtual Result<void> ping(std::string_view text) = 0;
  /// Says goodbye: on_close follows when the other side has, or has not in time.
  virtual void close(std::uint16_t code, std::string_view text) = 0;
  /// Drops the connection at once, so that the other side reads "connection reset"; on_close follows.
  virtual void abort() = 0;
  /// A fault for tests of clients: sends the first bytes of this message's frame, then closes without a
  /// goodbye.
  virtual void break_off(std::string_view text, std::size_t bytes) = 0;
  /// A fault for tests of clients: reads no more, so that pings too stay unanswered.
  virtual void stop_reading() = 0;

  [[nodiscard]] virtual bool is_open() const noexcept = 0;
  [[nodiscard]] virtual std::size_t queued_bytes() const noexcept = 0;
};

/// What a server does about one WebSocket.
struct SocketHandlers {
  std::move_only_function<void(const std::shared_ptr<ServerSocket>& socket)> on_open{};
  /// The text is borrowed for the time of the call.
  std::move_only_function<void(std::string_view text, bool is_binary)> on_message{};
  /// Once, the last that is called.
  std::move_only_function<void(const CloseReason& reason)> on_close{};
};

}  // namespace kontor::net
