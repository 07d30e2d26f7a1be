#include "data/catalogue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "data/catalogue_columns.hpp"
#include "data/catalogue_files.hpp"
#include "data/catalogue_layout.hpp"
#include "data/catalogue_transaction.hpp"
#include "data/catalogue_write.hpp"
#include "data/resample.hpp"
#include "data/segment.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

DatasetKey normalized(DatasetKey key) {
  if (key.kind != DataKind::bar) key.timeframe = Timeframe{};
  return key;
}

/// Segments of one dataset that could be opened, and those that could not.
struct OpenSegments {
  std::vector<std::shared_ptr<const Segment>> segments;
  std::vector<Error> broken;
  std::vector<std::string> broken_names;
};

Result<OpenSegments> open_segments(const fs::path& store, const DatasetKey& key, TimeNs from, TimeNs to) {
  TRY(const auto lock, lock_publishing(store, PublishLock::shared));
  TRY(const auto places, find_segments(store, key));
  OpenSegments opened;
  for (const auto& place : places) {
    const SegmentPeriod period = segment_period(key, place.period_start);
    if (period.end <= from || period.start >= to) continue;
    auto segment = Segment::open(place.path);
    auto valid = segment ? check_place((*segment)->header(), key, place) : std::unexpected(segment.error());
    if (valid) {
      opened.segments.push_back(std::move(*segment));
    } else {
      opened.broken.push_back(valid.error());
      opened.broken_names.push_back(place.path.string());
    }
  }
  return opened;
}

/// The time column of a block, decoded into `times` where it is compressed.
Result<std::span<const std::int64_t>> block_times(const Segment& segment, std::size_t block,
                                                  std::vector<std::int64_t>& times) {
  const auto& header = segment.header();
  const std::size_t column = time_column(header.key.kind);
  if (header.columns[column].encoding == Encoding::raw) return segment.raw(column, block);
  BlockDecoder decoder;
  std::vector<std::int64_t> first(header.blocks[block].rows);
  std::span<const std::int64_t> first_column = first;
  if (header.columns[column].encoding == Encoding::difference) {
    if (header.columns[0].encoding == Encoding::raw) {
      first_column = segment.raw(0, block);
    } else {
      TRY_VOID(segment.decode(0, block, decoder, {}, first));
    }
  }
  times.resize(first.size());
  TRY_VOID(segment.decode(column, block, decoder, first_column, times));
  return std::span<const std::int64_t>(times);
}

/// The part of a block with from ≤ time < to; nothing if there is none.
Result<Series::Chunk> cut_block(const std::shared_ptr<const Segment>& segment, std::size_t block, TimeNs from,
                                TimeNs to) {
  const auto& rows = segment->header().blocks[block];
  Series::Chunk chunk{segment, block, 0, rows.rows, rows.first, rows.last};
  if (rows.first >= from && rows.last < to) return chunk;
  std::vector<std::int64_t> buffer;
  TRY(const auto times, block_times(*segment, block, buffer));
  const auto begin = std::ranges::lower_bound(times, from) - times.begin();
  const auto end = std::ranges::lower_bound(times, to) - times.begin();
  chunk.first_row = static_cast<std::size_t>(begin);
  chunk.rows = static_cast<std::size_t>(std::max(end - begin, std::ptrdiff_t{0}));
  if (chunk.rows == 0) return chunk;
  chunk.first = times[chunk.first_row];
  chunk.last = times[chunk.first_row + chunk.rows - 1];
  return chunk;
}

Result<std::vector<Series::Chunk>> cut(const std::vector<std::shared_ptr<const Segment>>& segments,
                                       TimeNs from, TimeNs to) {
  std::vector<Series::Chunk> chunks;
  for (const auto& segment : segments) {
    const auto& blocks = segment->header().blocks;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (blocks[b].last < from || blocks[b].first >= to) continue;
      TRY(auto chunk, cut_block(segment, b, from, to));
      if (chunk.rows != 0) chunks.push_back(std::move(chunk));
    }
  }
  return chunks;
}

/// What a segment holds, not how it is stored: equal rows give an equal line.
std::string identity_line(const SegmentHeader& header) {
  auto line = fmt::format("{}/{} rows {} scales {} {} {} values", dataset_folder(header.key),
                          segment_file_name(header.key, header.period_start), header.rows,
                          header.scales.price, header.scales.quantity, header.scales.rate);
  for (const auto& column : header.columns) line += fmt::format(" {:08x}", column.values_crc);
  return line + "\n";
}

Result<Scales> scales_for(const std::vector<std::shared_ptr<const Segment>>& segments,
                          const std::optional<Scales>& wanted) {
  Scales scales;
  for (const auto& segment : segments) scales = larger(scales, segment->header().scales);
  if (!wanted) return scales;
  if (fits_into(scales, *wanted) && fits_into(*wanted, Scales{kMaxScale, kMaxScale, kMaxScale}))
    return *wanted;
  return fail(
      ErrorKind::usage,
      fmt::format("expected at least {} decimal places for prices, {} for quantities and {} for rates, found "
                  "{}, {} and {}",
                  scales.price, scales.quantity, scales.rate, wanted->price, wanted->quantity, wanted->rate));
}

