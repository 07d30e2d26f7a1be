#include "storage/migrations.hpp"
#include "storage_place.hpp"

namespace kontor::app {
namespace {

Result<int> update(const StorageOptions& options, const Globals& globals) {
  TRY(const auto folders, journal_folders(options, globals));
  TRY(auto database, storage::open_storage(database_path(options, globals).string()));
  journal::PosixFileSystem files;
  TRY(const auto outcomes, storage::update(database, projection_settings(files), folders));
  return report_projection(outcomes, options, globals);
}

}  // namespace

void add_storage_update(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "update", "Bring the database up to what the sessions' journals hold by now",
                  "  kontor storage update                    all sessions, running ones too\n"
                  "  kontor storage update sma_cross --json\n");
  auto options = std::make_shared<StorageOptions>();
  command->add_option("session", options->sessions, "Ids of sessions; all of them where none is named");
  add_storage_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return update(*options, globals); });
}

}  // namespace kontor::app
