#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include <boost/describe/class.hpp>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace kontor::session {

/// The orders of which something was asked of the venue and not answered yet, and when to ask what became of
/// it. Asks again and again, ever more slowly: that nobody answers proves nothing.
class OpenMatters {
 public:
  /// So long the venue's own message is waited for.
  static constexpr DurationNs kAnswerTime = 2 * kSecond;
  static constexpr DurationNs kFirstPause = kSecond;
  static constexpr DurationNs kLongestPause = 15 * kSecond;

  struct Matter {
    TimeNs asked_at = 0;  ///< when the last request left
    TimeNs next_question = 0;
    TimeNs question_at = kTimeMin;  ///< when the last question left
    DurationNs pause = kFirstPause;
  };

  /// A request about the order has left at `asked_at`; its outcome is asked for from `first_question` on.
  void open(OrderId order, TimeNs asked_at, TimeNs first_question) {
    matters_[order.value] = {asked_at, first_question, kTimeMin, kFirstPause};
  }
  void settle(OrderId order) { matters_.erase(order.value); }
  [[nodiscard]] const Matter* find(OrderId order) const {
    const auto found = matters_.find(order.value);
    return found == matters_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool empty() const noexcept { return matters_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return matters_.size(); }

  /// Brings the next question forward to `at`, where there is a matter.
  void ask_at(OrderId order, TimeNs at) {
    const auto found = matters_.find(order.value);
    if (found != matters_.end()) found->second.next_question = at;
  }
  /// An order whose question is due, which counts as asked now.
  [[nodiscard]] std::optional<OrderId> take_due(TimeNs now) {
    for (auto& [order, matter] : matters_) {
      if (matter.next_question > now) continue;
      matter.question_at = now;
      matter.next_question = now + matter.pause;
      matter.pause = std::min(2 * matter.pause, kLongestPause);
      return OrderId(order);
    }
    return std::nullopt;
  }
  /// kTimeMax where nothing is open.
  [[nodiscard]] TimeNs next_due() const noexcept {
    TimeNs earliest = kTimeMax;
    for (const auto& [order, matter] : matters_) earliest = std::min(earliest, matter.next_question);
    return earliest;
  }

 private:
  std::map<std::uint64_t, Matter> matters_;
};

}  // namespace kontor::session
