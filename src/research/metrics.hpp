#pragma once

#include <optional>
#include <vector>

#include "research/metrics_execution.hpp"
#include "research/metrics_groups.hpp"
#include "research/metrics_orders.hpp"
#include "research/metrics_regime.hpp"
#include "research/metrics_robustness.hpp"
#include "research/metrics_rolling.hpp"
#include "research/metrics_series.hpp"
#include "research/metrics_statistics.hpp"
#include "research/metrics_trades.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// A day and what it returned.
struct DayReturn {
  TimeNs day = 0;
  double value = 0;
};

/// The run against holding the first instrument with the starting equity.
struct BenchmarkMetrics {
  double total_return = 0;
  std::optional<double> alpha;              ///< (mean − beta × benchmark mean) × 365, from daily returns
  std::optional<double> beta;               ///< slope of daily returns on the benchmark's
  std::optional<double> correlation;        ///< of daily returns
  std::optional<double> information_ratio;  ///< Sharpe ratio of the daily differences
};

/// Every figure of one run (M8); docs/metrics.md gives formulas and sources. What is not defined is nullopt.
/// Annualised figures need kMinimumDays daily returns. Fractions, not percent: 0.05 is 5 %.
struct Metrics {
  Amount net_profit;  ///< final − initial equity, exact
  std::optional<double> total_return;
  std::optional<double> cagr;        ///< (final / initial)^(365 d / duration) − 1
  std::optional<double> volatility;  ///< standard deviation of daily returns × √365
  std::optional<double> sharpe;
  std::optional<double> sortino;
  std::optional<double> calmar;  ///< CAGR / maximum drawdown
  std::optional<double> probabilistic_sharpe;
  std::optional<double> skewness;
  std::optional<double> excess_kurtosis;
  std::optional<double> value_at_risk_95;  ///< of one day, a loss is positive
  std::optional<double> expected_shortfall_95;
  std::optional<double> positive_days;  ///< share of days with a return above zero among those that moved
  std::optional<DayReturn> best_day;
  std::optional<DayReturn> worst_day;

  double max_drawdown = 0;  ///< the runner's exact figure, at every mark
  DurationNs longest_drawdown = 0;
  std::vector<DrawdownPeriod> drawdowns;  ///< the ten deepest of the equity samples

  std::optional<double> exposure_time;     ///< time with an open position / duration
  std::optional<double> average_exposure;  ///< mean of gross exposure / equity over the samples
  std::optional<double> highest_exposure;
  std::optional<double> turnover_ratio;  ///< turnover / mean of equity at the day ends
  std::optional<double> maker_share;     ///< of the notional
  /// Least fraction that a mark was away from a liquidation, at the samples; 0 where there was one.
  std::optional<double> liquidation_distance;

  ExecutionQuality execution;
  std::optional<Capacity> capacity;
  std::optional<MonteCarlo> monte_carlo;
  DeflatedSharpe deflated_sharpe;
  std::vector<RegimeFigures> regimes;
  std::vector<CrisisResult> crises;

  std::vector<StatusCount> orders_by_status;
  std::vector<RejectionCount> rejections;

  TradeSummary trades;
  std::vector<TradeGroup> directions;
  std::vector<TradeGroup> by_instrument;
  std::vector<TradeGroup> by_strategy;
  std::vector<TradeGroup> by_exit;
  std::vector<TradeGroup> by_entry_tag;
  std::vector<TradeGroup> by_entry_hour;
  std::vector<TradeGroup> by_entry_weekday;
  std::vector<TradeGroup> by_order_type;
  std::vector<TradeGroup> by_liquidity;
  std::vector<CostScenario> costs;  ///< fees × 1, × 2, × 3

  std::optional<BenchmarkMetrics> benchmark;
  DailySeries daily;
  std::vector<RollingSeries> rolling;
  std::vector<CalendarReturn> months;
  std::vector<CalendarReturn> years;
  std::vector<YearFigures> year_figures;
  std::vector<HourOfWeek> hours;
  Histogram distribution;  ///< of the daily returns
};

/// Why there is no Sharpe ratio: too few days, or returns that are all the same.
[[nodiscard]] std::string why_no_sharpe(const Metrics& metrics);

/// A pure function of the run; the same result gives the same bits.
[[nodiscard]] Metrics compute_metrics(const RunResult& result);

}  // namespace kontor::research
