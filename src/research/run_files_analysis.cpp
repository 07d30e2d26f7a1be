#include "research/run_files_analysis.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "research/config_complete.hpp"
#include "research/run_files.hpp"
#include "research/run_files_sections.hpp"

namespace kontor::research {
namespace {

/// Grows when a key changes its meaning or goes; new keys alone do not count.
constexpr std::uint64_t kAnalysisSchema = 1;

double seconds(DurationNs duration) { return static_cast<double>(duration) / static_cast<double>(kSecond); }

std::optional<double> seconds(std::optional<DurationNs> duration) {
  if (!duration) return std::nullopt;
  return seconds(*duration);
}

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key);
  json.begin_row();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_inputs(JsonWriter& json, const RunResult& result, std::string_view engine_version) {
  json.member("schema", kAnalysisSchema);
  json.member("engine_version", engine_version);
  json.member("name", name_in_config(result.config_toml));
  write_strings(json, "strategies", result.strategies);
  std::vector<std::string> instruments;
  for (const Instrument& instrument : result.instruments.all())
    instruments.push_back(instrument.name().format());
  write_strings(json, "instruments", instruments);
  json.member("reporting_asset", result.instruments.asset_name(result.reporting_asset));
  json.member("seed", result.seed);
  json.member("config_sha256", result.config_sha256);
  json.key("from");
  json.time(result.from);
  json.key("to");
  json.time(result.to);
}

void write_counts(JsonWriter& json, const RunResult& result) {
  json.member("bars", result.bars);
  json.member("trades", result.trades);
  json.member("quotes", result.quotes);
  json.member("book_changes", result.book_changes);
  json.member("events", result.events);
  json.member("orders", std::uint64_t{result.orders.size()});
  json.member("fills", result.fill_count);
  json.member("round_trips", std::uint64_t{result.round_trips.size()});
  json.member("open_positions", result.open_positions);
  json.member("liquidations", result.liquidations);
}

void write_money(JsonWriter& json, const RunResult& result, const Metrics& metrics) {
  json.member("initial_equity", result.initial_equity);
  json.member("final_equity", result.final_equity);
  json.member("net_profit", metrics.net_profit);
  json.member("fees", result.fees);
  json.member("funding", result.funding);
  json.member("turnover", result.turnover);
}

void write_day(JsonWriter& json, std::string_view key, const std::optional<DayReturn>& day) {
  json.key(key);
  if (!day) return json.null();
  json.begin_object();
  json.member("day", format_date(date_of(day->day)));
  json.member("return", day->value);
  json.end_object();
}

void write_returns(JsonWriter& json, const RunResult& result, const Metrics& metrics) {
  json.member("total_return", metrics.total_return);
  json.member("cagr", metrics.cagr);
  json.member("max_drawdown", metrics.max_drawdown);
  json.member("sharpe", metrics.sharpe);
  json.member("sortino", metrics.sortino);
  json.member("calmar", metrics.calmar);
  json.member("probabilistic_sharpe", metrics.probabilistic_sharpe);
  json.member("trials", metrics.deflated_sharpe.trials);
  json.member("deflated_sharpe", metrics.deflated_sharpe.probability);
  json.member("deflated_sharpe_hurdle", metrics.deflated_sharpe.hurdle);
  json.member("minimum_track_record_days", metrics.deflated_sharpe.minimum_days);
  json.member("volatility", metrics.volatility);
  json.member("skewness", metrics.skewness);
  json.member("excess_kurtosis", metrics.excess_kurtosis);
  json.member("value_at_risk_95", metrics.value_at_risk_95);
  json.member("expected_shortfall_95", metrics.expected_shortfall_95);
  json.member("days", std::uint64_t{metrics.daily.returns.size()});
  json.member("positive_days", metrics.positive_days);
  write_day(json, "best_day", metrics.best_day);
  write_day(json, "worst_day", metrics.worst_day);
  json.member("exposure_time", metrics.exposure_time);
  json.member("average_exposure", metrics.average_exposure);
  json.member("highest_exposure", metrics.highest_exposure);
  json.member("liquidation_distance", metrics.liquidation_distance);
  json.key("liquidation_distance_time");
  json.time(metrics.liquidation_distance ? result.liquidation_distance_time : 0);
  json.member("turnover_ratio", metrics.turnover_ratio);
  json.member("maker_share", metrics.maker_share);
}

void write_drawdowns(JsonWriter& json, const RunResult& result, const Metrics& metrics) {
  json.key("max_drawdown_peak");
  json.time(result.max_drawdown_peak);
  json.key("max_drawdown_trough");
  json.time(result.max_drawdown_trough);
  json.member("longest_drawdown_seconds", seconds(metrics.longest_drawdown));
  json.key("drawdowns");
  json.begin_array();
  for (const DrawdownPeriod& period : metrics.drawdowns) {
    json.begin_object();
    json.member("depth", period.depth);
    json.key("peak");
    json.time(period.peak);
    json.key("trough");
    json.time(period.trough);
    json.key("recovery");
    json.time(period.recovery);
    json.end_object();
  }
  json.end_array();
}

/// The members of a summary of round trips, into an object that is open.
void write_trades(JsonWriter& json, const TradeSummary& trades) {
  json.member("wins", trades.wins);
  json.member("losses", trades.losses);
  json.member("win_rate", trades.win_rate());
  json.member("profit_factor", trades.profit_factor());
  json.member("payoff_ratio", trades.payoff_ratio());
  json.member("expectancy", trades.expectancy());
  json.member("average_win", trades.average_win());
  json.member("average_loss", trades.average_loss());
  json.member("best_round_trip", trades.round_trips == 0 ? std::optional<Amount>() : trades.best);
  json.member("worst_round_trip", trades.round_trips == 0 ? std::optional<Amount>() : trades.worst);
  json.member("average_holding_seconds", seconds(trades.average_holding()));
  json.member("longest_holding_seconds",
              trades.round_trips == 0 ? std::nullopt : seconds(std::optional(trades.longest_holding)));
  json.member("longest_winning_streak", trades.longest_winning_streak);
  json.member("longest_losing_streak", trades.longest_losing_streak);
  json.member("average_adverse_excursion", trades.average_adverse());
  json.member("average_favourable_excursion", trades.average_favourable());
}

/// What the fills of a group say; null where fills cannot be split into such groups.
void write_group_fills(JsonWriter& json, const TradeGroup& group) {
  const auto known = [&](auto value) { return group.splits_fills ? std::optional(value) : std::nullopt; };
  json.member("fills", known(group.fills.fills));
  json.member("notional", known(group.fills.notional));
  json.member("fill_fees", known(group.fills.fees));
  json.member("open_positions", known(group.open_positions));
  json.member("profit", group.profit);
}

void write_trade_groups(JsonWriter& json, std::string_view key, const std::vector<TradeGroup>& groups) {
  json.key(key);
  json.begin_array();
  for (const TradeGroup& group : groups) {
    json.begin_object();
    json.member("name", group.name);
    json.member("round_trips", group.trades.round_trips);
    json.member("gross_profit", group.trades.gross_profit);
    json.member("fees", group.trades.fees);
    json.member("net_profit", group.trades.net_profit);
    write_trades(json, group.trades);
    write_group_fills(json, group);
    json.end_object();
  }
  json.end_array();
}

void write_fill_groups(JsonWriter& json, std::string_view key, const std::vector<TradeGroup>& groups) {
  json.key(key);
  json.begin_array();
  for (const TradeGroup& group : groups) {
    json.begin_object();
    json.member("name", group.name);
    json.member("fills", group.fills.fills);
    json.member("notional", group.fills.notional);
    json.member("fees", group.fills.fees);
    json.member("realized", group.fills.realized);
    json.end_object();
  }
  json.end_array();
}

void write_costs(JsonWriter& json, const std::vector<CostScenario>& costs) {
  json.key("costs");
  json.begin_array();
  for (const CostScenario& scenario : costs) {
    json.begin_object();
    json.member("fee_factor", std::int64_t{scenario.factor});
    json.member("final_equity", scenario.final_equity);
    json.member("total_return", scenario.total_return);
    json.member("fees", scenario.fees);
    json.member("win_rate", scenario.trades.win_rate());
    json.member("profit_factor", scenario.trades.profit_factor());
    json.member("expectancy", scenario.trades.expectancy());
    json.end_object();
  }
  json.end_array();
}

void write_benchmark(JsonWriter& json, const RunResult& result,
                     const std::optional<BenchmarkMetrics>& benchmark) {
  json.key("benchmark");
  if (!benchmark) return json.null();
  json.begin_object();
  json.member("instrument", result.instruments[result.benchmark].name().format());
  json.member("total_return", benchmark->total_return);
  json.member("alpha", benchmark->alpha);
  json.member("beta", benchmark->beta);
  json.member("correlation", benchmark->correlation);
  json.member("information_ratio", benchmark->information_ratio);
  json.end_object();
}

void write_refusals(JsonWriter& json, const RunResult& result) {
  json.key("refusals");
  json.begin_array();
  for (const RefusalCount& refusal : result.refusals) {
    json.begin_object();
    json.member("strategy", refusal.strategy);
    json.member("reason", refusal.reason);
    json.member("count", refusal.count);
    json.end_object();
  }
  json.end_array();
}

/// Only where there are any: what has no breakers looks as if there were no such thing.
void write_breakers(JsonWriter& json, const RunResult& result) {
  if (result.breakers.empty()) return;
  json.key("breakers");
  json.begin_array();
  for (const auto& [at, change] : result.breakers) {
    json.begin_object();
    json.key("at");
    json.time(at);
    json.member("breaker", boost::describe::enum_to_string(change.breaker, "unknown"));
    json.member("scope", scope_name(result, change));
    json.member("from", boost::describe::enum_to_string(change.from, "unknown"));
    json.member("to", boost::describe::enum_to_string(change.to, "unknown"));
    json.member("reason", boost::describe::enum_to_string(change.reason, "unknown"));
    json.member("value", change.value.format());
    json.member("threshold", change.threshold.format());
    if (change.until != 0) {
      json.key("until");
      json.time(change.until);
    }
    json.end_object();
  }
  json.end_array();
}

void write_orders(JsonWriter& json, const Metrics& metrics) {
  json.key("orders_by_status");
  json.begin_object();
  for (const StatusCount& status : metrics.orders_by_status)
    json.member(name_of(status.status), status.count);
  json.end_object();
  json.key("rejections");
  json.begin_array();
  for (const RejectionCount& rejection : metrics.rejections) {
    json.begin_object();
    json.member("strategy", rejection.strategy);
    json.member("reason", name_of(rejection.reason));
    json.member("count", rejection.count);
    json.end_object();
  }
  json.end_array();
}

void write_warnings(JsonWriter& json, const RunResult& result) {
  json.key("warnings");
  json.begin_array();
  for (const auto& warning : result.warnings) json.value(warning);
  json.end_array();
}

void write_assumptions(JsonWriter& json, const RunResult& result) {
  json.key("assumptions");
  json.begin_array();
  for (const auto& [name, setting] : result.assumptions) {
    json.begin_row();
    json.value(name);
    json.value(setting);
    json.end_array();
  }
  json.end_array();
}

}  // namespace

