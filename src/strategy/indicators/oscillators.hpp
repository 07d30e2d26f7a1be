#pragma once

#include <cmath>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/moving_average.hpp"
#include "strategy/indicators/smoothing.hpp"
#include "strategy/indicators/window.hpp"
#include "strategy/indicators/window_mean.hpp"

namespace kontor::strategy::indicators {

/// Relative strength index, 0 to 100, with Wilder's smoothing of gains and losses, seeded with the mean of
/// the first `period` changes ("New Concepts in Technical Trading Systems", 1978). TA-Lib RSI; like there, a
/// series that has never moved gives 0.
class RelativeStrengthIndex {
 public:
  RelativeStrengthIndex() : RelativeStrengthIndex(14) {}
  explicit RelativeStrengthIndex(std::size_t period)
      : gains_(ExponentialSmoother::wilder(period)), losses_(ExponentialSmoother::wilder(period)) {}

  double update(double input) noexcept {
    const double change = input - previous_;
    previous_ = input;
    if (!started_) [[unlikely]] {
      started_ = true;
      return not_ready;
    }
    const double gain = gains_.update(change > 0.0 ? change : 0.0);
    const double loss = losses_.update(change < 0.0 ? -change : 0.0);
    const double movement = gain + loss;
    value_ = movement == 0.0 ? 0.0 : 100.0 * (gain / movement);
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return gains_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return gains_.warmup() + 1; }

 private:
  ExponentialSmoother gains_;
  ExponentialSmoother losses_;
  double previous_ = 0.0;
  double value_ = not_ready;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(RelativeStrengthIndex, (), (), (), (gains_, losses_, previous_, value_, started_))
};

/// Rate of change in percent: 100 (x / x[period ago] - 1). TA-Lib ROC; 0 where the old value is 0.
class RateOfChange {
 public:
  RateOfChange() : RateOfChange(10) {}
  explicit RateOfChange(std::size_t period) : history_(period) {}

  double update(double input) noexcept {
    const bool warm = history_.full();
    const double old = history_.exchange(input);
    if (warm) [[likely]] {
      value_ = old == 0.0 ? 0.0 : 100.0 * ((input - old) / old);
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return value_ == value_; }
  [[nodiscard]] std::size_t warmup() const noexcept { return history_.capacity() + 1; }

 private:
  FixedRing history_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(RateOfChange, (), (), (), (history_, value_))
};

/// Outputs of StochasticOscillator, 0 to 100.
struct StochasticValue {
  double k = not_ready;  ///< slow %K
  double d = not_ready;  ///< slow %D

  BOOST_DESCRIBE_CLASS(StochasticValue, (), (k, d), (), ())
};

/// Slow stochastic oscillator (George Lane, 1950s). TA-Lib STOCH with simple averages.
///
/// Fast %K = 100 (close - lowest low) / (highest high - lowest low) over `period` bars (0 where the range
/// is 0); %K = SMA of it over `smoothing`; %D = SMA of %K over `signal`. Both outputs begin together.
class StochasticOscillator {
 public:
  StochasticOscillator() : StochasticOscillator(14, 3, 3) {}
  StochasticOscillator(std::size_t period, std::size_t smoothing, std::size_t signal)
      : highest_(period), lowest_(period), slow_k_(smoothing), slow_d_(signal) {}

  StochasticValue update(const BarValues& bar) noexcept {
    const double highest = highest_.push(bar.high);
    const double lowest = lowest_.push(bar.low);
    if (!highest_.full()) {
      return value_;
    }
    const double range = highest - lowest;
    const double k = slow_k_.update(range == 0.0 ? 0.0 : 100.0 * ((bar.close - lowest) / range));
    if (slow_k_.ready()) {
      const double d = slow_d_.update(k);
      if (slow_d_.ready()) {
        value_ = {k, d};
      }
    }
    return value_;
  }

  [[nodiscard]] const StochasticValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return slow_d_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept {
    return highest_.period() + slow_k_.warmup() + slow_d_.warmup() - 2;
  }

 private:
  WindowMaximum highest_;
  WindowMinimum lowest_;
  SimpleMovingAverage slow_k_;
  SimpleMovingAverage slow_d_;
  StochasticValue value_;

  BOOST_DESCRIBE_CLASS(StochasticOscillator, (), (), (), (highest_, lowest_, slow_k_, slow_d_, value_))
};

/// Williams %R, -100 to 0: -100 (highest high - close) / (highest high - lowest low) over `period` bars, 0
/// where the range is 0 (Larry Williams, 1973). TA-Lib WILLR.
class WilliamsPercentRange {
 public:
  WilliamsPercentRange() : WilliamsPercentRange(14) {}
  explicit WilliamsPercentRange(std::size_t period) : highest_(period), lowest_(period) {}

  double update(const BarValues& bar) noexcept {
    const double highest = highest_.push(bar.high);
    const double lowest = lowest_.push(bar.low);
    if (highest_.full()) [[likely]] {
      const double range = highest - lowest;
      value_ = range == 0.0 ? 0.0 : -100.0 * ((highest - bar.close) / range);
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return highest_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return highest_.period(); }

 private:
  WindowMaximum highest_;
  WindowMinimum lowest_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(WilliamsPercentRange, (), (), (), (highest_, lowest_, value_))
};

/// Commodity channel index (Donald Lambert, 1980): (typical price - its mean) / (0.015 mean absolute
/// deviation) over `period` bars, 0 where the deviation is 0. TA-Lib CCI.
///
/// The mean moves with every bar and with it every deviation, so this one costs O(period) per value, as in
/// TA-Lib: one pass over a contiguous window, independent of the length of the series.
class CommodityChannelIndex {
 public:
  CommodityChannelIndex() : CommodityChannelIndex(20) {}
  explicit CommodityChannelIndex(std::size_t period) : history_(period), mean_(period) {}

  double update(const BarValues& bar) noexcept {
    const double price = typical_price(bar);
    history_.exchange(price);
    const double mean = mean_.push(price);
    if (mean_.full()) [[likely]] {
      const double deviation = mean_deviation(mean);
      value_ = deviation == 0.0 ? 0.0 : (price - mean) / (0.015 * deviation);
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return mean_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return mean_.period(); }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return history_.capacity() == mean_.period(); }

 private:
  /// Four chains of additions: a fixed order, and still fast.
  [[nodiscard]] double mean_deviation(double mean) const noexcept {
    const double* price = history_.values().data();
    const double* const end = price + history_.capacity();
    double first = 0.0;
    double second = 0.0;
    double third = 0.0;
    double fourth = 0.0;
    for (; end - price >= 4; price += 4) {
      first += std::fabs(price[0] - mean);
      second += std::fabs(price[1] - mean);
      third += std::fabs(price[2] - mean);
      fourth += std::fabs(price[3] - mean);
    }
    for (; price != end; ++price) {
      first += std::fabs(*price - mean);
    }
    return ((first + second) + (third + fourth)) / static_cast<double>(history_.capacity());
  }

  FixedRing history_;
  WindowMean mean_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(CommodityChannelIndex, (), (), (), (history_, mean_, value_))
};

}  // namespace kontor::strategy::indicators
