#include "storage/summary.hpp"

#include <fmt/format.h>

#include "journal/reader.hpp"

namespace kontor::storage {

Result<StorageSummary> summarize(Database& database) {
  StorageSummary summary;
  TRY(summary.version, database.integer("PRAGMA user_version"));
  TRY(const auto pages, database.integer("PRAGMA page_count"));
  TRY(const auto page_size, database.integer("PRAGMA page_size"));
  summary.bytes = static_cast<std::uint64_t>(pages * page_size);
  TRY(auto names, database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"));
  for (;;) {
    TRY(const bool more, names.step());
    if (!more) break;
    const std::string name = names.text(0);
    TRY(const auto rows, database.integer(fmt::format("SELECT count(*) FROM \"{}\"", name)));
    summary.tables.emplace_back(name, static_cast<std::uint64_t>(rows));
  }
  TRY(auto sessions,
      database.prepare(
          "SELECT session, status, last_seq, last_time, problem FROM sessions ORDER BY session"));
  for (;;) {
    TRY(const bool more, sessions.step());
    if (!more) return summary;
    summary.sessions.push_back({sessions.text(0), sessions.text(1),
                                static_cast<std::uint64_t>(sessions.integer(2)), sessions.integer(3),
                                sessions.text(4)});
  }
}

Result<std::uint64_t> records_behind(journal::FileSystem& files, const std::string& folder,
                                     std::uint64_t seq) {
  journal::ReaderOptions options;
  options.from_seq = seq + 1;
  TRY(auto reader, journal::Reader::open(files, folder, options));
  std::uint64_t count = 0;
  for (;;) {
    TRY(const auto* record, reader.next());
    if (record == nullptr) return count;
    ++count;
  }
}

}  // namespace kontor::storage
