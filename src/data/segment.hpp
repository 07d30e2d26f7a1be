#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/dataset.hpp"
#include "data/segment_codec.hpp"
#include "data/series_reader.hpp"

/// The segment file: all rows of one dataset in one UTC month or day, column by column, immutable, mapped
/// into memory. Every byte is covered by a checksum. docs/catalogue-format.md tells the layout and the
/// reasons.
namespace kontor::data {

inline constexpr std::string_view kSegmentSuffix = ".kseg";
inline constexpr std::size_t kSegmentAlignment = 64;
inline constexpr std::uint32_t kMaxBlockRows = std::uint32_t{1} << 24U;  ///< of a compressed block
inline constexpr TimeNs kSegmentTimeEnd =
    9'214'646'400'000'000'000;  ///< 2262-01-01: rows lie before it, from 1970 on

/// True for what is filed by month: bars of a minute or more, and funding. Everything else is filed by day.
[[nodiscard]] bool is_monthly(const DatasetKey& key) noexcept;
/// The period that a segment covers: start ≤ time < end.
struct SegmentPeriod {
  TimeNs start = 0;
  TimeNs end = 0;
};
/// The period that holds `time`, 0 ≤ time < kSegmentTimeEnd.
[[nodiscard]] SegmentPeriod segment_period(const DatasetKey& key, TimeNs time) noexcept;
/// `2025-05.kseg` or `2025-05-04.kseg`.
[[nodiscard]] std::string segment_file_name(const DatasetKey& key, TimeNs period_start);
/// The reverse; nothing if the name is not one that segment_file_name() makes.
[[nodiscard]] std::optional<TimeNs> parse_segment_file_name(const DatasetKey& key, std::string_view name);

/// What the head of a segment file says.
struct SegmentHeader {
  struct Column {
    Encoding encoding = Encoding::raw;
    std::uint32_t stored_crc = 0;  ///< of the bytes in the file, padding included
    std::uint32_t values_crc = 0;  ///< of the values as raw int64: equal data, equal checksum
    std::uint64_t offset = 0;
    std::uint64_t stored_size = 0;
  };
  /// Rows that are compressed together; in a book always whole messages.
  struct Block {
    std::uint32_t rows = 0;
    TimeNs first = 0;
    TimeNs last = 0;
  };

  DatasetKey key;
  Scales scales;
  std::uint64_t rows = 0;
  TimeNs first = 0;
  TimeNs last = 0;
  TimeNs period_start = 0;
  std::uint64_t file_size = 0;
  std::uint32_t header_size = 0;
  std::uint32_t header_crc = 0;
  std::vector<Column> columns;
  std::vector<Block> blocks;
};

/// Reads and checks the head alone: for lists. Verifies the file's length, not the columns.
[[nodiscard]] Result<SegmentHeader> read_segment_header(const std::filesystem::path& path);

/// An open segment: header checked, columns checked against their checksums, mapped. Immutable, shared by
/// threads.
class Segment {
 public:
  /// Errors: bad_data naming the file and what is wrong with it; io; not_found if there is no such file.
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> open(const std::filesystem::path& path);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] const SegmentHeader& header() const noexcept { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// The rows of one block of a raw column, in the mapped file.
  [[nodiscard]] std::span<const std::int64_t> raw(std::size_t column, std::size_t block) const noexcept;
  /// The rows of one block of a compressed column. `first_column`: the decoded block of column 0.
  [[nodiscard]] Result<void> decode(std::size_t column, std::size_t block, BlockDecoder& decoder,
                                    std::span<const std::int64_t> first_column,
                                    std::span<std::int64_t> values) const;
  /// Decodes everything and compares it with the checksums of the values: for `data check`.
  [[nodiscard]] Result<void> verify_values() const;

 private:
  Segment(std::filesystem::path path, SegmentHeader header, std::span<const std::byte> file);
  [[nodiscard]] Result<void> check_columns();
  [[nodiscard]] std::span<const std::byte> stored(std::size_t column, std::size_t block) const noexcept;

  std::filesystem::path path_;
  SegmentHeader header_;
  std::span<const std::byte> file_;
  std::vector<std::uint64_t> block_rows_before_;
  std::vector<std::vector<std::uint64_t>>
      block_offsets_;  ///< per compressed column: block starts, and the end
};

}  // namespace kontor::data
