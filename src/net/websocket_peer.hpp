#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/byte_stream.hpp"
#include "net/io_loop.hpp"
#include "net/websocket_close.hpp"
#include "net/websocket_frame.hpp"
#include "net/websocket_handshake.hpp"

namespace kontor::net {

/// How a WebSocket is kept.
struct WebSocketRules {
  WebSocketRole role = WebSocketRole::client;
  std::string name{};            ///< of the other side, for messages
  DurationNs ping_every_ns = 0;  ///< 0: never
  DurationNs silence_ns = 0;     ///< 0: silence is no sign
  DurationNs closing_ns = kSecond;
  std::size_t max_message_bytes = 0;
  std::size_t max_queue_bytes = 0;
};

/// One end of an open WebSocket on a stream, whichever end it is. Calls back from the loop only.
class WebSocketPeer final : public StreamListener, public std::enable_shared_from_this<WebSocketPeer> {
 public:
  struct Handlers {
    std::move_only_function<void(std::string_view text, bool is_binary)> on_message{};
    std::move_only_function<void(const CloseReason& reason)> on_close{};
  };

  WebSocketPeer(IoLoop& loop, std::shared_ptr<ByteStream> stream, WebSocketRules rules, Handlers handlers);

  /// Takes what the stream holds already, then what comes.
  void start();
  /// Errors: io (not open), overflow (the queue is full; nothing of the message was taken).
  [[nodiscard]] Result<void> send(WebSocketOpcode opcode, std::string_view payload);
  void close(std::uint16_t code, std::string_view text);
  /// on_close follows with this reason.
  void abort(CloseReason reason);
  /// Closes; calls nothing back any more.
  void forget() noexcept;

  // Faults for tests of clients.
  void break_off(std::string_view text, std::size_t bytes);
  void stop_reading() noexcept { stream_->pause_reading(); }

  [[nodiscard]] bool is_open() const noexcept { return phase_ == Phase::open; }
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return stream_->queued_bytes(); }
  [[nodiscard]] DurationNs round_trip_ns() const noexcept { return round_trip_ns_; }
  [[nodiscard]] DurationNs silent_ns() const noexcept { return steady_now() - heard_at_; }

  void on_bytes() override;
  void on_end(const StreamEnd& end) override;
  void on_drained() override {}

 private:
  enum class Phase : std::uint8_t { open, closing, closed };

  void read_messages();
  void take(const WebSocketReader::Step& step);
  void take_close(std::string_view payload);
  void take_pong(std::string_view payload) noexcept;
  void answer_ping(std::string_view payload);
  void refuse(const WebSocketViolation& violation);
  void put(WebSocketOpcode opcode, std::string_view payload);
  void watch();
  void on_watch();
  void ping();
  void end(const CloseReason& reason);
  [[nodiscard]] CloseReason reason(WebSocketEnd how, ErrorKind kind, std::string_view what) const;

  IoLoop& loop_;
  std::shared_ptr<ByteStream> stream_;
  const WebSocketRules rules_;
  Handlers handlers_;
  WebSocketReader reader_;
  RandomBytes random_{};
  Phase phase_ = Phase::open;
  bool is_forgotten_ = false;
  Timer watch_{};
  Timer closing_{};
  DurationNs heard_at_;
  DurationNs pinged_at_;
  DurationNs round_trip_ns_ = 0;
  std::uint64_t pings_ = 0;
};

}  // namespace kontor::net
