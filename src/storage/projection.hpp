#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/file_system.hpp"
#include "storage/database.hpp"
#include "storage/fold.hpp"

namespace kontor::storage {

/// How journals are projected.
struct ProjectionSettings {
  journal::FileSystem& files;
  EngineFactory engine;
  std::uint64_t batch = 65'536;  ///< records in one transaction, about
  /// Called after every batch with its last record's seq; an error ends the projection there.
  std::function<Result<void>(const std::string& session, std::uint64_t seq)> after_batch{};
};

/// What projecting one journal came to.
struct SessionOutcome {
  std::string session;           ///< its id; empty where the journal does not tell
  std::string folder;            ///< of the journal
  std::uint64_t records = 0;     ///< that are new in the database
  std::uint64_t last_seq = 0;    ///< in the database
  bool begun_anew = false;       ///< what stood there was of another past, and went
  std::optional<Error> problem;  ///< of the journal; what stands before it is in the database
};

/// Projects what the journal in `folder` has and the database lacks, in transactions of about a batch: at any
/// moment the database is consistent, and doing it again changes nothing. Where the journal no longer holds
/// what was projected (it lost its tail and went on otherwise, or is another session's of the same name), the
/// session's rows go and it begins anew. A fault of the journal is part of the outcome; an error is one of
/// the database, or what after_batch said.
[[nodiscard]] Result<SessionOutcome> project(Database& database, const ProjectionSettings& settings,
                                             const std::string& folder);

/// The same for each of these journals.
[[nodiscard]] Result<std::vector<SessionOutcome>> update(Database& database,
                                                         const ProjectionSettings& settings,
                                                         std::span<const std::string> folders);

/// What a rebuilt database holds.
enum class RebuildScope : std::uint8_t {
  everything,  ///< these journals and nothing else
  sessions,    ///< these journals anew, the other sessions as they are
};

/// Projects these journals from their first records into a new database beside the one at `path`, and puts
/// its content there in one transaction. Whatever goes wrong before leaves the old one. Error bad_data also
/// where a journal has a fault and the old database holds more of it than can be had again.
[[nodiscard]] Result<std::vector<SessionOutcome>> rebuild(const std::string& path,
                                                          const ProjectionSettings& settings,
                                                          std::span<const std::string> folders,
                                                          RebuildScope scope);

}  // namespace kontor::storage
