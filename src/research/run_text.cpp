#include "research/run_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.hpp"
#include "research/json_writer.hpp"

namespace kontor::research {
namespace {

enum class Unit : std::uint8_t { count, money, percent, ratio, seconds };

/// How a figure is shown: its name in the analysis, its label, its unit.
struct Shown {
  std::string_view name;
  std::string_view label;
  Unit unit;
  bool begins_group = false;
  bool less_is_better = false;
};

constexpr Shown kShown[] = {
    {"initial_equity", "Initial equity", Unit::money},
    {"final_equity", "Final equity", Unit::money},
    {"net_profit", "Net profit", Unit::money},
    {"total_return", "Return", Unit::percent},
    {"cagr", "Return per year (CAGR)", Unit::percent},
    {"fees", "Fees", Unit::money, true, true},
    {"funding", "Funding", Unit::money},
    {"turnover", "Turnover", Unit::money},
    {"maker_share", "Maker share", Unit::percent},
    {"max_drawdown", "Maximum drawdown", Unit::percent, true, true},
    {"longest_drawdown_seconds", "Longest drawdown", Unit::seconds, false, true},
    {"volatility", "Volatility per year", Unit::percent, false, true},
    {"value_at_risk_95", "Value at risk, 1 day, 95 %", Unit::percent, false, true},
    {"expected_shortfall_95", "Expected shortfall, 95 %", Unit::percent, false, true},
    {"sharpe", "Sharpe", Unit::ratio, true},
    {"sortino", "Sortino", Unit::ratio},
    {"calmar", "Calmar", Unit::ratio},
    {"probabilistic_sharpe", "Probability that Sharpe > 0", Unit::percent},
    {"round_trips", "Round trips", Unit::count, true},
    {"win_rate", "Win rate", Unit::percent},
    {"profit_factor", "Profit factor", Unit::ratio},
    {"expectancy", "Expectancy", Unit::money},
    {"average_holding_seconds", "Average holding", Unit::seconds},
    {"longest_losing_streak", "Longest losing streak", Unit::count, false, true},
    {"exposure_time", "Time in the market", Unit::percent},
    {"bars", "Bars", Unit::count, true},
    {"trades", "Trades", Unit::count},
    {"quotes", "Quotes", Unit::count},
    {"book_changes", "Book changes", Unit::count},
    {"orders", "Orders", Unit::count},
    {"fills", "Fills", Unit::count},
    {"open_positions", "Open positions at the end", Unit::count},
    {"liquidations", "Liquidations", Unit::count, false, true},
};

/// The columns of the list, of those above.
constexpr std::string_view kListed[] = {"total_return", "max_drawdown", "sharpe", "round_trips"};

std::string value_text(std::optional<double> value, Unit unit) {
  if (!value) return "–";
  switch (unit) {
    case Unit::count: return fmt::format("{:.0f}", *value);
    case Unit::money: return fmt::format("{:.2f}", *value);
    case Unit::percent: return fmt::format("{:.2f} %", *value * 100);
    case Unit::ratio: return fmt::format("{:.2f}", *value);
    case Unit::seconds: return *value < 9e9 ? format_duration(std::llround(*value) * kSecond) : "–";
  }
  return "–";
}

/// Columns that a terminal shows; an en dash is three bytes and one column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Rows of cells in columns as wide as their widest cell.
class TextTable {
 public:
  /// `numbers_from`: the first column that stands to the right.
  explicit TextTable(std::size_t numbers_from) : numbers_from_(numbers_from) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - width_of(row[i]), ' ');
        line += (i == 0 ? "" : "  ") + (i >= numbers_from_ ? padding + row[i] : row[i] + padding);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  std::size_t numbers_from_;
  std::vector<std::vector<std::string>> rows_;
};

std::string range_text(const StoredRun& run) {
  return fmt::format("{} – {}", format_date(date_of(run.from)), format_date(date_of(run.to - 1)));
}

bool same(std::optional<double> a, std::optional<double> b) { return a == b; }

bool all_same(const std::vector<StoredRun>& runs, std::string_view name) {
  return std::ranges::all_of(
      runs, [&](const StoredRun& run) { return same(run.figure(name), runs[0].figure(name)); });
}

bool nowhere(const std::vector<StoredRun>& runs, std::string_view name) {
  return std::ranges::all_of(runs, [&](const StoredRun& run) { return run.figure(name).value_or(0) == 0; });
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key);
  json.begin_row();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_run(JsonWriter& json, const StoredRun& run) {
  json.begin_object();
  json.member("id", run.id);
  json.member("folder", run.folder.string());
  json.member("name", run.name);
  write_texts(json, "strategies", run.strategies);
  write_texts(json, "instruments", run.instruments);
  json.member("reporting_asset", run.reporting_asset);
  json.member("engine_version", run.engine_version);
  json.member("config_sha256", run.config_sha256);
  json.key("from");
  json.time(run.from);
  json.key("to");
  json.time(run.to);
  for (const auto& [name, value] : run.figures) json.member(name, value);
  json.end_object();
}

}  // namespace