Result<Series> stored_series(const fs::path& store, const DatasetKey& key, const ReadOptions& options) {
  TRY(auto opened, open_segments(store, key, options.from, options.to));
  if (!opened.broken.empty() && !options.skip_broken) return std::unexpected(opened.broken.front());
  TRY(const Scales scales, scales_for(opened.segments, options.scales));
  TRY(auto chunks, cut(opened.segments, options.from, options.to));
  Series series(key, scales, std::move(chunks));
  Sha256 hash;
  for (const auto& segment : opened.segments) hash.update(identity_line(segment->header()));
  series.sha256 = hash.finish_hex();
  series.skipped = std::move(opened.broken_names);
  return series;
}

Result<DatasetInfo> describe(const fs::path& store, const DatasetKey& key,
                             std::vector<BrokenSegment>& broken) {
  TRY(const auto places, find_segments(store, key));
  DatasetInfo info{.key = key};
  for (const auto& place : places) {
    const auto header = read_segment_header(place.path);
    if (!header && header.error().kind == ErrorKind::not_found) continue;  // a writer has just removed it
    const auto valid = header ? check_place(*header, key, place) : std::unexpected(header.error());
    if (!valid) {
      const std::string prefix = place.path.string() + ": ";
      const auto& message = valid.error().message;
      broken.push_back({place.path, message.starts_with(prefix) ? message.substr(prefix.size()) : message});
      continue;
    }
    if (info.segments++ == 0) info.first = header->first;
    info.last = header->last;
    info.rows += header->rows;
    info.bytes += header->file_size;
    info.scales = larger(info.scales, header->scales);
  }
  return info;
}

/// Says what there is where something that is not there was asked for.
std::unexpected<Error> no_dataset(const Catalogue& catalogue, const DatasetKey& key) {
  std::string message = fmt::format("no {} in {}", dataset_folder(key), catalogue.path().string());
  const auto listing = catalogue.list();
  std::string present;
  for (const auto& info : listing ? listing->datasets : std::vector<DatasetInfo>()) {
    if (info.key.instrument != key.instrument) continue;
    present += (present.empty() ? "" : ", ") + dataset_folder(info.key);
  }
  message +=
      present.empty()
          ? "; 'kontor data list' shows what is there, 'kontor data fetch' and 'data import' bring more in"
          : "; of this instrument there are " + present;
  return fail(ErrorKind::not_found, message);
}

DurationNs overlap(const DatasetInfo& info, TimeNs from, TimeNs to) {
  const TimeNs end = info.last + info.key.timeframe.period_ns;
  return std::max<DurationNs>(0, std::min(end, to) - std::max(info.first, from));
}

/// The stored timeframe to derive `key` from: of those that divide it the one that covers most of the range,
/// the finest of equals.
Result<DatasetInfo> source_for(const Catalogue& catalogue, const DatasetKey& key,
                               const ReadOptions& options) {
  TRY(const auto keys, find_datasets(catalogue.path()));
  std::optional<DatasetInfo> best;
  for (const auto& candidate : keys) {
    if (candidate.instrument != key.instrument || candidate.kind != DataKind::bar ||
        !divides(candidate.timeframe, key.timeframe)) {
      continue;
    }
    std::vector<BrokenSegment> ignored;
    TRY(auto info, describe(catalogue.path(), candidate, ignored));
    if (info.segments == 0) continue;
    // Keys ascend by timeframe, so an equal later one is coarser. Coverage is compared in whole target bars.
    const auto bars = [&](const DatasetInfo& of) {
      return overlap(of, options.from, options.to) / key.timeframe.period_ns;
    };
    if (!best || bars(info) > bars(*best)) best = std::move(info);
  }
  if (!best) return no_dataset(catalogue, key);
  return std::move(*best);
}

Result<Series> derived_series(const Catalogue& catalogue, const DatasetKey& key, const ReadOptions& options) {
  TRY(const auto source, source_for(catalogue, key, options));
  ReadOptions wider = options;
  if (options.from > 0) wider.from = key.timeframe.open_of(options.from);
  if (options.to < kSegmentTimeEnd) wider.to = options.to + key.timeframe.period_ns;
  TRY(auto rows, stored_series(catalogue.path(), source.key, wider));
  Series::Derivation derivation{source.key.timeframe, 0};
  std::string sha256 = rows.sha256;
  auto skipped = rows.skipped;
  TRY(auto derived,
      derive_bars(std::move(rows), key.timeframe, {source.first, source.last}, options.from, options.to));
  derivation.incomplete_bars = derived.incomplete;
  Series series(key, std::move(derived.bars));
  series.derived = derivation;
  series.sha256 = std::move(sha256);
  series.skipped = std::move(skipped);
  return series;
}

