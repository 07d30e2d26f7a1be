#pragma once

#include <cstdint>
#include <string>

#include "journal/file_system.hpp"
#include "journal/format.hpp"

namespace kontor::journal {

/// Removes the segments of a family whose records all come before `before_seq`, oldest first, and returns how
/// many. Refused (ErrorKind::usage) where no whole snapshot makes up for them: they are what a recovery or a
/// replay from the start would read. The last segment stays. Readers know that what is missing was pruned.
[[nodiscard]] Result<std::uint64_t> prune_segments(FileSystem& files, const std::string& folder,
                                                   Family family, std::uint64_t before_seq);

/// Removes all but the newest `keep` snapshots, two at the least, and returns how many.
[[nodiscard]] Result<std::uint64_t> prune_snapshots(FileSystem& files, const std::string& folder,
                                                    std::uint64_t keep,
                                                    Durability durability = Durability::disk);

}  // namespace kontor::journal
