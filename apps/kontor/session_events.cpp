#include <cstdio>

#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "session/event_log.hpp"
#include "session/event_schema.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

struct EventsOptions {
  std::string session;
  std::vector<std::string> types;
  std::uint64_t since = 0;
  std::string validate;
  bool schema = false;
  bool json = false;
};

Result<void> put(std::string_view text) {
  if (interrupted()) return fail(ErrorKind::canceled, "the output ended before the events");
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
  return fail(ErrorKind::io, "cannot write to standard output");
}

/// `2025-05-04T15:33:00Z      17 info     fill                     Order 3: bought 0.5 …`.
std::string line_for_people(const session::LoggedEvent& event) {
  return fmt::format("{:<24} {:>7} {:<8} {:<22} {}\n", format_time(event.ts), event.seq,
                     session::name_of(event.level), session::name_of(event.type), event.message);
}

Result<int> show_events(const EventsOptions& options, const std::string& folder, const Globals& globals) {
  std::vector<session::EventType> types;
  for (const auto& name : options.types) {
    TRY(const auto type, session::parse_event_type(name));
    types.push_back(type);
  }
  journal::PosixFileSystem files;
  std::uint64_t shown = 0;
  const auto show = [&](std::string_view line, const session::EventPlace& place) -> Result<void> {
    const auto event = session::parse_line(line);
    if (!event) {
      return fail(event.error().kind, fmt::format("{}:{}: {}; --validate lenient goes on behind it",
                                                  place.path, place.line, event.error().message));
    }
    if (event->seq < options.since) return {};
    if (!types.empty() && std::ranges::find(types, event->type) == types.end()) return {};
    ++shown;
    return put(options.json ? std::string(line) + "\n" : line_for_people(*event));
  };
  TRY_VOID(session::for_each_event_line(files, folder, show));
  if (shown == 0 && !globals.quiet) fmt::print(stderr, "No event of the session is one of those.\n");
  return 0;
}

Result<int> validate_events(const EventsOptions& options, const std::string& folder) {
  const bool strict = options.validate == "strict";
  journal::PosixFileSystem files;
  session::EventValidator validator;
  std::uint64_t events = 0;
  std::uint64_t wrong = 0;
  const auto check = [&](std::string_view line, const session::EventPlace& place) -> Result<void> {
    ++events;
    const auto complaint = validator.complaint(line);
    if (!complaint) return {};
    ++wrong;
    const std::string text = fmt::format("{}:{}: {}", place.path, place.line, *complaint);
    if (strict) return fail(ErrorKind::bad_data, text);
    fmt::print(stderr, "{}\n", text);
    return {};
  };
  TRY_VOID(session::for_each_event_line(files, folder, check));
  if (options.json) {
    fmt::print("{{\"events\": {}, \"wrong\": {}}}\n", events, wrong);
  } else if (wrong == 0) {
    fmt::print("{} events, all as the schema says\n", events);
  } else {
    fmt::print("{} events, {} of them not as the schema says\n", events, wrong);
  }
  return 0;
}

Result<int> run_events(const EventsOptions& options, const Globals& globals) {
  if (options.schema) {
    TRY_VOID(put(session::event_schema()));
    return 0;
  }
  if (options.session.empty()) return fail(ErrorKind::usage, "expected a session's id, or --schema");
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  if (!options.validate.empty()) return validate_events(options, folder.string());
  return show_events(options, folder.string(), globals);
}

}  // namespace

void add_session_events(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "events", "Print what has happened in a session, or check the files that say so",
      "  kontor session events sma_cross --type fill --type position_closed\n"
      "  kontor session events sma_cross --since 1200 --json      as lines of JSON, from that event on\n"
      "  kontor session events sma_cross --validate strict        exit code 3 at the first line that is "
      "wrong\n"
      "  kontor session events --schema                           the JSON Schema of a line\n");
  auto options = std::make_shared<EventsOptions>();
  command->add_option("session", options->session, "A session's id, or the folder of its journal");
  command->add_option("--type", options->types, "Only events of this type (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--since", options->since, "Only events from this seq on")->check(whole_number());
  command
      ->add_option("--validate", options->validate,
                   "Check every line: strict stops at the first wrong one, lenient tells all")
      ->check(CLI::IsMember({"strict", "lenient"}));
  command->add_flag("--schema", options->schema, "Print the JSON Schema of the events");
  command->add_flag("--json", options->json, "Print the events as they are, or the verdict as JSON");
  set_action(*command, globals, [options, &globals] { return run_events(*options, globals); });
}

}  // namespace kontor::app
