#pragma once

#include <optional>
#include <string_view>

#include "calendar/schedule.hpp"
#include "model/event.hpp"

namespace kontor::session {

/// What a session's schedule says of one instant.
struct ScheduleWord {
  TradingStateChanged trading{};
  bool ends = false;  ///< its last word: the session is over once that has been carried out
};

/// A word of the schedule that has not been said yet, and since when it holds.
struct ScheduleNews {
  TradingStateChanged change{};
  TimeNs since = 0;
};

/// Reads a schedule instant by instant. What it says depends on the instant alone, never on what it was asked
/// before, so that a restart is told the same. Cheap to ask again as long as nothing changes.
class ScheduleClock {
 public:
  /// `begun`: the time of the session's first datum.
  ScheduleClock(calendar::Schedule schedule, TimeNs begun) : schedule_(std::move(schedule)), begun_(begun) {}

  [[nodiscard]] const ScheduleWord& at(TimeNs now) {
    if (now < from_ || now >= until_) [[unlikely]]
      look(now);
    return word_;
  }
  /// Up to when what at() has said last holds.
  [[nodiscard]] TimeNs until() const noexcept { return until_; }
  /// What there is to say at `next` where `said` was said last, at `before` or earlier; nothing: nothing new.
  [[nodiscard]] std::optional<ScheduleNews> news(TradingState said, TimeNs before, TimeNs next);
  /// When between `before` and `now` the trading state that holds `at(now)` began; the beginning of that
  /// time, as far back as windows are looked for, where it held all the time.
  [[nodiscard]] TimeNs since(TimeNs before, TimeNs now);

 private:
  void look(TimeNs now);
  [[nodiscard]] std::pair<TimeNs, TradingReason> end() const noexcept;

  calendar::Schedule schedule_;
  TimeNs begun_;
  ScheduleWord word_;
  TimeNs from_ = kTimeMax;   ///< word_ holds from here …
  TimeNs until_ = kTimeMin;  ///< … up to, but not including here
};

/// For people: `its stop time has come`.
[[nodiscard]] std::string_view reason_text(TradingReason reason) noexcept;

}  // namespace kontor::session
