#include "emulator/bybit/outbox.hpp"

#include <utility>

namespace kontor::emulator::bybit {

void Outbox::send(std::string_view text) {
  if (is_silent_ || !is_open()) return;
  // Refused: it has closed, or is cut off because its reader is too slow; on_close follows.
  (void)socket_->send(text);
}

void Outbox::send_late(std::string text, DurationNs delay) {
  delays_.after(delay, [weak = weak_from_this(), text = std::move(text)] {
    if (const auto self = weak.lock()) self->send(text);
  });
}

void Outbox::release_held() {
  if (!held_.empty()) send(std::exchange(held_, {}));
}

void Outbox::send_with(std::string_view text, const MessageFault& fault) {
  switch (fault.action) {
    case MessageAction::drop: return;
    case MessageAction::delay: send_late(std::string(text), fault.delay_ns); return;
    case MessageAction::duplicate:
      send(text);
      send(text);
      release_held();
      return;
    case MessageAction::reorder:
      if (!held_.empty()) break;
      held_ = text;
      delays_.after(fault.delay_ns > 0 ? fault.delay_ns : kSecond, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->release_held();
      });
      return;
    case MessageAction::send: break;
  }
  send(text);
  release_held();
}

void Outbox::fall_silent() {
  is_silent_ = true;
  if (is_open()) socket_->stop_reading();
}

void Outbox::close(std::uint16_t code, std::string_view text) {
  if (is_open()) socket_->close(code, text);
}

void Outbox::abort() {
  if (is_open()) socket_->abort();
}

void Outbox::break_off(std::string_view text) {
  if (is_open()) socket_->break_off(text, text.size() / 2);
}

}  // namespace kontor::emulator::bybit
