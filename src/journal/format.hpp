#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "base/codec.hpp"
#include "base/time.hpp"

/// The bytes of a journal, as src/journal/format.md gives them. Shared by writer and readers.
namespace kontor::journal {

static_assert(std::endian::native == std::endian::little, "records are copied and expect little-endian");

/// The format that this build writes; it reads every format up to this one.
inline constexpr std::uint32_t kFormatVersion = 1;
/// The largest payload of a record. A length above it is never believed.
inline constexpr std::uint32_t kMaxPayload = std::uint32_t{16} << 20U;

/// Records of one kind of retention. Both families share one `seq`; each has segment files of its own.
/// `market` is data that can be had again; `core` is everything that cannot.
BOOST_DEFINE_FIXED_ENUM_CLASS(Family, std::uint8_t, core, market)
inline constexpr std::size_t kFamilies = 2;

/// What stands before each payload, byte for byte.
struct RecordHeader {
  std::uint32_t length = 0;   ///< bytes of the payload
  std::uint32_t crc = 0;      ///< CRC-32C of `length` and of all that follows `crc`
  std::uint16_t type = 0;     ///< RecordType; kept as a number, since a newer build may know more
  std::uint16_t version = 1;  ///< of the payload
  std::uint32_t pending = 0;  ///< records before this one that were not yet known to be durable
  std::uint64_t seq = 0;      ///< the place in the one order of the journal, from 1
  TimeNs ts = 0;              ///< when it was received or decided
};
static_assert(sizeof(RecordHeader) == 32 && offsetof(RecordHeader, seq) == 16);
inline constexpr std::size_t kHeaderSize = sizeof(RecordHeader);
/// `pending` where nothing is known to be durable.
inline constexpr std::uint32_t kAllPending = UINT32_MAX;

/// The checksum that belongs to a header and its payload.
[[nodiscard]] std::uint32_t checksum_of(const RecordHeader& header,
                                        std::span<const std::byte> payload) noexcept;

/// Writes the header of the record that begins at `start` with kHeaderSize bytes of anything and whose
/// payload is all that follows: fills in length and checksum.
void seal_record(Encoder& encoder, std::size_t start, RecordHeader header) noexcept;

/// Reads the header at the front of `bytes`, at least kHeaderSize of them.
[[nodiscard]] RecordHeader header_at(std::span<const std::byte> bytes) noexcept;

/// The file of a segment: `core-00000000000000000001.journal`.
[[nodiscard]] std::string segment_file_name(Family family, std::uint64_t first_seq);
/// The file of a snapshot: `snapshot-00000000000000000001.snapshot`.
[[nodiscard]] std::string snapshot_file_name(std::uint64_t seq);

/// What the name of a segment says.
struct SegmentName {
  Family family = Family::core;
  std::uint64_t first_seq = 0;
};
/// Nothing where the name is not that of a segment or a snapshot.
[[nodiscard]] std::optional<SegmentName> parse_segment_file_name(std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> parse_snapshot_file_name(std::string_view name);

/// The end of names of files that are being written; what carries it after a crash is worth nothing.
inline constexpr std::string_view kUnfinished = ".new";

[[nodiscard]] std::string path_in(std::string_view folder, std::string_view name);

}  // namespace kontor::journal
