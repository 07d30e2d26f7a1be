#include "data/segment_write.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/crc32c.hpp"
#include "data/catalogue_files.hpp"
#include "data/segment.hpp"
#include "data/segment_layout.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

using Bytes = std::span<const std::byte>;
using Values = std::span<const std::int64_t>;

/// Rows of a compressed block: half a MiB per column when decoded, so that the working set of a reader stays
/// in the second-level cache, yet enough for zstd to find what repeats.
constexpr std::size_t kBlockRows = 65'536;
/// Rows on which the encodings of a column are tried out.
constexpr std::size_t kTrialRows = 16'384;
/// Compression has to save at least a tenth, or the column stays raw.
constexpr std::size_t kWorthwhileTenths = 9;

struct EncodedColumn {
  layout::Column entry{};
  std::vector<std::byte> bytes;  ///< empty where the column is raw
};

/// End of the block that starts at `begin`: a book's block ends with a message.
std::size_t block_end(const Batch& batch, std::size_t begin) {
  const std::size_t rows = batch.rows();
  std::size_t end = std::min(rows, begin + kBlockRows);
  if (batch.kind != DataKind::book || end == rows) return end;
  const auto& flags = batch.column(BookColumn::flags);
  std::size_t last = end;
  while (last > begin && (flags[last - 1] & kBookMessageEnd) == 0) --last;
  if (last > begin) return last;
  while (end < rows && (flags[end - 1] & kBookMessageEnd) == 0) ++end;  // one message larger than a block
  return end;
}

std::vector<layout::Block> make_blocks(const Batch& batch, bool compressed) {
  const auto& times = batch.columns[time_column(batch.kind)];
  std::vector<layout::Block> blocks;
  for (std::size_t begin = 0; begin < batch.rows();) {
    const std::size_t end = compressed ? block_end(batch, begin) : batch.rows();
    blocks.push_back({static_cast<std::uint32_t>(end - begin), 0, times[begin], times[end - 1]});
    begin = end;
  }
  return blocks;
}

/// The encoding that makes the first rows smallest; raw if none is worthwhile.
Result<Encoding> choose_encoding(BlockEncoder& encoder, const Batch& batch, std::size_t column) {
  const std::size_t rows = std::min(batch.rows(), kTrialRows);
  const auto values = Values(batch.columns[column]).first(rows);
  const auto first_column = Values(batch.columns[0]).first(rows);
  auto best = Encoding::raw;
  std::size_t best_size = rows * sizeof(std::int64_t) * kWorthwhileTenths / 10;
  std::vector<std::byte> trial;
  for (const auto encoding : {Encoding::delta, Encoding::offset, Encoding::difference}) {
    if (encoding == Encoding::difference && column == 0) continue;
    trial.clear();
    TRY_VOID(encoder.encode(encoding, values, first_column, trial));
    if (trial.size() < best_size) {
      best_size = trial.size();
      best = encoding;
    }
  }
  return best;
}

Result<void> encode_column(BlockEncoder& encoder, const Batch& batch, std::size_t column,
                           std::span<const layout::Block> blocks, EncodedColumn& out) {
  TRY(const auto encoding, choose_encoding(encoder, batch, column));
  out.entry.encoding = static_cast<std::uint32_t>(encoding);
  if (encoding == Encoding::raw) return {};
  std::vector<std::uint32_t> sizes;
  out.bytes.resize(blocks.size() * sizeof(std::uint32_t));
  std::size_t row = 0;
  for (const auto& block : blocks) {
    const std::size_t before = out.bytes.size();
    TRY_VOID(encoder.encode(encoding, Values(batch.columns[column]).subspan(row, block.rows),
                            Values(batch.columns[0]).subspan(row, block.rows), out.bytes));
    sizes.push_back(static_cast<std::uint32_t>(out.bytes.size() - before));
    row += block.rows;
  }
  std::memcpy(out.bytes.data(), sizes.data(), sizes.size() * sizeof(std::uint32_t));
  return {};
}

Bytes stored_bytes(const EncodedColumn& column, const std::vector<std::int64_t>& values) {
  return column.entry.encoding == 0 ? std::as_bytes(std::span(values)) : Bytes(column.bytes);
}

constexpr std::array<std::byte, kSegmentAlignment> kZeros{};

Bytes padding_after(std::uint64_t size) { return Bytes(kZeros).first(layout::align(size) - size); }

/// Fills in offsets, sizes and checksums; returns the size of the file.
std::uint64_t place_columns(std::span<EncodedColumn> columns, const Batch& batch, std::uint64_t offset) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto& entry = columns[i].entry;
    const Bytes bytes = stored_bytes(columns[i], batch.columns[i]);
    entry.offset = offset;
    entry.stored_size = bytes.size();
    const std::uint32_t crc = crc32c(bytes);
    entry.values_crc = entry.encoding == 0 ? crc : crc32c(std::as_bytes(std::span(batch.columns[i])));
    entry.stored_crc = crc32c(padding_after(bytes.size()), crc);
    offset += layout::align(bytes.size());
  }
  return offset;
}

