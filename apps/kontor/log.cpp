#include <chrono>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "base/log_stream.hpp"
#include "command.hpp"
#include "run_log.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

constexpr std::size_t kMostLines = 1'000'000;
constexpr std::chrono::milliseconds kBetweenLogLooks{200};

struct LogOptions {
  std::string session;
  std::string level = "debug";
  std::vector<std::string> components;
  std::string text;
  std::string from;
  std::string to;
  std::size_t lines = 100;
  bool follow = false;
  bool files = false;
  bool json = false;
};

Result<LogFilters> filters_of(const LogOptions& options) {
  LogFilters filters;
  TRY(filters.level, parse_log_level(options.level));
  for (const auto& name : options.components) {
    TRY(const auto component, parse_log_component(name));
    filters.components.emplace(name_of(component));
  }
  filters.text = options.text;
  if (!options.from.empty()) {
    TRY(filters.from, parse_time(options.from));
  }
  if (!options.to.empty()) {
    TRY(filters.to, parse_time(options.to));
  }
  return filters;
}

/// Lines that a rotation has swallowed are told where they would have stood.
void append_gap(std::string& out, std::uint64_t missing, bool json) {
  if (missing == 0) return;
  out += json ? fmt::format("{{\"gap\":{}}}\n", missing)
              : fmt::format("--- {} lines are no longer there ---\n", missing);
}

Result<void> show(const LogPage& page, const LogOptions& options, const Globals& globals) {
  std::string out;
  const bool in_colour = is_coloured(stdout);
  for (const auto& entry : page.entries) {
    append_gap(out, entry.missing_before, options.json);
    if (options.json) {
      out.append(entry.line).push_back('\n');
    } else {
      append_entry_line(out, entry, in_colour);
    }
  }
  append_gap(out, page.missing, options.json);
  const bool is_out =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  if (!is_out) return fail(ErrorKind::io, "cannot write to standard output");
  if (page.unreadable != 0 && !globals.quiet)
    fmt::print(stderr, "{} lines are none of a log and are not shown\n", page.unreadable);
  return {};
}

Result<int> list_files(const LogStream& stream, bool json) {
  for (const auto& file : stream.list()) {
    if (json) {
      fmt::print("{{\"file\": \"{}\", \"bytes\": {}, \"packed\": {}}}\n", file.name, file.bytes, file.packed);
    } else {
      fmt::print("{:<20} {:>12}\n", file.name, file.bytes);
    }
  }
  return 0;
}

Result<int> show_log(const LogOptions& options, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  LogStream stream(folder);
  if (options.files) return list_files(stream, options.json);
  TRY(const auto filters, filters_of(options));
  TRY(const auto page, stream.tail(options.lines == 0 ? kMostLines : options.lines, filters));
  LogPage shown = page;
  shown.missing = 0;  // the rest of the log begins where it ends
  TRY_VOID(show(shown, options, globals));
  if (page.entries.empty() && !options.follow && !globals.quiet)
    fmt::print(stderr, "No line of the log is one of those.\n");
  if (!options.follow) return 0;
  watch_interrupt();
  for (auto cursor = page.cursor; !interrupted(); std::this_thread::sleep_for(kBetweenLogLooks)) {
    TRY(const auto more, stream.follow(cursor, filters));
    cursor = more.cursor;
    TRY_VOID(show(more, options, globals));
  }
  return 0;
}

}  // namespace

void add_log(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "log", "Print what a session's program has logged, and follow it",
      "  kontor log sma_cross                                        the last 100 lines\n"
      "  kontor log sma_cross --follow --level warning               what goes wrong, while it does\n"
      "  kontor log sma_cross --component risk --grep cooldown       refusals for one reason\n"
      "  kontor log sma_cross --from 2025-05-04T15:00:00Z --lines 0  all of it since then\n"
      "  kontor log sma_cross --json | jq .fields                    as it was written\n"
      "  kontor log sma_cross --files                                the files that there are\n");
  auto options = std::make_shared<LogOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of a log")->required();
  command->add_flag("-f,--follow", options->follow, "Go on with what comes, until Ctrl-C");
  command->add_option("--level", options->level, "Only this level and above")->capture_default_str();
  command->add_option("--component", options->components, "Only this component (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--grep", options->text, "Only lines with this text, in whatever case");
  command->add_option("--from", options->from, "Only lines from this time on, by the clock on the wall");
  command->add_option("--to", options->to, "Only lines before this time");
  command->add_option("-n,--lines", options->lines, "So many lines, the last ones; 0: all")
      ->check(whole_number())
      ->capture_default_str();
  command->add_flag("--files", options->files, "Print the files of the log instead, the newest first");
  command->add_flag("--json", options->json, "Print lines as they are in the file");
  set_action(*command, globals, [options, &globals] { return show_log(*options, globals); });
}

}  // namespace kontor::app
