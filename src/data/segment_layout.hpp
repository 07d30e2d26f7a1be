#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// The fixed part of a segment's head, byte for byte. Shared by reader and writer, by nobody else.
namespace kontor::data::layout {

static_assert(std::endian::native == std::endian::little, "segments are mapped and expect little-endian");

/// As in PNG: a byte above 127, line ends of two systems and an end-of-file mark show what a careless
/// transfer did.
inline constexpr std::array<unsigned char, 8> kMagic{0x89, 'K', 'S', 'E', 'G', '\r', '\n', 0x1A};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kMaxHeaderSize = std::uint32_t{64} << 20U;

struct Head {
  std::array<unsigned char, 8> magic;
  std::uint32_t version;
  std::uint32_t header_size;
  std::uint64_t file_size;
  std::uint64_t rows;
  std::int64_t first;
  std::int64_t last;
  std::int64_t period_start;
  std::int64_t timeframe;
  std::uint8_t kind;
  std::uint8_t price_scale;
  std::uint8_t quantity_scale;
  std::uint8_t rate_scale;
  std::uint8_t columns;
  std::array<std::uint8_t, 3> zero;
  std::uint32_t blocks;
  std::uint16_t venue_size;
  std::uint16_t symbol_size;
};
static_assert(sizeof(Head) == 80 && offsetof(Head, venue_size) == 76);

struct Column {
  std::uint32_t encoding;
  std::uint32_t stored_crc;
  std::uint32_t values_crc;
  std::uint32_t zero;
  std::uint64_t offset;
  std::uint64_t stored_size;
};
static_assert(sizeof(Column) == 32);

struct Block {
  std::uint32_t rows;
  std::uint32_t zero;
  std::int64_t first;
  std::int64_t last;
};
static_assert(sizeof(Block) == 24);

constexpr std::uint64_t align(std::uint64_t size) noexcept { return (size + 63U) & ~std::uint64_t{63}; }

/// Size of a head with these parts, its checksum included.
constexpr std::uint64_t header_size(std::uint64_t columns, std::uint64_t blocks,
                                    std::uint64_t names) noexcept {
  return align(sizeof(Head) + columns * sizeof(Column) + blocks * sizeof(Block) + names +
               sizeof(std::uint32_t));
}

}  // namespace kontor::data::layout
