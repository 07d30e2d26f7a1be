#include "data/series_reader.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "data/catalogue_columns.hpp"
#include "data/segment.hpp"

namespace kontor::data {
namespace {

/// All rows of one block of a column: in the file where it is raw, else decoded into `buffer`.
Result<std::span<const std::int64_t>> block_column(const Segment& segment, std::size_t column,
                                                   std::size_t block, BlockDecoder& decoder,
                                                   std::span<const std::int64_t> first_column,
                                                   std::vector<std::int64_t>& buffer) {
  if (segment.header().columns[column].encoding == Encoding::raw) return segment.raw(column, block);
  buffer.resize(segment.header().blocks[block].rows);
  TRY_VOID(segment.decode(column, block, decoder, first_column, buffer));
  return std::span<const std::int64_t>(buffer);
}

/// The rows of a chunk at the series' scales; `buffers` holds what had to be decoded or rescaled.
Result<ColumnView> view_chunk(const Series& series, const Series::Chunk& chunk, BlockDecoder& decoder,
                              ColumnBuffers& buffers) {
  const auto& header = chunk.segment->header();
  const DataKind kind = series.key().kind;
  buffers.resize(header.columns.size());
  ColumnView view{kind, series.scales(), {}};
  std::span<const std::int64_t> first_column;
  for (std::size_t c = 0; c < header.columns.size(); ++c) {
    TRY(auto all, block_column(*chunk.segment, c, chunk.block, decoder, first_column, buffers[c]));
    if (c == 0) first_column = all;
    auto rows = all.subspan(chunk.first_row, chunk.rows);
    const std::uint8_t from = scale_of(header.scales, kind, c);
    const std::uint8_t to = scale_of(series.scales(), kind, c);
    if (from != to) {
      if (header.columns[c].encoding == Encoding::raw) {
        buffers[c].assign(rows.begin(), rows.end());
        rows = buffers[c];
      }
      const auto offset = static_cast<std::size_t>(rows.data() - buffers[c].data());
      TRY_VOID(raise_scale(std::span(buffers[c]).subspan(offset, rows.size()), from, to));
    }
    view.columns[c] = rows;
  }
  return view;
}

}  // namespace

ColumnView view_of(const Batch& batch) noexcept {
  ColumnView view{batch.kind, scales_of(batch), {}};
  for (std::size_t c = 0; c < batch.columns.size(); ++c) view.columns[c] = batch.columns[c];
  return view;
}

Series::Series(DatasetKey key, Scales scales, std::vector<Chunk> chunks)
    : key_(std::move(key)), scales_(scales), chunks_(std::move(chunks)) {
  for (const auto& chunk : chunks_) rows_ += chunk.rows;
  if (chunks_.empty()) return;
  first_ = chunks_.front().first;
  last_ = chunks_.back().last;
}

Series::Series(DatasetKey key, Batch batch)
    : key_(std::move(key)),
      scales_(scales_of(batch)),
      memory_(std::make_shared<const Batch>(std::move(batch))) {
  ASSERT(memory_->kind == key_.kind);
  rows_ = memory_->rows();
  if (rows_ == 0) return;
  const auto [first, last] = std::ranges::minmax(memory_->columns[time_column(key_.kind)]);
  first_ = first;
  last_ = last;
}

SeriesReader::SeriesReader(Series series) : series_(std::move(series)) {}

Result<bool> SeriesReader::next() {
  if (series_.memory() != nullptr) {
    if (position_++ > 0 || series_.empty()) return false;
    view_ = view_of(*series_.memory());
    return true;
  }
  if (position_ == series_.chunks().size()) return false;
  TRY(view_, view_chunk(series_, series_.chunks()[position_], decoder_, buffers_));
  ++position_;
  return true;
}

Result<LoadedSeries> LoadedSeries::load(Series series) {
  LoadedSeries loaded(std::move(series));
  if (loaded.series_.memory() != nullptr) {
    if (!loaded.series_.empty()) loaded.chunks_.push_back(view_of(*loaded.series_.memory()));
    return loaded;
  }
  auto storage = std::make_shared<std::vector<ColumnBuffers>>(loaded.series_.chunks().size());
  BlockDecoder decoder;
  for (std::size_t i = 0; i < storage->size(); ++i) {
    TRY(const auto view, view_chunk(loaded.series_, loaded.series_.chunks()[i], decoder, (*storage)[i]));
    loaded.chunks_.push_back(view);
  }
  loaded.storage_ = std::move(storage);
  return loaded;
}

}  // namespace kontor::data
