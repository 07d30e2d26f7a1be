#pragma once

#include <cstddef>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "strategy/indicators/bar_values.hpp"
#include "strategy/indicators/smoothing.hpp"

namespace kontor::strategy::indicators {

/// Outputs of Macd, in units of its input.
struct MacdValue {
  double macd = not_ready;       ///< fast EMA - slow EMA
  double signal = not_ready;     ///< EMA of macd
  double histogram = not_ready;  ///< macd - signal

  BOOST_DESCRIBE_CLASS(MacdValue, (), (macd, signal, histogram), (), ())
};

/// Moving average convergence divergence (Gerald Appel, 1979). TA-Lib MACD.
///
/// As in TA-Lib both averages start on the same value: the fast one is seeded with the `fast` values that end
/// where the slow one's seed ends. All three outputs begin together, once the signal line exists.
class Macd {
 public:
  Macd() : Macd(12, 26, 9) {}
  Macd(std::size_t fast, std::size_t slow, std::size_t signal)
      : fast_(ExponentialSmoother::exponential(fast)),
        slow_(ExponentialSmoother::exponential(slow)),
        signal_(ExponentialSmoother::exponential(signal)),
        skip_(slow - fast) {
    ASSERT(fast < slow);
  }

  MacdValue update(double input) noexcept {
    if (!signal_.ready()) [[unlikely]] {
      return warm_up(input);
    }
    const double difference = fast_.update(input) - slow_.update(input);
    const double signal = signal_.update(difference);
    value_ = {difference, signal, difference - signal};
    return value_;
  }

  [[nodiscard]] const MacdValue& value() const noexcept { return value_; }
  [[nodiscard]] bool ready() const noexcept { return signal_.ready(); }
  [[nodiscard]] std::size_t warmup() const noexcept { return slow_.warmup() + signal_.warmup() - 1; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return skip_ < slow_.warmup(); }

 private:
  MacdValue warm_up(double input) noexcept {
    const double slow = slow_.update(input);
    if (skip_ > 0) {
      --skip_;
      return value_;
    }
    const double difference = fast_.update(input) - slow;
    if (slow_.ready()) {
      const double signal = signal_.update(difference);
      if (signal_.ready()) {
        value_ = {difference, signal, difference - signal};
      }
    }
    return value_;
  }

  ExponentialSmoother fast_;
  ExponentialSmoother slow_;
  ExponentialSmoother signal_;
  std::size_t skip_;  ///< values that the fast average still leaves out
  MacdValue value_;

  BOOST_DESCRIBE_CLASS(Macd, (), (), (), (fast_, slow_, signal_, skip_, value_))
};

}  // namespace kontor::strategy::indicators
