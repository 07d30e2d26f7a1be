#include "data/catalogue_write.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "data/catalogue_columns.hpp"
#include "data/catalogue_layout.hpp"
#include "data/catalogue_merge.hpp"
#include "data/segment_write.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

std::uint64_t memory_of(const Batch& batch) {
  return batch.rows() * batch.columns.size() * sizeof(std::int64_t);
}

std::unexpected<Error> in_dataset(const DatasetKey& key, const Error& error) {
  return fail(error.kind, fmt::format("{}: {}", dataset_folder(key), error.message));
}

/// End of the run of rows that begins at `begin` and lies in one period.
std::size_t end_of_run(const std::vector<TimeNs>& times, std::size_t begin, const SegmentPeriod& period) {
  const auto outside = [&](TimeNs time) { return time < period.start || time >= period.end; };
  return static_cast<std::size_t>(
      std::find_if(times.begin() + static_cast<std::ptrdiff_t>(begin), times.end(), outside) - times.begin());
}

Batch slice(const Batch& batch, std::size_t begin, std::size_t end) {
  Batch rows(batch.kind);
  set_scales(rows, scales_of(batch));
  append_rows(rows, batch, begin, end);
  return rows;
}

Result<Batch> read_batch(const std::shared_ptr<const Segment>& segment) {
  const auto& header = segment->header();
  std::vector<Series::Chunk> chunks;
  for (std::size_t b = 0; b < header.blocks.size(); ++b) {
    const auto& block = header.blocks[b];
    chunks.push_back({segment, b, 0, block.rows, block.first, block.last});
  }
  Batch batch(header.key.kind);
  set_scales(batch, header.scales);
  for (auto& column : batch.columns) column.reserve(header.rows);
  SeriesReader reader(Series(header.key, header.scales, std::move(chunks)));
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) return batch;
    for (std::size_t c = 0; c < batch.columns.size(); ++c) {
      const auto values = reader.view().columns[c];
      batch.columns[c].insert(batch.columns[c].end(), values.begin(), values.end());
    }
  }
}

}  // namespace

Result<std::unique_ptr<CatalogueWrite>> CatalogueWrite::start(fs::path store, WriteOptions options) {
  TRY(FileDescriptor lock, lock_for_writing(store));
  TRY_VOID(recover(store));
  return std::unique_ptr<CatalogueWrite>(
      new CatalogueWrite(std::move(store), std::move(options), std::move(lock)));
}

CatalogueWrite::CatalogueWrite(fs::path store, WriteOptions options, FileDescriptor lock)
    : store_(std::move(store)), options_(std::move(options)), lock_(std::move(lock)) {}

CatalogueWrite::~CatalogueWrite() {
  if (!committed_) undo();
}

void CatalogueWrite::undo() noexcept {
  bool clean = true;
  for (auto& [id, pending] : segments_) {
    const fs::path path = temporary_path(id);
    if (pending.staged) clean &= remove_file(path).has_value();
    remove_empty_folders(store_, path.parent_path());
  }
  // Where something could not be removed the mark stays, so that the next use of the store tries again.
  if (marked_ && clean) static_cast<void>(end_transaction(store_));
  committed_ = true;
}

Result<void> CatalogueWrite::check_cancel() const {
  if (options_.cancel == nullptr || !options_.cancel->load(std::memory_order_relaxed)) return {};
  return fail(ErrorKind::canceled, fmt::format("interrupted; {} is as it was", store_.string()));
}

fs::path CatalogueWrite::segment_path(const SegmentId& id) const {
  return store_ / dataset_folder(id.key) / segment_file_name(id.key, id.period_start);
}

fs::path CatalogueWrite::temporary_path(const SegmentId& id) const {
  fs::path path = segment_path(id);
  path += kTemporarySuffix;
  return path;
}

