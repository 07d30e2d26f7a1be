#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "session/replay.hpp"
#include "session_folder.hpp"
#include "session_origin.hpp"

namespace kontor::app {
namespace {

Result<int> replay_session(const std::string& session, const Globals& globals) {
  TRY(const auto place, find_journal(globals.sessions, session));
  const std::string folder = place.string();
  journal::PosixFileSystem files;
  TRY(const auto identity, identity_in(files, folder));
  TRY(const auto prepared, prepared_without_data(identity));
  TRY(auto setup, prepared->make_setup());
  engine::Engine engine(research::engine_settings(setup));
  TRY(const auto report, session::replay(files, folder, engine));
  if (!report.identical()) {
    fmt::print("differs after {} events: {}\n", report.events, report.difference);
    return 3;
  }
  fmt::print("identical, {} events, {} outputs, {} states\n", report.events, report.outputs, report.states);
  if (report.not_in_journal != 0) {
    fmt::print(
        "{} decisions of the last event were not in the journal yet; 'kontor session run' writes them\n",
        report.not_in_journal);
  }
  return 0;
}

}  // namespace

void add_session_replay(CLI::App& parent, Globals& globals) {
  CLI::App* command = add_command(
      parent, "replay", "Give a fresh engine a session's inputs and compare everything that it decides",
      "  kontor session replay sma_cross     identical, or the first difference; exit code 3 if there is "
      "one\n");
  auto session = std::make_shared<std::string>();
  command->add_option("session", *session, "A session's id, or the folder of its journal")->required();
  set_action(*command, globals, [session, &globals] { return replay_session(*session, globals); });
}

}  // namespace kontor::app
