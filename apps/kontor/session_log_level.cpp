#include <fmt/format.h>

#include "base/log_settings.hpp"
#include "command.hpp"
#include "session/control_socket.hpp"
#include "session_folder.hpp"

namespace kontor::app {
namespace {

constexpr std::chrono::milliseconds kLogAnswerTime{2'000};

struct SessionLogOptions {
  std::string session;
  std::vector<std::string> words;
};

Result<int> change_log_levels(const SessionLogOptions& options, const Globals& globals) {
  LogLevels checked;
  for (const auto& word : options.words) TRY_VOID(checked.apply(word));
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  std::string levels;
  const auto say = [&](const session::Demand& demand) -> Result<void> {
    const auto answer = session::ask(folder.string(), demand, kLogAnswerTime);
    if (!answer && answer.error().kind == ErrorKind::not_found)
      return fail(
          ErrorKind::not_found,
          fmt::format("session {} does not run; 'kontor session run --log-level' and the table [log] of its "
                      "configuration say what it logs",
                      options.session));
    if (!answer) return std::unexpected(answer.error());
    levels = answer->log_levels;
    return {};
  };
  if (options.words.empty()) TRY_VOID(say({}));
  for (const auto& word : options.words) {
    session::Demand demand;
    demand.log_level = word;
    TRY_VOID(say(demand));
  }
  fmt::print("{}\n", levels);
  return 0;
}

}  // namespace

void add_session_log(CLI::App& session, Globals& globals) {
  CLI::App* command =
      add_command(session, "log", "What a running session logs; or change it, until its file says else",
                  "  kontor session log sma_cross                   what is logged\n"
                  "  kontor session log sma_cross risk=debug        more of one component\n"
                  "  kontor session log sma_cross warning           less of all of them\n");
  auto options = std::make_shared<SessionLogOptions>();
  command->add_option("session", options->session, "A session's id")->required();
  command->add_option("level", options->words, "LEVEL for everything, or COMPONENT=LEVEL");
  set_action(*command, globals, [options, &globals] { return change_log_levels(*options, globals); });
}

}  // namespace kontor::app
