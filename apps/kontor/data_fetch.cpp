#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue_select.hpp"
#include "data/fetch.hpp"
#include "data/import_files.hpp"
#include "data_fetch_venue.hpp"
#include "import_summary.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

struct DataFetchOptions {
  std::string instrument;
  std::string venue;  ///< empty: the one that the instrument is filed under, or binance
  std::string via;    ///< archive or rest; empty: the archive where the venue has one
  VenueAccessOptions access;
  std::string market = "spot";
  std::string kind = "bar";
  std::string timeframe = "1m";
  std::string from;
  std::string to;
  data::FetchOptions fetch;
  bool keep = false;
  bool again = false;
  bool json = false;
};

/// A month such as 2025-01 stands for its first day.
Result<TimeNs> day_or_month(const std::string& text) {
  return parse_time(text.size() == 7 ? text + "-01" : text);
}

/// The archive's files are wider than the range where that begins or ends within a month that is over.
void tell_what_is_stored(const data::FetchRequest& request, const std::vector<data::ArchiveFile>& files) {
  if (files.front().from >= request.from && files.back().to <= request.to) return;
  fmt::print(stderr, "The archive has whole months: everything from {} to {} is stored.\n",
             format_date(date_of(files.front().from)), format_date(date_of(files.back().to)));
}

Result<InstrumentName> name_of(const std::string& text) {
  return InstrumentName::parse(text.find('@') == std::string::npos ? text + "@binance" : text);
}

Result<data::FetchRequest> request_of(const DataFetchOptions& options, const InstrumentName& name) {
  data::FetchRequest request;
  request.symbol = name.symbol;
  request.market = options.market == "futures" ? data::ArchiveMarket::futures : data::ArchiveMarket::spot;
  TRY(request.kind, data::parse_data_kind(options.kind));
  TRY(request.timeframe, Timeframe::parse(options.timeframe));
  request.today = wall_clock();
  TRY(request.from, day_or_month(options.from));
  request.to = request.today;
  if (!options.to.empty()) {
    TRY(request.to, day_or_month(options.to));
  }
  return request;
}

/// True if every bar of the file is in the store already; other kinds cannot be told from outside.
bool is_stored(const data::Catalogue& catalogue, const data::DatasetKey& key, const data::ArchiveFile& file) {
  if (key.kind != data::DataKind::bar) return false;
  data::ReadOptions range;
  range.from = file.from;
  range.to = file.to;
  range.derive = false;
  const auto series = catalogue.read(key, range);
  return series &&
         series->rows() == static_cast<std::uint64_t>((file.to - file.from) / key.timeframe.period_ns);
}

/// `BTCUSDT@bybit-linear` is of bybit.
std::string venue_of(const DataFetchOptions& options) {
  if (!options.venue.empty()) return options.venue;
  const std::size_t at = options.instrument.find('@');
  return at != std::string::npos && options.instrument.substr(at + 1).starts_with("bybit") ? "bybit"
                                                                                           : "binance";
}

Result<int> fetch_by_rest(const DataFetchOptions& options, const Globals& globals) {
  VenueFetchRequest request{
      .venue = venue_of(options), .access = options.access, .again = options.again, .json = options.json};
  const bool has_name = options.instrument.find('@') != std::string::npos;
  TRY(request.key.instrument,
      InstrumentName::parse(has_name ? options.instrument : options.instrument + "@" + request.venue));
  request.access.product = options.market == "futures" ? "linear" : "spot";
  TRY(request.key.kind, data::parse_data_kind(options.kind));
  request.key.timeframe = Timeframe{kMinute};
  if (request.key.kind == data::DataKind::bar) {
    TRY(request.key.timeframe, Timeframe::parse(options.timeframe));
  }
  TRY(request.from, day_or_month(options.from));
  if (!options.to.empty()) {
    TRY(request.to, day_or_month(options.to));
  }
  return fetch_from_venue(request, globals);
}

