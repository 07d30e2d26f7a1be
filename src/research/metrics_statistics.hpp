#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/statistics.hpp"

namespace kontor::research {

// Sample statistics of daily returns. All sums run from the first value to the last, so equal input gives
// equal bits. What is not defined for the input (too few values, no spread) is nullopt, never NaN.

/// √(Σ min(x, 0)² / n): the downside deviation below a target of zero (Sortino and Price, 1994); needs one
/// value.
[[nodiscard]] std::optional<double> downside_deviation(std::span<const double> values);
/// m₃ / m₂^1.5 with central moments over n (g₁); needs three values with spread.
[[nodiscard]] std::optional<double> skewness(std::span<const double> values);
/// m₄ / m₂² − 3 with central moments over n (g₂); needs four values with spread.
[[nodiscard]] std::optional<double> excess_kurtosis(std::span<const double> values);
/// Pearson's correlation of two series of one length; needs two values with spread in both.
[[nodiscard]] std::optional<double> correlation(std::span<const double> a, std::span<const double> b);
/// Slope of the least-squares line of `values` on `reference`: cov / var; needs spread in the reference.
[[nodiscard]] std::optional<double> regression_slope(std::span<const double> values,
                                                     std::span<const double> reference);
/// Quantile with linear interpolation between order statistics (Hyndman and Fan type 7), 0 ≤ p ≤ 1.
[[nodiscard]] std::optional<double> quantile(std::span<const double> values, double p);
/// The same of values that are sorted already; at least one.
[[nodiscard]] double quantile_of_sorted(std::span<const double> sorted, double p);

/// mean / downside deviation × √365; needs kMinimumDays values, one of them below zero.
[[nodiscard]] std::optional<double> sortino_ratio(std::span<const double> daily_returns);
/// Probability that the true Sharpe ratio is above zero, from length, skewness and kurtosis of the sample:
/// Φ(S·√(n − 1) / √(1 − g₁·S + (g₂ + 2)/4·S²)) with S per day (Bailey and López de Prado, "The Sharpe Ratio
/// Efficient Frontier", 2012; their kurtosis is g₂ + 3). Needs kMinimumDays values with spread. With a
/// `hurdle`, an annual Sharpe ratio, the probability that the true one is above that: S − hurdle/√365 for the
/// first S.
[[nodiscard]] std::optional<double> probabilistic_sharpe_ratio(std::span<const double> daily_returns,
                                                               double hurdle = 0);
/// Minimum track record length in days, from the same paper: 1 + (1 − g₁·S + (g₂ + 2)/4·S²)·(z / S)² with z
/// the normal quantile of the confidence. Needs kMinimumDays values and S > 0.
[[nodiscard]] std::optional<double> minimum_track_record(std::span<const double> daily_returns,
                                                         double confidence);
/// The standard normal distribution's quantile, 0 < p < 1: Acklam's rational approximation and one step of
/// Halley, exact to about 1e-15.
[[nodiscard]] double normal_quantile(double p);
/// Historical value at risk: minus the quantile at 1 − confidence, a loss is positive; needs kMinimumDays
/// values.
[[nodiscard]] std::optional<double> value_at_risk(std::span<const double> daily_returns, double confidence);
/// Expected shortfall: minus the mean of the returns at or below that quantile; needs kMinimumDays values.
[[nodiscard]] std::optional<double> expected_shortfall(std::span<const double> daily_returns,
                                                       double confidence);

/// The Sharpe ratio of each window of `window` days; nullopt where the window is not yet full or has no
/// spread.
[[nodiscard]] std::vector<std::optional<double>> rolling_sharpe(std::span<const double> daily_returns,
                                                                std::size_t window);
/// The annualised standard deviation of each window of `window` days.
[[nodiscard]] std::vector<std::optional<double>> rolling_volatility(std::span<const double> daily_returns,
                                                                    std::size_t window);

/// The Sortino ratio of each window; nullopt where it is not yet full or has no loss.
[[nodiscard]] std::vector<std::optional<double>> rolling_sortino(std::span<const double> daily_returns,
                                                                 std::size_t window);
/// The slope on the benchmark's returns within each window; nullopt where the benchmark has no spread. Empty
/// without a benchmark.
[[nodiscard]] std::vector<std::optional<double>> rolling_beta(std::span<const double> daily_returns,
                                                              std::span<const double> benchmark_returns,
                                                              std::size_t window);

/// Equal bins over the range of the values.
struct Histogram {
  double lower = 0;  ///< left edge of the first bin
  double width = 0;  ///< of every bin; zero when there are no values
  std::vector<std::size_t> counts;
};

/// Bins on round edges, about as wide as Freedman and Diaconis (1981) advise (2·IQR / ∛n), 60 bins at the
/// most. One edge lies at zero, so no bin mixes gains and losses.
[[nodiscard]] Histogram histogram_of(std::span<const double> values);

}  // namespace kontor::research
