#pragma once

#include <bit>
#include <cstdint>
#include <limits>

/// Streaming technical indicators: one value in, one value out, O(1) amortised, no look-ahead.
///
/// Every indicator is a small value type. `update` takes the next closed bar (or its source value) and
/// returns the new output, `value` repeats the last output, `warmup` is the number of updates after which
/// the first output exists; until then outputs are NaN. The state is described, so it can be snapshotted.
/// Definitions and warm-up lengths are those of TA-Lib wherever TA-Lib has the indicator; where TA-Lib
/// treats numbers below a fixed epsilon as zero, only an exact zero counts here, so small prices work too.
namespace kontor::strategy::indicators {

/// One closed bar as indicators see it, in price and quantity units (not raw integers).
struct BarValues {
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
  std::int64_t ts_open = 0;  ///< nanoseconds UTC
};

/// The output of an indicator that has not seen enough values yet.
inline constexpr double not_ready = std::numeric_limits<double>::quiet_NaN();

/// (high + low + close) / 3, TA-Lib TYPPRICE.
inline double typical_price(const BarValues& bar) noexcept { return (bar.high + bar.low + bar.close) / 3.0; }

/// (high + low) / 2, TA-Lib MEDPRICE.
inline double median_price(const BarValues& bar) noexcept { return (bar.high + bar.low) / 2.0; }

/// `value` where the condition holds, else 0, without a branch: the direction of the next price change is
/// what no branch predictor knows.
inline double value_if(bool condition, double value) noexcept {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) &
                               (0 - static_cast<std::uint64_t>(condition)));
}

}  // namespace kontor::strategy::indicators