Result<int> fetch_from_archive(DataFetchOptions options, const Globals& globals) {
  if (venue_of(options) != "binance")
    return fail(ErrorKind::usage,
                fmt::format("only binance has an archive here; of {}: --via rest", venue_of(options)));
  TRY(const auto name, name_of(options.instrument));
  TRY(const auto request, request_of(options, name));
  TRY(auto files, data::plan_fetch(request));
  if (!globals.quiet) tell_what_is_stored(request, files);
  TRY(const auto catalogue, data::Catalogue::open_or_create(globals.store));
  const data::DatasetKey key{name, request.kind,
                             request.kind == data::DataKind::bar ? request.timeframe : Timeframe{kMinute}};
  const std::size_t planned = files.size();
  if (!options.again) std::erase_if(files, [&](const auto& file) { return is_stored(catalogue, key, file); });
  if (files.empty()) {
    if (!globals.quiet)
      fmt::print("{}: all {} files of the range are stored already\n", name.format(), planned);
    return 0;
  }
  if (options.fetch.cache.empty()) options.fetch.cache = globals.store.parent_path() / "downloads";
  watch_interrupt();
  options.fetch.cancel = interrupt_flag();
  const auto progress = data::make_progress(globals.quiet);
  TRY(const auto paths, data::fetch_files(files, options.fetch, *progress));
  data::ImportOptions import;
  import.venue = name.venue;
  import.instrument = name.symbol;
  import.kind = request.kind;
  if (request.kind == data::DataKind::bar) import.timeframe = request.timeframe;
  import.replace = options.again;
  import.cancel = interrupt_flag();
  TRY(const auto summary, data::import_files(paths, import, catalogue, *progress));
  print_import(summary, options.json);
  if (!options.keep) {
    std::error_code ignored;
    for (const auto& path : paths) {
      fs::remove(path, ignored);
      fs::remove(path.string() + ".CHECKSUM", ignored);
    }
    fs::remove(options.fetch.cache, ignored);  // only where nothing is left in it
  }
  return 0;
}

bool wants_rest(const DataFetchOptions& options) {
  if (!options.via.empty()) return options.via == "rest";
  // An emulator has no archive either.
  return venue_of(options) != "binance" || !options.access.endpoint.empty();
}

Result<int> fetch_data(const DataFetchOptions& options, const Globals& globals) {
  return wants_rest(options) ? fetch_by_rest(options, globals) : fetch_from_archive(options, globals);
}

/// Only for --via rest.
void add_rest_options(CLI::App& command, DataFetchOptions& options) {
  command
      .add_option("--venue", options.venue, "Whose data: binance or bybit; by default as the instrument says")
      ->check(CLI::IsMember({"binance", "bybit"}));
  command
      .add_option("--via", options.via,
                  "archive: whole files of Binance's public archive; rest: the venue's own interface, to the "
                  "minute. By "
                  "default the archive where there is one")
      ->check(CLI::IsMember({"archive", "rest"}));
  add_venue_network_options(command, options.access);
}

}  // namespace

void add_data_fetch(CLI::App& data, Globals& globals) {
  CLI::App* command = add_command(
      data, "fetch", "Bring in data from Binance's public archive, or from a venue's own interface",
      "  kontor data fetch BTCUSDT@binance --from 2025-01 --to 2025-04      January to March, one-minute "
      "bars\n"
      "  kontor data fetch BTCUSDT@binance --kind trade --from 2025-01-01 --to 2025-01-03\n"
      "  kontor data fetch BTCUSDT@binance-futures --market futures --kind funding --from 2024-01\n"
      "  kontor data fetch BTCUSDT --venue bybit --from 2025-01-01 --timeframe 5m\n"
      "  kontor data fetch ETHUSDT@binance-usdm --via rest --market futures --kind funding --from 2025-01\n"
      "The archive has one file for each month that is over, so --from 2023-04-10 --to 2023-04-12 stores\n"
      "all of April. Days of the current month come one by one; each file is checked by its checksum\n"
      "file. After an interruption the same command goes on where it stopped; what is stored is not asked "
      "for\n"
      "again. --via rest asks the venue for what is missing of the range and nothing else, within its "
      "limits.\n");
  auto options = std::make_shared<DataFetchOptions>();
  command->add_option("instrument", options->instrument, "BTCUSDT, or BTCUSDT@venue to file it elsewhere")
      ->required();
  add_rest_options(*command, *options);
  command->add_option("--market", options->market, "spot or futures (USDⓈ-M)")
      ->check(CLI::IsMember({"spot", "futures"}))
      ->capture_default_str();
  command->add_option("--kind", options->kind, "bar, trade or funding")->capture_default_str();
  command->add_option("--timeframe", options->timeframe, "Of bars")->capture_default_str();
  command->add_option("--from", options->from, "First day or month, such as 2025-01")->required();
  command->add_option("--to", options->to, "First day or month that is no longer wanted; by default today");
  command
      ->add_option("--base-url", options->fetch.base_url,
                   "Address of the archive or of a mirror with its layout")
      ->capture_default_str();
  command->add_option("--cache", options->fetch.cache, "Folder for downloads; by default beside the store");
  command
      ->add_option("--timeout", options->fetch.stall_timeout_seconds,
                   "Seconds without data before it gives up")
      ->capture_default_str();
  command->add_flag("--keep", options->keep, "Keep the downloaded files");
  command->add_flag("--again", options->again, "Also what is stored already; the archive's rows win");
  command->add_flag("--json", options->json, "Print JSON");
  set_action(*command, globals, [options, &globals] { return fetch_data(*options, globals); });
}

}  // namespace kontor::app
