#include "base/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace kontor {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78U;  // reflected form of 0x1EDC6F41

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? kPolynomial : 0U);
    table[byte] = value;
  }
  return table;
}

constexpr auto kTable = make_table();

std::uint32_t by_table(std::span<const std::byte> data, std::uint32_t crc) noexcept {
  for (const std::byte byte : data) {
    crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<std::uint32_t>(byte)) & 0xFFU];
  }
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::span<const std::byte> data,
                                                               std::uint32_t crc) noexcept {
  std::uint64_t wide = crc;
  while (data.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, data.data(), sizeof word);
    wide = _mm_crc32_u64(wide, word);
    data = data.subspan(sizeof word);
  }
  auto narrow = static_cast<std::uint32_t>(wide);
  if (data.size() >= sizeof(std::uint32_t)) {
    std::uint32_t word = 0;
    std::memcpy(&word, data.data(), sizeof word);
    narrow = _mm_crc32_u32(narrow, word);
    data = data.subspan(sizeof word);
  }
  for (const std::byte byte : data) narrow = _mm_crc32_u8(narrow, std::to_integer<unsigned char>(byte));
  return narrow;
}
#endif

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> data, std::uint32_t previous) noexcept {
  const std::uint32_t crc = ~previous;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") != 0) return ~by_instruction(data, crc);
#endif
  return ~by_table(data, crc);
}

}  // namespace kontor
