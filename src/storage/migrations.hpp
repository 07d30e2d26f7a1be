#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "storage/database.hpp"

namespace kontor::storage {

/// One step from a version of the database to the next. What was published is never changed: a database
/// keeps the checksum of what it was made with.
struct Migration {
  std::int64_t number;  ///< 1, 2, 3 …; the version after it
  std::string_view name;
  std::string_view sql;
};

/// The steps that this build knows, in their order.
[[nodiscard]] std::span<const Migration> migrations() noexcept;

/// Brings a database to the newest of these versions, each step in a transaction of its own: one that fails
/// leaves the version before it. Errors: usage (the database is of a newer version), bad_data (it is somebody
/// else's, or was made with other steps than these).
[[nodiscard]] Result<void> migrate(Database& database, std::span<const Migration> steps = migrations());

/// Opens the database at this place, makes or migrates it. It is read by others while it is written (WAL).
[[nodiscard]] Result<Database> open_storage(const std::string& path);

}  // namespace kontor::storage
