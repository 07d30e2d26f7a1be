#include <fmt/format.h>

#include "command.hpp"
#include "research/config_difference.hpp"
#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "research/run_store.hpp"
#include "research/run_text.hpp"

namespace kontor::app {
namespace {

constexpr std::size_t kMaxCompared = 16;

struct RunsOptions {
  research::RunListOptions list;
  std::string run;
  std::vector<std::string> compared;
  bool json = false;
};

Result<int> list_runs(const RunsOptions& options, const Globals& globals) {
  TRY(auto listing, research::RunStore(globals.runs).list());
  TRY(const auto runs, research::chosen_runs(std::move(listing.runs), options.list));
  if (options.json) {
    fmt::print("{}\n", research::runs_json(runs));
  } else if (!runs.empty()) {
    fmt::print("{}", research::runs_table(runs));
  } else if (!globals.quiet) {
    fmt::print(stderr, "There are no runs in {} yet; 'kontor backtest CONFIG.toml' makes one.\n",
               globals.runs.string());
  }
  for (const auto& broken : listing.broken)
    fmt::print(stderr, "kontor: skipped {}: {}\n", broken.id, broken.reason);
  return 0;
}

Result<int> show_run(const RunsOptions& options, const Globals& globals) {
  TRY(const auto run, research::RunStore(globals.runs).load(options.run));
  if (options.json) {
    TRY(const auto text, research::read_file(run.folder / research::kAnalysisFile));
    fmt::print("{}", text);
  } else {
    fmt::print("{}\n  Folder {}\n", research::run_text(run), run.folder.string());
  }
  return 0;
}

Result<int> compare_runs(const RunsOptions& options, const Globals& globals) {
  const std::size_t count = options.compared.size();
  if (count < 2 || count > kMaxCompared) {
    return fail(ErrorKind::usage,
                fmt::format("expected 2 to {} runs to compare, found {}", kMaxCompared, count));
  }
  const research::RunStore store(globals.runs);
  std::vector<research::StoredRun> runs;
  std::vector<research::FlatConfig> configs;
  for (const std::string& name : options.compared) {
    TRY(auto run, store.load(name));
    const auto path = run.folder / research::kConfigFile;
    TRY(const auto text, research::read_file(path));
    TRY(auto config, research::flatten_config(text, path.string()));
    runs.push_back(std::move(run));
    configs.push_back(std::move(config));
  }
  const auto differences = research::config_differences(configs);
  if (options.json) {
    fmt::print("{}\n", research::comparison_json(runs, differences));
  } else {
    fmt::print("{}", research::comparison_text(runs, differences));
  }
  return 0;
}

void add_show(CLI::App& runs, Globals& globals, const std::shared_ptr<RunsOptions>& options) {
  CLI::App* command = add_command(runs, "show", "All figures of one run",
                                  "  kontor runs show latest\n"
                                  "  kontor runs show 20250504 --json     its analysis.json\n");
  command->add_option("run", options->run, "Id of a run, its beginning, 'latest', or the folder of a run")
      ->required();
  command->add_flag("--json", options->json, "Print analysis.json");
  set_action(*command, globals, [options, &globals] { return show_run(*options, globals); });
}

void add_compare(CLI::App& runs, Globals& globals, const std::shared_ptr<RunsOptions>& options) {
  CLI::App* command = add_command(runs, "compare", "Two or more runs side by side, with what differs marked",
                                  "  kontor runs compare 20250504-153300 latest\n");
  command->add_option("runs", options->compared, "Two or more ids, or folders, of runs")
      ->required()
      ->type_name("RUN")
      ->expected(-1);
  command->add_flag("--json", options->json, "Print JSON instead of the table");
  set_action(*command, globals, [options, &globals] { return compare_runs(*options, globals); });
}

void add_list_options(CLI::App& command, RunsOptions& options) {
  command
      .add_option("--sort", options.list.sort,
                  "id, or a figure of analysis.json, the best first: total_return, sharpe, max_drawdown …")
      ->capture_default_str();
  command.add_option("--limit", options.list.limit, "Show so many runs at most")->check(whole_number());
  command.add_flag("--json", options.json, "Print JSON instead of the table");
}

void add_list(CLI::App& runs, Globals& globals, const std::shared_ptr<RunsOptions>& options) {
  CLI::App* command = add_command(runs, "list", "All runs, as 'kontor runs' alone",
                                  "  kontor runs list --sort sharpe --limit 10\n");
  add_list_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return list_runs(*options, globals); });
}

}  // namespace

void add_runs(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "runs", "List, show and compare past backtests",
                                  "  kontor runs                                 all runs, the latest last\n"
                                  "  kontor runs --sort sharpe --limit 10        the ten best\n"
                                  "  kontor runs show latest                     all figures of one\n"
                                  "  kontor runs compare 20250504 latest         side by side\n");
  auto options = std::make_shared<RunsOptions>();
  add_list_options(*command, *options);
  command->require_subcommand(0, 1);
  add_list(*command, globals, options);
  add_show(*command, globals, options);
  add_compare(*command, globals, options);
  set_action(*command, globals, [options, command, &globals]() -> Result<int> {
    if (!command->get_subcommands().empty()) return globals.exit_code;  // it has done its work
    return list_runs(*options, globals);
  });
}

}  // namespace kontor::app
