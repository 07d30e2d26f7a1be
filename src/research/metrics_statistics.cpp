#include "research/metrics_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kontor::research {
namespace {

/// What rounding may add to a width.
constexpr double kNoise = 1e-12;
constexpr double kMaximumBins = 60;

double central_moment(std::span<const double> values, double mean, int order) {
  double sum = 0;
  for (const double value : values) {
    const double distance = value - mean;
    double power = distance;
    for (int i = 1; i < order; ++i) power *= distance;
    sum += power;
  }
  return sum / static_cast<double>(values.size());
}

std::optional<double> standardized_moment(std::span<const double> values, int order) {
  if (values.size() < static_cast<std::size_t>(order)) return std::nullopt;
  const double mean = *mean_of(values);
  const double deviation = std::sqrt(central_moment(values, mean, 2));
  if (!has_spread(deviation, mean)) return std::nullopt;
  return central_moment(values, mean, order) / std::pow(deviation, order);
}

double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// The daily Sharpe ratio S of a sample, and 1 − g₁·S + (g₂ + 2)/4·S², which n − 1 times its variance is.
struct SharpeSample {
  double ratio = 0;
  double variance = 0;
};

std::optional<SharpeSample> sharpe_sample(std::span<const double> daily_returns) {
  if (daily_returns.size() < kMinimumDays) return std::nullopt;
  const auto ratio = mean_to_deviation(daily_returns);
  const auto skew = skewness(daily_returns);
  const auto kurtosis = excess_kurtosis(daily_returns);
  if (!ratio || !skew || !kurtosis) return std::nullopt;
  const double variance = 1 - *skew * *ratio + (*kurtosis + 2) / 4 * *ratio * *ratio;
  if (!(variance > 0)) return std::nullopt;
  return SharpeSample{*ratio, variance};
}

/// Acklam's approximation below 0.02425, where q = √(−2 ln p).
double tail_quantile(double q) {
  return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q -
            2.549732539343734e+00) *
               q +
           4.374664141464968e+00) *
              q +
          2.938163982698783e+00) /
         ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q +
           3.754408661907416e+00) *
              q +
          1);
}

/// The same between the tails, with the distance from 0.5.
double middle_quantile(double q) {
  const double r = q * q;
  return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
            1.383577518672690e+02) *
               r -
           3.066479806614716e+01) *
              r +
          2.506628277459239e+00) *
         q /
         (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
            6.680131188771972e+01) *
               r -
           1.328068155288572e+01) *
              r +
          1);
}

/// Calls `value_of(first, window)` for every window that is full and puts the value at its last day.
template <class ValueOf>
std::vector<std::optional<double>> rolling(std::size_t size, std::size_t window, ValueOf&& value_of) {
  std::vector<std::optional<double>> values(size);
  for (std::size_t end = window; end <= size; ++end) values[end - 1] = value_of(end - window);
  return values;
}

/// The smallest of 1, 2, 2.5, 5 × 10^k that is not below `width`.
double round_width(double width) {
  const double power = std::pow(10.0, std::floor(std::log10(width)));
  for (const double step : {1.0, 2.0, 2.5, 5.0}) {
    if (step * power >= width * (1 - kNoise)) return step * power;
  }
  return 10.0 * power;
}

}  // namespace

std::optional<double> downside_deviation(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += value < 0 ? value * value : 0.0;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

std::optional<double> skewness(std::span<const double> values) { return standardized_moment(values, 3); }

std::optional<double> excess_kurtosis(std::span<const double> values) {
  const auto kurtosis = standardized_moment(values, 4);
  if (!kurtosis) return std::nullopt;
  return *kurtosis - 3.0;
}

std::optional<double> regression_slope(std::span<const double> values, std::span<const double> reference) {
  const auto deviation = standard_deviation(reference);
  if (!deviation || values.size() != reference.size()) return std::nullopt;
  const double mean = *mean_of(values);
  const double reference_mean = *mean_of(reference);
  if (!has_spread(*deviation, reference_mean)) return std::nullopt;
  double covariance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    covariance += (values[i] - mean) * (reference[i] - reference_mean);
  }
  return covariance / static_cast<double>(values.size() - 1) / (*deviation * *deviation);
}

std::optional<double> correlation(std::span<const double> a, std::span<const double> b) {
  const auto slope = regression_slope(a, b);
  const auto deviation = standard_deviation(a);
  if (!slope || !has_spread(*deviation, *mean_of(a))) return std::nullopt;
  return std::clamp(*slope * *standard_deviation(b) / *deviation, -1.0, 1.0);
}

std::optional<double> quantile(std::span<const double> values, double p) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return quantile_of_sorted(sorted, p);
}

