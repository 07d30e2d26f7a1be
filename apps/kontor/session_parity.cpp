#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "session/parity.hpp"
#include "session_folder.hpp"
#include "session_origin.hpp"
#include "venue_session.hpp"

namespace kontor::app {
namespace {

constexpr std::size_t kShown = 20;

struct ParityOptions {
  std::string session;
  bool all = false;
  bool json = false;
};

std::string or_nothing(const std::string& text) { return text.empty() ? "nothing" : text; }

std::string text_of(const session::ParityReport& report, bool all) {
  auto text = fmt::format("{} – {}: {} decisions and {} fills; ", format_time(report.from),
                          format_time(report.to), report.decisions, report.fills);
  if (report.differences.empty()) return text + "the backtest of that time does the same";
  text += fmt::format("{} differ from the backtest of that time", report.differences.size());
  const std::size_t shown = all ? report.differences.size() : std::min(kShown, report.differences.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& difference = report.differences[i];
    text += fmt::format("\n{}\n  session:  {}\n  backtest: {}\n  cause:    {}", format_time(difference.at),
                        or_nothing(difference.session), or_nothing(difference.backtest), difference.cause);
  }
  const std::size_t hidden = report.differences.size() - shown;
  if (hidden != 0) text += fmt::format("\nand {} more; --all shows them", hidden);
  return text;
}

Result<int> compare_with_backtest(const ParityOptions& options, const Globals& globals) {
  TRY(const auto place, find_journal(globals.sessions, options.session));
  const std::string folder = place.string();
  journal::PosixFileSystem files;
  TRY(const auto identity, identity_in(files, folder));
  if (is_on_venue(place))
    return fail(ErrorKind::usage,
                fmt::format("{} took its market from a venue as it went: there are no recorded data "
                            "to backtest it on",
                            options.session));
  TRY(const auto prepared, prepared_with_data(identity, globals.store));
  TRY(auto setup, prepared->make_setup());
  const simulation::World world{setup.instruments, setup.sources, setup.venue, setup.deposits};
  TRY(const auto report, session::parity(files, folder, world, research::engine_settings(setup)));
  fmt::print("{}\n", options.json ? session::to_json(report) : text_of(report, options.all));
  return report.differences.empty() ? 0 : 3;
}

}  // namespace

void add_session_parity(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "parity", "Backtest a session's own period and list every decision and fill that differs",
      "  kontor session parity sma_cross     each with its cause; exit code 3 if there is one\n");
  auto options = std::make_shared<ParityOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of its journal")
      ->required();
  command->add_flag("--all", options->all, "Show every difference, not only the first ones");
  command->add_flag("--json", options->json, "Print the whole report as JSON");
  set_action(*command, globals, [options, &globals] { return compare_with_backtest(*options, globals); });
}

}  // namespace kontor::app
