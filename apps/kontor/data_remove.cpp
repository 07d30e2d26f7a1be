#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_text.hpp"
#include "data_selection.hpp"

namespace kontor::app {
namespace {

struct DataRemoveOptions {
  DataSelection selection;
  bool all = false;
  bool json = false;
};

/// Nothing is removed that was not meant: several datasets need --all.
Result<std::vector<data::DatasetKey>> what_to_remove(const data::Catalogue& catalogue,
                                                     const DataRemoveOptions& options) {
  TRY(const auto selection, options.selection.datasets());
  TRY(auto keys, data::select_datasets(catalogue, selection));
  if (keys.size() <= 1 || options.all) return keys;
  std::string names;
  for (const auto& key : keys) names += "\n  " + data::Catalogue::dataset_name(key);
  return fail(
      ErrorKind::usage,
      fmt::format("expected one dataset, found {}; choose with --kind and --timeframe, or take --all:{}",
                  keys.size(), names));
}

Result<int> remove_data(const DataRemoveOptions& options, const Globals& globals) {
  TRY(const auto range, options.selection.range());
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto keys, what_to_remove(catalogue, options));
  watch_interrupt();
  TRY(auto transaction, catalogue.begin({.cancel = interrupt_flag()}));
  for (const auto& key : keys) {
    TRY_VOID(transaction.remove(key, range.from, range.to));
  }
  TRY(const auto summary, transaction.commit());
  if (options.json) {
    fmt::print("{}\n", data::to_json(summary));
  } else {
    fmt::print("{}\n", data::format_summary(summary));
  }
  return 0;
}

}  // namespace

void add_data_remove(CLI::App& data, Globals& globals) {
  CLI::App* command =
      add_command(data, "remove", "Take datasets, or a range of their rows, out of the store",
                  "  kontor data remove BTCUSDT@binance --kind bar --timeframe 1m\n"
                  "  kontor data remove binance/BTCUSDT/trade --from 2025-05-01 --to 2025-05-02\n"
                  "  kontor data remove BTCUSDT@binance --all          all that there is of it\n");
  auto options = std::make_shared<DataRemoveOptions>();
  add_dataset_options(*command, options->selection, true);
  add_range_options(*command, options->selection);
  command->add_flag("--all", options->all, "Several datasets at once");
  command->add_flag("--json", options->json, "Print JSON");
  set_action(*command, globals, [options, &globals] { return remove_data(*options, globals); });
}

}  // namespace kontor::app
