#include "journal/format.hpp"

#include <charconv>
#include <cstring>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "base/crc32c.hpp"

namespace kontor::journal {
namespace {

constexpr std::string_view kSegmentEnd = ".journal";
constexpr std::string_view kSnapshotStart = "snapshot-";
constexpr std::string_view kSnapshotEnd = ".snapshot";
constexpr std::size_t kSeqDigits = 20;

/// The sequence number in `<start><20 digits><end>`.
std::optional<std::uint64_t> seq_between(std::string_view name, std::string_view start,
                                         std::string_view end) {
  if (name.size() != start.size() + kSeqDigits + end.size()) return std::nullopt;
  if (!name.starts_with(start) || !name.ends_with(end)) return std::nullopt;
  const auto digits = name.substr(start.size(), kSeqDigits);
  std::uint64_t seq = 0;
  const auto [rest, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  if (problem != std::errc{} || rest != digits.data() + digits.size()) return std::nullopt;
  return seq;
}

std::string segment_start(Family family) {
  return fmt::format("{}-", boost::describe::enum_to_string(family, ""));
}

}  // namespace

std::uint32_t checksum_of(const RecordHeader& header, std::span<const std::byte> payload) noexcept {
  constexpr std::size_t kAfterChecksum = offsetof(RecordHeader, type);
  const auto bytes = std::as_bytes(std::span(&header, 1));
  const std::uint32_t fields = crc32c(bytes.subspan(kAfterChecksum));
  const std::uint32_t content = crc32c(payload, fields);
  return crc32c(bytes.first(sizeof header.length), content);
}

void seal_record(Encoder& encoder, std::size_t start, RecordHeader header) noexcept {
  const auto payload = std::span(encoder.buffer()).subspan(start + kHeaderSize);
  header.length = static_cast<std::uint32_t>(payload.size());
  header.crc = checksum_of(header, payload);
  encoder.overwrite(start, std::as_bytes(std::span(&header, 1)));
}

RecordHeader header_at(std::span<const std::byte> bytes) noexcept {
  RecordHeader header;
  ASSERT(bytes.size() >= sizeof header);
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

std::string segment_file_name(Family family, std::uint64_t first_seq) {
  return fmt::format("{}{:020}{}", segment_start(family), first_seq, kSegmentEnd);
}

std::string snapshot_file_name(std::uint64_t seq) {
  return fmt::format("{}{:020}{}", kSnapshotStart, seq, kSnapshotEnd);
}

std::optional<SegmentName> parse_segment_file_name(std::string_view name) {
  for (const Family family : {Family::core, Family::market}) {
    if (const auto seq = seq_between(name, segment_start(family), kSegmentEnd)) {
      return SegmentName{family, *seq};
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_snapshot_file_name(std::string_view name) {
  return seq_between(name, kSnapshotStart, kSnapshotEnd);
}

std::string path_in(std::string_view folder, std::string_view name) {
  return fmt::format("{}/{}", folder, name);
}

}  // namespace kontor::journal
