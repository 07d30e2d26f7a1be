#include "research/metrics_rolling.hpp"

#include <algorithm>
#include <cmath>

#include "research/metrics_statistics.hpp"

namespace kontor::research {
namespace {

double deepest_fall(std::span<const double> returns) {
  double growth = 1;
  double peak = 1;
  double deepest = 0;
  for (const double value : returns) {
    growth *= 1 + value;
    peak = std::max(peak, growth);
    deepest = std::max(deepest, 1 - growth / peak);
  }
  return deepest;
}

YearFigures figures_of(const CalendarReturn& year, std::span<const double> returns) {
  YearFigures figures;
  figures.year = year.year;
  figures.days = returns.size();
  figures.total_return = year.value;
  figures.benchmark_return = year.benchmark;
  figures.sharpe = sharpe_ratio(returns);
  if (returns.size() >= kMinimumDays)
    figures.volatility = *standard_deviation(returns) * std::sqrt(kDaysPerYear);
  figures.max_drawdown = deepest_fall(returns);
  return figures;
}

}  // namespace

std::optional<RollingSeries::Summary> RollingSeries::summary() const {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(*value);
  }
  if (known.empty()) return std::nullopt;
  Summary found;
  found.last = known.back();
  std::ranges::sort(known);
  found.lowest = known.front();
  found.median = quantile_of_sorted(known, 0.5);
  found.highest = known.back();
  return found;
}

std::vector<RollingSeries> rolling_series(const DailySeries& daily) {
  std::vector<RollingSeries> series;
  for (const std::size_t days : {std::size_t{30}, std::size_t{90}}) {
    series.push_back({"sharpe", days, rolling_sharpe(daily.returns, days)});
    series.push_back({"sortino", days, rolling_sortino(daily.returns, days)});
    series.push_back({"volatility", days, rolling_volatility(daily.returns, days)});
    series.push_back({"beta", days, rolling_beta(daily.returns, daily.benchmark_returns, days)});
  }
  return series;
}

std::vector<YearFigures> year_figures(const DailySeries& daily) {
  std::vector<YearFigures> figures;
  const std::span<const double> returns(daily.returns);
  std::size_t first = 0;
  for (const CalendarReturn& year : yearly_returns(daily)) {
    std::size_t end = first;
    while (end < daily.day.size() && date_of(daily.day[end]).year == year.year) ++end;
    figures.push_back(figures_of(year, returns.subspan(first, end - first)));
    first = end;
  }
  return figures;
}

}  // namespace kontor::research
