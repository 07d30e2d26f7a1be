#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "journal/file_system.hpp"
#include "storage/database.hpp"

namespace kontor::storage {

/// How a session stands in the database.
struct StoredSession {
  std::string session;
  std::string status;  ///< open, closed
  std::uint64_t last_seq = 0;
  TimeNs last_time = 0;
  std::string problem;  ///< why the journal could not be followed; empty: it could
};

/// What a database holds.
struct StorageSummary {
  std::int64_t version = 0;                                   ///< number of the last migration
  std::uint64_t bytes = 0;                                    ///< of the file, without its write-ahead log
  std::vector<std::pair<std::string, std::uint64_t>> tables;  ///< rows of each, by name
  std::vector<StoredSession> sessions;                        ///< by id
};

[[nodiscard]] Result<StorageSummary> summarize(Database& database);

/// How many records a journal has behind this one. Errors as for journal::Reader.
[[nodiscard]] Result<std::uint64_t> records_behind(journal::FileSystem& files, const std::string& folder,
                                                   std::uint64_t seq);

}  // namespace kontor::storage
