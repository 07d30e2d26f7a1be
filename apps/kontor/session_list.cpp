#include <fmt/format.h>

#include "command.hpp"
#include "emergency_stop.hpp"
#include "journal/posix_file_system.hpp"
#include "session/control_socket.hpp"
#include "session_folder.hpp"
#include "session_text.hpp"

namespace kontor::app {
namespace {

constexpr std::chrono::milliseconds kListAnswerTime{1'000};

/// What can be known of one session: what it says, else how it was last seen.
struct Listed {
  std::string name;
  Result<session::Answer> answer;
  Result<std::optional<session::LastSeen>> seen;
};

Listed look_at(const std::string& name, const Globals& globals) {
  const auto folder = (globals.sessions / name).string();
  journal::PosixFileSystem files;
  return {name, session::ask(folder, session::Request::none, kListAnswerTime),
          session::last_seen(files, folder, wall_clock())};
}

std::string text_of(const Listed& listed) {
  std::string state;
  std::string rest;
  if (listed.answer) {
    state = state_of(*listed.answer);
    rest = line_of(listed.answer->view.status, listed.answer->view.asset);
  } else if (listed.answer.error().kind != ErrorKind::not_found) {
    state = "no answer";
    rest = listed.answer.error().message;
  } else if (!listed.seen) {
    state = "unknown";
    rest = listed.seen.error().message;
  } else {
    state = absent_state(*listed.seen);
    rest = absent_line(*listed.seen);
  }
  return fmt::format("{:<24} {:<16} {}", listed.name, state, rest);
}

std::string json_of(const Listed& listed) {
  if (listed.answer) return session::to_json(listed.answer->view);
  return absent_json(listed.name, listed.seen.value_or(std::nullopt));
}

Result<int> list_sessions(bool json, const Globals& globals) {
  const auto names = sessions_in(globals.sessions);
  if (const auto stop = emergency_stop_in(globals.sessions); stop && !globals.quiet) {
    fmt::print(stderr, "An emergency stop stands since {}; 'kontor stop --lift' takes it back.\n",
               format_time(stop->since));
  }
  if (names.empty() && !globals.quiet && !json) {
    fmt::print(stderr, "There are no sessions in {} yet; 'kontor session run CONFIG.toml' begins one.\n",
               globals.sessions.string());
  }
  std::string lines;
  for (const auto& name : names) {
    const Listed listed = look_at(name, globals);
    if (json) {
      lines += (lines.empty() ? "" : ",\n ") + json_of(listed);
    } else {
      fmt::print("{}\n", text_of(listed));
    }
  }
  if (json) fmt::print("[{}]\n", lines);
  return 0;
}

}  // namespace

void add_session_list(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(parent, "list", "All sessions, and how those that run stand",
                                  "  kontor session list\n  kontor session list --json\n");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print a JSON array");
  set_action(*command, globals, [json, &globals] { return list_sessions(*json, globals); });
}

}  // namespace kontor::app
