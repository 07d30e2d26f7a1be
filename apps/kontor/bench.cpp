#include <array>
#include <cmath>
#include <map>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench_process.hpp"
#include "command.hpp"
#include "tests/bench/market_fixture.hpp"  // tidy: allow(test-include): the bench command runs the benchmarks

namespace kontor::app {
namespace {

/// How a figure is read off a benchmark run.
enum class Figure : std::uint8_t {
  million_items_per_second,
  items_per_minute_and_two_cores,  ///< measured on one
  seconds,
  microseconds,
  mebibytes,  ///< told as seconds
  nanoseconds_per_item,
  counter,  ///< what the benchmark itself has counted
};

/// One line of the table: what is run, what it must reach and what it aims for.
struct Case {
  const char* name;
  const char* benchmark;  ///< as registered in tests/bench
  Figure figure;
  const char* unit;
  bool at_least;
  double bound;
  double aim;
  bool quick;                     ///< part of --quick
  const char* counter = nullptr;  ///< of Figure::counter
};

constexpr std::array<Case, 27> kCases{{
    {"sma_cross over a year of 1m bars", "BM_sma_cross_year", Figure::million_items_per_second,
     "million bars/s", true, 20, 40, true},
    {"1,000 parameter sets, all cores", "BM_sweep_1000", Figure::seconds, "s", false, 20, 8, false},
    {"recorded book, ten levels a side", "BM_book_recording", Figure::million_items_per_second,
     "million events/s", true, 15, 30, true},
    {"trade replay with resting orders", "BM_trade_replay", Figure::million_items_per_second,
     "million trades/s", true, 15, 30, true},
    {"matching engine, add, cancel, match", "BM_matching_mixed", Figure::million_items_per_second,
     "million operations/s", true, 6, 12, true},
    {"SMA", "BM_sma", Figure::nanoseconds_per_item, "ns/value", false, 3, 1.2, true},
    {"EMA", "BM_ema", Figure::nanoseconds_per_item, "ns/value", false, 4, 1.9, true},
    {"RSI", "BM_rsi", Figure::nanoseconds_per_item, "ns/value", false, 10, 6.7, true},
    {"ATR", "BM_atr", Figure::nanoseconds_per_item, "ns/value", false, 6, 3.1, true},
    {"Bollinger", "BM_bollinger", Figure::nanoseconds_per_item, "ns/value", false, 8, 2.8, true},
    {"MACD", "BM_macd", Figure::nanoseconds_per_item, "ns/value", false, 6, 2.6, true},
    {"import of a 1m kline CSV, durable", "BM_import_klines", Figure::million_items_per_second,
     "million rows/s", true, 2, 5, true},
    {"session, journal, no sync", "BM_session_step", Figure::million_items_per_second, "million events/s",
     true, 1.5, 3, true},
    {"session, durable, groups of 64", "BM_session_step_durable", Figure::million_items_per_second,
     "million events/s", true, 0.5, 1, true},
    {"recovery behind 10 million events", "BM_session_recovery", Figure::seconds, "s", false, 2, 0.5, false},
    {"replay of a journal, compared", "BM_session_replay", Figure::million_items_per_second,
     "million events/s", true, 2, 4, true},
    {"event to command, no sync, p99", "BM_decision_latency", Figure::microseconds, "us", false, 20, 10,
     true},
    {"event to command, durable, beyond fdatasync, p99", "BM_decision_latency_durable", Figure::microseconds,
     "us", false, 50, 20, true},
    {"days of faults a minute on two cores", "BM_fault_days", Figure::items_per_minute_and_two_cores,
     "days/min", true, 1'000, 2'000, true},
    {"growth of a session in 24 h, 10 instruments", "BM_session_memory", Figure::mebibytes, "MiB", false, 1,
     0.1, false},
    {"tick to order over sockets, no sync, p50", "BM_tick_to_order_spinning", Figure::counter, "us", false,
     25, 17, true, "p50_us"},
    {"the same, p99", "BM_tick_to_order_spinning", Figure::counter, "us", false, 100, 50, true, "p99_us"},
    {"feed of trades into a session", "BM_feed", Figure::million_items_per_second, "million messages/s", true,
     0.1, 0.2, true},
    {"lag behind 100,000 trades/s, at the end", "BM_feed_at_pace/100", Figure::counter, "ms", false, 50, 1,
     true, "lag_ms"},
    {"100 books of 1,000 levels a side", "BM_hundred_books", Figure::million_items_per_second,
     "million levels/s", true, 2, 20, true},
    {"the same from a venue's texts", "BM_hundred_books_from_text", Figure::million_items_per_second,
     "million levels/s", true, 2, 6, true},
    {"matching engine, amendments, too", "BM_matching_amending", Figure::million_items_per_second,
     "million operations/s", true, 3, 12, true},
}};

struct Row {
  std::string name;
  double figure = 0;
  std::string unit;
  bool at_least = true;
  double bound = 0;
  double aim = 0;
  std::string missing;  ///< why it was not measured; then there is no figure
  [[nodiscard]] bool reached() const noexcept { return at_least ? figure >= bound : figure <= bound; }
};

/// Keeps the median of the repetitions and prints nothing itself.
class MedianReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) {
      if (run.error_occurred) error = run.error_message;
      if (run.run_type != Run::RT_Iteration) continue;
      seconds.push_back(run.GetAdjustedRealTime() / benchmark::GetTimeUnitMultiplier(run.time_unit));
      const auto items = run.counters.find("items_per_second");
      if (items != run.counters.end()) items_per_second.push_back(items->second);
      for (const auto& [name, value] : run.counters) counters[name].push_back(value);
    }
  }
  static double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  }
  std::string error;
  std::vector<double> seconds;
  std::vector<double> items_per_second;
  std::map<std::string, std::vector<double>> counters;
};

