#pragma once

#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"

namespace kontor::strategy::indicators {

/// Exponential smoothing y = y' + alpha (x - y'), seeded with the mean of the first `period` inputs.
///
/// The core of EMA (alpha = 2 / (period + 1)) and of Wilder's smoothing (alpha = 1 / period). Evaluated as
/// (x - a x) + a y' with a = 1 - alpha, so that only a multiplication and an addition wait for the last
/// output. For alpha up to 1/2 the difference is exact, hence a constant series stays exactly constant.
class ExponentialSmoother {
 public:
  ExponentialSmoother() : ExponentialSmoother(1, 1.0) {}
  ExponentialSmoother(std::size_t period, double alpha) : decay_(1.0 - alpha), period_(period) {
    ASSERT(period > 0);
    ASSERT(alpha > 0.0 && alpha <= 1.0);
  }

  /// Wilder's smoothing, "New Concepts in Technical Trading Systems" (1978).
  [[nodiscard]] static ExponentialSmoother wilder(std::size_t period) {
    return {period, 1.0 / static_cast<double>(period)};
  }
  /// The smoothing of an exponential moving average, TA-Lib EMA.
  [[nodiscard]] static ExponentialSmoother exponential(std::size_t period) {
    return {period, 2.0 / (static_cast<double>(period) + 1.0)};
  }

  double update(double input) noexcept {
    if (count_ >= period_) [[likely]] {
      value_ = (input - decay_ * input) + decay_ * value_;
    } else {
      seed(input);
    }
    return value_;
  }

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return count_ >= period_; }
  [[nodiscard]] std::size_t warmup() const noexcept { return period_; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    return period_ > 0 && count_ <= period_ && decay_ >= 0.0 && decay_ < 1.0;
  }

 private:
  void seed(double input) noexcept {
    if (count_ == 0) {
      origin_ = input;
    }
    seed_sum_ += input - origin_;
    if (++count_ == period_) {
      value_ = origin_ + seed_sum_ / static_cast<double>(period_);
    }
  }

  double value_ = not_ready;
  double decay_;
  double origin_ = 0.0;  ///< first input: the seed is summed relative to it
  double seed_sum_ = 0.0;
  std::size_t count_ = 0;  ///< inputs so far, up to period
  std::size_t period_;

  BOOST_DESCRIBE_CLASS(ExponentialSmoother, (), (), (), (value_, decay_, origin_, seed_sum_, count_, period_))
};

}  // namespace kontor::strategy::indicators
