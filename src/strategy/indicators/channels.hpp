#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/volatility.hpp"
#include "strategy/indicators/window.hpp"
#include "strategy/indicators/window_mean.hpp"

namespace kontor::strategy::indicators {

/// Outputs of the channel indicators, in price units.
struct ChannelValue {
  double upper = not_ready;
  double middle = not_ready;
  double lower = not_ready;

  BOOST_DESCRIBE_CLASS(ChannelValue, (), (upper, middle, lower), (), ())
};

/// Bollinger bands: simple average ± `deviations` population standard deviations ("Bollinger on Bollinger
/// Bands", 2001). TA-Lib BBANDS with the simple average.
class BollingerBands {
 public:
  BollingerBands() : BollingerBands(20, 2.0) {}
  explicit BollingerBands(std::size_t period, double deviations = 2.0)
      : window_(period), deviations_(deviations) {}

  ChannelValue update(double input) noexcept {
    const Moments moments = window_.push(input);
    if (window_.full()) [[likely]] {
      const double width = deviations_ * std::sqrt(moments.variance);
      value_ = {moments.mean + width, moments.mean, moments.mean - width};
    }
    return value_;
  }

  [[nodiscard]] const ChannelValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return window_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return window_.period(); }

 private:
  WindowMoments window_;
  double deviations_;
  ChannelValue value_;

  BOOST_DESCRIBE_CLASS(BollingerBands, (), (), (), (window_, deviations_, value_))
};

/// Donchian channel (Richard Donchian): highest high and lowest low of the last `period` bars, this one
/// included, and their middle. For a breakout rule compare a bar with the channel of the bar before it.
class DonchianChannel {
 public:
  DonchianChannel() : DonchianChannel(20) {}
  explicit DonchianChannel(std::size_t period) : highest_(period), lowest_(period) {}

  ChannelValue update(const BarValues& bar) noexcept {
    const double highest = highest_.push(bar.high);
    const double lowest = lowest_.push(bar.low);
    if (highest_.full()) [[likely]] {
      value_ = {highest, (highest + lowest) / 2.0, lowest};
    }
    return value_;
  }

  [[nodiscard]] const ChannelValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return highest_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return highest_.period(); }

 private:
  WindowMaximum highest_;
  WindowMinimum lowest_;
  ChannelValue value_;

  BOOST_DESCRIBE_CLASS(DonchianChannel, (), (), (), (highest_, lowest_, value_))
};

/// Keltner channel in Linda Bradford Raschke's form: EMA of the close ± `multiplier` average true ranges
/// (after Chester Keltner, "How to Make Money in Commodities", 1960).
class KeltnerChannel {
 public:
  KeltnerChannel() : KeltnerChannel(20, 10, 2.0) {}
  explicit KeltnerChannel(std::size_t period, std::size_t atr_period = 10, double multiplier = 2.0)
      : average_(period), range_(atr_period), multiplier_(multiplier) {}

  ChannelValue update(const BarValues& bar) noexcept {
    const double middle = average_.update(bar.close);
    const double width = multiplier_ * range_.update(bar);
    if (ready()) [[likely]] {
      value_ = {middle + width, middle, middle - width};
    }
    return value_;
  }

  [[nodiscard]] const ChannelValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return average_.ready() && range_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return std::max(average_.warmup(), range_.warmup()); }

 private:
  ExponentialMovingAverage average_;
  AverageTrueRange range_;
  double multiplier_;
  ChannelValue value_;

  BOOST_DESCRIBE_CLASS(KeltnerChannel, (), (), (), (average_, range_, multiplier_, value_))
};

}  // namespace kontor::strategy::indicators
