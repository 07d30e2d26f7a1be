#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data_selection.hpp"
#include "strategy/indicators/registry.hpp"

namespace kontor::app {
namespace {

using data::BarColumn;
using strategy::indicators::AnyIndicator;
using strategy::indicators::BarValues;

constexpr std::size_t kTableRows = 20;

struct IndicatorOptions {
  std::vector<std::string> specifications;
  std::string dataset;
  std::string timeframe;
  std::string from;
  std::string to;
  std::size_t limit = 0;
  bool json = false;
  bool csv = false;
};

/// One bar as it is printed: exact decimals, and the same as doubles for the indicators.
struct PrintedBar {
  std::string ts;
  std::array<std::string, 5> cells;
  BarValues values;
};

constexpr std::array<std::string_view, 6> kBarColumns = {"ts", "open", "high", "low", "close", "volume"};

PrintedBar bar_at(const data::ColumnView& view, std::size_t row) {
  const auto decimal = [&](BarColumn column, std::uint8_t scale) {
    return Decimal{view.column(column)[row], scale};
  };
  const std::array<Decimal, 5> numbers = {
      decimal(BarColumn::open, view.scales.price), decimal(BarColumn::high, view.scales.price),
      decimal(BarColumn::low, view.scales.price), decimal(BarColumn::close, view.scales.price),
      decimal(BarColumn::volume, view.scales.quantity)};
  PrintedBar bar;
  const TimeNs ts = view.column(BarColumn::ts_open)[row];
  bar.ts = format_time(ts);
  for (std::size_t i = 0; i < numbers.size(); ++i) bar.cells[i] = numbers[i].format();
  bar.values = {numbers[0].to_double(), numbers[1].to_double(), numbers[2].to_double(),
                numbers[3].to_double(), numbers[4].to_double(), ts};
  return bar;
}

/// Takes the rows one by one and prints them in one of the three forms.
class Printer {
 public:
  Printer(const IndicatorOptions& options, std::vector<std::string> columns)
      : options_(options), columns_(std::move(columns)) {}

  void begin() {
    if (options_.json) text_ += "[\n";
    if (options_.csv) fmt::format_to(out(), "{},{}\n", fmt::join(kBarColumns, ","), fmt::join(columns_, ","));
    if (!options_.json && !options_.csv) {
      fmt::format_to(out(), "{:<20}", "ts");
      for (const auto& column : columns_) fmt::format_to(out(), " {:>{}}", column, width(column));
      fmt::format_to(out(), " {:>14}\n", "close");
    }
  }

  void row(const PrintedBar& bar, const std::vector<double>& values) {
    if (options_.json) {
      json_row(bar, values);
    } else if (options_.csv) {
      fmt::format_to(out(), "{},{}", bar.ts, fmt::join(bar.cells, ","));
      for (const double value : values) fmt::format_to(out(), ",{}", number(value, ""));
      text_ += '\n';
    } else {
      fmt::format_to(out(), "{:<20}", bar.ts);
      for (std::size_t i = 0; i < values.size(); ++i) {
        fmt::format_to(out(), " {:>{}}", std::isnan(values[i]) ? "-" : fmt::format("{:.6g}", values[i]),
                       width(columns_[i]));
      }
      fmt::format_to(out(), " {:>14}\n", bar.cells[3]);
    }
    first_ = false;
    if (text_.size() > kFlushBytes) flush();
  }

  void end() {
    if (options_.json) text_ += "\n]\n";
    flush();
  }

 private:
  static constexpr std::size_t kFlushBytes = 1U << 20U;

  std::back_insert_iterator<std::string> out() { return std::back_inserter(text_); }
  static std::size_t width(const std::string& column) { return std::max<std::size_t>(column.size(), 12); }
  /// The shortest text that reads back as the same double; `none` before the indicator is warm.
  static std::string number(double value, std::string_view none) {
    return std::isnan(value) ? std::string(none) : fmt::format("{}", value);
  }

  void json_row(const PrintedBar& bar, const std::vector<double>& values) {
    fmt::format_to(out(), "{}  {{\"ts\": \"{}\"", first_ ? "" : ",\n", bar.ts);
    for (std::size_t i = 0; i < bar.cells.size(); ++i) {
      fmt::format_to(out(), ", \"{}\": {}", kBarColumns[i + 1], bar.cells[i]);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      fmt::format_to(out(), ", \"{}\": {}", columns_[i], number(values[i], "null"));
    }
    text_ += "}";
  }

  void flush() {
    std::fwrite(text_.data(), 1, text_.size(), stdout);
    text_.clear();
  }

