#include <cstdlib>

#include <fmt/format.h>

#include "command.hpp"
#include "version.hpp"

namespace {

namespace fs = std::filesystem;
using namespace kontor::app;

/// $XDG_DATA_HOME/kontor, or ~/.local/share/kontor; the current folder where there is no home.
fs::path data_home() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder != '\0') {
    return fs::path(folder) / "kontor";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return fs::path(home) / ".local" / "share" / "kontor";
  }
  return fs::path("kontor-data");
}

void add_globals(CLI::App& app, Globals& globals) {
  globals.store = data_home() / "store";
  globals.runs = data_home() / "runs";
  app.add_option("--store", globals.store, "Folder of the market data")
      ->envname("KONTOR_STORE")
      ->capture_default_str();
  app.add_option("--runs", globals.runs, "Folder of the backtest runs")
      ->envname("KONTOR_RUNS")
      ->capture_default_str();
  app.add_flag("-q,--quiet", globals.quiet, "No progress and no hints");
  app.set_version_flag("--version", kontor::version_text());
}

void add_data(CLI::App& app, Globals& globals) {
  CLI::App* data =
      add_command(app, "data", "Import, fetch, check and export market data",
                  "  kontor data fetch BTCUSDT --from 2025-01 --to 2025-02\n"
                  "  kontor data import BTCUSDT-1m-2025-01.zip --venue binance --instrument BTCUSDT\n"
                  "  kontor data list\n"
                  "  kontor data check BTCUSDT@binance\n");
  data->require_subcommand(1);
  add_data_import(*data, globals);
  add_data_fetch(*data, globals);
  add_data_synthesize(*data, globals);
  add_data_list(*data, globals);
  add_data_check(*data, globals);
  add_data_resample(*data, globals);
  add_data_export(*data, globals);
  add_data_remove(*data, globals);
}

void describe(CLI::App& app) {
  app.description("Kontor: collect market data and backtest trading strategies on it.");
  app.footer(
      "\nExamples:\n"
      "  kontor data fetch BTCUSDT --from 2025-01 --to 2025-02   real candles into the store\n"
      "  kontor backtest examples/sma_cross.toml                 run a strategy on them\n"
      "  kontor runs                                             what has been run\n"
      "  kontor indicator rsi:14 --data BTCUSDT@binance          indicator columns beside the bars\n"
      "  kontor COMMAND --help                                   more, with examples\n");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app;
  Globals globals;
  app.name("kontor");
  describe(app);
  add_globals(app, globals);
  app.require_subcommand(1);
  app.fallthrough();
  add_data(app, globals);
  add_backtest(app, globals);
  add_indicator(app, globals);
  add_strategies(app, globals);
  add_report(app, globals);
  add_runs(app, globals);
  add_bench(app, globals);
  add_completion(app, globals);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return globals.exit_code;
}