class HeaderWriter {
 public:
  explicit HeaderWriter(std::uint64_t size) : bytes_(size) {}
  void put(const void* data, std::size_t size) {
    std::memcpy(bytes_.data() + at_, data, size);
    at_ += size;
  }
  std::vector<std::byte> finish() {
    const std::size_t end = bytes_.size() - sizeof(std::uint32_t);
    const std::uint32_t crc = crc32c(Bytes(bytes_).first(end));
    std::memcpy(bytes_.data() + end, &crc, sizeof crc);
    return std::move(bytes_);
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
};

std::vector<std::byte> make_header(const DatasetKey& key, TimeNs period_start, const Batch& batch,
                                   std::span<const EncodedColumn> columns,
                                   std::span<const layout::Block> blocks, std::uint64_t header_size,
                                   std::uint64_t file_size) {
  layout::Head head{};
  head.magic = layout::kMagic;
  head.version = layout::kVersion;
  head.header_size = static_cast<std::uint32_t>(header_size);
  head.file_size = file_size;
  head.rows = batch.rows();
  head.first = blocks.front().first;
  head.last = blocks.back().last;
  head.period_start = period_start;
  head.timeframe = key.kind == DataKind::bar ? key.timeframe.period_ns : 0;
  head.kind = static_cast<std::uint8_t>(key.kind);
  head.price_scale = batch.price_scale;
  head.quantity_scale = batch.quantity_scale;
  head.rate_scale = batch.rate_scale;
  head.columns = static_cast<std::uint8_t>(columns.size());
  head.blocks = static_cast<std::uint32_t>(blocks.size());
  head.venue_size = static_cast<std::uint16_t>(key.instrument.venue.size());
  head.symbol_size = static_cast<std::uint16_t>(key.instrument.symbol.size());
  HeaderWriter writer(header_size);
  writer.put(&head, sizeof head);
  for (const auto& column : columns) writer.put(&column.entry, sizeof column.entry);
  for (const auto& block : blocks) writer.put(&block, sizeof block);
  writer.put(key.instrument.venue.data(), key.instrument.venue.size());
  writer.put(key.instrument.symbol.data(), key.instrument.symbol.size());
  return writer.finish();
}

Result<void> write_parts(const fs::path& path, Bytes header, std::span<const EncodedColumn> columns,
                         const Batch& batch) {
  TRY(const FileDescriptor file, open_file(path, O_WRONLY | O_CREAT | O_EXCL, "make"));
  TRY_VOID(write_all(file, header, path));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Bytes bytes = stored_bytes(columns[i], batch.columns[i]);
    TRY_VOID(write_all(file, bytes, path));
    TRY_VOID(write_all(file, padding_after(bytes.size()), path));
  }
  ::sync_file_range(file.get(), 0, 0,
                    SYNC_FILE_RANGE_WRITE);  // a hint: the disk works while the next one is made
  return {};
}

Result<void> check_limits(const DatasetKey& key, const Batch& batch, std::span<const layout::Block> blocks) {
  constexpr std::size_t kNameLimit = 255;
  if (key.instrument.venue.size() > kNameLimit || key.instrument.symbol.size() > kNameLimit) {
    return fail(ErrorKind::usage, "a venue or symbol has more than 255 characters");
  }
  if (batch.rows() > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorKind::bad_data, "more than 4294967295 rows in one segment");
  }
  for (const auto& block : blocks) {
    if (key.kind == DataKind::book && block.rows > kMaxBlockRows) {
      return fail(ErrorKind::bad_data, fmt::format("a book message at {} has more than {} rows",
                                                   format_time(block.first), kMaxBlockRows));
    }
  }
  return {};
}

}  // namespace

Result<std::uint64_t> write_segment(const fs::path& path, const DatasetKey& key, TimeNs period_start,
                                    const Batch& batch) {
  ASSERT(batch.rows() > 0 && batch.columns.size() == column_count(key.kind));
  const bool compressed = key.kind != DataKind::bar && key.kind != DataKind::funding;
  const auto blocks = make_blocks(batch, compressed);
  TRY_VOID(check_limits(key, batch, blocks));
  std::vector<EncodedColumn> columns(batch.columns.size());
  if (compressed) {
    BlockEncoder encoder;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      TRY_VOID(encode_column(encoder, batch, i, blocks, columns[i]));
    }
  }
  const std::size_t names = key.instrument.venue.size() + key.instrument.symbol.size();
  const std::uint64_t header_size = layout::header_size(columns.size(), blocks.size(), names);
  const std::uint64_t file_size = place_columns(columns, batch, header_size);
  const auto header = make_header(key, period_start, batch, columns, blocks, header_size, file_size);
  if (const auto written = write_parts(path, header, columns, batch); !written) {
    ::unlink(path.c_str());
    return std::unexpected(written.error());
  }
  return file_size;
}

}  // namespace kontor::data