Result<void> CatalogueWrite::add(const DatasetKey& given, Batch batch) {
  TRY_VOID(check_cancel());
  DatasetKey key = given;
  if (key.kind != DataKind::bar) key.timeframe = Timeframe{};
  if (key.instrument.venue.empty() || key.instrument.symbol.empty()) {
    return fail(ErrorKind::usage, fmt::format("expected SYMBOL@VENUE, found '{}'", key.instrument.format()));
  }
  if (const auto valid = check_batch(key, batch); !valid) return in_dataset(key, valid.error());
  summary_.rows_offered += batch.rows();
  const auto& times = batch.columns[time_column(key.kind)];
  for (std::size_t begin = 0; begin < batch.rows();) {
    const SegmentPeriod period = segment_period(key, times[begin]);
    const std::size_t end = end_of_run(times, begin, period);
    const SegmentId id{key, period.start};
    if (begin == 0 && end == batch.rows()) {
      TRY_VOID(append(id, std::move(batch)));
      return keep_within_memory(id);
    }
    TRY_VOID(append(id, slice(batch, begin, end)));
    TRY_VOID(keep_within_memory(id));
    begin = end;
  }
  return {};
}

Result<void> CatalogueWrite::append(const SegmentId& id, Batch rows) {
  Pending& pending = segments_[id];
  pending_bytes_ += memory_of(rows);
  if (!pending.source_open) {
    pending.sources.push_back(std::move(rows));
    pending.source_open = true;
    return {};
  }
  Batch& target = pending.sources.back();
  const Scales scales = larger(scales_of(target), scales_of(rows));
  for (Batch* batch : {&target, &rows}) {
    if (const auto raised = raise_scales(*batch, scales); !raised) return in_dataset(id.key, raised.error());
  }
  append_rows(target, rows, 0, rows.rows());
  return {};
}

Result<void> CatalogueWrite::end_source() {
  for (auto& [id, pending] : segments_) pending.source_open = false;
  return check_cancel();
}

Result<void> CatalogueWrite::keep_within_memory(const SegmentId& current) {
  if (pending_bytes_ <= options_.memory_limit_bytes) return {};
  for (auto& [id, pending] : segments_) {
    // The segment that is being filled has to wait: rows that repeat within a source are told from rows that
    // come again by being in one batch.
    if (id == current || pending.sources.empty()) continue;
    TRY_VOID(check_cancel());
    TRY_VOID(stage(id, pending));
  }
  return {};
}

Result<Batch> CatalogueWrite::load(const SegmentId& id, const Pending& pending) const {
  if (!pending.staged && pending.removed) return Batch(id.key.kind);
  const SegmentPlace place{pending.staged ? temporary_path(id) : segment_path(id), id.period_start};
  const auto segment = Segment::open(place.path);
  if (!segment && segment.error().kind == ErrorKind::not_found) return Batch(id.key.kind);
  if (!segment) return std::unexpected(segment.error());
  TRY_VOID(check_place((*segment)->header(), id.key, place));
  return read_batch(*segment);
}

Result<void> CatalogueWrite::stage(const SegmentId& id, Pending& pending) {
  TRY(Batch rows, load(id, pending));
  bool changed = false;
  for (auto& source : pending.sources) {
    pending_bytes_ -= std::min(pending_bytes_, memory_of(source));
    sort_batch(source);
    auto merged = merge_rows(id.key, std::move(rows), std::move(source), options_.replace);
    if (!merged) return in_dataset(id.key, merged.error());
    rows = std::move(merged->rows);
    changed |= merged->changed;
    summary_.rows_added += merged->counts.added;
    summary_.rows_unchanged += merged->counts.unchanged;
    summary_.rows_replaced += merged->counts.replaced;
    summary_.rows_completed += merged->counts.completed;
  }
  pending.sources.clear();
  pending.source_open = false;
  return changed ? write_temporary(id, pending, rows) : Result<void>();
}

Result<void> CatalogueWrite::write_temporary(const SegmentId& id, Pending& pending, const Batch& rows) {
  if (!marked_) {
    marked_ = true;
    TRY_VOID(mark_transaction(store_));
  }
  const fs::path path = temporary_path(id);
  TRY_VOID(make_folders(path.parent_path()));
  if (pending.staged) {
    TRY_VOID(remove_file(path));
    pending.staged = false;
  }
  const auto written = write_segment(path, id.key, id.period_start, rows);
  if (!written) return in_dataset(id.key, written.error());
  pending.staged = true;
  return {};
}

Result<void> CatalogueWrite::remove(const DatasetKey& given, TimeNs from, TimeNs to) {
  DatasetKey key = given;
  if (key.kind != DataKind::bar) key.timeframe = Timeframe{};
  std::set<TimeNs> periods;
  TRY(const auto stored, find_segments(store_, key));
  for (const auto& place : stored) periods.insert(place.period_start);
  for (const auto& [id, pending] : segments_) {
    if (id.key == key) periods.insert(id.period_start);
  }
  for (const TimeNs start : periods) {
    TRY_VOID(check_cancel());
    TRY_VOID(remove_rows(SegmentId{key, start}, from, to));
  }
  return {};
}

