#include <fmt/format.h>

#include "command.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_text.hpp"
#include "data/resample.hpp"
#include "data_selection.hpp"

namespace kontor::app {
namespace {

struct DataResampleOptions {
  DataSelection selection;
  std::vector<std::string> targets;
  bool replace = false;
  bool json = false;
};

Result<int> resample_data(const DataResampleOptions& options, const Globals& globals) {
  std::vector<Timeframe> targets;
  for (const auto& text : options.targets) {
    TRY(const auto timeframe, Timeframe::parse(text));
    targets.push_back(timeframe);
  }
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto source, smallest_bars(catalogue, options.selection));
  watch_interrupt();
  std::string json;
  for (const auto target : targets) {
    data::DatasetKey key = source;
    key.timeframe = target;
    const data::WriteOptions write{.replace = options.replace, .cancel = interrupt_flag()};
    TRY(const auto summary, data::resample(catalogue, source, target, write));
    const auto name = data::Catalogue::dataset_name(key);
    json += fmt::format("{}{{\"dataset\":\"{}\",\"summary\":{}}}", json.empty() ? "" : ",", name,
                        data::to_json(summary));
    if (!options.json) fmt::print("{}: {}\n", name, data::format_summary(summary));
  }
  if (options.json) fmt::print("[{}]\n", json);
  return 0;
}

}  // namespace

void add_data_resample(CLI::App& data, Globals& globals) {
  CLI::App* command =
      add_command(data, "resample", "Store bars of a larger timeframe, made from smaller ones",
                  "  kontor data resample BTCUSDT@binance --to 1h\n"
                  "  kontor data resample BTCUSDT@binance --timeframe 1m --to 5m,15m,1h,1d\n"
                  "Not needed for backtests: they make larger bars themselves.\n");
  auto options = std::make_shared<DataResampleOptions>();
  command
      ->add_option("dataset", options->selection.names,
                   "BTCUSDT@binance, or one dataset as `data list` names it")
      ->required()
      ->expected(1);
  command->add_option("--timeframe", options->selection.timeframe,
                      "Of the bars to start from; otherwise the smallest");
  command->add_option("--to", options->targets, "Timeframes to make: 5m,1h,1d")->required()->delimiter(',');
  command->add_flag("--replace", options->replace,
                    "Bars that differ from stored ones win; otherwise they are an error");
  command->add_flag("--json", options->json, "Print JSON");
  set_action(*command, globals, [options, &globals] { return resample_data(*options, globals); });
}

}  // namespace kontor::app
