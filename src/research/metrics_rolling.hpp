#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "research/metrics_series.hpp"

namespace kontor::research {

/// One figure over the last so many days, at each day; none while the window is not full.
struct RollingSeries {
  std::string_view name;  ///< `sharpe`, `sortino`, `volatility`, `beta`
  std::uint64_t days = 0;
  std::vector<std::optional<double>> values;  ///< as long as the daily returns; empty: no benchmark

  /// Of the values that exist; none where there is no value.
  struct Summary {
    double last = 0;
    double lowest = 0;
    double median = 0;
    double highest = 0;
  };
  [[nodiscard]] std::optional<Summary> summary() const;
};

/// Sharpe, Sortino, volatility and beta over 30 and over 90 days.
[[nodiscard]] std::vector<RollingSeries> rolling_series(const DailySeries& daily);

/// One calendar year of a run, or the part of it that the run covers.
struct YearFigures {
  int year = 0;
  std::uint64_t days = 0;
  double total_return = 0;
  std::optional<double> benchmark_return;
  std::optional<double> volatility;  ///< the annualised ones need kMinimumDays
  std::optional<double> sharpe;
  double max_drawdown = 0;  ///< at the ends of days, from the highest of this year or its start
};

[[nodiscard]] std::vector<YearFigures> year_figures(const DailySeries& daily);

}  // namespace kontor::research
