#include <iostream>

#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "live_instruments.hpp"
#include "preflight_facts.hpp"
#include "preflight_text.hpp"
#include "session_making.hpp"

namespace kontor::app {
namespace {

using session::PreflightMode;

constexpr int kNotPassed = 3;

struct PreflightOptions {
  std::string config;
  std::vector<std::string> overrides;
  std::string id;
  std::string acknowledge;
  std::string duration = fmt::format("{}d", session::kUsualGrant / kDay);
  bool live = false;
  bool grant = false;
  bool json = false;
};

void print_report(const session::PreflightReport& report, const PreflightOptions& options,
                  const Globals& globals) {
  if (options.json) {
    fmt::print("{}\n", session::to_json(report));
    return;
  }
  fmt::print("{}", table_of(report));
  if (!globals.quiet) fmt::print("{}\n", conclusion_of(report, options.config));
}

/// What was typed, on the command line or now.
std::string read_acknowledgement(const PreflightOptions& options) {
  if (!options.acknowledge.empty()) return options.acknowledge;
  fmt::print(stderr, "Type these words to give leave for {}:\n  {}\n> ", options.duration,
             session::kAcknowledgement);
  std::string line;
  std::getline(std::cin, line);
  return line;
}

/// True where nothing but the words is missing.
bool wants_words_only(session::PreflightInput input) {
  input.grant.typed = session::kAcknowledgement;
  return session::preflight(input).passed();
}

Result<int> grant(session::PreflightInput input, const SessionPlace& place, const PreflightOptions& options,
                  const Globals& globals) {
  TRY(const DurationNs duration, parse_duration(options.duration));
  TRY_VOID(session::check_grant_duration(duration));
  const bool may_ask = wants_words_only(input);
  input.grant.typed = may_ask ? read_acknowledgement(options) : options.acknowledge;
  const auto report = session::preflight(input);
  print_report(report, options, globals);
  if (!report.passed()) return kNotPassed;
  TRY(const auto token, session::grant_live(input, duration));
  journal::PosixFileSystem files;
  const auto path = live_token_of(place);
  TRY_VOID(session::write_live_token(files, path.parent_path().string(), path.filename().string(), token));
  if (!globals.quiet && !options.json)
    fmt::print("Live trading of {} is granted until {}.\n", place.id, format_time(token.expires));
  return 0;
}

Result<int> run_preflight(const PreflightOptions& options, const Globals& globals) {
  const bool is_live = options.live || options.grant;
  TRY(const auto config, is_live ? load_live_config(options.config, options.overrides)
                                 : research::load_config(options.config, options.overrides));
  const std::string name = name_of_session(options.id, config, options.config);
  TRY(const auto place, place_of_session(globals.sessions, name, false));
  TRY(auto input, preflight_input(config, place, globals));
  input.mode = is_live ? PreflightMode::live : PreflightMode::paper;
  if (options.grant) return grant(std::move(input), place, options, globals);
  const auto report = session::preflight(input);
  print_report(report, options, globals);
  return report.passed() ? 0 : kNotPassed;
}

}  // namespace

void add_preflight(CLI::App& app, Globals& globals) {
  CLI::App* command = add_command(
      app, "preflight", "Check what has to be so before a configuration is traded",
      "  kontor preflight examples/sma_cross.toml                  may it be traded on paper?\n"
      "  kontor preflight examples/sma_cross.toml --live           what stands before real money, and how to "
      "mend it\n"
      "  kontor preflight examples/sma_cross.toml --live --json    the same for a program\n"
      "  kontor preflight examples/sma_cross.toml --grant --for 7d gives leave for a week once all has "
      "passed\n"
      "\nExit code 0: nothing that blocks is open; 3: something is.\n");
  auto options = std::make_shared<PreflightOptions>();
  add_config_options(*command, options->config, options->overrides);
  command->add_option("--id", options->id, "Name of the session; by default that of the configuration");
  command->add_flag("--live", options->live, "Check for live trading, not for paper");
  command->add_flag("--grant", options->grant,
                    "Once everything has passed, ask for the acknowledgement and write the live token");
  command->add_option("--for", options->duration, "How long the token is good for, up to 90d")
      ->capture_default_str()
      ->needs("--grant");
  command
      ->add_option("--acknowledge", options->acknowledge,
                   "The words of the acknowledgement, instead of typing them")
      ->needs("--grant");
  command->add_flag("--json", options->json, "Print the report as JSON");
  set_action(*command, globals, [options, &globals] { return run_preflight(*options, globals); });
}

}  // namespace kontor::app
