#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace kontor {

// Sample statistics that reports and running sessions share. All sums run from the first value to the last,
// so equal input gives equal bits. What is not defined for the input is nullopt, never NaN.

/// Days in a year of a market that never closes; daily figures are annualised by it or by its square root.
inline constexpr double kDaysPerYear = 365.0;
/// Fewer daily returns than this make no annualised figure.
inline constexpr std::size_t kMinimumDays = 30;

/// Arithmetic mean; needs one value.
[[nodiscard]] std::optional<double> mean_of(std::span<const double> values);
/// √(Σ(x − mean)² / (n − 1)), the sample standard deviation; needs two values.
[[nodiscard]] std::optional<double> standard_deviation(std::span<const double> values);
/// False where the spread is rounding noise of equal values.
[[nodiscard]] bool has_spread(double deviation, double mean);
/// mean / standard deviation; needs two values with spread.
[[nodiscard]] std::optional<double> mean_to_deviation(std::span<const double> values);
/// mean / standard deviation × √365 with a risk-free rate of 0; needs kMinimumDays values with spread.
[[nodiscard]] std::optional<double> sharpe_ratio(std::span<const double> daily_returns);

}  // namespace kontor
