#include <fmt/format.h>

#include "command.hpp"
#include "emergency_stop.hpp"
#include "session/control_socket.hpp"
#include "session_folder.hpp"
#include "session_text.hpp"

namespace kontor::app {
namespace {

constexpr std::chrono::milliseconds kListAnswerTime{1'000};

void print_text(const std::string& name, const Result<session::Answer>& answer) {
  if (answer) {
    const auto& view = answer->view;
    fmt::print("{:<24} {:<12} {}\n", name, state_of(*answer), line_of(view.status, view.asset));
  } else if (answer.error().kind == ErrorKind::not_found) {
    fmt::print("{:<24} not running\n", name);
  } else {
    fmt::print("{:<24} no answer    {}\n", name, answer.error().message);
  }
}

std::string json_line(const std::string& name, const std::filesystem::path& folder,
                      const Result<session::Answer>& answer) {
  return answer ? session::to_json(answer->view) : absent_json(name, folder);
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
    const auto folder = globals.sessions / name;
    const auto answer = session::ask(folder.string(), session::Request::none, kListAnswerTime);
    if (json) {
      lines += (lines.empty() ? "" : ",\n ") + json_line(name, folder, answer);
    } else {
      print_text(name, answer);
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
