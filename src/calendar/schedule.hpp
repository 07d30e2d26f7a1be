#pragma once

#include <optional>

#include "calendar/trading_windows.hpp"

namespace kontor::calendar {

/// What a session does with orders and positions when its schedule ends it.
enum class OnStop : std::uint8_t {
  keep,     ///< everything stays as it is
  cancel,   ///< entries are withdrawn, and their answers waited for; protection and positions stay
  flatten,  ///< every order is withdrawn and every position closed
};

/// When a session trades and when it ends; all times are the session's.
struct Schedule {
  TradingWindows windows;
  std::optional<TimeNs> start{};             ///< no new risk before
  std::optional<TimeNs> stop{};              ///< the session ends
  std::optional<DurationNs> max_duration{};  ///< the same, counted from the session's first datum
  OnStop on_stop = OnStop::keep;
};

}  // namespace kontor::calendar
