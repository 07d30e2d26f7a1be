#include "emulator/binance/socket_peer.hpp"

#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr DurationNs kLongestLife = kDay;
constexpr std::uint16_t kNormalClose = 1000;
constexpr std::uint16_t kPolicyClose = 1008;

constexpr DurationNs ping_interval(Product product) noexcept {
  return product == Product::spot ? 20 * kSecond : 3 * kMinute;
}

}  // namespace

SocketPeer::SocketPeer(Service& service, Product product)
    : service_(service), product_(product), outbox_(service.venue().faults()) {}

void SocketPeer::open(const std::shared_ptr<net::ServerSocket>& socket) {
  outbox_.open(socket);
  opened_at_ = service_.exchange().now();
  next_ping_ = opened_at_ + ping_interval(product_);
  next_fault_ = opened_at_ + kSecond;
}

void SocketPeer::end(std::uint16_t code, std::string_view text) {
  if (outbox_.is_open()) outbox_.socket()->close(code, text);
}

void SocketPeer::receive(std::string_view text) {
  if (outbox_.is_silent()) return;
  if (const std::size_t most = messages_a_second(); most != 0) {
    const TimeNs now = service_.exchange().now();
    received_.push_back(now);
    while (received_.front() <= now - kSecond) received_.pop_front();
    if (received_.size() > most) return end(kPolicyClose, "Too many requests");
  }
  on_text(text);
}

void SocketPeer::suffer_faults(TimeNs now) {
  next_fault_ = now + kSecond;
  switch (service_.venue().faults().socket_tick()) {
    case SocketAction::none: return;
    case SocketAction::go_silent: outbox_.go_silent(); return;
    case SocketAction::close: end(kNormalClose, "going away"); return;
    case SocketAction::cut: outbox_.socket()->break_off(R"({"e":"serverShutdown"})", 8); return;
    case SocketAction::expire_listen_key: on_listen_key_fault(); return;
  }
}

void SocketPeer::tick() {
  if (!is_open()) return;
  const TimeNs now = service_.exchange().now();
  outbox_.tick(now);
  if (now >= next_fault_) suffer_faults(now);
  if (!is_open() || outbox_.is_silent()) return;
  if (now >= opened_at_ + kLongestLife) return end(kNormalClose, "the connection was open for 24 hours");
  if (now < next_ping_) return;
  next_ping_ = now + ping_interval(product_);
  // A socket that refuses is closed or about to be; on_close tells.
  [[maybe_unused]] const auto pinged = outbox_.socket()->ping(std::to_string(service_.now_ms()));
}

}  // namespace kontor::emulator::binance
