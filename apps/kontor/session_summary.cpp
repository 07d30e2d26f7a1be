#include <fmt/format.h>

#include "command.hpp"
#include "journal/format.hpp"
#include "journal/posix_file_system.hpp"
#include "session/session_events.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

struct SummaryOptions {
  std::string session;
  bool rebuild = false;
  bool json = false;
};

std::string amount_text(const std::optional<Amount>& amount) {
  return amount ? amount->format_fixed(2) : "–";
}
std::string percent_text(const std::optional<double>& part) {
  return part ? fmt::format("{:.2f} %", *part * 100) : "–";
}

void print_summary(const session::Summary& summary) {
  const auto seen = session::seen_from_outside(summary.status, summary.last_updated, wall_clock());
  fmt::print("Session {} ({}, {})\n", summary.session_id, summary.strategy, summary.mode);
  fmt::print("  state           {}{}, phase {} of {}\n", session::name_of(seen.state),
             seen.crashed ? " (crashed: nothing heard for more than 90 s)" : "", summary.phases_completed,
             summary.phases_total);
  fmt::print("  equity          {}, began with {}\n", amount_text(summary.current_equity),
             amount_text(summary.initial_capital));
  fmt::print("  return          {}\n", percent_text(summary.roi));
  fmt::print("  max drawdown    {}\n", percent_text(summary.max_drawdown));
  fmt::print("  sharpe          {}\n", summary.sharpe ? fmt::format("{:.2f}", *summary.sharpe) : "–");
  fmt::print("  round trips     {}, {} won, {} lost\n", summary.trades, summary.wins, summary.losses);
  fmt::print("  ran             {}\n", format_duration(summary.runtime_ms * kMillisecond));
  fmt::print("  last heard of   {}, event {}\n", format_time(summary.last_updated), summary.last_seq);
}

/// The fold of all events becomes the file, where the file says something else.
Result<void> replace_summary(journal::FileSystem& files, const std::string& folder, const std::string& text) {
  TRY(const auto there, session::read_text(files, journal::path_in(folder, session::kSummaryFile)));
  if (there == text) return {};
  // Under a name of its own first, so that a session that runs is not disturbed.
  const std::string name = fmt::format("{}.rebuilt", session::kSummaryFile);
  const std::array<std::span<const std::byte>, 1> pieces{std::as_bytes(std::span(text))};
  TRY_VOID(journal::publish_file(files, folder, name, pieces));
  return files.rename(journal::path_in(folder, name), journal::path_in(folder, session::kSummaryFile));
}

Result<int> run_summary(const SummaryOptions& options, const Globals& globals) {
  TRY(const auto place, find_journal(globals.sessions, options.session));
  const std::string folder = place.string();
  journal::PosixFileSystem files;
  TRY(const auto fold, session::fold_events(files, folder));
  if (fold.state().last_seq == 0) {
    return fail(ErrorKind::not_found, fmt::format("expected events in {}, found none; 'kontor session run' "
                                                  "makes them from the journal",
                                                  session::event_folder(folder)));
  }
  const std::string text = session::to_json(fold.summary());
  if (options.rebuild) TRY_VOID(replace_summary(files, folder, text));
  if (options.json) {
    fmt::print("{}", text);
  } else {
    print_summary(fold.summary());
  }
  return 0;
}

}  // namespace

void add_session_summary(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "summary", "Print the figures of a session, worked out from its events alone",
                  "  kontor session summary sma_cross\n"
                  "  kontor session summary sma_cross --json        as summary.json has it\n"
                  "  kontor session summary sma_cross --rebuild     writes summary.json anew\n");
  auto options = std::make_shared<SummaryOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of its journal")
      ->required();
  command->add_flag("--rebuild", options->rebuild, "Replace summary.json where it says something else");
  command->add_flag("--json", options->json, "Print them as JSON");
  set_action(*command, globals, [options, &globals] { return run_summary(*options, globals); });
}

}  // namespace kontor::app
