#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::app {

/// What every command can see: where things are kept, and how to speak.
struct Globals {
  std::filesystem::path store;     ///< folder of the data catalogue
  std::filesystem::path runs;      ///< folder of the backtest runs
  std::filesystem::path sessions;  ///< folder of the sessions and their accounts' locks
  std::filesystem::path vault;     ///< file of the keys of exchanges
  bool quiet = false;              ///< no progress, no hints
  int exit_code = 0;
};

/// Makes a subcommand with help that teaches by example. `examples` is shown below the options, line by line.
CLI::App* add_command(CLI::App& parent, std::string_view name, std::string_view summary,
                      std::string_view examples);

/// The configuration file that a command takes, and `--set` over it.
void add_config_options(CLI::App& command, std::string& config, std::vector<std::string>& overrides);

/// Sets what the command does: `run` returns the exit code, or an error that is printed to stderr and turned
/// into its exit code. Nothing of what `run` prints to stdout is touched.
void set_action(CLI::App& command, Globals& globals, std::function<Result<int>()> run);

/// True while the user has not pressed Ctrl-C; the first press asks to stop, the second one ends the process.
bool interrupted() noexcept;
/// The same for work that looks for itself; lives as long as the process.
const std::atomic<bool>* interrupt_flag() noexcept;
/// From now on Ctrl-C sets interrupted() instead of ending the process.
void watch_interrupt();
/// What a second press of Ctrl-C does before it ends the process; only what a signal's handler may do.
void before_forced_end(void (*restore)() noexcept) noexcept;

/// What the machine's clock says, for stamps of files and locks.
TimeNs wall_clock();

/// The name of this machine; `unknown` where it has none.
std::string host_name();

/// Lets whole numbers from 0 on pass; without it -1 would become a very large one.
CLI::Validator whole_number();

/// Reads a time option (`2025-05-04`, `2025-05-04T15:33:00Z`); an empty text gives `fallback`.
Result<std::int64_t> time_option(const std::string& text, std::int64_t fallback);

// One function per file: each adds its subcommand (and its options) below `parent`.
void add_backtest(CLI::App& parent, Globals& globals);
void add_bench(CLI::App& parent, Globals& globals);
void add_completion(CLI::App& parent, Globals& globals);
void add_emulator(CLI::App& app, Globals& globals);
void add_indicator(CLI::App& parent, Globals& globals);
void add_journal_show(CLI::App& journal, Globals& globals);
void add_journal_export(CLI::App& journal, Globals& globals);
void add_journal_verify(CLI::App& journal, Globals& globals);
void add_log(CLI::App& parent, Globals& globals);
void add_preflight(CLI::App& app, Globals& globals);
void add_report(CLI::App& parent, Globals& globals);
void add_runs(CLI::App& parent, Globals& globals);
void add_session_control(CLI::App& session, Globals& globals);
void add_session_events(CLI::App& session, Globals& globals);
void add_session_list(CLI::App& session, Globals& globals);
void add_session_log(CLI::App& session, Globals& globals);
void add_session_parity(CLI::App& session, Globals& globals);
void add_session_replay(CLI::App& session, Globals& globals);
void add_session_run(CLI::App& session, Globals& globals);
void add_session_live(CLI::App& session, Globals& globals);
void add_session_summary(CLI::App& session, Globals& globals);
void add_stop(CLI::App& app, Globals& globals);
void add_simulate(CLI::App& app, Globals& globals);
void add_storage_rebuild(CLI::App& storage, Globals& globals);
void add_storage_show(CLI::App& storage, Globals& globals);
void add_storage_update(CLI::App& storage, Globals& globals);
void add_strategies(CLI::App& parent, Globals& globals);
void add_data_check(CLI::App& data, Globals& globals);
void add_data_export(CLI::App& data, Globals& globals);
void add_data_fetch(CLI::App& data, Globals& globals);
void add_data_import(CLI::App& data, Globals& globals);
void add_data_list(CLI::App& data, Globals& globals);
void add_data_remove(CLI::App& data, Globals& globals);
void add_venue_list(CLI::App& venue, Globals& globals);
void add_venue_check(CLI::App& venue, Globals& globals);
void add_venue_instruments(CLI::App& venue, Globals& globals);
void add_venue_ticker(CLI::App& venue, Globals& globals);
void add_venue_book(CLI::App& venue, Globals& globals);
void add_venue_encode(CLI::App& venue, Globals& globals);
void add_venue_decode(CLI::App& venue, Globals& globals);
void add_data_resample(CLI::App& data, Globals& globals);
void add_data_synthesize(CLI::App& data, Globals& globals);

}  // namespace kontor::app
