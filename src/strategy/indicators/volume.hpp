#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/window.hpp"

namespace kontor::strategy::indicators {

/// On-balance volume (Joseph Granville, 1963): the running sum of volume, positive on a higher close,
/// negative on a lower one; begins with the first bar's volume. TA-Lib OBV. The sum is compensated (Neumaier,
/// 1974).
class OnBalanceVolume {
 public:
  double update(const BarValues& bar) noexcept {
    if (!started_) [[unlikely]] {
      started_ = true;
      sum_ = bar.volume;
    } else {
      add(value_if(bar.close > previous_close_, bar.volume) -
          value_if(bar.close < previous_close_, bar.volume));
    }
    previous_close_ = bar.close;
    return sum_ + compensation_;
  }

  [[nodiscard]] double value() const noexcept { return started_ ? sum_ + compensation_ : not_ready; }
  [[nodiscard]] bool ready() const noexcept { return started_; }
  [[nodiscard]] static constexpr std::size_t warmup() noexcept { return 1; }

 private:
  void add(double volume) noexcept {
    const double sum = sum_ + volume;
    const double added = sum - sum_;
    compensation_ += (sum_ - (sum - added)) + (volume - added);
    sum_ = sum;
  }

  double sum_ = 0.0;
  double compensation_ = 0.0;
  double previous_close_ = 0.0;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(OnBalanceVolume, (), (), (), (sum_, compensation_, previous_close_, started_))
};

/// Volume-weighted average price since the start of the session: sum(typical price * volume) / sum(volume)
/// (Berkowitz, Logue and Noser, 1988). Sessions are `session_ns` long and begin at `offset_ns` after midnight
/// UTC of 1 January 1970; a bar belongs to the session of its opening time. While a session has no volume the
/// output is the typical price.
class SessionVwap {
 public:
  static constexpr std::int64_t day_ns = 86'400'000'000'000;

  SessionVwap() : SessionVwap(day_ns) {}
  explicit SessionVwap(std::int64_t session_ns, std::int64_t offset_ns = 0)
      : session_ns_(session_ns), offset_ns_(offset_ns) {
    ASSERT(session_ns > 0);
    ASSERT(offset_ns >= 0 && offset_ns < session_ns);
  }

  double update(const BarValues& bar) noexcept {
    if (!started_ || bar.ts_open < session_start_ || bar.ts_open - session_start_ >= session_ns_)
        [[unlikely]] {
      begin_session(bar.ts_open);
    }
    const double price = typical_price(bar);
    turnover_ += price * bar.volume;
    volume_ += bar.volume;
    value_ = volume_ > 0.0 ? turnover_ / volume_ : price;
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return started_; }
  [[nodiscard]] static constexpr std::size_t warmup() noexcept { return 1; }

  /// Asked after a snapshot was read. A session can begin only in a year that bars come from.
  [[nodiscard]] bool is_valid() const noexcept {
    constexpr std::int64_t kFarthest = std::int64_t{1} << 62U;
    const bool in_time = session_start_ > -kFarthest && session_start_ < kFarthest;
    return in_time && session_ns_ > 0 && offset_ns_ >= 0 && offset_ns_ < session_ns_;
  }

 private:
  void begin_session(std::int64_t ts) noexcept {
    const std::int64_t since = (ts - offset_ns_) % session_ns_;
    session_start_ = ts - (since < 0 ? since + session_ns_ : since);
    turnover_ = 0.0;
    volume_ = 0.0;
    started_ = true;
  }

  std::int64_t session_ns_;
  std::int64_t offset_ns_;
  std::int64_t session_start_ = 0;
  double turnover_ = 0.0;
  double volume_ = 0.0;
  double value_ = not_ready;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(SessionVwap, (), (), (),
                       (session_ns_, offset_ns_, session_start_, turnover_, volume_, value_, started_))
};

/// Volume-weighted average of the typical price over the last `period` bars; the last typical price where
/// those bars have no volume.
class RollingVwap {
 public:
  RollingVwap() : RollingVwap(20) {}
  explicit RollingVwap(std::size_t period) : turnover_(period), volume_(period) {}

  double update(const BarValues& bar) noexcept {
    const double price = typical_price(bar);
    const double turnover = turnover_.push(price * bar.volume);
    const double volume = volume_.push(bar.volume);
    if (volume_.full()) [[likely]] {
      value_ = volume > 0.0 ? turnover / volume : price;
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return volume_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return volume_.period(); }

 private:
  WindowSum turnover_;
  WindowSum volume_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(RollingVwap, (), (), (), (turnover_, volume_, value_))
};

/// Money flow index, 0 to 100 (Gene Quong and Avrum Soudack, 1989). TA-Lib MFI.
///
/// Money flow = typical price * volume, positive when the typical price rose, negative when it fell; the
/// index is the positive share over the last `period` bars. 0 where nothing flowed; TA-Lib says 0 already
/// below a flow of 1.0, which would depend on the quote currency, so that limit is not used here.
class MoneyFlowIndex {
 public:
  MoneyFlowIndex() : MoneyFlowIndex(14) {}
  explicit MoneyFlowIndex(std::size_t period) : positive_(period), negative_(period) {}

  double update(const BarValues& bar) noexcept {
    const double price = typical_price(bar);
    const double change = price - previous_price_;
    previous_price_ = price;
    if (!started_) [[unlikely]] {
      started_ = true;
      return not_ready;
    }
    const double flow = price * bar.volume;
    const double positive = positive_.push(value_if(change > 0.0, flow));
    const double negative = negative_.push(value_if(change < 0.0, flow));
    if (positive_.full()) [[likely]] {
      const double total = positive + negative;
      value_ = total == 0.0 ? 0.0 : 100.0 * (positive / total);
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return positive_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return positive_.period() + 1; }

 private:
  WindowSum positive_;
  WindowSum negative_;
  double previous_price_ = 0.0;
  double value_ = not_ready;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(MoneyFlowIndex, (), (), (), (positive_, negative_, previous_price_, value_, started_))
};

}  // namespace kontor::strategy::indicators