Result<void> CatalogueWrite::remove_rows(const SegmentId& id, TimeNs from, TimeNs to) {
  const SegmentPeriod period = segment_period(id.key, id.period_start);
  if (period.end <= from || period.start >= to) return {};
  Pending& pending = segments_[id];
  if (from <= period.start && period.end <= to && pending.sources.empty()) return drop_segment(id, pending);
  if (!pending.sources.empty()) {
    TRY_VOID(stage(id, pending));
  }
  TRY(const Batch rows, load(id, pending));
  const auto& times = rows.columns[time_column(id.key.kind)];
  const auto begin = static_cast<std::size_t>(std::ranges::lower_bound(times, from) - times.begin());
  const auto end = static_cast<std::size_t>(std::ranges::lower_bound(times, to) - times.begin());
  if (begin == end) return {};
  if (end - begin == rows.rows()) return drop_segment(id, pending);
  Batch kept = slice(rows, 0, begin);
  append_rows(kept, rows, end, rows.rows());
  TRY_VOID(write_temporary(id, pending, kept));
  summary_.rows_removed += end - begin;
  return {};
}

Result<void> CatalogueWrite::drop_segment(const SegmentId& id, Pending& pending) {
  const auto header = read_segment_header(pending.staged ? temporary_path(id) : segment_path(id));
  if (header && (pending.staged || !pending.removed)) summary_.rows_removed += header->rows;
  if (pending.staged) {
    TRY_VOID(remove_file(temporary_path(id)));
  }
  pending = Pending{.sources = {}, .removed = true};
  return {};
}

Result<void> CatalogueWrite::stage_all() {
  std::uint64_t done = 0;
  for (auto& [id, pending] : segments_) {
    TRY_VOID(check_cancel());
    if (!pending.sources.empty()) {
      TRY_VOID(stage(id, pending));
    }
    if (options_.progress) options_.progress({WriteProgress::Step::stage, ++done, segments_.size()});
  }
  return check_cancel();
}

Result<std::vector<CommitStep>> CatalogueWrite::make_durable() {
  std::vector<CommitStep> steps;
  std::set<fs::path> folders;
  std::error_code ignored;
  for (const auto& [id, pending] : segments_) {
    const bool exists = fs::exists(segment_path(id), ignored);
    if (pending.staged) {
      const fs::path path = temporary_path(id);
      TRY_VOID(sync_path(path));
      folders.insert(path.parent_path());
      summary_.bytes_written += fs::file_size(path, ignored);
      ++summary_.segments_written;
    } else if (pending.removed && exists) {
      ++summary_.segments_removed;
    } else {
      summary_.segments_unchanged += exists ? 1U : 0U;
      continue;
    }
    steps.push_back(
        {dataset_folder(id.key) + "/" + segment_file_name(id.key, id.period_start), !pending.staged});
  }
  for (const auto& folder : folders) {
    TRY_VOID(sync_path(folder));
  }
  return steps;
}

Result<void> CatalogueWrite::publish(const std::vector<CommitStep>& steps) {
  if (steps.size() > 1) {  // one step is atomic by itself
    marked_ = true;
    TRY_VOID(record_commit(store_, steps));
    committed_ = true;
  }
  const auto applied = apply_commit(store_, steps, [&](std::uint64_t done) {
    if (options_.progress) options_.progress({WriteProgress::Step::publish, done, steps.size()});
  });
  if (!applied && committed_) {
    return fail(applied.error().kind,
                applied.error().message +
                    "; the change is recorded and will be completed at the next use of the store");
  }
  if (!applied) return applied;
  committed_ = true;
  return marked_ ? end_transaction(store_) : Result<void>();
}

Result<WriteSummary> CatalogueWrite::commit() {
  ASSERT(!committed_);
  TRY_VOID(stage_all());
  TRY(const auto steps, make_durable());
  if (steps.empty()) {
    undo();
  } else {
    TRY_VOID(publish(steps));
  }
  return summary_;
}

}  // namespace kontor::data
