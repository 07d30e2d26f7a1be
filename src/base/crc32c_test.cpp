#include "base/crc32c.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor {
namespace {

std::vector<std::byte> bytes(std::string_view text) {
  std::vector<std::byte> data;
  for (const char c : text) data.push_back(static_cast<std::byte>(c));
  return data;
}

/// Bit by bit, from the polynomial.
std::uint32_t slow_crc32c(std::span<const std::byte> data) {
  std::uint32_t crc = ~0U;
  for (const std::byte byte : data) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

TEST(Crc32c, GivesTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32)), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0xFF})), 0x62A8AB43U);
  std::vector<std::byte> rising;
  for (int i = 0; i < 32; ++i) rising.push_back(static_cast<std::byte>(i));
  EXPECT_EQ(crc32c(rising), 0x46DD794EU);
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(Crc32c, AgreesWithTheBitwiseDefinitionAtEveryLengthAndCut) {
  Prng prng(5);
  for (std::size_t length = 0; length < 70; ++length) {
    std::vector<std::byte> data(length);
    for (auto& byte : data) byte = static_cast<std::byte>(prng.below(256));
    const std::uint32_t whole = slow_crc32c(data);
    ASSERT_EQ(crc32c(data), whole) << length;
    for (std::size_t cut = 0; cut <= length; ++cut) {
      const std::span<const std::byte> view(data);
      ASSERT_EQ(crc32c(view.subspan(cut), crc32c(view.first(cut))), whole) << length << " cut at " << cut;
    }
  }
}

TEST(Crc32c, NoticesEveryFlippedBit) {
  auto data = bytes("the quick brown fox jumps over the lazy dog");
  const std::uint32_t before = crc32c(data);
  for (auto& byte : data) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      byte ^= static_cast<std::byte>(1U << bit);
      ASSERT_NE(crc32c(data), before);
      byte ^= static_cast<std::byte>(1U << bit);
    }
  }
  EXPECT_EQ(crc32c(data), before);
}

}  // namespace
}  // namespace kontor