std::vector<std::string> sortable_figures() {
  std::vector<std::string> names;
  for (const Shown& shown : kShown) names.emplace_back(shown.name);
  return names;
}

Result<std::vector<StoredRun>> chosen_runs(std::vector<StoredRun> runs, const RunListOptions& options) {
  if (options.sort == "id") {
    if (options.limit != 0 && runs.size() > options.limit) {
      runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(options.limit));
    }
    return runs;
  }
  const auto* const shown = std::ranges::find(kShown, options.sort, &Shown::name);
  if (shown == std::end(kShown)) {
    std::vector<std::string_view> names{"id"};
    for (const Shown& known : kShown) names.push_back(known.name);
    return fail(ErrorKind::usage, fmt::format("expected a figure to sort by, found '{}'{}", options.sort,
                                              did_you_mean(options.sort, names)));
  }
  std::ranges::stable_sort(runs, [&](const StoredRun& a, const StoredRun& b) {
    const auto left = a.figure(options.sort);
    const auto right = b.figure(options.sort);
    if (!left || !right) return left.has_value() && !right;
    return shown->less_is_better ? *left < *right : *left > *right;
  });
  if (options.limit != 0 && runs.size() > options.limit) runs.resize(options.limit);
  return runs;
}

std::string runs_table(const std::vector<StoredRun>& runs) {
  TextTable table(5);
  table.add(
      {"RUN", "NAME", "STRATEGY", "INSTRUMENTS", "RANGE", "RETURN", "MAX DRAWDOWN", "SHARPE", "ROUND TRIPS"});
  for (const StoredRun& run : runs) {
    std::vector<std::string> row{run.id, run.name, fmt::format("{}", fmt::join(run.strategies, ", ")),
                                 fmt::format("{}", fmt::join(run.instruments, ", ")), range_text(run)};
    for (const auto name : kListed) {
      row.push_back(value_text(run.figure(name), std::ranges::find(kShown, name, &Shown::name)->unit));
    }
    table.add(std::move(row));
  }
  return table.text();
}

std::string runs_json(const std::vector<StoredRun>& runs) {
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  json.begin_array();
  for (const StoredRun& run : runs) write_run(json, run);
  json.end_array();
  return out.text();
}

std::string run_text(const StoredRun& run) {
  std::string text = fmt::format("{}{}{}\n  {} on {}\n  {}, in {}\n", run.id, run.name.empty() ? "" : "  ",
                                 run.name, fmt::join(run.strategies, ", "), fmt::join(run.instruments, ", "),
                                 range_text(run), run.reporting_asset);
  TextTable table(1);
  for (const Shown& shown : kShown) {
    if (shown.unit == Unit::count && run.figure(shown.name).value_or(0) == 0 && shown.name != "round_trips")
      continue;
    if (shown.begins_group) table.add({});
    table.add({"  " + std::string(shown.label), value_text(run.figure(shown.name), shown.unit)});
  }
  return text + "\n" + table.text();
}

std::string comparison_text(const std::vector<StoredRun>& runs,
                            const std::vector<ConfigDifference>& differences) {
  TextTable table(2);
  std::vector<std::string> head{"", ""};
  for (const StoredRun& run : runs) head.push_back(run.id);
  table.add(head);
  table.add({"", differences.empty() ? "Configurations are the same" : "Configuration"});
  for (const ConfigDifference& difference : differences) {
    std::vector<std::string> row{"*", "  " + difference.key};
    for (const auto& value : difference.values) row.push_back(value.value_or("–"));
    table.add(std::move(row));
  }
  table.add({});
  table.add({"", "Figures"});
  for (const Shown& shown : kShown) {
    if (nowhere(runs, shown.name)) continue;
    std::vector<std::string> row{all_same(runs, shown.name) ? "" : "*", "  " + std::string(shown.label)};
    for (const StoredRun& run : runs) row.push_back(value_text(run.figure(shown.name), shown.unit));
    table.add(std::move(row));
  }
  return table.text();
}

std::string comparison_json(const std::vector<StoredRun>& runs,
                            const std::vector<ConfigDifference>& differences) {
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::indented);
  json.begin_object();
  json.key("runs");
  json.begin_array();
  for (const StoredRun& run : runs) write_run(json, run);
  json.end_array();
  json.key("config_differences");
  json.begin_object();
  for (const ConfigDifference& difference : differences) {
    json.key(difference.key);
    json.begin_row();
    for (const auto& value : difference.values) json.value(value);
    json.end_array();
  }
  json.end_object();
  json.key("figures_that_differ");
  json.begin_object();
  for (const auto& figure : runs.front().figures) {
    if (all_same(runs, figure.first)) continue;
    json.key(figure.first);
    json.begin_row();
    for (const StoredRun& run : runs) json.value(run.figure(figure.first));
    json.end_array();
  }
  json.end_object();
  json.end_object();
  return out.text();
}

}  // namespace kontor::research
