#pragma once

#include <cmath>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/smoothing.hpp"
#include "strategy/indicators/window.hpp"
#include "strategy/indicators/window_mean.hpp"

namespace kontor::strategy::indicators {

/// Simple moving average: the mean of the last `period` values. TA-Lib SMA.
class SimpleMovingAverage {
 public:
  SimpleMovingAverage() : SimpleMovingAverage(20) {}
  explicit SimpleMovingAverage(std::size_t period) : window_(period) {}

  double update(double input) noexcept {
    const double mean = window_.push(input);
    value_ = window_.full() ? mean : not_ready;
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return window_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return window_.period(); }

 private:
  WindowMean window_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(SimpleMovingAverage, (), (), (), (window_, value_))
};

/// Exponential moving average with alpha = 2 / (period + 1), seeded with the simple average of the first
/// `period` values. TA-Lib EMA (default compatibility).
///
/// Evaluated two steps at a time, y = x + a (x' - x) + a² (y'' - x') with a = 1 - alpha: the same value, but
/// each output waits for the one before the last only, which halves the latency of the recurrence. The form
/// in differences leaves a constant series exactly constant.
class ExponentialMovingAverage {
 public:
  ExponentialMovingAverage() : ExponentialMovingAverage(20) {}
  explicit ExponentialMovingAverage(std::size_t period)
      : smoother_(ExponentialSmoother::exponential(period)),
        decay_(1.0 - 2.0 / (static_cast<double>(period) + 1.0)),
        decay_squared_(decay_ * decay_) {}

  double update(double input) noexcept {
    double output;
    if (steady_) [[likely]] {
      output =
          (input + decay_ * (previous_input_ - input)) + decay_squared_ * (before_value_ - previous_input_);
    } else {
      output = warm_up(input);
    }
    before_value_ = value_;
    value_ = output;
    previous_input_ = input;
    return output;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return smoother_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return smoother_.warmup(); }

 private:
  /// The first `period` inputs and the one after them, where the output before the last does not exist yet.
  double warm_up(double input) noexcept {
    steady_ = smoother_.ready();
    return smoother_.update(input);
  }

  ExponentialSmoother smoother_;  ///< makes the first two outputs
  double decay_;
  double decay_squared_;
  double value_ = not_ready;
  double before_value_ = not_ready;
  double previous_input_ = not_ready;
  bool steady_ = false;

  BOOST_DESCRIBE_CLASS(ExponentialMovingAverage, (), (), (),
                       (smoother_, decay_, decay_squared_, value_, before_value_, previous_input_, steady_))
};

/// Linearly weighted moving average: weight 1 for the oldest value, `period` for the newest. TA-Lib WMA.
class WeightedMovingAverage {
 public:
  WeightedMovingAverage() : WeightedMovingAverage(20) {}
  explicit WeightedMovingAverage(std::size_t period) : window_(period) {}

  double update(double input) noexcept {
    const double mean = window_.push(input);
    value_ = window_.full() ? mean : not_ready;
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return window_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return window_.period(); }

 private:
  WindowWeightedMean window_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(WeightedMovingAverage, (), (), (), (window_, value_))
};

/// Hull moving average (Alan Hull, 2005): WMA over floor(sqrt(n)) of 2 WMA(floor(n / 2)) - WMA(n).
/// Period at least 2.
class HullMovingAverage {
 public:
  HullMovingAverage() : HullMovingAverage(16) {}
  explicit HullMovingAverage(std::size_t period)
      : half_(period / 2), whole_(period), smoothing_(integer_square_root(period)) {}

  double update(double input) noexcept {
    const double half = half_.update(input);
    const double whole = whole_.update(input);
    if (!whole_.ready()) {
      return not_ready;
    }
    return smoothing_.update(whole + 2.0 * (half - whole));
  }

  [[nodiscard]] double value() const noexcept { return smoothing_.value(); }
  [[nodiscard]] bool ready() const noexcept { return smoothing_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return whole_.warmup() + smoothing_.warmup() - 1; }

 private:
  [[nodiscard]] static std::size_t integer_square_root(std::size_t number) {
    auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(number)));
    while (root * root > number) --root;
    while ((root + 1) * (root + 1) <= number) ++root;
    return root;
  }

  WeightedMovingAverage half_;
  WeightedMovingAverage whole_;
  WeightedMovingAverage smoothing_;

  BOOST_DESCRIBE_CLASS(HullMovingAverage, (), (), (), (half_, whole_, smoothing_))
};

/// Kaufman's adaptive moving average ("Smarter Trading", 1995). TA-Lib KAMA, with TA-Lib's fast = 2 and
/// slow = 30 as parameters.
///
/// Efficiency ratio = |change over `period`| / sum of |one-step changes|; smoothing constant
/// = (ratio (2/(fast+1) - 2/(slow+1)) + 2/(slow+1))². The first output starts from the value before it.
class KaufmanAdaptiveMovingAverage {
 public:
  KaufmanAdaptiveMovingAverage() : KaufmanAdaptiveMovingAverage(10) {}
  explicit KaufmanAdaptiveMovingAverage(std::size_t period, std::size_t fast = 2, std::size_t slow = 30)
      : history_(period),
        noise_(period),
        slowest_(2.0 / (static_cast<double>(slow) + 1.0)),
        range_(2.0 / (static_cast<double>(fast) + 1.0) - slowest_) {
    ASSERT(fast > 0 && fast <= slow);
  }

  double update(double input) noexcept {
    const bool warm = history_.full();
    const double oldest = history_.exchange(input);
    if (!started_) {
      started_ = true;
      previous_ = input;
      return not_ready;
    }
    const double noise = noise_.push(std::fabs(input - previous_));
    if (warm) [[likely]] {
      const double from = ready() ? value_ : previous_;
      const double constant = efficiency_ratio(input - oldest, noise) * range_ + slowest_;
      value_ = from + constant * constant * (input - from);
    }
    previous_ = input;
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return value_ == value_; }
  [[nodiscard]] std::size_t warmup() const noexcept { return history_.capacity() + 1; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return history_.capacity() == noise_.period(); }

 private:
  /// 1 where there is no noise at all, as in TA-Lib.
  [[nodiscard]] static double efficiency_ratio(double change, double noise) noexcept {
    const double distance = std::fabs(change);
    return noise <= distance ? 1.0 : distance / noise;
  }

  FixedRing history_;
  WindowSum noise_;
  double slowest_;
  double range_;
  double previous_ = 0.0;
  double value_ = not_ready;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(KaufmanAdaptiveMovingAverage, (), (), (),
                       (history_, noise_, slowest_, range_, previous_, value_, started_))
};

}  // namespace kontor::strategy::indicators
