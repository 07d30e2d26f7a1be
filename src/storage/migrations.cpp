#include "storage/migrations.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace kontor::storage {
namespace {

/// `KNTR` in the file's header: a database is ours.
constexpr std::int64_t kApplicationId = 0x4B4E5452;

constexpr std::string_view kMigrationsTable =
    "CREATE TABLE IF NOT EXISTS migrations ("
    "  number INTEGER PRIMARY KEY CHECK (number > 0),"
    "  name TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)"
    ") STRICT";

/// A database without any content becomes ours, one of somebody else's is left alone.
Result<void> take_possession(Database& database) {
  TRY(const auto application, database.integer("PRAGMA application_id"));
  if (application == kApplicationId) return {};
  TRY(const auto objects, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (application != 0 || objects != 0) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected a database of Kontor, found one of another program; "
                            "it stays as it is",
                            database.path()));
  }
  TRY(auto transaction, Transaction::begin(database));
  TRY_VOID(database.run(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  TRY_VOID(database.run(std::string(kMigrationsTable)));
  return transaction.commit();
}

/// How many of the steps stand in the database; each must be the one that it was made with.
Result<std::size_t> count_applied(Database& database, std::span<const Migration> steps) {
  TRY(auto rows, database.prepare("SELECT number, name, sha256 FROM migrations ORDER BY number"));
  std::size_t count = 0;
  for (;;) {
    TRY(const bool more, rows.step());
    if (!more) return count;
    const std::int64_t number = rows.integer(0);
    if (count == steps.size()) {
      return fail(
          ErrorKind::usage,
          fmt::format("{}: expected version {} or older, found version {} or newer ({}): a newer Kontor "
                      "has written it; use that one, or choose another file with --database",
                      database.path(), steps.size(), number, rows.text(1)));
    }
    const Migration& step = steps[count];
    if (number != step.number || rows.text(2) != sha256_hex(step.sql)) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("{}: expected migration {} ({}) with checksum {:.12}, found {} ({}) with {:.12}: it "
                      "was made with other steps; remove it, and 'kontor storage rebuild' makes it anew",
                      database.path(), step.number, step.name, sha256_hex(step.sql), number, rows.text(1),
                      rows.text(2)));
    }
    ++count;
  }
}

Result<void> apply(Database& database, const Migration& step) {
  TRY(auto transaction, Transaction::begin(database));
  TRY(const auto version, database.integer("SELECT coalesce(max(number), 0) FROM migrations"));
  if (version >= step.number) return {};  // another process has just done it
  TRY_VOID(database.run(std::string(step.sql)));
  TRY(auto note, database.prepare("INSERT INTO migrations (number, name, sha256) VALUES (?, ?, ?)"));
  TRY_VOID(note.run(step.number, step.name, std::string_view(sha256_hex(step.sql))));
  TRY_VOID(database.run(fmt::format("PRAGMA user_version = {}", step.number)));
  return transaction.commit();
}

}  // namespace

Result<void> migrate(Database& database, std::span<const Migration> steps) {
  TRY_VOID(take_possession(database));
  TRY(const std::size_t applied, count_applied(database, steps));
  for (const Migration& step : steps.subspan(applied)) TRY_VOID(apply(database, step));
  return {};
}

Result<Database> open_storage(const std::string& path) {
  TRY(auto database, Database::open(path));
  TRY_VOID(migrate(database));
  TRY_VOID(database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
  return database;
}

}  // namespace kontor::storage
