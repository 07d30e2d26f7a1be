#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace kontor::storage {

/// A prepared statement of SQLite. Lives no longer than its database; one thread.
class Statement {
 public:
  /// Binds all parameters in their order and goes to the end; rows are thrown away.
  template <class... Values>
  [[nodiscard]] Result<void> run(const Values&... values) {
    TRY_VOID(start(values...));
    TRY(bool more, step());
    while (more) {
      TRY(more, step());
    }
    return {};
  }
  /// Binds all parameters in their order; step() gives the rows. Texts and blobs are borrowed until then.
  template <class... Values>
  [[nodiscard]] Result<void> start(const Values&... values) {
    reset();
    int index = 0;
    const bool bound = (bind(++index, values) && ...);
    return bound ? Result<void>() : failure();
  }
  /// True with the next row; false at the end.
  [[nodiscard]] Result<bool> step();

  // Columns of the present row, from 0.
  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const noexcept;  ///< until the next step

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Statement(sqlite3_stmt* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  void reset() noexcept;
  [[nodiscard]] Result<void> failure() const;
  bool bind(int index, std::nullopt_t nothing) noexcept;
  bool bind(int index, std::int64_t number) noexcept;
  bool bind(int index, std::string_view text) noexcept;
  bool bind(int index, std::span<const std::byte> bytes) noexcept;
  /// Numbers without a sign keep their bits: those above 2^63 - 1 come out negative.
  template <class Number>
    requires std::is_integral_v<Number>
  bool bind(int index, Number number) noexcept {
    return bind(index, static_cast<std::int64_t>(number));
  }
  template <class Value>
  bool bind(int index, const std::optional<Value>& value) noexcept {
    return value ? bind(index, *value) : bind(index, std::nullopt);
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  std::string path_;
};

/// An open SQLite database: the only door to that library. Errors name the file, what SQLite says, and the
/// statement: no_space (the disk is full), bad_data (the file is damaged, or no database), io (locked by
/// another process for more than five seconds, and whatever else a disk refuses), internal (the rest, a
/// broken constraint among it). One thread.
class Database {
 public:
  enum class Purpose : std::uint8_t {
    keep,     ///< shared with others; whatever was committed survives a crash
    scratch,  ///< ours alone and emptied first, worth nothing after a crash
  };

  /// Opens a database; makes it where there is none.
  [[nodiscard]] static Result<Database> open(const std::string& path, Purpose purpose = Purpose::keep);

  /// Runs statements without parameters; rows are thrown away.
  [[nodiscard]] Result<void> run(const std::string& sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// The first column of the only row; no row is an error of kind internal.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
  /// Puts everything that is here into `target` in the place of what it holds, in one transaction. Whoever
  /// reads there sees all of the old or all of the new.
  [[nodiscard]] Result<void> copy_into(Database& target);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool in_transaction() const noexcept;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  [[nodiscard]] Result<void> claim();

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

/// A transaction that writes: rolled back where it was not committed. The database must outlive it.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  ///< nullptr: it is over
};

}  // namespace kontor::storage
