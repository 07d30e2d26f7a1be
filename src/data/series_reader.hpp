#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/dataset.hpp"
#include "data/segment_codec.hpp"

namespace kontor::data {

class Segment;

/// How many decimal places the raw integers of a dataset carry.
struct Scales {
  std::uint8_t price = 0;
  std::uint8_t quantity = 0;
  std::uint8_t rate = 0;
  bool operator==(const Scales&) const = default;
};

inline constexpr std::size_t kMaxColumns = 7;

/// The column by which rows of a kind are ordered and by which a time range selects them:
/// ts_open of bars, ts_recv of trades, quotes and books, ts_venue of funding.
[[nodiscard]] constexpr std::size_t time_column(DataKind kind) noexcept {
  return kind == DataKind::bar || kind == DataKind::funding ? 0 : 1;
}

/// Consecutive rows of one dataset in time order, column by column. Borrowed: valid as documented at its
/// source.
struct ColumnView {
  DataKind kind = DataKind::bar;
  Scales scales;
  std::array<std::span<const std::int64_t>, kMaxColumns> columns;

  [[nodiscard]] std::size_t rows() const noexcept { return columns[0].size(); }
  [[nodiscard]] std::span<const std::int64_t> times() const noexcept { return columns[time_column(kind)]; }
  /// The values of a column of this view's kind: `view.column(BarColumn::close)`.
  template <class Column>
  [[nodiscard]] std::span<const std::int64_t> column(Column c) const noexcept {
    return columns[static_cast<std::size_t>(c)];
  }
};

/// Decoded values by column; empty where a column needs no decoding.
using ColumnBuffers = std::vector<std::vector<std::int64_t>>;

/// A view of all rows of a batch; valid while the batch is neither changed nor destroyed.
[[nodiscard]] ColumnView view_of(const Batch& batch) noexcept;

/// The rows of one dataset in a time range: which parts of which segments, mapped and verified, none decoded
/// before it is asked for. Immutable and cheap to copy; threads may share it. It keeps its files mapped, also
/// after a writer has replaced them.
class Series {
 public:
  /// A part of a segment (all of it where its columns are raw, else one compressed block), cut to the range.
  /// A message of an order book is never cut.
  struct Chunk {
    std::shared_ptr<const Segment> segment;
    std::size_t block = 0;
    std::size_t first_row = 0;  ///< within the block
    std::size_t rows = 0;
    TimeNs first = 0;  ///< times of the chunk's first and last row
    TimeNs last = 0;
  };

  Series(DatasetKey key, Scales scales, std::vector<Chunk> chunks);
  /// A series over rows in memory, for derived bars and for tests. The batch must be in time order.
  Series(DatasetKey key, Batch batch);

  [[nodiscard]] const DatasetKey& key() const noexcept { return key_; }
  /// The scales of the values that readers return.
  [[nodiscard]] const Scales& scales() const noexcept { return scales_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
  /// Time of the first and the last row; zero if there are none.
  [[nodiscard]] TimeNs first() const noexcept { return first_; }
  [[nodiscard]] TimeNs last() const noexcept { return last_; }
  [[nodiscard]] const std::vector<Chunk>& chunks() const noexcept { return chunks_; }
  [[nodiscard]] const std::shared_ptr<const Batch>& memory() const noexcept { return memory_; }

  /// Set where bars were derived: the timeframe they were made from, and how many were made from fewer bars
  /// than their period holds, because the source has gaps.
  struct Derivation {
    Timeframe source;
    std::uint64_t incomplete_bars = 0;
  };
  std::optional<Derivation> derived;
  /// SHA-256 over names and value checksums of the segments that were read: equal data, equal hash.
  std::string sha256;
  /// Names of broken segments that were left out; empty unless the caller asked to skip them.
  std::vector<std::string> skipped;

 private:
  DatasetKey key_;
  Scales scales_;
  std::vector<Chunk> chunks_;
  std::shared_ptr<const Batch> memory_;
  std::uint64_t rows_ = 0;
  TimeNs first_ = 0;
  TimeNs last_ = 0;
};

/// Walks a series chunk by chunk with bounded memory: what is raw and of the wanted scale is passed through
/// from the mapped file, everything else is decoded into this reader's buffer. One thread at a time.
class SeriesReader {
 public:
  explicit SeriesReader(Series series);

  /// Steps to the next chunk; false at the end. Never gives an empty chunk.
  [[nodiscard]] Result<bool> next();
  /// The current chunk; valid until the next call of next().
  [[nodiscard]] const ColumnView& view() const noexcept { return view_; }

 private:
  Series series_;
  std::size_t position_ = 0;
  ColumnView view_;
  ColumnBuffers buffers_;
  BlockDecoder decoder_;
};

/// A whole series in memory, for runs that read it many times. Raw columns of the wanted scale stay in the
/// mapped file, so a year of bars costs nothing; the rest is decoded once. Immutable; threads may share it.
class LoadedSeries {
 public:
  [[nodiscard]] static Result<LoadedSeries> load(Series series);

  [[nodiscard]] const Series& series() const noexcept { return series_; }
  /// All rows in time order; valid as long as this object or a copy of it lives.
  [[nodiscard]] const std::vector<ColumnView>& chunks() const noexcept { return chunks_; }

 private:
  explicit LoadedSeries(Series series) : series_(std::move(series)) {}

  Series series_;
  std::vector<ColumnView> chunks_;
  std::shared_ptr<const std::vector<ColumnBuffers>> storage_;
};

}  // namespace kontor::data
