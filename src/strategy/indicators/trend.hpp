#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/volatility.hpp"

namespace kontor::strategy::indicators {

/// Outputs of AverageDirectionalIndex, 0 to 100.
struct DirectionalValue {
  double adx = not_ready;
  double plus_di = not_ready;
  double minus_di = not_ready;

  BOOST_DESCRIBE_CLASS(DirectionalValue, (), (adx, plus_di, minus_di), (), ())
};

/// Average directional index and directional indicators ("New Concepts in Technical Trading Systems", 1978).
/// TA-Lib ADX, PLUS_DI and MINUS_DI.
///
/// Directional movement and true range start as sums over the first period - 1 changes, then
/// S = S' - S'/period + today. DX = 100 |+DM - -DM| / (+DM + -DM); the first ADX is the mean of `period` DX,
/// later ones are Wilder's smoothing; a bar without any movement leaves ADX as it was. As in TA-Lib the
/// directional indicators begin with bar period + 1, ADX with bar 2 period.
class AverageDirectionalIndex {
 public:
  AverageDirectionalIndex() : AverageDirectionalIndex(14) {}
  explicit AverageDirectionalIndex(std::size_t period)
      : period_(period), alpha_(1.0 / static_cast<double>(period)), decay_(1.0 - alpha_) {
    ASSERT(period > 0);
  }

  DirectionalValue update(const BarValues& bar) noexcept {
    if (count_ > 0) [[likely]] {
      accumulate(bar);
      if (count_ >= period_) [[likely]] {
        publish();
      }
    }
    previous_high_ = bar.high;
    previous_low_ = bar.low;
    previous_close_ = bar.close;
    if (count_ < 2 * period_) {
      ++count_;
    }
    return value_;
  }

  [[nodiscard]] const DirectionalValue& value() const noexcept { return value_; }
  /// True once all three outputs exist.
  [[nodiscard]] bool ready() const noexcept { return count_ >= 2 * period_; }
  [[nodiscard]] std::size_t warmup() const noexcept { return 2 * period_; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    return period_ > 0 && period_ <= SIZE_MAX / 2 && count_ <= 2 * period_;
  }

 private:
  void accumulate(const BarValues& bar) noexcept {
    const double up = bar.high - previous_high_;
    const double down = previous_low_ - bar.low;
    const double plus = up > down && up > 0.0 ? up : 0.0;
    const double minus = down > up && down > 0.0 ? down : 0.0;
    const double keep = count_ < period_ ? 1.0 : decay_;
    plus_movement_ = plus_movement_ * keep + plus;
    minus_movement_ = minus_movement_ * keep + minus;
    range_ = range_ * keep + true_range(bar, previous_close_);
  }

  void publish() noexcept {
    value_.plus_di = range_ == 0.0 ? 0.0 : 100.0 * (plus_movement_ / range_);
    value_.minus_di = range_ == 0.0 ? 0.0 : 100.0 * (minus_movement_ / range_);
    const double movement = plus_movement_ + minus_movement_;
    const bool moved = movement != 0.0;
    const double index = moved ? 100.0 * (std::fabs(plus_movement_ - minus_movement_) / movement) : 0.0;
    if (count_ < 2 * period_) {
      seed_ += index;
      if (count_ + 1 == 2 * period_) {
        value_.adx = seed_ * alpha_;
      }
    } else if (moved) {
      value_.adx = index + decay_ * (value_.adx - index);
    }
  }

  std::size_t period_;
  double alpha_;
  double decay_;
  double previous_high_ = 0.0;
  double previous_low_ = 0.0;
  double previous_close_ = 0.0;
  double plus_movement_ = 0.0;
  double minus_movement_ = 0.0;
  double range_ = 0.0;
  double seed_ = 0.0;      ///< sum of the first `period` DX
  std::size_t count_ = 0;  ///< bars so far, up to 2 period
  DirectionalValue value_;

  BOOST_DESCRIBE_CLASS(AverageDirectionalIndex, (), (), (),
                       (period_, alpha_, decay_, previous_high_, previous_low_, previous_close_,
                        plus_movement_, minus_movement_, range_, seed_, count_, value_))
};

/// Outputs of the indicators that trail the price as a stop.
struct TrailingValue {
  double line = not_ready;       ///< the stop, in price units
  double direction = not_ready;  ///< +1 while the trend is up (line below the price), -1 while it is down

  BOOST_DESCRIBE_CLASS(TrailingValue, (), (line, direction), (), ())
};

/// Supertrend (Olivier Seban): median price ± `multiplier` average true ranges, each band only tightening
/// until the close crosses it; the line is the lower band in an uptrend, the upper band in a downtrend.
/// Starts in a downtrend, as ta.supertrend of Pine Script does.
class Supertrend {
 public:
  Supertrend() : Supertrend(10, 3.0) {}
  explicit Supertrend(std::size_t period, double multiplier = 3.0)
      : range_(period), multiplier_(multiplier) {}