std::unexpected<Error> nothing_in_range(const DatasetKey& key, const ReadOptions& options,
                                        const DatasetInfo& info) {
  return fail(ErrorKind::not_found,
              fmt::format("{} has no rows from {} to {}; it has {} rows from {} to {}", dataset_folder(key),
                          options.from <= 0 ? "the beginning" : format_time(options.from),
                          options.to >= kSegmentTimeEnd ? "the end" : format_time(options.to), info.rows,
                          format_time(info.first), format_time(info.last)));
}

Result<void> check_marker(const fs::path& store) {
  TRY(const auto text, read_small_file(store / kStoreMarker));
  if (text == kStoreMarkerText) return {};
  return fail(ErrorKind::bad_data, fmt::format("{}: expected '{}', found another version or other content",
                                               (store / kStoreMarker).string(),
                                               kStoreMarkerText.substr(0, kStoreMarkerText.size() - 1)));
}

}  // namespace

Transaction::Transaction(std::unique_ptr<CatalogueWrite> write) : write_(std::move(write)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<void> Transaction::add(const DatasetKey& key, Batch batch) {
  return write_->add(key, std::move(batch));
}
Result<void> Transaction::end_source() { return write_->end_source(); }
Result<void> Transaction::remove(const DatasetKey& key, TimeNs from, TimeNs to) {
  return write_->remove(key, from, to);
}

Result<WriteSummary> Transaction::commit() {
  auto summary = write_->commit();
  write_.reset();  // undoes what was not committed, and lets the next writer in
  return summary;
}

Result<Catalogue> Catalogue::open(fs::path path) {
  path = path.lexically_normal();
  const auto valid = check_marker(path);
  if (!valid && valid.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, fmt::format("there is no data catalogue at {}", path.string()));
  }
  if (!valid) return std::unexpected(valid.error());
  TRY_VOID(recover_if_needed(path));
  return Catalogue(std::move(path));
}

Result<Catalogue> Catalogue::open_or_create(fs::path path) {
  path = path.lexically_normal();
  std::error_code error;
  if (fs::exists(path / kStoreMarker, error)) return open(std::move(path));
  if (fs::exists(path, error) && !fs::is_directory(path, error)) {
    return fail(ErrorKind::usage, fmt::format("{} is not a folder", path.string()));
  }
  if (fs::exists(path, error) && !fs::is_empty(path, error)) {
    return fail(ErrorKind::usage, fmt::format("{} is neither a data catalogue nor empty", path.string()));
  }
  TRY_VOID(make_folders(path));
  TRY_VOID(replace_file(path / kStoreMarker, kStoreMarkerText));
  return open(std::move(path));
}

std::string Catalogue::dataset_name(const DatasetKey& key) { return dataset_folder(key); }

Result<Listing> Catalogue::list() const {
  TRY(const auto lock, lock_publishing(path_, PublishLock::shared));
  TRY(const auto keys, find_datasets(path_));
  Listing listing;
  for (const auto& key : keys) {
    TRY(auto info, describe(path_, key, listing.broken));
    if (info.segments != 0) listing.datasets.push_back(std::move(info));
  }
  return listing;
}

Result<DatasetInfo> Catalogue::info(const DatasetKey& given) const {
  const DatasetKey key = normalized(given);
  std::vector<BrokenSegment> broken;
  TRY(auto info, describe(path_, key, broken));
  if (info.segments != 0) return info;
  if (!broken.empty()) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: {}", broken.front().path.string(), broken.front().problem));
  }
  return no_dataset(*this, key);
}

Result<Series> Catalogue::read(const DatasetKey& given, const ReadOptions& options) const {
  const DatasetKey key = normalized(given);
  if (options.from >= options.to) {
    return fail(ErrorKind::usage, fmt::format("expected a range that ends after it begins, found {} to {}",
                                              format_time(options.from), format_time(options.to)));
  }
  TRY(const auto places, find_segments(path_, key));
  const bool derive = places.empty() && options.derive && key.kind == DataKind::bar;
  TRY(auto series, derive ? derived_series(*this, key, options) : stored_series(path_, key, options));
  if (!series.empty()) return series;
  if (series.derived) {
    DatasetKey source = key;
    source.timeframe = series.derived->source;
    TRY(const auto info, this->info(source));
    return nothing_in_range(key, options, info);
  }
  TRY(const auto info, this->info(key));
  return nothing_in_range(key, options, info);
}

Result<Transaction> Catalogue::begin(WriteOptions options) const {
  TRY(auto write, CatalogueWrite::start(path_, std::move(options)));
  return Transaction(std::move(write));
}

}  // namespace kontor::data
