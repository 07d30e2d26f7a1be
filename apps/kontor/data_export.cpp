#include <fmt/format.h>
#include <unistd.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_text.hpp"
#include "data/export.hpp"
#include "data_selection.hpp"

namespace kontor::app {
namespace {

struct DataExportOptions {
  DataSelection selection;
  std::filesystem::path out = "-";
  bool json = false;
};

/// The ending says how the file is written; one that says something else would be a lie.
Result<void> check_ending(const std::filesystem::path& out) {
  const std::string name = out.filename().string();
  if (name.find('.') == std::string::npos) return {};  // stdout, a pipe, a device
  for (const std::string_view ending : {".csv", ".csv.gz", ".csv.zst"}) {
    if (name.ends_with(ending)) return {};
  }
  return fail(
      ErrorKind::usage,
      fmt::format("expected a file name that ends in .csv, .csv.gz or .csv.zst, found {}", out.string()));
}

Result<int> export_data(const DataExportOptions& options, const Globals& globals) {
  TRY_VOID(check_ending(options.out));
  TRY(const auto selection, options.selection.datasets());
  TRY(const auto range, options.selection.range());
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto key, data::select_one(catalogue, selection));
  TRY(const auto series, catalogue.read(key, range));
  watch_interrupt();
  const bool to_stdout = options.out == "-";
  const bool visible = !to_stdout && !globals.quiet && ::isatty(STDERR_FILENO) != 0;
  data::ExportOptions write{.cancel = interrupt_flag()};
  if (visible) {
    write.progress = [total = series.rows()](std::uint64_t rows) {
      fmt::print(stderr, "\r  {:3} %", rows * 100 / total);
    };
  }
  const auto summary = data::export_csv(series, options.out, write);
  if (visible) fmt::print(stderr, "\r       \r");
  if (!summary) return std::unexpected(summary.error());
  const auto name = data::Catalogue::dataset_name(key);
  if (to_stdout) return 0;
  if (options.json) {
    fmt::print("{{\"dataset\":\"{}\",\"rows\":{},\"bytes\":{}}}\n", name, summary->rows, summary->bytes);
  } else {
    fmt::print("{}: {} rows in {} ({})\n", name, data::format_count(summary->rows), options.out.string(),
               data::format_bytes(summary->bytes));
  }
  return 0;
}

}  // namespace

void add_data_export(CLI::App& data, Globals& globals) {
  CLI::App* command =
      add_command(data, "export", "Write a dataset as CSV that `data import` reads again",
                  "  kontor data export BTCUSDT@binance --timeframe 1h --out btc-1h.csv\n"
                  "  kontor data export BTCUSDT@binance --kind trade --out trades.csv.zst\n"
                  "  kontor data export binance/BTCUSDT/bar/1m --from 2025-05-01 --to 2025-05-02\n"
                  "The name of the file decides: .csv, .csv.gz or .csv.zst. Without --out: stdout.\n");
  auto options = std::make_shared<DataExportOptions>();
  add_dataset_options(*command, options->selection, true);
  add_range_options(*command, options->selection);
  command->add_option("-o,--out", options->out, "File to write; - is stdout")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON about what was written");
  set_action(*command, globals, [options, &globals] { return export_data(*options, globals); });
}

}  // namespace kontor::app
