#include <fmt/format.h>

#include "research/json_writer.hpp"
#include "session_folder.hpp"
#include "storage/migrations.hpp"
#include "storage/summary.hpp"
#include "storage_place.hpp"

namespace kontor::app {
namespace {

/// How far a session's rows are behind its journal.
struct Lag {
  std::optional<std::uint64_t> records;  ///< nothing where the journal cannot be read to its end
  std::string problem;
};

Lag lag_of(const storage::StoredSession& session, const Globals& globals) {
  journal::PosixFileSystem files;
  const auto behind =
      storage::records_behind(files, (globals.sessions / session.session).string(), session.last_seq);
  if (behind) return {*behind, session.problem};
  return {std::nullopt, behind.error().message};
}

std::string json_of(const storage::StorageSummary& summary, const std::vector<Lag>& lags,
                    const std::string& path) {
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("database", std::string_view(path));
  json.member("version", summary.version);
  json.member("bytes", summary.bytes);
  json.key("tables");
  json.begin_object();
  for (const auto& [name, rows] : summary.tables) json.member(name, rows);
  json.end_object();
  json.key("sessions");
  json.begin_array();
  for (std::size_t i = 0; i < lags.size(); ++i) {
    const auto& session = summary.sessions[i];
    json.begin_object();
    json.member("session", std::string_view(session.session));
    json.member("status", std::string_view(session.status));
    json.member("last_seq", session.last_seq);
    json.key("last_time");
    json.time(session.last_time);
    json.member("lag", lags[i].records);
    json.key("problem");
    lags[i].problem.empty() ? json.null() : json.value(std::string_view(lags[i].problem));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return std::string(text.view());
}

void print(const storage::StorageSummary& summary, const std::vector<Lag>& lags, const std::string& path) {
  fmt::print("{}: version {}, {:.1f} MiB\n", path, summary.version,
             static_cast<double>(summary.bytes) / 1048576.0);
  for (const auto& [name, rows] : summary.tables) fmt::print("  {:<20} {:>12}\n", name, rows);
  for (std::size_t i = 0; i < lags.size(); ++i) {
    const auto& session = summary.sessions[i];
    const std::string lag = lags[i].records ? fmt::format("{} records behind its journal", *lags[i].records)
                                            : std::string("its journal cannot be read to its end");
    fmt::print("{:<24} {:<7} up to record {} of {}, {}\n", session.session, session.status, session.last_seq,
               format_time(session.last_time), lag);
    if (!lags[i].problem.empty()) fmt::print("  {}\n", lags[i].problem);
  }
}

Result<int> show(const StorageOptions& options, const Globals& globals) {
  const auto path = database_path(options, globals).string();
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return fail(ErrorKind::not_found,
                fmt::format("there is no database at {} yet; 'kontor storage update' makes it", path));
  }
  TRY(auto database, storage::open_storage(path));
  TRY(const auto summary, storage::summarize(database));
  std::vector<Lag> lags;
  for (const auto& session : summary.sessions) lags.push_back(lag_of(session, globals));
  if (options.json) {
    fmt::print("{}\n", json_of(summary, lags, path));
  } else {
    print(summary, lags, path);
  }
  return 0;
}

}  // namespace

void add_storage_show(CLI::App& parent, Globals& globals) {
  CLI::App* command =
      add_command(parent, "show", "What the database holds, and how far each session is behind its journal",
                  "  kontor storage show\n"
                  "  kontor storage show --json\n");
  auto options = std::make_shared<StorageOptions>();
  add_storage_options(*command, *options);
  set_action(*command, globals, [options, &globals] { return show(*options, globals); });
}

}  // namespace kontor::app
