#include "data/segment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/crc32c.hpp"
#include "data/catalogue_files.hpp"
#include "data/segment_layout.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

using Bytes = std::span<const std::byte>;

/// A file in memory, read only; unmapped when the object goes unless released.
class Mapping {
 public:
  static Result<Mapping> of(const fs::path& path, std::uint64_t limit, int flags) {
    TRY(const FileDescriptor file, open_file(path, O_RDONLY, "open"));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return system_failure("read", path, errno);
    if (!S_ISREG(status.st_mode)) {
      return fail(ErrorKind::bad_data, fmt::format("{}: not a file", path.string()));
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t mapped = std::min(size, limit);
    Mapping mapping;
    mapping.file_size_ = size;
    if (mapped != 0) {
      void* const address = ::mmap(nullptr, mapped, PROT_READ, MAP_SHARED | flags, file.get(), 0);
      if (address == MAP_FAILED) return system_failure("map", path, errno);
      mapping.bytes_ = Bytes(static_cast<const std::byte*>(address), mapped);
    }
    return mapping;
  }
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})), file_size_(other.file_size_) {}
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() { unmap(bytes_); }

  static void unmap(Bytes bytes) noexcept {
    if (!bytes.empty()) ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  }
  [[nodiscard]] Bytes bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t file_size() const noexcept { return file_size_; }
  Bytes release() noexcept { return std::exchange(bytes_, {}); }

 private:
  Mapping() = default;
  Bytes bytes_;
  std::uint64_t file_size_ = 0;
};

