#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/bybit/delays.hpp"
#include "emulator/fault_plan.hpp"
#include "net/server_socket.hpp"

namespace kontor::emulator::bybit {

/// What leaves by one socket, with what the fault switch does to it on the way. A socket that has closed
/// takes nothing, and nobody minds.
class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  explicit Outbox(Delays& delays) noexcept : delays_(delays) {}

  void open(std::shared_ptr<net::ServerSocket> socket) { socket_ = std::move(socket); }
  /// Lets go of the socket, which may hold whoever holds this.
  void forget() noexcept { socket_.reset(); }
  /// Sends as it is: answers.
  void send(std::string_view text);
  /// Sends, unless the fault says otherwise: market data and account events.
  void send_with(std::string_view text, const MessageFault& fault);

  /// Stays open, and nothing leaves any more.
  void fall_silent();
  void close(std::uint16_t code, std::string_view text);
  void abort();
  /// Sends the beginning of this message and breaks off.
  void break_off(std::string_view text);

  [[nodiscard]] bool is_silent() const noexcept { return is_silent_; }
  [[nodiscard]] bool is_open() const noexcept { return socket_ && socket_->is_open(); }

 private:
  void send_late(std::string text, DurationNs delay);
  void release_held();

  Delays& delays_;
  std::shared_ptr<net::ServerSocket> socket_;
  std::string held_;  ///< waits for the message that overtakes it; empty: none
  bool is_silent_ = false;
};

}  // namespace kontor::emulator::bybit