double quantile_of_sorted(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::optional<double> sortino_ratio(std::span<const double> daily_returns) {
  if (daily_returns.size() < kMinimumDays) return std::nullopt;
  const double deviation = *downside_deviation(daily_returns);
  if (!(deviation > 0)) return std::nullopt;
  return *mean_of(daily_returns) / deviation * std::sqrt(kDaysPerYear);
}

std::optional<double> probabilistic_sharpe_ratio(std::span<const double> daily_returns, double hurdle) {
  const auto sample = sharpe_sample(daily_returns);
  if (!sample) return std::nullopt;
  const double above = sample->ratio - hurdle / std::sqrt(kDaysPerYear);
  return normal_distribution(above * std::sqrt(static_cast<double>(daily_returns.size() - 1)) /
                             std::sqrt(sample->variance));
}

std::optional<double> minimum_track_record(std::span<const double> daily_returns, double confidence) {
  const auto sample = sharpe_sample(daily_returns);
  if (!sample || !(sample->ratio > 0)) return std::nullopt;
  const double steps = normal_quantile(confidence) / sample->ratio;
  return 1 + sample->variance * steps * steps;
}

double normal_quantile(double p) {
  constexpr double kTail = 0.02425;
  double x = 0;
  if (p < kTail) {
    x = tail_quantile(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - kTail) {
    x = -tail_quantile(std::sqrt(-2 * std::log(1 - p)));
  } else {
    x = middle_quantile(p - 0.5);
  }
  const double error = normal_distribution(x) - p;
  const double step = error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

std::optional<double> value_at_risk(std::span<const double> daily_returns, double confidence) {
  if (daily_returns.size() < kMinimumDays) return std::nullopt;
  return 0.0 - *quantile(daily_returns, 1 - confidence);
}

std::optional<double> expected_shortfall(std::span<const double> daily_returns, double confidence) {
  if (daily_returns.size() < kMinimumDays) return std::nullopt;
  const double threshold = *quantile(daily_returns, 1 - confidence);
  double sum = 0;
  std::size_t count = 0;
  for (const double value : daily_returns) {
    if (value > threshold) continue;
    sum += value;
    ++count;
  }
  return 0.0 - sum / static_cast<double>(count);
}

std::vector<std::optional<double>> rolling_sharpe(std::span<const double> daily_returns, std::size_t window) {
  return rolling(daily_returns.size(), window, [&](std::size_t first) -> std::optional<double> {
    const auto ratio = mean_to_deviation(daily_returns.subspan(first, window));
    if (!ratio) return std::nullopt;
    return *ratio * std::sqrt(kDaysPerYear);
  });
}

std::vector<std::optional<double>> rolling_volatility(std::span<const double> daily_returns,
                                                      std::size_t window) {
  return rolling(daily_returns.size(), window, [&](std::size_t first) -> std::optional<double> {
    const auto deviation = standard_deviation(daily_returns.subspan(first, window));
    if (!deviation) return std::nullopt;
    return *deviation * std::sqrt(kDaysPerYear);
  });
}

std::vector<std::optional<double>> rolling_sortino(std::span<const double> daily_returns,
                                                   std::size_t window) {
  return rolling(daily_returns.size(), window,
                 [&](std::size_t first) { return sortino_ratio(daily_returns.subspan(first, window)); });
}

std::vector<std::optional<double>> rolling_beta(std::span<const double> daily_returns,
                                                std::span<const double> benchmark_returns,
                                                std::size_t window) {
  return rolling(benchmark_returns.size(), window, [&](std::size_t first) {
    return regression_slope(daily_returns.subspan(first, window), benchmark_returns.subspan(first, window));
  });
}

Histogram histogram_of(std::span<const double> values) {
  Histogram histogram;
  if (values.empty()) return histogram;
  const auto [lowest, highest] = std::ranges::minmax(values);
  const double range = highest - lowest;
  const double spread = *quantile(values, 0.75) - *quantile(values, 0.25);
  double width = 2 * spread / std::cbrt(static_cast<double>(values.size()));
  width = std::max(width, range / (kMaximumBins - 2));
  histogram.width = width > 0 ? round_width(width) : 0.01;
  const double first = std::floor(lowest / histogram.width);
  histogram.lower = first * histogram.width;
  const double last = std::floor(highest / histogram.width);
  histogram.counts.assign(static_cast<std::size_t>(last - first) + 1, 0);
  for (const double value : values) {
    ++histogram.counts[static_cast<std::size_t>(std::floor(value / histogram.width) - first)];
  }
  return histogram;
}

}  // namespace kontor::research
