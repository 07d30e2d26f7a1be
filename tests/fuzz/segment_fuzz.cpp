#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "data/segment.hpp"

/// Opens arbitrary bytes as a segment and decodes all of it: an error or values, never a crash. The checksums
/// are put right first, since behind them is where the fuzzer has to look; every fourth input keeps its own.
namespace {

using Bytes = std::span<const std::byte>;

template <class T>
T get(Bytes bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

void put_checksum(std::vector<std::byte>& bytes, std::size_t offset, Bytes of) {
  const std::uint32_t crc = kontor::crc32c(of);
  if (offset + sizeof crc <= bytes.size()) std::memcpy(bytes.data() + offset, &crc, sizeof crc);
}

/// Offsets as in docs/catalogue-format.md.
void correct_checksums(std::vector<std::byte>& bytes) {
  const auto header_size = get<std::uint32_t>(bytes, 12);
  const auto columns = get<std::uint8_t>(bytes, 68);
  for (std::size_t entry = 80; entry < 80 + 32 * std::size_t{columns}; entry += 32) {
    const auto offset = get<std::uint64_t>(bytes, entry + 16);
    const auto size = (get<std::uint64_t>(bytes, entry + 24) + 63) & ~std::uint64_t{63};
    if (offset > bytes.size() || size > bytes.size() - offset) continue;
    put_checksum(bytes, entry + 4, Bytes(bytes).subspan(offset, size));
  }
  if (header_size < 4 || header_size > bytes.size()) return;
  put_checksum(bytes, header_size - 4, Bytes(bytes).first(header_size - 4));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* const first = reinterpret_cast<const std::byte*>(data);
  std::vector<std::byte> bytes(first, first + size);
  if (size % 4 != 3) correct_checksums(bytes);
  const int file = ::memfd_create("segment", MFD_CLOEXEC);
  ASSERT(file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const auto path = fmt::format("/proc/self/fd/{}", file);
  if (const auto header = kontor::data::read_segment_header(path)) ASSERT(header->rows > 0);
  if (const auto segment = kontor::data::Segment::open(path)) static_cast<void>((*segment)->verify_values());
  ::close(file);
  return 0;
}
