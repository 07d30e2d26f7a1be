#include "base/statistics.hpp"

#include <cmath>

namespace kontor {
namespace {

/// A spread below this part of the mean is rounding noise of equal values.
constexpr double kRoundingNoise = 1e-12;

}  // namespace

std::optional<double> mean_of(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double mean = *mean_of(values);
  const auto count = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / count * count / (count - 1));
}

bool has_spread(double deviation, double mean) { return deviation > kRoundingNoise * std::abs(mean); }

std::optional<double> mean_to_deviation(std::span<const double> values) {
  const auto deviation = standard_deviation(values);
  if (!deviation) return std::nullopt;
  const double mean = *mean_of(values);
  if (!has_spread(*deviation, mean)) return std::nullopt;
  return mean / *deviation;
}

std::optional<double> sharpe_ratio(std::span<const double> daily_returns) {
  if (daily_returns.size() < kMinimumDays) return std::nullopt;
  const auto ratio = mean_to_deviation(daily_returns);
  if (!ratio) return std::nullopt;
  return *ratio * std::sqrt(kDaysPerYear);
}

}  // namespace kontor
