#include "research/metrics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kontor::research {
namespace {

constexpr std::size_t kWorstDrawdowns = 10;

std::optional<double> quotient(double numerator, double denominator) {
  if (!(denominator > 0)) return std::nullopt;
  return numerator / denominator;
}

std::optional<double> growth_per_year(const RunResult& result) {
  const auto factor = quotient(result.final_equity.to_double(), result.initial_equity.to_double());
  const DurationNs duration = result.to - result.from;
  if (!factor || duration < static_cast<DurationNs>(kMinimumDays) * kDay) return std::nullopt;
  if (*factor <= 0) return -1.0;
  const double years = static_cast<double>(duration) / static_cast<double>(kDay) / kDaysPerYear;
  return std::pow(*factor, 1 / years) - 1;
}

void add_daily_figures(Metrics& metrics) {
  const auto& returns = metrics.daily.returns;
  metrics.sharpe = sharpe_ratio(returns);
  metrics.sortino = sortino_ratio(returns);
  metrics.probabilistic_sharpe = probabilistic_sharpe_ratio(returns);
  metrics.value_at_risk_95 = value_at_risk(returns, 0.95);
  metrics.expected_shortfall_95 = expected_shortfall(returns, 0.95);
  if (returns.size() >= kMinimumDays) {
    metrics.volatility = *standard_deviation(returns) * std::sqrt(kDaysPerYear);
    metrics.skewness = skewness(returns);
    metrics.excess_kurtosis = excess_kurtosis(returns);
  }
  const auto rises = std::ranges::count_if(returns, [](double value) { return value > 0; });
  const auto falls = std::ranges::count_if(returns, [](double value) { return value < 0; });
  metrics.positive_days = quotient(static_cast<double>(rises), static_cast<double>(rises + falls));
  metrics.distribution = histogram_of(returns);
  metrics.rolling = rolling_series(metrics.daily);
  if (returns.empty()) return;
  const auto best = std::ranges::max_element(returns) - returns.begin();
  const auto worst = std::ranges::min_element(returns) - returns.begin();
  metrics.best_day = DayReturn{metrics.daily.day[static_cast<std::size_t>(best)], *(returns.begin() + best)};
  metrics.worst_day =
      DayReturn{metrics.daily.day[static_cast<std::size_t>(worst)], *(returns.begin() + worst)};
}

std::optional<BenchmarkMetrics> compare_with_benchmark(const RunResult& result, const DailySeries& daily) {
  if (daily.benchmark_returns.empty()) return std::nullopt;
  BenchmarkMetrics metrics;
  const auto last = std::ranges::find_if(result.equity.rbegin(), result.equity.rend(),
                                         [](const EquitySample& sample) { return sample.benchmark > 0; });
  metrics.total_return = quotient(last->benchmark, result.initial_equity.to_double()).value_or(1) - 1;
  if (daily.returns.size() < kMinimumDays) return metrics;
  metrics.beta = regression_slope(daily.returns, daily.benchmark_returns);
  metrics.correlation = correlation(daily.returns, daily.benchmark_returns);
  if (metrics.beta) {
    const double excess = *mean_of(daily.returns) - *metrics.beta * *mean_of(daily.benchmark_returns);
    metrics.alpha = excess * kDaysPerYear;
  }
  std::vector<double> difference(daily.returns.size());
  std::ranges::transform(daily.returns, daily.benchmark_returns, difference.begin(), std::minus<>{});
  metrics.information_ratio = sharpe_ratio(difference);
  return metrics;
}

void add_exposure(Metrics& metrics, const RunResult& result) {
  double sum = 0;
  double highest = 0;
  std::size_t count = 0;
  for (const EquitySample& sample : result.equity) {
    const auto exposure = quotient(sample.gross_exposure.to_double(), sample.equity.to_double());
    if (!exposure) continue;
    sum += *exposure;
    highest = std::max(highest, *exposure);
    ++count;
  }
  metrics.exposure_time =
      quotient(static_cast<double>(result.time_in_market), static_cast<double>(result.to - result.from));
  if (count > 0) {
    metrics.average_exposure = sum / static_cast<double>(count);
    metrics.highest_exposure = highest;
  }
  const auto mean_equity = mean_of(metrics.daily.equity);
  if (mean_equity) metrics.turnover_ratio = quotient(result.turnover.to_double(), *mean_equity);
}

void add_trades(Metrics& metrics, const RunResult& result) {
  metrics.trades = summarize(by_time_of_close(result.round_trips));
  metrics.directions = group_by_direction(result);
  metrics.by_instrument = group_by_instrument(result);
  metrics.by_strategy = group_by_strategy(result);
  metrics.by_exit = group_by_exit(result);
  metrics.by_entry_tag = group_by_entry_tag(result);
  metrics.by_entry_hour = group_by_entry_hour(result);
  metrics.by_entry_weekday = group_by_entry_weekday(result);
  metrics.by_order_type = group_by_order_type(result);
  metrics.by_liquidity = group_by_liquidity(result);
  for (const int factor : {1, 2, 3}) metrics.costs.push_back(cost_scenario(result, factor));
  const Amount maker = metrics.by_liquidity.front().fills.notional;
  const Amount taker = metrics.by_liquidity.back().fills.notional;
  metrics.maker_share = quotient(maker.to_double(), (maker + taker).to_double());
}

void add_robustness(Metrics& metrics, const RunResult& result) {
  metrics.monte_carlo = monte_carlo(metrics.daily.returns, result.seed);
  metrics.deflated_sharpe =
      deflated_sharpe(metrics.daily.returns, result.trials, result.trial_sharpe_deviation);
  metrics.regimes = split_by_regime(result);
  metrics.crises = crises(result);
}

void add_execution(Metrics& metrics, const RunResult& result) {
  metrics.execution = execution_quality(result);
  metrics.capacity = capacity(result);
  metrics.liquidation_distance = result.liquidations > 0 ? 0.0 : result.liquidation_distance;
}

}  // namespace

std::string why_no_sharpe(const Metrics& metrics) {
  const auto& returns = metrics.daily.returns;
  if (returns.size() < kMinimumDays)
    return fmt::format("needs {} days, has {}", kMinimumDays, returns.size());
  const bool still = std::ranges::all_of(returns, [](double value) { return value == 0; });
  return still ? "the equity never moved" : "all daily returns are the same";
}

Metrics compute_metrics(const RunResult& result) {
  Metrics metrics;
  metrics.net_profit = result.final_equity - result.initial_equity;
  metrics.total_return = quotient(metrics.net_profit.to_double(), result.initial_equity.to_double());
  metrics.cagr = growth_per_year(result);
  metrics.max_drawdown = result.max_drawdown;
  metrics.longest_drawdown = longest_drawdown(result);
  metrics.drawdowns = worst_drawdowns(result, kWorstDrawdowns);
  if (metrics.cagr) metrics.calmar = quotient(*metrics.cagr, result.max_drawdown);
  metrics.daily = daily_series(result);
  add_daily_figures(metrics);
  metrics.months = monthly_returns(metrics.daily);
  metrics.years = yearly_returns(metrics.daily);
  metrics.year_figures = year_figures(metrics.daily);
  metrics.hours = hours_of_week(result);
  metrics.benchmark = compare_with_benchmark(result, metrics.daily);
  add_exposure(metrics, result);
  metrics.orders_by_status = orders_by_status(result);
  metrics.rejections = rejections(result);
  add_trades(metrics, result);
  add_execution(metrics, result);
  add_robustness(metrics, result);
  return metrics;
}

}  // namespace kontor::research
