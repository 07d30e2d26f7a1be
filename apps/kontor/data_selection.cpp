#include "data_selection.hpp"

#include <fmt/format.h>

namespace kontor::app {

Result<data::DatasetSelection> DataSelection::datasets() const {
  data::DatasetSelection selection;
  selection.names = names;
  if (!kind.empty()) {
    TRY(selection.kind, data::parse_data_kind(kind));
  }
  if (!timeframe.empty()) {
    TRY(selection.timeframe, Timeframe::parse(timeframe));
  }
  return selection;
}

Result<data::ReadOptions> DataSelection::range() const {
  data::ReadOptions options;
  TRY(options.from, time_option(from, kTimeMin));
  TRY(options.to, time_option(to, kTimeMax));
  if (options.from >= options.to) {
    return fail(ErrorKind::usage, fmt::format("expected --from before --to, found {} and {}", from, to));
  }
  return options;
}

void add_dataset_options(CLI::App& command, DataSelection& selection, bool required) {
  command.add_option("dataset", selection.names, "BTCUSDT@binance, or one dataset as `data list` names it")
      ->required(required);
  command.add_option("--kind", selection.kind, "bar, trade, quote, book or funding");
  command.add_option("--timeframe", selection.timeframe, "Of bars: 1m, 5m, 1h, 1d …");
}

void add_range_options(CLI::App& command, DataSelection& selection) {
  command.add_option("--from", selection.from, "First time, 2025-05-04 or 2025-05-04T15:33:00Z");
  command.add_option("--to", selection.to, "Time after the last one");
}

Result<data::DatasetKey> smallest_bars(const data::Catalogue& catalogue, const DataSelection& selection) {
  TRY(auto wanted, selection.datasets());
  wanted.kind = data::DataKind::bar;
  TRY(const auto keys, data::select_datasets(catalogue, wanted));
  for (const auto& key : keys) {
    if (key.instrument != keys.front().instrument) {
      return fail(ErrorKind::usage, "expected the bars of one instrument, found several");
    }
  }
  return keys.front();  // keys ascend by timeframe
}

std::string no_data_hint(const Globals& globals) {
  return fmt::format(
      "There is no data in {} yet. Next:\n"
      "  kontor data fetch BTCUSDT --from 2025-01 --to 2025-02\n"
      "  kontor data import BTCUSDT-1m-2025-01.zip --venue binance --instrument BTCUSDT\n",
      globals.store.string());
}

}  // namespace kontor::app
