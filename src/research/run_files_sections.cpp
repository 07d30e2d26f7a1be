#include "research/run_files_sections.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::research {
namespace {

/// Digits of figures that are estimates by their nature; more would only be noise.
constexpr int kEstimateDigits = 6;

void write_estimate(JsonWriter& json, std::string_view key, std::optional<double> value) {
  json.key(key);
  if (!value) return json.null();
  json.rounded(*value, kEstimateDigits);
}

void write_bands(JsonWriter& json, std::string_view key, const Bands& bands) {
  json.key(key);
  json.begin_row();
  for (const double value : bands) json.rounded(value, kEstimateDigits);
  json.end_array();
}

void write_queue_wait(JsonWriter& json, const std::optional<QueueWait>& wait) {
  json.key("queue_wait");
  if (!wait) return json.null();
  json.begin_object();
  json.member("orders", wait->orders);
  json.member("median_seconds", wait->median_seconds);
  json.member("p90_seconds", wait->p90_seconds);
  json.member("longest_seconds", wait->longest_seconds);
  json.end_object();
}

void write_slippage(JsonWriter& json, const std::optional<Slippage>& slippage) {
  json.key("slippage");
  if (!slippage) return json.null();
  json.begin_object();
  json.member("orders", slippage->orders);
  json.member("cost", slippage->cost);
  write_estimate(json, "mean_bps", slippage->mean_bps);
  write_estimate(json, "worst_bps", slippage->worst_bps);
  write_estimate(json, "model_bps", slippage->model_bps);
  write_estimate(json, "explained_by_model", slippage->explained);
  json.end_object();
}

}  // namespace

void write_rolling(JsonWriter& json, const Metrics& metrics) {
  json.key("rolling");
  json.begin_array();
  for (const RollingSeries& series : metrics.rolling) {
    const auto summary = series.summary();
    if (!summary) continue;
    json.begin_object();
    json.member("name", series.name);
    json.member("days", series.days);
    json.member("last", summary->last);
    json.member("lowest", summary->lowest);
    json.member("median", summary->median);
    json.member("highest", summary->highest);
    json.end_object();
  }
  json.end_array();
}

void write_years(JsonWriter& json, const Metrics& metrics) {
  json.key("years");
  json.begin_array();
  for (const YearFigures& year : metrics.year_figures) {
    json.begin_object();
    json.member("year", std::int64_t{year.year});
    json.member("days", year.days);
    json.member("return", year.total_return);
    json.member("benchmark_return", year.benchmark_return);
    json.member("max_drawdown", year.max_drawdown);
    json.member("volatility", year.volatility);
    json.member("sharpe", year.sharpe);
    json.end_object();
  }
  json.end_array();
}

void write_execution(JsonWriter& json, const ExecutionQuality& execution) {
  const OrderOutcomes& outcomes = execution.outcomes;
  json.key("execution");
  json.begin_object();
  json.member("orders", outcomes.orders);
  json.member("filled", outcomes.filled);
  json.member("partially_filled", outcomes.partially_filled);
  json.member("unfilled", outcomes.unfilled);
  json.member("expired", outcomes.expired);
  json.member("filled_in_parts", outcomes.in_parts);
  json.member("fill_ratio", outcomes.fill_ratio);
  write_queue_wait(json, execution.queue_wait);
  write_slippage(json, execution.slippage);
  json.end_object();
}

void write_capacity(JsonWriter& json, const std::optional<Capacity>& capacity) {
  json.key("capacity");
  if (!capacity) return json.null();
  json.begin_object();
  json.member("share", kCapacityShare);
  json.member("bars", capacity->bars);
  write_estimate(json, "median_participation", capacity->median_participation);
  write_estimate(json, "highest_participation", capacity->highest_participation);
  write_estimate(json, "equity", capacity->equity);
  json.end_object();
}

void write_monte_carlo(JsonWriter& json, const std::optional<MonteCarlo>& monte_carlo) {
  json.key("monte_carlo");
  if (!monte_carlo) return json.null();
  json.begin_object();
  json.member("paths", monte_carlo->paths);
  json.member("block_days", monte_carlo->block_days);
  json.member("probability_of_loss", monte_carlo->probability_of_loss);
  json.key("bands");
  json.begin_row();
  for (const double band : kBands) json.value(band);
  json.end_array();
  write_bands(json, "total_return", monte_carlo->total_return);
  write_bands(json, "max_drawdown", monte_carlo->max_drawdown);
  json.key("cone");
  json.begin_array();
  for (const MonteCarlo::Point& point : monte_carlo->cone) {
    json.begin_row();
    json.value(point.day);
    for (const double value : point.total_return) json.rounded(value, kEstimateDigits);
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

void write_regimes(JsonWriter& json, const std::vector<RegimeFigures>& regimes) {
  json.key("regimes");
  json.begin_array();
  for (const RegimeFigures& part : regimes) {
    json.begin_object();
    json.member("regime", boost::describe::enum_to_string(part.regime, "unknown"));
    json.member("time_share", part.time_share);
    json.member("total_return", part.total_return);
    json.member("benchmark_return", part.benchmark_return);
    json.member("fills", part.fills);
    json.member("round_trips", part.trades.round_trips);
    json.member("net_profit", part.trades.net_profit);
    json.member("win_rate", part.trades.win_rate());
    json.member("profit_factor", part.trades.profit_factor());
    json.member("expectancy", part.trades.expectancy());
    json.end_object();
  }
  json.end_array();
}

void write_crises(JsonWriter& json, const std::vector<CrisisResult>& crises) {
  json.key("crises");
  json.begin_array();
  for (const CrisisResult& crisis : crises) {
    json.begin_object();
    json.member("name", crisis.name);
    json.key("from");
    json.time(crisis.from);
    json.key("to");
    json.time(crisis.to);
    json.member("whole", crisis.whole);
    json.member("total_return", crisis.total_return);
    json.member("max_drawdown", crisis.max_drawdown);
    json.member("benchmark_return", crisis.benchmark_return);
    json.member("benchmark_drawdown", crisis.benchmark_drawdown);
    json.end_object();
  }
  json.end_array();
}

}  // namespace kontor::research
