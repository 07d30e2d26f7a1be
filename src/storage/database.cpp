#include "storage/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace kontor::storage {
namespace {

static_assert(SQLITE_VERSION_NUMBER >= 3'037'000, "STRICT tables came with SQLite 3.37");

constexpr int kPatienceMs = 5'000;        ///< for a lock of another process
constexpr std::size_t kShownOfSql = 120;  ///< characters of a statement in a message

ErrorKind kind_of(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_FULL: return ErrorKind::no_space;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::bad_data;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return ErrorKind::io;
    default: return ErrorKind::internal;
  }
}

std::unexpected<Error> failed(sqlite3* handle, const std::string& path, std::string_view sql) {
  const int code = sqlite3_extended_errcode(handle);
  const std::string_view shown = sql.substr(0, kShownOfSql);
  return fail(kind_of(code),
              fmt::format("{}: {}{}{}", path, sqlite3_errmsg(handle), shown.empty() ? "" : "; in: ", shown));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

Result<void> Statement::failure() const {
  return failed(sqlite3_db_handle(handle_.get()), path_, sqlite3_sql(handle_.get()));
}

bool Statement::bind(int index, std::nullopt_t /*nothing*/) noexcept {
  return sqlite3_bind_null(handle_.get(), index) == SQLITE_OK;
}
bool Statement::bind(int index, std::int64_t number) noexcept {
  return sqlite3_bind_int64(handle_.get(), index, number) == SQLITE_OK;
}
bool Statement::bind(int index, std::string_view text) noexcept {
  const char* data = text.data() == nullptr ? "" : text.data();
  return sqlite3_bind_text64(handle_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) ==
         SQLITE_OK;
}
bool Statement::bind(int index, std::span<const std::byte> bytes) noexcept {
  // A blob without bytes may have no address, and would become a null.
  if (bytes.empty()) return sqlite3_bind_zeroblob(handle_.get(), index, 0) == SQLITE_OK;
  return sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC) == SQLITE_OK;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    auto error = failure();
    reset();
    return std::unexpected(std::move(error).error());
  }
  reset();  // a statement that stands on its last row would keep its transaction open
  return false;
}

int Statement::columns() const noexcept { return sqlite3_column_count(handle_.get()); }
bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_.get(), column);
}
std::string Statement::text(int column) const {
  const auto bytes = blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::span<const std::byte> Statement::blob(int column) const noexcept {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  return {static_cast<const std::byte*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

void Database::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

Result<Database> Database::open(const std::string& path, Purpose purpose) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Database database(handle, path);
  if (code != SQLITE_OK) return failed(handle, path, {});
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kPatienceMs);
  if (purpose == Purpose::scratch) TRY_VOID(database.claim());
  TRY_VOID(database.run("PRAGMA foreign_keys = ON"));
  return database;
}

/// Takes the file for this process alone, whatever an earlier one has left in it.
Result<void> Database::claim() {
  sqlite3_busy_timeout(handle_.get(), 0);
  TRY_VOID(run("PRAGMA locking_mode = EXCLUSIVE"));
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
  auto emptied = run("VACUUM");
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
  if (!emptied && emptied.error().kind == ErrorKind::io)
    return fail(ErrorKind::io,
                fmt::format("{}: expected to have it alone; {}", path_, emptied.error().message));
  TRY_VOID(std::move(emptied));
  return run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE; COMMIT");
}

Result<void> Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed(handle_.get(), path_, sql);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failed(handle_.get(), path_, sql);
  return Statement(statement, path_);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  TRY(auto statement, prepare(sql));
  TRY(const bool found, statement.step());
  if (!found)
    return fail(ErrorKind::internal, fmt::format("{}: expected a row, found none; in: {}", path_, sql));
  return statement.integer(0);
}

Result<void> Database::copy_into(Database& target) {
  sqlite3_backup* backup = sqlite3_backup_init(target.handle_.get(), "main", handle_.get(), "main");
  if (backup == nullptr) return failed(target.handle_.get(), target.path_, {});
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return failed(target.handle_.get(), target.path_, {});
  return {};
}

bool Database::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }

Result<Transaction> Transaction::begin(Database& database) {
  TRY_VOID(database.run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // Some failures have rolled it back already.
  if (database_ != nullptr && database_->in_transaction()) static_cast<void>(database_->run("ROLLBACK"));
}

Result<void> Transaction::commit() {
  TRY_VOID(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace kontor::storage
