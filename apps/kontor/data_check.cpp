#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data/quality.hpp"
#include "data_selection.hpp"

namespace kontor::app {
namespace {

constexpr int kErrorsFound = 3;

struct DataCheckOptions {
  DataSelection selection;
  data::QualityOptions quality;
  bool json = false;
};

void print_json(const std::vector<data::QualityReport>& reports, bool ok) {
  std::string datasets;
  for (const auto& report : reports) datasets += (datasets.empty() ? "" : ",") + data::to_json(report);
  fmt::print("{{\"ok\":{},\"datasets\":[{}]}}\n", ok, datasets);
}

void print_text(const std::vector<data::QualityReport>& reports) {
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  for (const auto& report : reports) {
    fmt::print("{}{}", &report == &reports.front() ? "" : "\n", data::format_report(report));
    errors += report.errors;
    warnings += report.warnings;
  }
  if (reports.size() < 2) return;
  fmt::print("\n{} datasets: {} error{}, {} warning{}\n", reports.size(), errors, errors == 1 ? "" : "s",
             warnings, warnings == 1 ? "" : "s");
}

/// A dataset without rows in the range is none of the range's business where several were asked for.
bool is_empty_range(const Error& error, const data::ReadOptions& range, std::size_t datasets) {
  return error.kind == ErrorKind::not_found && datasets > 1 &&
         (range.from != kTimeMin || range.to != kTimeMax);
}

Result<int> check_data(const DataCheckOptions& options, const Globals& globals) {
  TRY(const auto selection, options.selection.datasets());
  TRY(const auto range, options.selection.range());
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto keys, data::select_datasets(catalogue, selection));
  std::vector<data::QualityReport> reports;
  bool ok = true;
  watch_interrupt();
  for (const auto& key : keys) {
    if (interrupted()) return fail(ErrorKind::canceled, "interrupted");
    auto report = data::check_dataset(catalogue, key, range, options.quality);
    if (!report && is_empty_range(report.error(), range, keys.size())) continue;
    if (!report) return std::unexpected(report.error());
    ok = ok && report->ok();
    reports.push_back(std::move(*report));
  }
  if (options.json) {
    print_json(reports, ok);
  } else if (keys.empty()) {
    fmt::print("{}", no_data_hint(globals));
  } else {
    print_text(reports);
  }
  return ok ? 0 : kErrorsFound;
}

}  // namespace

void add_data_check(CLI::App& data, Globals& globals) {
  CLI::App* command = add_command(
      data, "check", "Look for gaps and wrong rows; exit code 3 if there are errors",
      "  kontor data check                                     everything\n"
      "  kontor data check BTCUSDT@binance --timeframe 1m      one dataset\n"
      "  kontor data check BTCUSDT@binance --from 2025-05-01 --to 2025-06-01\n"
      "  kontor data check --max-missing 0                     not a single bar may be missing\n");
  auto options = std::make_shared<DataCheckOptions>();
  add_dataset_options(*command, options->selection, false);
  add_range_options(*command, options->selection);
  command
      ->add_option("--max-missing", options->quality.max_missing_percent,
                   "Percent of the bars that may be missing before gaps are errors")
      ->capture_default_str();
  command
      ->add_option("--frozen", options->quality.frozen_bars,
                   "Bars without movement in a row that are worth a word")
      ->check(whole_number())
      ->capture_default_str();
  command
      ->add_option("--spike", options->quality.volume_spike, "Volume that is worth a word, times the usual")
      ->capture_default_str();
  command->add_option("--findings", options->quality.findings_per_kind, "How many findings of a kind to show")
      ->check(whole_number())
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  set_action(*command, globals, [options, &globals] { return check_data(*options, globals); });
}

}  // namespace kontor::app
