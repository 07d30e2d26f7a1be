#include "storage_place.hpp"

#include <fmt/format.h>

#include "research/json_writer.hpp"
#include "session_folder.hpp"
#include "session_origin.hpp"

namespace kontor::app {
namespace {

Result<storage::FreshEngine> engine_of(const journal::Identity& identity) {
  TRY(auto prepared, prepared_without_data(identity));
  const std::shared_ptr<const research::PreparedBacktest> owner(std::move(prepared));
  TRY(auto setup, owner->make_setup());
  storage::FreshEngine fresh{owner, nullptr, setup.strategy_names};
  fresh.engine = std::make_unique<engine::Engine>(research::engine_settings(setup));
  return fresh;
}

std::string json_of(const std::vector<storage::SessionOutcome>& outcomes, const std::string& database) {
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("database", std::string_view(database));
  json.key("sessions");
  json.begin_array();
  for (const auto& outcome : outcomes) {
    json.begin_object();
    json.member("session", std::string_view(outcome.session));
    json.member("folder", std::string_view(outcome.folder));
    json.member("records", outcome.records);
    json.member("last_seq", outcome.last_seq);
    json.member("begun_anew", outcome.begun_anew);
    json.key("problem");
    outcome.problem ? json.value(std::string_view(outcome.problem->message)) : json.null();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return std::string(text.view());
}

}  // namespace

void add_storage_options(CLI::App& command, StorageOptions& options) {
  command
      .add_option("--database", options.database,
                  "File of the database; by default kontor.db among the sessions")
      ->envname("KONTOR_DATABASE");
  command.add_flag("--json", options.json, "Print JSON");
}

std::filesystem::path database_path(const StorageOptions& options, const Globals& globals) {
  return options.database.empty() ? globals.sessions / "kontor.db" : options.database;
}

Result<std::vector<std::string>> journal_folders(const StorageOptions& options, const Globals& globals) {
  std::vector<std::string> folders;
  for (const auto& session : options.sessions) {
    TRY(const auto folder, find_journal(globals.sessions, session));
    folders.push_back(folder.string());
  }
  if (options.sessions.empty()) {
    for (const auto& name : sessions_in(globals.sessions))
      folders.push_back((globals.sessions / name).string());
  }
  if (folders.empty()) {
    return fail(ErrorKind::not_found,
                fmt::format("there are no sessions in {} yet; 'kontor session run CONFIG.toml' begins one",
                            globals.sessions.string()));
  }
  return folders;
}

storage::ProjectionSettings projection_settings(journal::FileSystem& files) {
  watch_interrupt();
  return {files, engine_of, 65'536, [](const std::string&, std::uint64_t) -> Result<void> {
            if (!interrupted()) return {};
            return fail(ErrorKind::canceled,
                        "stopped; what was projected stays, and the next time goes on from there");
          }};
}

Result<int> report_projection(const std::vector<storage::SessionOutcome>& outcomes,
                              const StorageOptions& options, const Globals& globals) {
  int code = 0;
  if (options.json) fmt::print("{}\n", json_of(outcomes, database_path(options, globals).string()));
  for (const auto& outcome : outcomes) {
    const std::string name = outcome.session.empty() ? outcome.folder : outcome.session;
    if (!options.json) {
      fmt::print("{:<24} {:>10} new records, up to {}{}\n", name, outcome.records, outcome.last_seq,
                 outcome.begun_anew ? "; its journal has another past than before, begun anew" : "");
    }
    if (!outcome.problem) continue;
    fmt::print(stderr, "kontor: {}: {}\n", name, outcome.problem->message);
    if (code == 0) code = exit_code(outcome.problem->kind);
  }
  return code;
}

}  // namespace kontor::app
