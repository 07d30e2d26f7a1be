#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "backtest_summary.hpp"
#include "command.hpp"
#include "data/catalogue.hpp"
#include "research/config.hpp"
#include "research/metrics.hpp"
#include "research/prepare.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "version.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string config;
  std::vector<std::string> overrides;
  std::string from;
  std::string to;
  fs::path out;
  bool json = false;
};

TimeNs wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// `20250504-153300-1a2b3c4d`: sorts by time, and tells runs of one second apart by their configuration.
std::string run_id(TimeNs now, const std::string& config_sha256) {
  std::string stamp = format_time(now / kSecond * kSecond);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(stamp.begin(), stamp.end(), 'T', '-');
  return stamp + "-" + config_sha256.substr(0, 8);
}

/// Shows how far a long run has come, on a terminal only.
bool show_progress(double fraction, bool visible) {
  if (visible) fmt::print(stderr, "\r  {:3.0f} %", fraction * 100);
  return !interrupted();
}

Result<research::BacktestConfig> load(const Options& options) {
  std::vector<std::string> overrides = options.overrides;
  if (!options.from.empty()) overrides.push_back(fmt::format("backtest.from=\"{}\"", options.from));
  if (!options.to.empty()) overrides.push_back(fmt::format("backtest.to=\"{}\"", options.to));
  return research::load_config(options.config, overrides);
}

Result<int> run(const Options& options, const Globals& globals) {
  const auto begun = std::chrono::steady_clock::now();
  TRY(auto config, load(options));
  if (!options.out.empty()) {
    TRY_VOID(research::check_run_folder(options.out));
  }
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(const auto prepared, research::PreparedBacktest::prepare(std::move(config), catalogue));
  watch_interrupt();
  const bool visible = !globals.quiet && ::isatty(STDERR_FILENO) != 0;
  TRY(const auto result,
      prepared->run([visible](double fraction) { return show_progress(fraction, visible); }));
  if (visible) fmt::print(stderr, "\r       \r");
  const auto metrics = research::compute_metrics(result);
  const TimeNs now = wall_clock();
  const fs::path folder =
      options.out.empty() ? globals.runs / run_id(now, result.config_sha256) : options.out;
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  TRY_VOID(research::write_run_files(folder, result, metrics, {version_text(), now, seconds()}));
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
      "  kontor backtest examples/grid.toml --out grid-run --json     analysis.json on standard output\n");
  auto options = std::make_shared<Options>();
  command->add_option("config", options->config, "Configuration file (TOML); see examples/")->required();
  command->add_option("--set", options->overrides, "Override one key: section.key=value (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--from", options->from, "First instant, such as 2025-05-04 (UTC)");
  command->add_option("--to", options->to, "First instant that is no longer part of it");
  command->add_option("--out", options->out, "Folder of this run; by default a new one below --runs");
  command->add_flag("--json", options->json, "Print analysis.json instead of the summary");
  set_action(*command, globals, [options, &globals] { return run(*options, globals); });
}

}  // namespace kontor::app