template <class T>
T read_at(Bytes bytes, std::uint64_t offset) noexcept {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// What is wrong with a segment, in the words that follow `PATH: `; empty if nothing.
using Problem = std::string;

Problem check_magic_and_size(Bytes bytes, std::uint64_t file_size) {
  if (file_size < sizeof(layout::Head)) {
    return fmt::format("expected a segment, found {} bytes, which is shorter than a segment's head",
                       file_size);
  }
  const auto head = read_at<layout::Head>(bytes, 0);
  if (head.magic != layout::kMagic) return "expected a segment, found other content (magic number)";
  if (head.version != layout::kVersion) {
    return fmt::format("expected format version {}, found {}", layout::kVersion, head.version);
  }
  if (head.header_size % kSegmentAlignment != 0 || head.header_size > layout::kMaxHeaderSize ||
      head.header_size < sizeof(layout::Head) + sizeof(std::uint32_t)) {
    return fmt::format("impossible header size {}", head.header_size);
  }
  if (head.header_size > file_size) {
    return fmt::format("truncated: expected a head of {} bytes, found {} bytes", head.header_size, file_size);
  }
  return {};
}

Problem check_header_crc(Bytes header) {
  const std::uint64_t end = header.size() - sizeof(std::uint32_t);
  const auto expected = read_at<std::uint32_t>(header, end);
  const std::uint32_t found = crc32c(header.first(end));
  if (expected == found) return {};
  return fmt::format("checksum of the head: expected {:08x}, found {:08x}", expected, found);
}

Problem check_head_values(const layout::Head& head, std::uint64_t file_size) {
  if (head.file_size != file_size) {
    return fmt::format("{}: expected {} bytes, found {}",
                       file_size < head.file_size ? "truncated" : "too long", head.file_size, file_size);
  }
  if (head.kind > static_cast<std::uint8_t>(DataKind::funding))
    return fmt::format("unknown kind {}", head.kind);
  const auto kind = static_cast<DataKind>(head.kind);
  if (head.columns != column_count(kind)) return fmt::format("{} columns do not fit its kind", head.columns);
  if (head.price_scale > kMaxScale || head.quantity_scale > kMaxScale || head.rate_scale > kMaxScale) {
    return "a scale is larger than 18";
  }
  if (head.rows == 0 || head.blocks == 0 || head.rows > UINT32_MAX) return "impossible number of rows";
  if (head.header_size !=
      layout::header_size(head.columns, head.blocks, head.venue_size + head.symbol_size)) {
    return fmt::format("header size {} does not fit its content", head.header_size);
  }
  if (kind == DataKind::bar ? head.timeframe <= 0 || head.timeframe % kSecond != 0 : head.timeframe != 0) {
    return fmt::format("impossible timeframe of {} ns", head.timeframe);
  }
  return {};
}

Problem check_times(const SegmentHeader& header) {
  if (header.first < 0 || header.last >= kSegmentTimeEnd || header.period_start < 0)
    return "a time is out of range";
  const SegmentPeriod period = segment_period(header.key, header.first);
  if (period.start != header.period_start || header.last >= period.end || header.first > header.last) {
    return fmt::format("rows from {} to {} do not lie in its period", format_time(header.first),
                       format_time(header.last));
  }
  std::uint64_t rows = 0;
  TimeNs before = header.first;
  for (const auto& block : header.blocks) {
    if (block.rows == 0 || block.first < before || block.last < block.first) return "impossible block table";
    before = block.last;
    rows += block.rows;
  }
  if (rows != header.rows || header.blocks.front().first != header.first || before != header.last) {
    return "the block table does not fit the number of rows";
  }
  return {};
}

Problem check_column_table(const SegmentHeader& header) {
  std::uint64_t offset = header.header_size;
  bool compressed = false;
  for (std::size_t i = 0; i < header.columns.size(); ++i) {
    const auto& column = header.columns[i];
    if (column.encoding > Encoding::difference || (i == 0 && column.encoding == Encoding::difference)) {
      return fmt::format("unknown encoding {} of column {}", static_cast<std::uint32_t>(column.encoding), i);
    }
    if (column.offset != offset || column.stored_size > header.file_size - offset) {
      return fmt::format("column {} lies outside the file", i);
    }
    if (column.encoding == Encoding::raw && column.stored_size != header.rows * sizeof(std::int64_t)) {
      return fmt::format("column {} does not hold {} rows", i, header.rows);
    }
    compressed |= column.encoding != Encoding::raw;
    offset += layout::align(column.stored_size);
    if (offset > header.file_size) return fmt::format("column {} lies outside the file", i);
  }
  if (offset != header.file_size) return "the columns do not fill the file";
  for (const auto& block : header.blocks) {
    if (compressed && block.rows > kMaxBlockRows) return "a block is too large";
  }
  return {};
}

SegmentHeader header_of(Bytes bytes, const layout::Head& head) {
  SegmentHeader header;
  header.key.kind = static_cast<DataKind>(head.kind);
  header.key.timeframe.period_ns = head.kind == 0 ? head.timeframe : kMinute;
  header.scales = Scales{head.price_scale, head.quantity_scale, head.rate_scale};
  header.rows = head.rows;
  header.first = head.first;
  header.last = head.last;
  header.period_start = head.period_start;
  header.file_size = head.file_size;
  header.header_size = head.header_size;
  header.header_crc = read_at<std::uint32_t>(bytes, head.header_size - sizeof(std::uint32_t));
  std::uint64_t at = sizeof head;
  for (std::size_t i = 0; i < head.columns; ++i, at += sizeof(layout::Column)) {
    const auto column = read_at<layout::Column>(bytes, at);
    header.columns.push_back({static_cast<Encoding>(column.encoding), column.stored_crc, column.values_crc,
                              column.offset, column.stored_size});
  }
  header.blocks.reserve(head.blocks);
  for (std::uint32_t i = 0; i < head.blocks; ++i, at += sizeof(layout::Block)) {
    const auto block = read_at<layout::Block>(bytes, at);
    header.blocks.push_back({block.rows, block.first, block.last});
  }
  const auto* const names = reinterpret_cast<const char*>(bytes.data() + at);
  header.key.instrument.venue.assign(names, head.venue_size);
  header.key.instrument.symbol.assign(names + head.venue_size, head.symbol_size);
  return header;
}

/// Checks everything that can be known without the columns; `bytes` begins with the file's first byte.
std::expected<SegmentHeader, Problem> parse_header(Bytes bytes, std::uint64_t file_size) {
  if (auto problem = check_magic_and_size(bytes, file_size); !problem.empty())
    return std::unexpected(problem);
  const auto head = read_at<layout::Head>(bytes, 0);
  if (auto problem = check_header_crc(bytes.first(head.header_size)); !problem.empty()) {
    return std::unexpected(problem);
  }
  if (auto problem = check_head_values(head, file_size); !problem.empty()) return std::unexpected(problem);
  SegmentHeader header = header_of(bytes, head);
  if (auto problem = check_times(header); !problem.empty()) return std::unexpected(problem);
  if (auto problem = check_column_table(header); !problem.empty()) return std::unexpected(problem);
  return header;
}

std::unexpected<Error> broken(const fs::path& path, const Problem& problem) {
  return fail(ErrorKind::bad_data, fmt::format("{}: {}", path.string(), problem));
}

}  // namespace

bool is_monthly(const DatasetKey& key) noexcept {
  return key.kind == DataKind::funding || (key.kind == DataKind::bar && key.timeframe.period_ns >= kMinute);
}

SegmentPeriod segment_period(const DatasetKey& key, TimeNs time) noexcept {
  Date date = date_of(time);
  if (!is_monthly(key)) return {start_of(date), start_of(date) + kDay};
  date.day = 1;
  const Date next = date.month == 12 ? Date{date.year + 1, 1, 1} : Date{date.year, date.month + 1, 1};
  return {start_of(date), start_of(next)};
}

std::string segment_file_name(const DatasetKey& key, TimeNs period_start) {
  const std::string date = format_date(date_of(period_start));
  return (is_monthly(key) ? date.substr(0, 7) : date) + std::string(kSegmentSuffix);
}

