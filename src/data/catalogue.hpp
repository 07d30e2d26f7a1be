#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/dataset.hpp"
#include "data/series_reader.hpp"

namespace kontor::data {

/// One dataset as it lies in the store.
struct DatasetInfo {
  DatasetKey key;
  std::uint64_t rows = 0;
  TimeNs first = 0;  ///< time of the first and the last row
  TimeNs last = 0;
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;  ///< on disk
  Scales scales{};          ///< the largest of all segments
};

/// A segment file that cannot be used, and what is wrong with it.
struct BrokenSegment {
  std::filesystem::path path;
  std::string problem;
};

/// Everything in the store, ascending by key. Broken segments are not counted in the datasets.
struct Listing {
  std::vector<DatasetInfo> datasets;
  std::vector<BrokenSegment> broken;
};

/// What to read of a dataset: rows with from ≤ time < to, in which scales.
struct ReadOptions {
  TimeNs from = kTimeMin;
  TimeNs to = kTimeMax;
  /// Scales of the values to return; none: the largest that the dataset uses. Smaller ones are refused,
  /// because nothing is ever rounded here.
  std::optional<Scales> scales = std::nullopt;
  bool skip_broken = false;  ///< leave broken segments out (and name them) instead of failing
  bool derive = true;        ///< make bars from a smaller timeframe where the wanted one is not stored
};

/// How far a write has come, for a progress display.
struct WriteProgress {
  enum class Step : std::uint8_t { stage, publish } step = Step::stage;
  std::uint64_t done = 0;   ///< segments
  std::uint64_t total = 0;  ///< segments known so far
};

struct WriteOptions {
  bool replace =
      false;  ///< rows that differ from stored ones of the same key win; otherwise they are an error
  /// Set by a signal handler; looked at between batches and between segments. The write then ends with
  /// ErrorKind::canceled and the store is as it was.
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const WriteProgress&)> progress = nullptr;  ///< called after every step
  std::uint64_t memory_limit_bytes = std::uint64_t{512}
                                     << 20U;  ///< rows held before segments are staged on disk
};

/// What a transaction did.
struct WriteSummary {
  std::uint64_t rows_offered = 0;
  std::uint64_t rows_added = 0;
  std::uint64_t rows_unchanged = 0;  ///< were there already
  std::uint64_t rows_replaced = 0;   ///< had other values; only with WriteOptions::replace
  std::uint64_t rows_completed = 0;  ///< got a trade count or a mark price that was unknown before
  std::uint64_t rows_removed = 0;
  std::uint64_t segments_written = 0;
  std::uint64_t segments_removed = 0;
  std::uint64_t segments_unchanged = 0;  ///< touched by the rows offered, and found to hold them all
  std::uint64_t bytes_written = 0;
};

class CatalogueWrite;  // state of a transaction

/// One change of the store that happens as a whole or not at all. Holds the store's write lock from begin()
/// to commit() or destruction; without commit() nothing changes. One thread at a time.
class Transaction {
 public:
  explicit Transaction(std::unique_ptr<CatalogueWrite> write);
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction();

  /// Adds rows of one source, in any number of batches and in any order of time. They are merged with what is
  /// stored by key: bars and funding by time, trades by id (by the whole row where the id is zero), quotes by
  /// the whole row, books by the whole message. A message of a book must lie in one batch.
  /// Errors: bad_data (a malformed batch, rows in conflict), overflow, io, canceled.
  [[nodiscard]] Result<void> add(const DatasetKey& key, Batch batch);
  /// Call between two files of one import: equal rows on both sides are then one row, while equal rows within
  /// one source are kept (two trades of one instant, price and size are two trades).
  [[nodiscard]] Result<void> end_source();
  /// Takes out the rows with from ≤ time < to.
  [[nodiscard]] Result<void> remove(const DatasetKey& key, TimeNs from, TimeNs to);
  /// Makes everything durable and visible. On an error the store is as it was.
  [[nodiscard]] Result<WriteSummary> commit();

 private:
  std::unique_ptr<CatalogueWrite> write_;
};

/// The store of market data: a folder of immutable columnar segments, one file per dataset and month (bars of
/// a minute and more, funding) or day (the rest). The format is in docs/catalogue-format.md. Readers need no
/// lock and may run beside one writer. Values of this class are cheap and hold no open file.
class Catalogue {
 public:
  /// Opens an existing store and brings a write that was cut off by a crash to its end: completed if it had
  /// been committed, undone otherwise. not_found: there is no store at `path`.
  [[nodiscard]] static Result<Catalogue> open(std::filesystem::path path);
  /// The same, but makes the store where there is none. Refuses a folder that holds other things.
  [[nodiscard]] static Result<Catalogue> open_or_create(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// `binance/BTCUSDT/bar/1m`: the name of a dataset and its folder below path().
  [[nodiscard]] static std::string dataset_name(const DatasetKey& key);

  [[nodiscard]] Result<Listing> list() const;
  /// The dataset as list() tells it; not_found names what there is instead.
  [[nodiscard]] Result<DatasetInfo> info(const DatasetKey& key) const;
  /// Rows in time order. Bars of a timeframe that is not stored are derived from a smaller one that divides
  /// it. Errors: not_found (no such dataset, or no rows in the range), bad_data (a broken segment), usage
  /// (scales).
  [[nodiscard]] Result<Series> read(const DatasetKey& key, const ReadOptions& options = {}) const;

  /// Starts a write. io: another writer holds the lock.
  [[nodiscard]] Result<Transaction> begin(WriteOptions options = {}) const;

 private:
  explicit Catalogue(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace kontor::data
