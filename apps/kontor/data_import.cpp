#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue_select.hpp"
#include "data/import_files.hpp"
#include "import_summary.hpp"

namespace kontor::app {
namespace {

struct DataImportOptions {
  std::vector<std::filesystem::path> files;
  std::string venue;
  std::string instrument;
  std::string kind;
  std::string timeframe;
  std::string format = "auto";
  bool replace = false;
  bool json = false;
};

Result<data::ImportOptions> import_options(const DataImportOptions& options) {
  data::ImportOptions result;
  result.venue = options.venue;
  result.instrument = options.instrument;
  if (!options.kind.empty()) {
    TRY(result.kind, data::parse_data_kind(options.kind));
  }
  if (!options.timeframe.empty()) {
    TRY(result.timeframe, Timeframe::parse(options.timeframe));
  }
  TRY(result.format, data::parse_format(options.format));
  result.replace = options.replace;
  result.cancel = interrupt_flag();
  return result;
}

Result<int> import_data(const DataImportOptions& options, const Globals& globals) {
  TRY(const auto import, import_options(options));
  TRY(const auto catalogue, data::Catalogue::open_or_create(globals.store));
  watch_interrupt();
  const auto progress = data::make_progress(globals.quiet);
  TRY(const auto summary, data::import_files(options.files, import, catalogue, *progress));
  print_import(summary, options.json);
  return 0;
}

}  // namespace

void add_data_import(CLI::App& data, Globals& globals) {
  CLI::App* command = add_command(
      data, "import", "Read files of market data into the store",
      "  kontor data import BTCUSDT-1m-2025-01.zip\n"
      "  kontor data import bars.csv.zst --venue binance --instrument BTCUSDT --kind bar --timeframe 1m\n"
      "  kontor data import XRPUSDT2024-12-01.csv.gz 2024-12-01_XRPUSDT_ob500.data.zip\n"
      "  kontor data import recording.gz --venue binance-usdm\n"
      "Files may be .csv, .zip, .gz or .zst; docs/import-formats.md describes the formats. Importing a file "
      "twice\n"
      "changes nothing. On an error, and on Ctrl-C, the store is as it was.\n");
  auto options = std::make_shared<DataImportOptions>();
  command->add_option("files", options->files, "Files to read; all of them or none")->required();
  command->add_option("--venue", options->venue, "Name of the venue; otherwise the one whose format it is");
  command->add_option("--instrument", options->instrument,
                      "The venue's symbol; otherwise told from the file");
  command->add_option("--kind", options->kind,
                      "bar, trade, quote, book or funding; otherwise what the files hold");
  command->add_option("--timeframe", options->timeframe,
                      "Of bars: 1m, 1h, 1d …; otherwise told from their times");
  command->add_option("--format", options->format, "One of " + data::format_names())->capture_default_str();
  command->add_flag("--replace", options->replace,
                    "Rows that differ from stored ones win; otherwise they are an error");
  command->add_flag("--json", options->json, "Print JSON");
  set_action(*command, globals, [options, &globals] { return import_data(*options, globals); });
}

}  // namespace kontor::app
