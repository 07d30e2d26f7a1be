#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "emulator/fault_plan.hpp"
#include "net/server_socket.hpp"

namespace kontor::emulator::binance {

/// What leaves on one socket, with the faults of the way: messages that are lost, doubled, late or out of
/// order. Answers to requests are not touched.
class Outbox {
 public:
  static constexpr std::size_t kMaxHeld = 1'000;

  explicit Outbox(FaultPlan& faults) noexcept : faults_(faults) {}
  void open(const std::shared_ptr<net::ServerSocket>& socket) { socket_ = socket; }

  /// Lets go of the socket, which may hold whoever holds this.
  void forget() noexcept { socket_.reset(); }

  void send(std::string_view text);
  void send_market(std::string_view text, TimeNs now) { send_faulty(text, faults_.market_message(), now); }
  void send_private(std::string_view text, TimeNs now) { send_faulty(text, faults_.private_message(), now); }
  /// Sends what was held back and is due.
  void tick(TimeNs now);

  /// It stays open, and nothing is sent or heard any more.
  void go_silent();
  [[nodiscard]] bool is_silent() const noexcept { return is_silent_; }
  [[nodiscard]] bool is_open() const noexcept { return socket_ && socket_->is_open(); }
  [[nodiscard]] const std::shared_ptr<net::ServerSocket>& socket() const noexcept { return socket_; }

 private:
  struct Held {
    TimeNs due = 0;
    std::string text;
  };
  void send_faulty(std::string_view text, const MessageFault& fault, TimeNs now);
  void hold(TimeNs due, std::string_view text);

  FaultPlan& faults_;
  std::shared_ptr<net::ServerSocket> socket_;
  std::vector<Held> held_;
  std::optional<Held> overtaken_;  ///< goes after the next one
  bool is_silent_ = false;
};

}  // namespace kontor::emulator::binance
