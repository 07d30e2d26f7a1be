#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "backtest_summary.hpp"
#include "command.hpp"
#include "data/catalogue.hpp"
#include "research/config.hpp"
#include "research/config_complete.hpp"
#include "research/metrics.hpp"
#include "research/prepare.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "version.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

struct BacktestOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::string from;
  std::string to;
  fs::path out;
  bool json = false;
};

/// Shows how far a long run has come, on a terminal only.
bool show_progress(double fraction, bool visible) {
  if (visible) fmt::print(stderr, "\r  {:3.0f} %", fraction * 100);
  return !interrupted();
}

Result<research::BacktestConfig> load(const BacktestOptions& options) {
  return research::load_config(options.config, options.overrides, {options.from, options.to});
}

/// Where the run went: the folder that was asked for, or a new one among the runs.
Result<fs::path> write_run(const research::RunResult& result, const research::Metrics& metrics,
                           const research::RunStamp& stamp, const BacktestOptions& options,
                           const Globals& globals) {
  if (options.out.empty()) return research::write_new_run(globals.runs, result, metrics, stamp);
  TRY_VOID(research::write_run_files(options.out, result, metrics, stamp));
  return options.out;
}

Result<int> run_backtest(const BacktestOptions& options, const Globals& globals) {
  const auto begun = std::chrono::steady_clock::now();
  TRY(auto config, load(options));
  if (!options.out.empty()) {
    TRY_VOID(research::check_run_folder(options.out));
  }
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto prepared, research::PreparedBacktest::prepare(std::move(config), catalogue));
  watch_interrupt();
  const bool visible = !globals.quiet && ::isatty(STDERR_FILENO) != 0;
  TRY(auto result, prepared->run([visible](double fraction) { return show_progress(fraction, visible); }));
  if (visible) fmt::print(stderr, "\r       \r");
  TRY_VOID(research::complete_config(result));
  const auto metrics = research::compute_metrics(result);
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  TRY(const auto folder,
      write_run(result, metrics, {version_text(), wall_clock(), seconds()}, options, globals));
  if (options.json) {
    fmt::print("{}\n", research::analysis_json(result, metrics, version_text(), seconds()));
  } else {
    fmt::print("{}", summary_text(result, metrics, folder, seconds()));
  }
  return 0;
}

}  // namespace

void add_backtest(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "backtest", "Run strategies over stored market data and write a report",
      "  kontor backtest examples/sma_cross.toml\n"
      "  kontor backtest examples/sma_cross.toml --from 2025-05-10 --to 2025-06-01\n"
      "  kontor backtest examples/sma_cross.toml --set strategy.fast=20 --set venue.slippage_bps=10\n"
      "  kontor backtest examples/portfolio.toml --set 'strategy[0].fast=20'   the first of several\n"
      "  kontor backtest examples/grid.toml --out grid-run --json     analysis.json on standard output\n");
  auto options = std::make_shared<BacktestOptions>();
  add_config_options(*command, options->config, options->overrides);
  command->add_option("--from", options->from, "First instant, such as 2025-05-04 (UTC)");
  command->add_option("--to", options->to, "First instant that is no longer part of it");
  command->add_option("--out", options->out, "Folder of this run; by default a new one below --runs");
  command->add_flag("--json", options->json, "Print analysis.json instead of the summary");
  set_action(*command, globals, [options, &globals] { return run_backtest(*options, globals); });
}

}  // namespace kontor::app
