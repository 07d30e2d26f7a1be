#include "journal/snapshot.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "journal/segment_reader.hpp"

namespace kontor::journal {
namespace {

/// A state above it is never believed.
constexpr std::uint64_t kMaxState = std::uint64_t{1} << 30U;

/// The payload of the second record. The state follows it.
struct SnapshotHead {
  std::uint64_t state_size = 0;
  StateHash state_hash{};
  BOOST_DESCRIBE_CLASS(SnapshotHead, (), (state_size, state_hash), (), ())
};

std::unexpected<Error> not_whole(const std::string& path, std::string_view found) {
  return fail(ErrorKind::bad_data, fmt::format("{}: expected a whole snapshot, found {}", path, found));
}

Result<std::vector<std::byte>> read_state(FileSystem& files, const std::string& path, std::uint64_t offset,
                                          const SnapshotHead& head) {
  TRY(const auto file, files.open(path, Access::read));
  TRY(const std::uint64_t size, file->size());
  if (head.state_size > kMaxState || size - offset != head.state_size) {
    return not_whole(path, fmt::format("{} bytes of a state of {}", size - offset, head.state_size));
  }
  std::vector<std::byte> state(head.state_size);
  TRY(const std::size_t got, file->read(offset, state));
  if (got != state.size() || hash_of(state) != head.state_hash)
    return not_whole(path, "a state with another hash");
  return state;
}

}  // namespace

StateHash hash_of(std::span<const std::byte> state) noexcept {
  Sha256 sha;
  sha.update(state);
  StateHash hash{};
  std::ranges::transform(sha.finish(), hash.begin(),
                         [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return hash;
}

Result<StateHash> write_snapshot(FileSystem& files, const std::string& folder, const Identity& identity,
                                 std::uint64_t seq, TimeNs ts, std::span<const std::byte> state,
                                 Durability durability) {
  if (state.size() > kMaxState) {
    return fail(ErrorKind::bad_data,
                fmt::format("expected a state of at most {} bytes, found {}", kMaxState, state.size()));
  }
  Encoder encoder;
  write_manifest(encoder, Manifest{kFormatVersion, {Family::core, seq, 0, 0}, identity}, ts);
  const std::size_t start = encoder.size();
  RecordHeader header;
  header.type = static_cast<std::uint16_t>(RecordType::snapshot);
  header.seq = seq;
  header.ts = ts;
  const SnapshotHead head{state.size(), hash_of(state)};
  encoder.bytes(&header, sizeof header);
  encode_into(encoder, head);
  seal_record(encoder, start, header);
  const std::array<std::span<const std::byte>, 2> pieces{encoder.buffer(), state};
  TRY(const auto file, publish_file(files, folder, snapshot_file_name(seq), pieces, durability));
  return head.state_hash;
}

Result<Snapshot> read_snapshot(FileSystem& files, const std::string& path) {
  TRY(SegmentReader reader, SegmentReader::open(files, path));
  TRY(const auto step, reader.next());
  if (step != SegmentReader::Step::record) return not_whole(path, "only its manifest");
  const Record& record = reader.record();
  const auto head = decode<SnapshotHead>(record.payload);
  if (record.type != RecordType::snapshot || !head) return not_whole(path, "other content");
  Snapshot snapshot{record.seq, record.ts, head->state_hash, reader.manifest(), {}};
  TRY(snapshot.state, read_state(files, path, reader.position(), *head));
  return snapshot;
}

Result<FoundSnapshot> newest_snapshot(FileSystem& files, const std::string& folder, std::uint64_t last_seq) {
  FoundSnapshot found;
  TRY(const auto names, files.list(folder));
  for (const std::string& name : names | std::views::reverse) {
    const auto seq = parse_snapshot_file_name(name);
    if (!seq || *seq > last_seq) continue;
    auto snapshot = read_snapshot(files, path_in(folder, name));
    if (snapshot && snapshot->seq == *seq) {
      found.snapshot = std::move(*snapshot);
      break;
    }
    if (!snapshot && snapshot.error().kind != ErrorKind::bad_data) return std::unexpected(snapshot.error());
    found.problems.push_back(snapshot
                                 ? fmt::format("{}: expected seq {}, found {}", name, *seq, snapshot->seq)
                                 : snapshot.error().message);
  }
  return found;
}

}  // namespace kontor::journal
