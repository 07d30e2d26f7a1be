#include "emulator/binance/outbox.hpp"

#include <algorithm>
#include <utility>

namespace kontor::emulator::binance {

void Outbox::send(std::string_view text) {
  if (is_silent_ || !is_open()) return;
  // A socket that refuses is closed or about to be; on_close tells.
  [[maybe_unused]] const auto sent = socket_->send(text);
}

void Outbox::hold(TimeNs due, std::string_view text) {
  if (held_.size() < kMaxHeld) held_.push_back({due, std::string(text)});
}

void Outbox::send_faulty(std::string_view text, const MessageFault& fault, TimeNs now) {
  switch (fault.action) {
    case MessageAction::drop: return;
    case MessageAction::delay: hold(now + fault.delay_ns, text); return;
    case MessageAction::reorder:
      if (!overtaken_) {
        overtaken_ = Held{now + fault.delay_ns, std::string(text)};
        return;
      }
      break;
    case MessageAction::duplicate: send(text); break;
    case MessageAction::send: break;
  }
  send(text);
  if (overtaken_) send(std::exchange(overtaken_, std::nullopt)->text);
}

void Outbox::tick(TimeNs now) {
  if (overtaken_ && overtaken_->due <= now) send(std::exchange(overtaken_, std::nullopt)->text);
  std::vector<Held> due;
  const auto later = std::ranges::stable_partition(held_, [&](const Held& held) { return held.due > now; });
  due.assign(std::make_move_iterator(later.begin()), std::make_move_iterator(later.end()));
  held_.erase(later.begin(), later.end());
  for (const Held& held : due) send(held.text);
}

void Outbox::go_silent() {
  is_silent_ = true;
  if (socket_) socket_->stop_reading();
}

}  // namespace kontor::emulator::binance
