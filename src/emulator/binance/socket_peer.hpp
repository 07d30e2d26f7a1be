#pragma once

#include <deque>
#include <memory>
#include <string_view>

#include "base/time.hpp"
#include "emulator/binance/outbox.hpp"
#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

/// The venue's end of one WebSocket: what comes in, pings, its longest life and the faults of sockets. Kinds
/// of sockets derive from it. Owned by the front; one thread.
class SocketPeer {
 public:
  SocketPeer(Service& service, Product product);
  SocketPeer(const SocketPeer&) = delete;
  SocketPeer& operator=(const SocketPeer&) = delete;
  virtual ~SocketPeer() = default;

  void open(const std::shared_ptr<net::ServerSocket>& socket);
  void receive(std::string_view text);
  /// The socket is gone: nothing is read any more.
  virtual void close() = 0;
  /// Something that happens with time; called often.
  void tick();
  /// The venue closes for maintenance.
  virtual void shut_down() = 0;
  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] Product product() const noexcept { return product_; }
  [[nodiscard]] bool is_open() const noexcept { return outbox_.is_open(); }

 protected:
  virtual void on_text(std::string_view text) = 0;
  /// A fault of the private stream; most sockets have none.
  virtual void on_listen_key_fault() {}
  /// How many messages a second the venue takes here; 0: any number.
  [[nodiscard]] virtual std::size_t messages_a_second() const noexcept { return 0; }
  void end(std::uint16_t code, std::string_view text);

  Service& service_;

 private:
  void suffer_faults(TimeNs now);

  Product product_;
  Outbox outbox_;
  TimeNs opened_at_ = 0;
  TimeNs next_ping_ = 0;
  TimeNs next_fault_ = 0;
  std::deque<TimeNs> received_;
};

}  // namespace kontor::emulator::binance
