#pragma once

#include <algorithm>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/window.hpp"

namespace kontor::strategy::indicators {

/// Outputs of Ichimoku, in price units.
struct IchimokuValue {
  double conversion = not_ready;  ///< tenkan-sen
  double base = not_ready;        ///< kijun-sen
  double leading_a = not_ready;   ///< senkou span A computed from this bar, to be drawn ahead
  double leading_b = not_ready;   ///< senkou span B computed from this bar, to be drawn ahead
  double cloud_a = not_ready;     ///< span A in force at this bar
  double cloud_b = not_ready;     ///< span B in force at this bar
  double lagging = not_ready;     ///< chikou span: this close, to be drawn behind

  BOOST_DESCRIBE_CLASS(IchimokuValue, (), (conversion, base, leading_a, leading_b, cloud_a, cloud_b, lagging),
                       (), ())
};

/// Ichimoku kinko hyo (Goichi Hosoda, 1969).
///
/// Every line is the middle of the highest high and the lowest low of its period; span A is the middle of
/// conversion and base. The spans are drawn `displacement` bars ahead counting this one, so the cloud in
/// force at a bar was computed displacement - 1 bars before: nothing looks ahead. Each output begins as soon
/// as it can be computed.
class Ichimoku {
 public:
  Ichimoku() : Ichimoku(9, 26, 52, 26) {}
  Ichimoku(std::size_t conversion, std::size_t base, std::size_t span_b, std::size_t displacement)
      : conversion_(conversion),
        base_(base),
        span_b_(span_b),
        delay_a_(displacement),
        delay_b_(displacement) {}

  IchimokuValue update(const BarValues& bar) noexcept {
    value_.conversion = conversion_.update(bar);
    value_.base = base_.update(bar);
    value_.leading_a = (value_.conversion + value_.base) / 2.0;
    value_.leading_b = span_b_.update(bar);
    value_.cloud_a = delay_a_.update(value_.leading_a);
    value_.cloud_b = delay_b_.update(value_.leading_b);
    value_.lagging = bar.close;
    return value_;
  }

  [[nodiscard]] const IchimokuValue& value() const noexcept { return value_; }
  /// True once all outputs exist.
  [[nodiscard]] bool ready() const noexcept {
    return value_.cloud_a == value_.cloud_a && value_.cloud_b == value_.cloud_b;
  }
  [[nodiscard]] std::size_t warmup() const noexcept {
    return std::max({conversion_.warmup(), base_.warmup(), span_b_.warmup()}) + delay_a_.bars();
  }

 private:
  /// Middle of the range of the last `period` bars.
  class Line {
   public:
    Line() : Line(1) {}
    explicit Line(std::size_t period) : highest_(period), lowest_(period) {}

    double update(const BarValues& bar) noexcept {
      const double highest = highest_.push(bar.high);
      const double lowest = lowest_.push(bar.low);
      return highest_.full() ? (highest + lowest) / 2.0 : not_ready;
    }
    [[nodiscard]] std::size_t warmup() const noexcept { return highest_.period(); }

   private:
    WindowMaximum highest_;
    WindowMinimum lowest_;

    BOOST_DESCRIBE_CLASS(Line, (), (), (), (highest_, lowest_))
  };

  /// The value of displacement - 1 bars before.
  class Delay {
   public:
    Delay() : Delay(1) {}
    explicit Delay(std::size_t displacement)
        : bars_(displacement - 1), history_(std::max<std::size_t>(bars_, 1)) {
      ASSERT(displacement > 0);
    }

    double update(double input) noexcept {
      if (bars_ == 0) {
        return input;
      }
      const bool warm = history_.full();
      const double delayed = history_.exchange(input);
      return warm ? delayed : not_ready;
    }
    [[nodiscard]] std::size_t bars() const noexcept { return bars_; }
    /// Asked after a snapshot was read.
    [[nodiscard]] bool is_valid() const noexcept {
      return history_.capacity() == std::max<std::size_t>(bars_, 1);
    }

   private:
    std::size_t bars_;
    FixedRing history_;

    BOOST_DESCRIBE_CLASS(Delay, (), (), (), (bars_, history_))
  };

  Line conversion_;
  Line base_;
  Line span_b_;
  Delay delay_a_;
  Delay delay_b_;
  IchimokuValue value_;

  BOOST_DESCRIBE_CLASS(Ichimoku, (), (), (), (conversion_, base_, span_b_, delay_a_, delay_b_, value_))
};

}  // namespace kontor::strategy::indicators
