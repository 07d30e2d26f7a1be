#pragma once

#include <optional>
#include <string>
#include <vector>

#include "journal/reader.hpp"
#include "journal/writer.hpp"

namespace kontor::journal {

/// What recover() found and did.
struct Recovery {
  WriterStart start;                 ///< where a writer goes on
  std::optional<Manifest> manifest;  ///< the newest; nothing: there is no journal yet
  Tail tail;                         ///< with what was cut, which is gone now
  /// Files that were never finished, segments without records, snapshots of records that are gone.
  std::vector<std::string> removed;
};

/// Makes the journal in `folder` whole again after a crash: cuts the tail at the last record before which all
/// are there, and makes that durable. Reads the last segment of each family only. A folder without a journal
/// is a new one. Nobody else may write it: take the account's lock first.
///
/// A corrupt journal is an error and stays as it is.
[[nodiscard]] Result<Recovery> recover(FileSystem& files, const std::string& folder,
                                       Unproven unproven = Unproven::refuse);

}  // namespace kontor::journal
