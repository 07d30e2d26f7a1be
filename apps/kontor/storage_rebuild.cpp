#include "storage_place.hpp"

namespace kontor::app {
namespace {

Result<int> rebuild(const StorageOptions& options, const Globals& globals) {
  TRY(const auto folders, journal_folders(options, globals));
  const auto scope =
      options.sessions.empty() ? storage::RebuildScope::everything : storage::RebuildScope::sessions;
  journal::PosixFileSystem files;
  TRY(const auto outcomes,
      storage::rebuild(database_path(options, globals).string(), projection_settings(files), folders, scope));
  return report_projection(outcomes, options, globals);
}

}  // namespace

void add_storage_rebuild(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "rebuild",
                  "Make the database anew from the journals; the old one stays until the new one is whole",
                  "  kontor storage rebuild                 all sessions\n"
                  "  kontor storage rebuild sma_cross       this one; the others stay as they are\n");
  auto options = std::make_shared<StorageOptions>();
  command->add_option("session", options->sessions, "Ids of sessions; all of them where none is named");
  add_storage_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return rebuild(*options, globals); });
}

}  // namespace kontor::app
