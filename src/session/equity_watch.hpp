#pragma once

#include <array>

#include <boost/describe/class.hpp>

#include "base/time.hpp"
#include "portfolio/drawdown.hpp"

namespace kontor::session {

/// Follows the equity of a session from when it can be valued: its maximum drawdown at every mark, and the
/// times at which it is to be sampled, the ends of the market's hours. A function of what happens, so that a
/// session that goes through its past again comes to the same.
class EquityWatch {
 public:
  static constexpr DurationNs kInterval = kHour;

  [[nodiscard]] bool has_started() const noexcept { return started_; }
  void start(TimeNs market_time, Amount equity) noexcept {
    started_ = true;
    initial_ = equity;
    start_ = market_time;
    next_sample_ = (floor_divide(market_time, kInterval) + 1) * kInterval;
    drawdown_.start(equity);
  }
  /// After every mark.
  void take(Amount equity) noexcept { drawdown_.take(equity); }

  [[nodiscard]] bool is_due(TimeNs time) const noexcept { return time > next_sample_; }
  /// The samples to take before something that happens at `time`, with the equity before it: the one that is
  /// due, and where the data has a hole the last one of the hole; 0: none.
  [[nodiscard]] std::array<TimeNs, 2> due(TimeNs time) noexcept {
    const TimeNs first = next_sample_;
    const TimeNs last = floor_divide(time - 1, kInterval) * kInterval;
    next_sample_ = (last > first ? last : first) + kInterval;
    return {first, last > first ? last : 0};
  }

  /// What the account was worth when it could first be valued, and when that was on the market.
  [[nodiscard]] Amount initial() const noexcept { return initial_; }
  [[nodiscard]] TimeNs started_at() const noexcept { return start_; }
  [[nodiscard]] double max_drawdown() const noexcept { return drawdown_.deepest(); }

 private:
  bool started_ = false;
  Amount initial_;
  TimeNs start_ = 0;
  TimeNs next_sample_ = kTimeMax;
  portfolio::Drawdown drawdown_;
  BOOST_DESCRIBE_CLASS(EquityWatch, (), (), (), (started_, initial_, start_, next_sample_, drawdown_))
};

}  // namespace kontor::session
