#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>

#include <fmt/format.h>

#include "command.hpp"
#include "keys.hpp"
#include "unknown_command.hpp"
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
  globals.sessions = data_home() / "sessions";
  globals.vault = data_home() / "vault" / "keys.vault";
  app.add_option("--store", globals.store, "Folder of the market data")
      ->envname("KONTOR_STORE")
      ->capture_default_str();
  app.add_option("--runs", globals.runs, "Folder of the backtest runs")
      ->envname("KONTOR_RUNS")
      ->capture_default_str();
  app.add_option("--sessions", globals.sessions, "Folder of the sessions")
      ->envname("KONTOR_SESSIONS")
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

void add_session(CLI::App& app, Globals& globals) {
  CLI::App* session = add_command(app, "session", "Paper-trade with a journal that survives a crash",
                                  "  kontor session run examples/sma_cross.toml --speed 60\n"
                                  "  kontor session list\n"
                                  "  kontor session flatten sma_cross\n"
                                  "  kontor session replay sma_cross\n"
                                  "  kontor session events sma_cross --type fill\n"
                                  "  kontor session summary sma_cross\n"
                                  "  kontor session log sma_cross risk=debug\n");
  session->require_subcommand(1);
  add_session_run(*session, globals);
  add_session_live(*session, globals);
  add_session_list(*session, globals);
  add_session_control(*session, globals);
  add_session_log(*session, globals);
  add_session_replay(*session, globals);
  add_session_parity(*session, globals);
  add_session_events(*session, globals);
  add_session_summary(*session, globals);
}

void add_journal(CLI::App& app, Globals& globals) {
  CLI::App* journal = add_command(app, "journal", "Read and verify what a session has written down",
                                  "  kontor journal show sma_cross --type fill\n"
                                  "  kontor journal verify sma_cross\n");
  journal->require_subcommand(1);
  add_journal_show(*journal, globals);
  add_journal_verify(*journal, globals);
  add_journal_export(*journal, globals);
}

void add_venue(CLI::App& app, Globals& globals) {
  CLI::App* venue =
      add_command(app, "venue", "What venues can do, what is sent to them and how they are read",
                  "  kontor venue list\n"
                  "  kontor venue check binance\n"
                  "  kontor venue book bybit BTCUSDT --live\n"
                  "  kontor venue encode < request.json\n"
                  "  kontor venue decode < message.json\n");
  venue->require_subcommand(1);
  add_venue_list(*venue, globals);
  add_venue_check(*venue, globals);
  add_venue_instruments(*venue, globals);
  add_venue_ticker(*venue, globals);
  add_venue_book(*venue, globals);
  add_venue_encode(*venue, globals);
  add_venue_decode(*venue, globals);
}

void add_storage(CLI::App& app, Globals& globals) {
  CLI::App* storage =
      add_command(app, "storage", "Keep a SQLite database of what the sessions' journals hold",
                  "  kontor storage update\n"
                  "  kontor storage show\n"
                  "  sqlite3 ~/.local/share/kontor/sessions/kontor.db 'SELECT * FROM trades'\n");
  storage->require_subcommand(1);
  add_storage_update(*storage, globals);
  add_storage_rebuild(*storage, globals);
  add_storage_show(*storage, globals);
}

void describe(CLI::App& app) {
  app.description("Kontor: collect market data and backtest trading strategies on it.");
  app.footer(
      "\nExamples:\n"
      "  kontor data fetch BTCUSDT --from 2025-01 --to 2025-02   real candles into the store\n"
      "  kontor backtest examples/sma_cross.toml                 run a strategy on them\n"
      "  kontor runs                                             what has been run\n"
      "  kontor session run examples/sma_cross.toml              the same as a paper session with a journal\n"
      "  kontor indicator rsi:14 --data BTCUSDT@binance          indicator columns beside the bars\n"
      "  kontor COMMAND --help                                   more, with examples\n");
}

void add_commands(CLI::App& app, Globals& globals) {
  add_data(app, globals);
  add_backtest(app, globals);
  add_indicator(app, globals);
  add_strategies(app, globals);
  add_report(app, globals);
  add_runs(app, globals);
  add_preflight(app, globals);
  add_session(app, globals);
  add_log(app, globals);
  add_stop(app, globals);
  add_simulate(app, globals);
  add_emulator(app, globals);
  add_journal(app, globals);
  add_storage(app, globals);
  add_venue(app, globals);
  add_keys(app, globals, globals.vault);
  add_bench(app, globals);
  add_completion(app, globals);
}

/// Says what went wrong without an exception of its own; stderr may be as broken as stdout.
int complain(const char* what) noexcept {
  std::fprintf(stderr, "kontor: %s\n", what);
  return 1;
}

/// Parses and runs; what a library throws ends here.
int run(CLI::App& app, const Globals& globals, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return globals.exit_code;
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    const auto unknown =
        asked_for_help ? std::nullopt
                       : unknown_command(app, std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!unknown) return app.exit(error) == 0 ? 0 : 2;
    complain(unknown->c_str());
    return 2;
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}

/// The exit code, or 1 where something that was printed has not arrived: a full disk, a closed descriptor.
int after_flush(int code) {
  std::cout.flush();
  const bool whole = std::cout.good() && std::ferror(stdout) == 0;
  if (std::fflush(stdout) == 0 && whole) return code;
  const std::string why = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string();
  return code != 1 ? complain(("cannot write to standard output" + why).c_str()) : code;
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
  add_commands(app, globals);
  return after_flush(run(app, globals, argc, argv));
}