/// What the last benchmark that was run has shown: lines in a row may be about the same one.
struct LastRun {
  std::string benchmark;
  MedianReporter reporter;
};

Result<void> run_benchmark(const Case& wanted, bool quick, LastRun& last) {
  if (last.benchmark == wanted.benchmark) return {};
  last = {wanted.benchmark, {}};
  benchmark::SetDefaultTimeUnit(benchmark::kSecond);
  const std::string filter = fmt::format("^{}(/.*)?$", wanted.benchmark);
  const std::size_t repetitions = quick || wanted.figure == Figure::seconds ? 1 : 5;
  for (std::size_t i = 0; i < repetitions; ++i) {
    if (benchmark::RunSpecifiedBenchmarks(&last.reporter, filter) == 0) {
      return fail(ErrorKind::internal, fmt::format("no benchmark named {}", wanted.benchmark));
    }
  }
  return {};
}

Result<Row> run_case(const Case& wanted, bool quick, LastRun& last) {
  TRY_VOID(run_benchmark(wanted, quick, last));
  MedianReporter& reporter = last.reporter;
  Row row{wanted.name, std::nan(""), wanted.unit, wanted.at_least, wanted.bound, wanted.aim, {}};
  if (reporter.error == bench::kNoRecording) {
    row.missing = reporter.error;
    return row;
  }
  if (!reporter.error.empty())
    return fail(ErrorKind::internal, fmt::format("{}: {}", wanted.name, reporter.error));
  const double rate = MedianReporter::median(reporter.items_per_second);
  if (wanted.figure == Figure::million_items_per_second) row.figure = rate / 1e6;
  if (wanted.figure == Figure::nanoseconds_per_item) row.figure = 1e9 / rate;
  if (wanted.figure == Figure::items_per_minute_and_two_cores) row.figure = rate * 60 * 2;
  if (wanted.figure == Figure::microseconds) row.figure = MedianReporter::median(reporter.seconds) * 1e6;
  if (wanted.figure == Figure::mebibytes) row.figure = MedianReporter::median(reporter.seconds);
  if (wanted.figure == Figure::counter)
    row.figure = MedianReporter::median(reporter.counters[wanted.counter]);
  if (wanted.figure == Figure::seconds) row.figure = MedianReporter::median(reporter.seconds);
  return row;
}

void print_json(const std::vector<Row>& rows) {
  fmt::print("[\n");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const bool measured = row.missing.empty();
    fmt::print(R"(  {{"name": "{}", "figure": {}, "unit": "{}", "{}": {}, "aim": {}, "reached": {}}}{})",
               row.name, measured ? fmt::format("{:.4g}", row.figure) : "null", row.unit,
               row.at_least ? "at_least" : "at_most", row.bound, row.aim,
               measured ? fmt::to_string(row.reached()) : "null", i + 1 < rows.size() ? ",\n" : "\n");
  }
  fmt::print("]\n");
}

void print_table(const std::vector<Row>& rows) {
  fmt::print("{:<44} {:>8}  {:<20} {:>7} {:>8}\n", "WORK", "FIGURE", "UNIT", "BOUND", "AIM");
  for (const auto& row : rows) {
    const bool measured = row.missing.empty();
    const std::string remark = measured ? (row.reached() ? "" : "not reached") : row.missing;
    fmt::print("{:<44} {:>8}  {:<20} {} {:>5} {:>8}  {}\n", row.name,
               measured ? fmt::format("{:.4g}", row.figure) : "–", row.unit, row.at_least ? "≥" : "≤",
               row.bound, row.aim, remark);
  }
}

/// The whole-process case is measured from outside: a fresh process, the data in a store on disk.
Result<void> add_process_rows(std::vector<Row>& rows, std::size_t runs) {
  TRY(const auto process, bench_process(runs));
  rows.insert(rows.begin() + 1, {"the same as a whole process", process.seconds, "s", false, 0.15, 0.08, {}});
  rows.insert(rows.begin() + 2,
              {"memory of that process over the mapped data", process.mebibytes, "MiB", false, 64, 64, {}});
  return {};
}

Result<int> run_bench(bool json, bool quick) {
  std::vector<Row> rows;
  LastRun last;
  for (const auto& wanted : kCases) {
    if (quick && !wanted.quick) continue;
    TRY(auto row, run_case(wanted, quick, last));
    rows.push_back(std::move(row));
  }
  TRY_VOID(add_process_rows(rows, quick ? 3 : 9));
  if (json) {
    print_json(rows);
  } else {
    print_table(rows);
  }
  return 0;
}

}  // namespace

void add_bench(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "bench", "Measure how fast this build is on this machine",
                                  "  kontor bench            the fixed set, one table (some minutes)\n"
                                  "  kontor bench --quick    without the long ones\n"
                                  "  kontor bench --json     for a script\n");
  auto json = std::make_shared<bool>(false);
  auto quick = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON");
  command->add_flag("--quick", *quick, "One repetition each, without the sweep");
  set_action(*command, globals, [json, quick] { return run_bench(*json, *quick); });
}

}  // namespace kontor::app
