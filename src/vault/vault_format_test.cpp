#include "vault/vault_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

using testing::HasSubstr;

constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kDerivationAt = 12;
constexpr std::size_t kOperationsAt = 16;
constexpr std::size_t kMemoryAt = 24;
constexpr std::size_t kCountAt = 48 + 72 + 8;
constexpr std::size_t kRecordAt = kCountAt + 4;

std::vector<std::byte> vault_of_one() {
  Vault vault = Vault::make(test::passphrase(), test::kQuick).value();
  EXPECT_TRUE(vault.keys().add(test::credential("main")));
  return vault.seal();
}

template <class Number>
std::string parse_problem(std::size_t at, Number value) {
  auto bytes = vault_of_one();
  std::memcpy(bytes.data() + at, &value, sizeof value);
  const auto image = parse(bytes);
  return image ? "none" : image.error().message;
}

TEST(VaultFormat, IsWhatItsDescriptionSays) {
  const auto bytes = vault_of_one();
  EXPECT_EQ(std::memcmp(bytes.data(), "KTRVAULT", 8), 0);
  EXPECT_EQ(bytes[kVersionAt], std::byte{1});
  EXPECT_EQ(bytes[kDerivationAt], std::byte{1});
  EXPECT_EQ(bytes[kCountAt], std::byte{1});
  EXPECT_EQ(bytes[kRecordAt], std::byte{1});
  EXPECT_EQ(std::memcmp(bytes.data() + kRecordAt + 3 + 8, "main", 4), 0);
  const auto image = parse(bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->generation, 1U);
  EXPECT_EQ(image->records[0].ciphertext.size(), 1U + 8 + 1 + 2 + 7 + 2 + 17 + 2 + kTagSize);
  EXPECT_EQ(bytes.size(),
            kRecordAt + 3 + 8 + 4 + 24 + 8 + image->records[0].ciphertext.size() + sizeof(Seal));
}

TEST(VaultFormat, HasOneFormOnly) {
  const auto bytes = vault_of_one();
  const auto unsealed = unsealed_bytes(parse(bytes).value());
  EXPECT_TRUE(std::ranges::equal(unsealed, without_seal(bytes)));
}

TEST(VaultFormat, ANewerVersionIsNamed) {
  EXPECT_THAT(parse_problem(kVersionAt, std::uint32_t{2}),
              HasSubstr("found version 2: it was made by a newer program"));
  EXPECT_THAT(parse_problem(kVersionAt, std::uint32_t{0}), HasSubstr("found version 0"));
  EXPECT_THAT(parse_problem(kRecordAt, std::uint8_t{2}), HasSubstr("record 1: expected version 1, found 2"));
}

TEST(VaultFormat, OtherFilesAreNoVaults) {
  EXPECT_THAT(parse_problem(0, std::uint8_t{'X'}), HasSubstr("expected a vault, found something else"));
  EXPECT_FALSE(parse(std::vector<std::byte>(1000)));
  EXPECT_FALSE(parse(std::vector<std::byte>(3)));
}

TEST(VaultFormat, WhatTheDerivationMayCostIsBounded) {
  EXPECT_THAT(parse_problem(kDerivationAt, std::uint32_t{2}),
              HasSubstr("expected key derivation 1 (Argon2id), found 2"));
  EXPECT_THAT(parse_problem(kOperationsAt, std::uint64_t{0}), HasSubstr("passes"));
  EXPECT_THAT(parse_problem(kOperationsAt, std::uint64_t{17}), HasSubstr("passes"));
  EXPECT_EQ(parse_problem(kOperationsAt, std::uint64_t{16}), "none");
  EXPECT_THAT(parse_problem(kMemoryAt, std::uint64_t{8191}), HasSubstr("bytes of memory"));
  EXPECT_THAT(parse_problem(kMemoryAt, (std::uint64_t{1} << 30U) + 1), HasSubstr("bytes of memory"));
  EXPECT_EQ(parse_problem(kMemoryAt, std::uint64_t{1} << 30U), "none");
}

TEST(VaultFormat, CountsAndLengthsAreBounded) {
  EXPECT_THAT(parse_problem(kCountAt, std::uint32_t{257}), HasSubstr("at most 256 records, found 257"));
  EXPECT_THAT(parse_problem(kCountAt, std::uint32_t{2}), HasSubstr("record 2"));
  EXPECT_THAT(parse_problem(kCountAt, std::uint32_t{0}), HasSubstr("more bytes"));
  EXPECT_THAT(parse_problem(kRecordAt + 1, std::uint8_t{99}), HasSubstr("record 1"));
  EXPECT_THAT(parse_problem(kRecordAt + 3, ~std::uint64_t{0}), HasSubstr("record 1"));
  EXPECT_THAT(parse_problem(kRecordAt + 3 + 8, std::uint8_t{'/'}), HasSubstr("the name of an account"));
  EXPECT_THAT(parse_problem(kRecordAt + 3 + 8 + 4 + 24, std::uint64_t{3}),
              HasSubstr("the active key of binance/main"));
  EXPECT_FALSE(parse(std::vector<std::byte>(kLargestVault + 1)));
}

TEST(VaultFormat, WhateverTheBytesParsingEndsInAResult) {
  const auto whole = vault_of_one();
  Prng random(7);
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = whole;
    for (std::uint64_t i = 0; i <= random.below(4); ++i)
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
    bytes.resize(random.below(4) == 0 ? random.below(bytes.size() + 1) : bytes.size());
    const auto image = parse(bytes);
    if (!image) {
      ASSERT_EQ(image.error().kind, ErrorKind::bad_data);
      continue;
    }
    ++taken;
    ASSERT_TRUE(std::ranges::equal(unsealed_bytes(*image), without_seal(bytes)));
  }
  EXPECT_GT(taken, 1'000U);  // that it got behind the header at all
}

}  // namespace
}  // namespace kontor::vault
