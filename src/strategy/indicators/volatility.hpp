#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <boost/describe/class.hpp>

#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/smoothing.hpp"
#include "strategy/indicators/window_mean.hpp"

namespace kontor::strategy::indicators {

/// Wilder's true range: the largest of high - low, |high - previous close| and |low - previous close|.
/// TA-Lib TRANGE.
inline double true_range(const BarValues& bar, double previous_close) noexcept {
  return std::max(bar.high, previous_close) - std::min(bar.low, previous_close);
}

/// Average true range with Wilder's smoothing, seeded with the mean of the first `period` true ranges
/// ("New Concepts in Technical Trading Systems", 1978). TA-Lib ATR: the first bar has no true range, so
/// the first output comes with bar period + 1.
class AverageTrueRange {
 public:
  AverageTrueRange() : AverageTrueRange(14) {}
  explicit AverageTrueRange(std::size_t period) : smoother_(ExponentialSmoother::wilder(period)) {}

  double update(const BarValues& bar) noexcept {
    const double previous_close = previous_close_;
    previous_close_ = bar.close;
    if (!started_) [[unlikely]] {
      started_ = true;
      return not_ready;
    }
    return smoother_.update(true_range(bar, previous_close));
  }

  [[nodiscard]] double value() const noexcept { return smoother_.value(); }
  [[nodiscard]] bool ready() const noexcept { return smoother_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return smoother_.warmup() + 1; }

 private:
  ExponentialSmoother smoother_;
  double previous_close_ = 0.0;
  bool started_ = false;

  BOOST_DESCRIBE_CLASS(AverageTrueRange, (), (), (), (smoother_, previous_close_, started_))
};

/// `deviations` times the population standard deviation of the last `period` values. TA-Lib STDDEV.
class StandardDeviation {
 public:
  StandardDeviation() : StandardDeviation(20) {}
  explicit StandardDeviation(std::size_t period, double deviations = 1.0)
      : window_(period), deviations_(deviations) {}

  double update(double input) noexcept {
    const Moments moments = window_.push(input);
    value_ = window_.full() ? deviations_ * std::sqrt(moments.variance) : not_ready;
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return window_.full(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return window_.period(); }

 private:
  WindowMoments window_;
  double deviations_;
  double value_ = not_ready;

  BOOST_DESCRIBE_CLASS(StandardDeviation, (), (), (), (window_, deviations_, value_))
};

}  // namespace kontor::strategy::indicators