  TrailingValue update(const BarValues& bar) noexcept {
    const double range = range_.update(bar);
    if (range_.ready()) [[likely]] {
      follow(bar, multiplier_ * range);
    }
    previous_close_ = bar.close;
    return value_;
  }

  [[nodiscard]] const TrailingValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return range_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return range_.warmup(); }

 private:
  void follow(const BarValues& bar, double width) noexcept {
    const double middle = median_price(bar);
    double upper = middle + width;
    double lower = middle - width;
    bool up = false;
    if (following_) [[likely]] {
      if (upper >= upper_ && previous_close_ <= upper_) upper = upper_;
      if (lower <= lower_ && previous_close_ >= lower_) lower = lower_;
      up = up_ ? bar.close >= lower : bar.close > upper;
    }
    following_ = true;
    up_ = up;
    upper_ = upper;
    lower_ = lower;
    value_ = {up ? lower : upper, up ? 1.0 : -1.0};
  }

  AverageTrueRange range_;
  double multiplier_;
  double previous_close_ = 0.0;
  double upper_ = 0.0;
  double lower_ = 0.0;
  bool following_ = false;
  bool up_ = false;
  TrailingValue value_;

  BOOST_DESCRIBE_CLASS(Supertrend, (), (), (),
                       (range_, multiplier_, previous_close_, upper_, lower_, following_, up_, value_))
};

/// Parabolic stop and reverse ("New Concepts in Technical Trading Systems", 1978). TA-Lib SAR.
///
/// As in TA-Lib the first bar only sets the stage: the trend is down if the second bar's downward movement
/// is the larger one, else up; the first stop is the first bar's low (high), the first extreme the second
/// bar's high (low). `direction` is the trend after the bar, so on the bar of a reversal already the new one.
class ParabolicSar {
 public:
  ParabolicSar() : ParabolicSar(0.02, 0.2) {}
  ParabolicSar(double acceleration, double maximum)
      : step_(std::min(acceleration, maximum)), maximum_(maximum), acceleration_(step_) {
    ASSERT(acceleration > 0.0 && maximum > 0.0);
  }

  TrailingValue update(const BarValues& bar) noexcept {
    if (count_ < 2) [[unlikely]] {
      begin(bar);
    }
    if (count_ == 2) {
      follow(bar);
    }
    previous_high_ = bar.high;
    previous_low_ = bar.low;
    return value_;
  }

  [[nodiscard]] const TrailingValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return count_ == 2; }
  [[nodiscard]] static constexpr std::size_t warmup() noexcept { return 2; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return count_ <= 2 && step_ > 0.0 && maximum_ > 0.0; }

 private:
  void begin(const BarValues& bar) noexcept {
    if (count_ == 1) {
      const double rise = bar.high - previous_high_;
      const double fall = previous_low_ - bar.low;
      up_ = !(fall > 0.0 && fall > rise);
      extreme_ = up_ ? bar.high : bar.low;
      stop_ = up_ ? previous_low_ : previous_high_;
      previous_high_ = bar.high;  // the first stop is limited by the second bar only
      previous_low_ = bar.low;
    }
    ++count_;
  }

  void follow(const BarValues& bar) noexcept {
    const bool reversed = up_ ? bar.low <= stop_ : bar.high >= stop_;
    if (reversed) {
      up_ = !up_;
      stop_ = limited(extreme_, bar);
    }
    value_ = {stop_, up_ ? 1.0 : -1.0};
    if (reversed) {
      acceleration_ = step_;
      extreme_ = up_ ? bar.high : bar.low;
    } else if (up_ ? bar.high > extreme_ : bar.low < extreme_) {
      acceleration_ = std::min(acceleration_ + step_, maximum_);
      extreme_ = up_ ? bar.high : bar.low;
    }
    stop_ = limited(stop_ + acceleration_ * (extreme_ - stop_), bar);
  }

  /// The stop never lies inside the range of this bar or the one before.
  [[nodiscard]] double limited(double stop, const BarValues& bar) const noexcept {
    return up_ ? std::min({stop, previous_low_, bar.low}) : std::max({stop, previous_high_, bar.high});
  }

  double step_;
  double maximum_;
  double acceleration_;
  double extreme_ = 0.0;
  double stop_ = 0.0;  ///< the stop of the next bar
  double previous_high_ = 0.0;
  double previous_low_ = 0.0;
  bool up_ = true;
  std::size_t count_ = 0;  ///< bars so far, up to 2
  TrailingValue value_;

  BOOST_DESCRIBE_CLASS(ParabolicSar, (), (), (),
                       (step_, maximum_, acceleration_, extreme_, stop_, previous_high_, previous_low_, up_,
                        count_, value_))
};

}  // namespace kontor::strategy::indicators
