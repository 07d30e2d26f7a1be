#include "journal/segment_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::journal {
namespace {

/// How many times over look_behind() may checksum what it searches.
constexpr std::uint64_t kSearchWork = 64;

std::uint64_t durable_before(const RecordHeader& header) noexcept {
  if (header.pending == kAllPending || header.pending >= header.seq) return 0;
  return header.seq - 1 - header.pending;
}

}  // namespace

Result<SegmentReader> SegmentReader::open(FileSystem& files, const std::string& path, std::uint64_t limit) {
  TRY(auto file, files.open(path, Access::read));
  TRY(const std::uint64_t size, file->size());
  SegmentReader reader(std::move(file), path, std::min(size, limit));
  TRY_VOID(reader.take_manifest());
  return reader;
}

Result<void> SegmentReader::take_manifest() {
  TRY(const Step step, next());
  if (step != Step::record || record_.type != RecordType::manifest) {
    return fail(ErrorKind::bad_data, fmt::format("{}: offset 0: expected the manifest of a journal, found {}",
                                                 path_, step == Step::broken ? problem_ : "none"));
  }
  auto manifest = read_manifest(record_.payload);
  if (!manifest) return fail(ErrorKind::bad_data, fmt::format("{}: {}", path_, manifest.error().message));
  manifest_ = std::move(*manifest);
  if (manifest_.place.first_seq == 0 || record_.seq != manifest_.place.first_seq) {
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected a manifest with the first seq, found {} and {}", path_,
                            manifest_.place.first_seq, record_.seq));
  }
  last_seq_ = manifest_.place.first_seq - 1;
  return {};
}

/// A view of the bytes; fewer than asked for only at the end.
Result<std::span<const std::byte>> SegmentReader::bytes_at(std::uint64_t offset, std::size_t count) {
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset));
  if (offset < window_start_ || offset + wanted > window_start_ + window_size_) {
    const std::size_t room =
        static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, kWindow), size_ - offset));
    if (window_.size() < room) window_.resize(room);
    TRY(window_size_, file_->read(offset, std::span(window_).first(room)));
    window_start_ = offset;
  }
  const auto begin = static_cast<std::size_t>(offset - window_start_);
  return std::span<const std::byte>(window_).subspan(begin, std::min(wanted, window_size_ - begin));
}

SegmentReader::Step SegmentReader::broken(std::string problem) {
  problem_ = std::move(problem);
  return Step::broken;
}

Result<SegmentReader::Step> SegmentReader::next() {
  if (position_ == size_) return Step::end;
  TRY(auto bytes, bytes_at(position_, kHeaderSize));
  if (bytes.size() < kHeaderSize) {
    return broken(fmt::format("a record's first {} bytes of {}", bytes.size(), kHeaderSize));
  }
  const RecordHeader header = header_at(bytes);
  if (header.length > kMaxPayload) return broken(fmt::format("a record of {} bytes", header.length));
  const std::size_t whole = kHeaderSize + header.length;
  TRY(bytes, bytes_at(position_, whole));
  if (bytes.size() < whole) {
    return broken(fmt::format("a record's first {} bytes of {}", bytes.size(), whole));
  }
  const auto payload = bytes.subspan(kHeaderSize);
  if (checksum_of(header, payload) != header.crc) return broken("a record with a wrong checksum");
  if (position_ != 0 && header.seq <= last_seq_) {
    return broken(fmt::format("a record with seq {} after seq {}", header.seq, last_seq_));
  }
  record_ = {static_cast<RecordType>(header.type),
             header.version,
             manifest_.place.family,
             header.seq,
             header.ts,
             durable_before(header),
             position_,
             payload};
  last_seq_ = header.seq;
  position_ += whole;
  return Step::record;
}

/// Whether one begins here. `work` counts down the bytes that may still be checksummed.
Result<bool> SegmentReader::whole_record_at(std::uint64_t offset, RecordHeader& header, std::uint64_t& work) {
  TRY(auto bytes, bytes_at(offset, kHeaderSize));
  if (bytes.size() < kHeaderSize) return false;
  header = header_at(bytes);
  const std::uint64_t whole = kHeaderSize + std::uint64_t{header.length};
  if (header.length > kMaxPayload || whole > size_ - offset || header.seq <= last_seq_) return false;
  if (whole > work) {
    return fail(
        ErrorKind::bad_data,
        fmt::format("{}: offset {}: expected a record, found {}, and cannot tell in reasonable time whether "
                    "records follow",
                    path_, position_, problem_));
  }
  work -= whole;
  TRY(bytes, bytes_at(offset, static_cast<std::size_t>(whole)));
  return bytes.size() == whole && checksum_of(header, bytes.subspan(kHeaderSize)) == header.crc;
}

Result<SegmentReader::Behind> SegmentReader::look_behind() {
  Behind behind;
  RecordHeader header;
  std::uint64_t work = kSearchWork * std::max<std::uint64_t>(size_ - position_, kWindow);
  std::uint64_t offset = position_ + 1;
  while (offset < size_) {
    TRY(const bool whole, whole_record_at(offset, header, work));
    if (!whole) {
      ++offset;
      continue;
    }
    if (behind.records++ == 0) behind.offset = offset;
    behind.durable_through = std::max(behind.durable_through, durable_before(header));
    offset += kHeaderSize + header.length;
  }
  return behind;
}

}  // namespace kontor::journal
