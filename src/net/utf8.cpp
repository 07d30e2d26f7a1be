#include "net/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace kontor::net {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

/// What may follow a first byte: how many bytes, and between which bounds the first of them lies.
struct Utf8Lead {
  unsigned followers = 0;  ///< 0: no character begins like this
  unsigned lowest = 0x80;
  unsigned highest = 0xBF;
};

constexpr Utf8Lead lead_of(unsigned byte) noexcept {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte == 0xE0) return {2, 0xA0};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2};
  if (byte == 0xF0) return {3, 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {3};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

std::size_t ascii_prefix(std::string_view bytes) noexcept {
  std::size_t i = 0;
  for (; i + sizeof(kHighBits) <= bytes.size(); i += sizeof(kHighBits)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
  return i;
}

/// Of the character that the bytes begin with, which is none of ASCII; 0: it is none at all.
std::size_t character_length(std::string_view bytes) noexcept {
  const Utf8Lead lead = lead_of(static_cast<unsigned char>(bytes[0]));
  if (lead.followers == 0 || bytes.size() <= lead.followers) return 0;
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (second < lead.lowest || second > lead.highest) return 0;
  for (std::size_t i = 2; i <= lead.followers; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80U) return 0;
  }
  return lead.followers + 1;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
  for (;;) {
    bytes.remove_prefix(ascii_prefix(bytes));
    if (bytes.empty()) return true;
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
}

}  // namespace kontor::net