std::optional<TimeNs> parse_segment_file_name(const DatasetKey& key, std::string_view name) {
  if (!name.ends_with(kSegmentSuffix)) return std::nullopt;
  name.remove_suffix(kSegmentSuffix.size());
  if (name.size() != (is_monthly(key) ? 7U : 10U)) return std::nullopt;
  const auto start = parse_time(std::string(name) + (is_monthly(key) ? "-01" : ""));
  if (!start || *start < 0 || *start >= kSegmentTimeEnd) return std::nullopt;
  return *start;
}

Result<SegmentHeader> read_segment_header(const fs::path& path) {
  TRY(const Mapping mapping, Mapping::of(path, layout::kMaxHeaderSize, 0));
  auto header = parse_header(mapping.bytes(), mapping.file_size());
  if (!header) return broken(path, header.error());
  return std::move(*header);
}

Result<std::shared_ptr<const Segment>> Segment::open(const fs::path& path) {
  TRY(Mapping mapping, Mapping::of(path, UINT64_MAX, MAP_POPULATE));
  auto header = parse_header(mapping.bytes(), mapping.file_size());
  if (!header) return broken(path, header.error());
  std::shared_ptr<Segment> segment(new Segment(path, std::move(*header), mapping.release()));
  TRY_VOID(segment->check_columns());
  return segment;
}

Segment::Segment(fs::path path, SegmentHeader header, Bytes file)
    : path_(std::move(path)),
      header_(std::move(header)),
      file_(file),
      block_offsets_(header_.columns.size()) {
  std::uint64_t before = 0;
  for (const auto& block : header_.blocks) {
    block_rows_before_.push_back(before);
    before += block.rows;
  }
}

Segment::~Segment() { Mapping::unmap(file_); }

Result<void> Segment::check_columns() {
  for (std::size_t i = 0; i < header_.columns.size(); ++i) {
    const auto& column = header_.columns[i];
    const std::uint32_t found = crc32c(file_.subspan(column.offset, layout::align(column.stored_size)));
    if (found != column.stored_crc) {
      return broken(path_, fmt::format("checksum of column {}: expected {:08x}, found {:08x}", i,
                                       column.stored_crc, found));
    }
    if (column.encoding == Encoding::raw) continue;
    const std::uint64_t table = header_.blocks.size() * sizeof(std::uint32_t);
    std::uint64_t offset = table;
    for (std::size_t b = 0; b < header_.blocks.size() && offset <= column.stored_size; ++b) {
      block_offsets_[i].push_back(column.offset + offset);
      offset += read_at<std::uint32_t>(file_, column.offset + b * sizeof(std::uint32_t));
    }
    if (offset != column.stored_size) {
      return broken(path_, fmt::format("the blocks of column {} do not fill it", i));
    }
    block_offsets_[i].push_back(column.offset + offset);
  }
  return {};
}

Bytes Segment::stored(std::size_t column, std::size_t block) const noexcept {
  const auto& offsets = block_offsets_[column];
  return file_.subspan(offsets[block], offsets[block + 1] - offsets[block]);
}

std::span<const std::int64_t> Segment::raw(std::size_t column, std::size_t block) const noexcept {
  ASSERT(header_.columns[column].encoding == Encoding::raw);
  const auto* const values =
      reinterpret_cast<const std::int64_t*>(file_.data() + header_.columns[column].offset);
  return {values + block_rows_before_[block], header_.blocks[block].rows};
}

Result<void> Segment::decode(std::size_t column, std::size_t block, BlockDecoder& decoder,
                             std::span<const std::int64_t> first_column,
                             std::span<std::int64_t> values) const {
  const auto decoded =
      decoder.decode(header_.columns[column].encoding, stored(column, block), first_column, values);
  if (!decoded) return broken(path_, decoded.error().message);
  return {};
}

Result<void> Segment::verify_values() const {
  std::vector<std::uint32_t> checksums(header_.columns.size());
  std::vector<std::int64_t> first_column;
  std::vector<std::int64_t> values;
  BlockDecoder decoder;
  for (std::size_t b = 0; b < header_.blocks.size(); ++b) {
    for (std::size_t c = 0; c < header_.columns.size(); ++c) {
      auto& target = c == 0 ? first_column : values;
      target.resize(header_.blocks[b].rows);
      std::span<const std::int64_t> rows = target;
      if (header_.columns[c].encoding == Encoding::raw) {
        rows = raw(c, b);
        if (c == 0) std::ranges::copy(rows, first_column.begin());
      } else {
        TRY_VOID(decode(c, b, decoder, first_column, target));
      }
      checksums[c] = crc32c(std::as_bytes(rows), checksums[c]);
    }
  }
  for (std::size_t c = 0; c < checksums.size(); ++c) {
    if (checksums[c] != header_.columns[c].values_crc) {
      return broken(path_, fmt::format("checksum of the values of column {}: expected {:08x}, found {:08x}",
                                       c, header_.columns[c].values_crc, checksums[c]));
    }
  }
  return {};
}

}  // namespace kontor::data
