#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "base/result.hpp"
#include "data/catalogue.hpp"
#include "data/catalogue_files.hpp"
#include "data/catalogue_transaction.hpp"
#include "data/segment.hpp"

namespace kontor::data {

/// The state behind a Transaction. Rows wait in memory by segment; staging merges them with the stored
/// segment and writes the result as a temporary file beside it; commit puts all temporaries into place.
class CatalogueWrite {
 public:
  /// Takes the write lock and tidies up after a crash.
  [[nodiscard]] static Result<std::unique_ptr<CatalogueWrite>> start(std::filesystem::path store,
                                                                     WriteOptions options);
  /// Undoes everything that has not been committed.
  ~CatalogueWrite();
  CatalogueWrite(const CatalogueWrite&) = delete;
  CatalogueWrite& operator=(const CatalogueWrite&) = delete;

  [[nodiscard]] Result<void> add(const DatasetKey& key, Batch batch);
  [[nodiscard]] Result<void> end_source();
  [[nodiscard]] Result<void> remove(const DatasetKey& key, TimeNs from, TimeNs to);
  [[nodiscard]] Result<WriteSummary> commit();

 private:
  struct SegmentId {
    DatasetKey key;
    TimeNs period_start = 0;
    auto operator<=>(const SegmentId&) const = default;
  };
  /// A segment that this transaction touches.
  struct Pending {
    std::vector<Batch> sources;  ///< rows not staged yet, one batch per source
    bool source_open = false;    ///< the last batch still grows
    bool staged = false;         ///< the temporary file holds what the segment is to become
    bool removed = false;        ///< the stored segment does not count any more
  };

  CatalogueWrite(std::filesystem::path store, WriteOptions options, FileDescriptor lock);
  [[nodiscard]] Result<void> check_cancel() const;
  [[nodiscard]] std::filesystem::path segment_path(const SegmentId& id) const;
  [[nodiscard]] std::filesystem::path temporary_path(const SegmentId& id) const;
  [[nodiscard]] Result<void> append(const SegmentId& id, Batch rows);
  [[nodiscard]] Result<void> keep_within_memory(const SegmentId& current);
  /// What the segment holds in the view of this transaction; no rows if it does not exist.
  [[nodiscard]] Result<Batch> load(const SegmentId& id, const Pending& pending) const;
  [[nodiscard]] Result<void> stage(const SegmentId& id, Pending& pending);
  [[nodiscard]] Result<void> write_temporary(const SegmentId& id, Pending& pending, const Batch& rows);
  [[nodiscard]] Result<void> remove_rows(const SegmentId& id, TimeNs from, TimeNs to);
  [[nodiscard]] Result<void> drop_segment(const SegmentId& id, Pending& pending);
  [[nodiscard]] Result<void> stage_all();
  [[nodiscard]] Result<std::vector<CommitStep>> make_durable();
  [[nodiscard]] Result<void> publish(const std::vector<CommitStep>& steps);
  void undo() noexcept;

  std::filesystem::path store_;
  WriteOptions options_;
  FileDescriptor lock_;
  std::map<SegmentId, Pending> segments_;
  WriteSummary summary_;
  std::uint64_t pending_bytes_ = 0;
  bool marked_ = false;     ///< the transaction file is there
  bool committed_ = false;  ///< there is nothing to undo any more
};

}  // namespace kontor::data