  const IndicatorOptions& options_;
  std::vector<std::string> columns_;
  std::string text_;
  bool first_ = true;
};

using Indicators = std::vector<std::unique_ptr<AnyIndicator>>;

Result<Indicators> make_indicators(const IndicatorOptions& options) {
  Indicators indicators;
  for (const auto& specification : options.specifications) {
    TRY(auto indicator, strategy::indicators::make(specification));
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

/// The names of all columns; one that comes again gets a number: `rsi_14`, `rsi_14_2`.
std::vector<std::string> column_names(const Indicators& indicators) {
  std::vector<std::string> columns;
  for (const auto& indicator : indicators) {
    for (const std::string& name : indicator->output_names()) {
      std::string unique = name;
      for (int i = 2; std::ranges::find(columns, unique) != columns.end(); ++i)
        unique = fmt::format("{}_{}", name, i);
      columns.push_back(std::move(unique));
    }
  }
  return columns;
}

/// Every bar goes through the indicators, so that the printed ones are warm; the last `limit` are printed.
Result<int> print_columns(const IndicatorOptions& options, Indicators indicators,
                          const data::Series& series) {
  const auto columns = column_names(indicators);
  const bool table = !options.json && !options.csv;
  const std::uint64_t wanted = options.limit != 0 ? options.limit : (table ? kTableRows : series.rows());
  const std::uint64_t skipped = series.rows() > wanted ? series.rows() - wanted : 0;
  Printer printer(options, columns);
  printer.begin();
  data::SeriesReader reader(series);
  std::uint64_t row = 0;
  std::vector<double> values;
  while (true) {
    TRY(const bool more, reader.next());
    if (!more || interrupted()) break;
    for (std::size_t i = 0; i < reader.view().rows(); ++i, ++row) {
      const PrintedBar bar = bar_at(reader.view(), i);
      values.clear();
      for (const auto& indicator : indicators) {
        const auto outputs = indicator->update(bar.values);
        values.insert(values.end(), outputs.begin(), outputs.end());
      }
      if (row >= skipped) printer.row(bar, values);
    }
  }
  printer.end();
  return 0;
}

std::string parameters_text(const strategy::indicators::IndicatorDescriptor& descriptor) {
  std::string text;
  for (const auto& parameter : descriptor.parameters)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", parameter.name, parameter.default_value);
  return text;
}

void print_indicators() {
  std::size_t width = std::string_view("PARAMETERS").size();
  for (const auto& descriptor : strategy::indicators::descriptors())
    width = std::max(width, parameters_text(descriptor).size());
  fmt::print("{:<20} {:<{}} {}\n", "INDICATOR", "PARAMETERS", width, "WHAT IT IS");
  for (const auto& descriptor : strategy::indicators::descriptors())
    fmt::print("{:<20} {:<{}} {}\n", descriptor.name, parameters_text(descriptor), width, descriptor.title);
}

Result<int> run_indicator(const IndicatorOptions& options, const Globals& globals) {
  if (options.specifications.empty()) {
    print_indicators();
    return 0;
  }
  TRY(auto indicators, make_indicators(options));
  if (options.dataset.empty()) {
    return fail(ErrorKind::usage, "expected --data with a dataset such as BTCUSDT@binance, found none");
  }
  DataSelection selection;
  selection.names = {options.dataset};
  selection.kind = "bar";
  selection.timeframe = options.timeframe;
  selection.from = options.from;
  selection.to = options.to;
  TRY(const auto datasets, selection.datasets());  // a timeframe that is not stored is derived
  TRY(const auto range, selection.range());
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto key, options.timeframe.empty() ? smallest_bars(catalogue, selection)
                                                : data::select_one(catalogue, datasets));
  TRY(const auto series, catalogue.read(key, range));
  watch_interrupt();
  return print_columns(options, std::move(indicators), series);
}

}  // namespace

void add_indicator(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "indicator", "Print indicator columns beside the bars",
      "  kontor indicator                                         what there is\n"
      "  kontor indicator rsi:14 --data BTCUSDT@binance           the last 20 bars\n"
      "  kontor indicator macd:12,26,9 bollinger:20,2 --data BTCUSDT@binance --timeframe 1h --csv\n"
      "  kontor indicator atr:14 --data BTCUSDT@binance --from 2025-05-04 --to 2025-05-05 --json\n");
  auto options = std::make_shared<IndicatorOptions>();
  command->add_option("indicators", options->specifications,
                      "Indicators with their parameters, such as rsi:14");
  command->add_option("--data", options->dataset, "Instrument or dataset, such as BTCUSDT@binance");
  command->add_option(
      "--timeframe", options->timeframe,
      "Timeframe of the bars; derived where it is not stored, the smallest one where not given");
  command->add_option("--from", options->from, "First instant (UTC)");
  command->add_option("--to", options->to, "First instant that is no longer part of it");
  command->add_option("--limit", options->limit, "Print only the last so many bars; 0: all (a table: 20)")
      ->check(whole_number());
  auto* json = command->add_flag("--json", options->json, "Print a JSON array, one object per bar");
  command->add_flag("--csv", options->csv, "Print CSV with a header")->excludes(json);
  set_action(*command, globals, [options, &globals] { return run_indicator(*options, globals); });
}

}  // namespace kontor::app