void write_datasets(JsonWriter& json, const RunResult& result) {
  json.key("datasets");
  json.begin_array();
  for (const DatasetRecord& dataset : result.datasets) {
    json.begin_object();
    json.member("name", dataset.name);
    json.member("sha256", dataset.sha256);
    json.member("rows", dataset.rows);
    json.key("first");
    json.time(dataset.first);
    json.key("last");
    json.time(dataset.last);
    json.end_object();
  }
  json.end_array();
}

void write_analysis(JsonWriter& json, const RunResult& result, const Metrics& metrics,
                    std::string_view engine_version, std::optional<double> wall_seconds) {
  json.begin_object();
  write_inputs(json, result, engine_version);
  write_counts(json, result);
  write_money(json, result, metrics);
  write_returns(json, result, metrics);
  write_drawdowns(json, result, metrics);
  write_trades(json, metrics.trades);
  write_benchmark(json, result, metrics.benchmark);
  write_costs(json, metrics.costs);
  write_rolling(json, metrics);
  write_years(json, metrics);
  write_execution(json, metrics.execution);
  write_capacity(json, metrics.capacity);
  write_monte_carlo(json, metrics.monte_carlo);
  write_regimes(json, metrics.regimes);
  write_crises(json, metrics.crises);
  write_trade_groups(json, "by_direction", metrics.directions);
  write_trade_groups(json, "by_instrument", metrics.by_instrument);
  write_trade_groups(json, "by_strategy", metrics.by_strategy);
  write_trade_groups(json, "by_exit", metrics.by_exit);
  write_trade_groups(json, "by_entry_tag", metrics.by_entry_tag);
  write_trade_groups(json, "by_entry_hour", metrics.by_entry_hour);
  write_trade_groups(json, "by_entry_weekday", metrics.by_entry_weekday);
  write_fill_groups(json, "by_order_type", metrics.by_order_type);
  write_fill_groups(json, "by_liquidity", metrics.by_liquidity);
  write_orders(json, metrics);
  write_warnings(json, result);
  write_refusals(json, result);
  write_breakers(json, result);
  write_assumptions(json, result);
  write_datasets(json, result);
  if (wall_seconds) json.member("wall_seconds", *wall_seconds);
  json.end_object();
}

std::string analysis_json(const RunResult& result, const Metrics& metrics, std::string_view engine_version,
                          std::optional<double> wall_seconds) {
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  write_analysis(json, result, metrics, engine_version, wall_seconds);
  return out.text();
}

std::string dataset_json(const RunResult& result) {
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  json.begin_object();
  json.member("schema", kAnalysisSchema);
  write_datasets(json, result);
  json.end_object();
  out.push_back('\n');
  return out.text();
}

}  // namespace kontor::research
