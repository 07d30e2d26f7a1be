#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "journal/format.hpp"
#include "journal/recover.hpp"
#include "journal/simulated_file_system.hpp"
#include "journal/snapshot.hpp"
#include "journal/verify.hpp"

/// Arbitrary bytes as the segments and the snapshot of a journal: records and a tail, or an error, never a
/// crash, and never a record out of order. What recovers goes on as a journal that reads without complaint. A
/// manifest that is whole stands before the bytes, and checksums are put right, since behind them is where
/// the fuzzer has to look; every fourth input is taken as it is.
namespace {

using namespace kontor;
using namespace kontor::journal;

const std::string kFolder = "fuzz";

std::vector<std::byte> manifest_of(Family family) {
  Encoder encoder;
  write_manifest(encoder, Manifest{kFormatVersion, {family, 1, 0, 0}, Identity{}}, 0);
  return encoder.take();
}

/// Walks over what lie as records in `bytes` and gives each the checksum that it needs.
void correct_checksums(std::span<std::byte> bytes) {
  while (bytes.size() >= kHeaderSize) {
    RecordHeader header = header_at(bytes);
    if (header.length > bytes.size() - kHeaderSize) return;
    header.crc = checksum_of(header, bytes.subspan(kHeaderSize, header.length));
    std::memcpy(bytes.data(), &header, sizeof header);
    bytes = bytes.subspan(kHeaderSize + header.length);
  }
}

void put(SimulatedFileSystem& files, const std::string& name, std::span<const std::byte> bytes, bool as_is,
         Family family) {
  std::vector<std::byte> content(bytes.begin(), bytes.end());
  if (!as_is) {
    correct_checksums(content);
    auto whole = manifest_of(family);
    whole.insert(whole.end(), content.begin(), content.end());
    content = std::move(whole);
  }
  files.set_content(path_in(kFolder, name), std::move(content));
}

void read_all(SimulatedFileSystem& files) {
  auto reader = Reader::open(files, kFolder, {.unproven = Unproven::cut, .unknown_types = true});
  std::uint64_t last = 0;
  while (reader) {
    const auto record = reader->next();
    if (!record || *record == nullptr) break;
    ASSERT((*record)->seq > last);
    last = (*record)->seq;
  }
}

void go_on(SimulatedFileSystem& files) {
  const auto recovery = recover(files, kFolder, Unproven::cut);
  if (!recovery) return;
  auto writer = Writer::open(files, kFolder, Identity{}, {}, recovery->start, 0);
  ASSERT(writer && writer->sync(0));
  auto reader = Reader::open(files, kFolder, {.from_seq = recovery->start.next_seq});
  ASSERT(reader);
  for (int records = 0; records < 2; ++records) {
    const auto record = reader->next();
    ASSERT(record && *record != nullptr);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool as_is = size % 4 == 3;
  const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
  const auto middle = std::min<std::size_t>(bytes.size(), std::size_t{data[0]} * 8);
  SimulatedFileSystem files;
  put(files, segment_file_name(Family::core, 1), bytes.first(middle), as_is, Family::core);
  put(files, segment_file_name(Family::market, 1), bytes.subspan(middle), as_is, Family::market);
  put(files, snapshot_file_name(1), bytes, as_is, Family::core);
  read_all(files);
  static_cast<void>(verify(files, kFolder));
  static_cast<void>(newest_snapshot(files, kFolder));
  go_on(files);
  return 0;
}
