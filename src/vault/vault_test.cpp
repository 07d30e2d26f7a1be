#include "vault/vault.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

using test::credential;
using test::kQuick;
using test::passphrase;
using testing::HasSubstr;

using Content = std::vector<std::byte>;

Vault small_vault() {
  Vault vault = Vault::make(passphrase(), kQuick).value();
  Credential full = credential("main");
  full.extra = SecretText::copy_of("EXTRA-value");
  full.network = Network::testnet;
  full.permissions =
      KeyPermissions{.can_read = true, .can_trade = true, .has_address_list = true, .probed_at = 99};
  EXPECT_TRUE(vault.keys().add(std::move(full)));
  EXPECT_TRUE(vault.keys().begin_rotation(credential("main", "KEY-two")));
  EXPECT_TRUE(vault.keys().add(credential("other", "KEY-three", Venue::bybit)));
  return vault;
}

Result<Vault> opened(const Content& bytes) { return Vault::open(bytes, passphrase()); }

std::string problem_of(const Content& bytes) {
  const auto vault = opened(bytes);
  return vault ? "none" : vault.error().message;
}

/// The bytes of an image whose seal was left as it is.
Content written(const VaultImage& image) {
  Content bytes = unsealed_bytes(image);
  const auto seal = std::as_bytes(std::span(image.seal));
  bytes.insert(bytes.end(), seal.begin(), seal.end());
  return bytes;
}

bool holds(const Content& bytes, std::string_view text) {
  const auto wanted = std::as_bytes(std::span(text));
  return !std::ranges::search(bytes, wanted).empty();
}

TEST(Vault, GivesBackWhatWasPutIn) {
  const auto vault = opened(small_vault().seal());
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ(vault->generation(), 1U);
  ASSERT_EQ(vault->keys().credentials().size(), 3U);
  const Credential* first = vault->keys().find({Venue::binance, "main"});
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(first->key.reveal() == "KEY-one");
  EXPECT_TRUE(first->secret.reveal() == "SECRET-of-KEY-one");
  EXPECT_TRUE(first->extra.reveal() == "EXTRA-value");
  EXPECT_EQ(first->network, Network::testnet);
  EXPECT_EQ(first->created_at, test::kMade);
  EXPECT_EQ(first->permissions,
            (KeyPermissions{.can_read = true, .can_trade = true, .has_address_list = true, .probed_at = 99}));
  EXPECT_TRUE(vault->keys().find({Venue::binance, "main"}, Slot::next)->key.reveal() == "KEY-two");
  EXPECT_FALSE(vault->keys().find({Venue::bybit, "other"})->permissions);
}

TEST(Vault, AnEmptyOneAndAFullOneCanBeWritten) {
  Vault vault = Vault::make(passphrase(), kQuick).value();
  EXPECT_TRUE(opened(vault.seal())->keys().credentials().empty());
  for (std::size_t i = 0; i < KeyRing::kMostCredentials; ++i) {
    Credential longest = credential(std::string(kLongestAccount - 3, 'a') + std::to_string(100 + i % 900),
                                    std::string(kLongestSecret, 'k'), i < 128 ? Venue::bybit : Venue::alpaca);
    longest.secret = SecretText::copy_of(std::string(kLongestSecret, 's'));
    longest.extra = SecretText::copy_of(std::string(kLongestSecret, 'x'));
    ASSERT_TRUE(vault.keys().add(std::move(longest)));
  }
  const auto bytes = vault.seal();
  EXPECT_LE(bytes.size(), kLargestVault);
  EXPECT_EQ(opened(bytes)->keys().credentials().size(), KeyRing::kMostCredentials);
}

TEST(Vault, NothingSecretIsReadableInItsBytes) {
  const auto bytes = small_vault().seal();
  for (const auto* text : {"KEY-one", "KEY-two", "SECRET", "EXTRA", "correct horse"})
    EXPECT_FALSE(holds(bytes, text));
  EXPECT_TRUE(holds(bytes, "main"));  // that the search finds what is there
}

TEST(Vault, NeverWritesTheSameBytesTwice) {
  const Vault vault = small_vault();
  EXPECT_NE(vault.seal(), vault.seal());
}

TEST(Vault, AWrongPassphraseIsRefused) {
  const auto bytes = small_vault().seal();
  for (const auto* wrong : {"correct horse batterx", "correct horse battery ", "", "Correct horse battery"}) {
    const auto vault = Vault::open(bytes, SecretText::copy_of(wrong));
    ASSERT_FALSE(vault);
    EXPECT_EQ(vault.error().kind, ErrorKind::bad_data);
    EXPECT_EQ(vault.error().message, "wrong passphrase, or the vault was changed");
  }
}

TEST(Vault, EverySingleFlippedByteIsRefused) {
  const auto bytes = small_vault().seal();
  ASSERT_TRUE(opened(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned pattern : {0x01U, 0x80U}) {
      Content changed = bytes;
      changed[at] ^= static_cast<std::byte>(pattern);
      const auto vault = opened(changed);
      ASSERT_FALSE(vault) << "byte " << at;
      EXPECT_NE(vault.error().kind, ErrorKind::usage) << "byte " << at;
    }
  }
}

TEST(Vault, EveryCutIsRefused) {
  const auto bytes = small_vault().seal();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto vault = opened(Content(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(vault) << size << " bytes";
    EXPECT_EQ(vault.error().kind, ErrorKind::bad_data);
  }
  EXPECT_THAT(problem_of({}), HasSubstr("empty file"));
}

TEST(Vault, BytesBehindTheEndAreRefused) {
  auto bytes = small_vault().seal();
  bytes.push_back(std::byte{0});
  EXPECT_THAT(problem_of(bytes), HasSubstr("found 1 more bytes"));
}

TEST(Vault, SwappedRecordsAreRefusedByName) {
  VaultImage image = parse(small_vault().seal()).value();
  std::swap(image.records[0], image.records[1]);
  EXPECT_THAT(problem_of(written(image)),
              HasSubstr("the next key of binance/main, the active key of binance/main"));
}

TEST(Vault, AContentUnderAnotherNameIsRefused) {
  VaultImage image = parse(small_vault().seal()).value();
  std::swap(image.records[0].ciphertext, image.records[1].ciphertext);
  std::swap(image.records[0].nonce, image.records[1].nonce);
  EXPECT_THAT(problem_of(written(image)),
              HasSubstr("the active key of binance/main, the next key of binance/main"));
  image = parse(small_vault().seal()).value();
  image.records[2].name.account = "third";
  EXPECT_THAT(problem_of(written(image)), HasSubstr("the active key of bybit/third"));
}

TEST(Vault, RemovedAndRepeatedRecordsAreNoticed) {
  VaultImage image = parse(small_vault().seal()).value();
  image.records.pop_back();
  EXPECT_THAT(problem_of(written(image)), HasSubstr("one was removed or added"));
  image = parse(small_vault().seal()).value();
  image.records.erase(image.records.begin());
  EXPECT_THAT(problem_of(written(image)), HasSubstr("no record belongs to it"));
  image = parse(small_vault().seal()).value();
  image.records.push_back(image.records[2]);
  EXPECT_THAT(problem_of(written(image)), HasSubstr("the active key of bybit/other"));
}

TEST(Vault, ARecordOfAnEarlierGenerationIsRefused) {
  Vault vault = small_vault();
  const auto first = vault.seal();
  ASSERT_TRUE(vault.reload(first));
  VaultImage image = parse(vault.seal()).value();
  ASSERT_EQ(image.generation, 2U);
  image.records[2] = parse(first).value().records[2];
  EXPECT_THAT(problem_of(written(image)), HasSubstr("the active key of bybit/other"));
}

TEST(Vault, ASealOfAnotherGenerationIsRefused) {
  const Vault vault = small_vault();
  VaultImage image = parse(vault.seal()).value();
  image.seal = parse(vault.seal()).value().seal;
  EXPECT_THAT(problem_of(written(image)), HasSubstr("the seal is another vault's"));
}

TEST(Vault, WhatIsWrittenIsTheNextGeneration) {
  Vault vault = small_vault();
  for (std::uint64_t generation = 1; generation < 4; ++generation) {
    ASSERT_TRUE(vault.reload(vault.seal()));
    EXPECT_EQ(vault.generation(), generation);
  }
}

TEST(Vault, AChangedPassphraseOpensItAndTheOldOneDoesNot) {
  Vault vault = small_vault();
  const auto before = vault.seal();
  const SecretText fresh = SecretText::copy_of("another long passphrase");
  ASSERT_TRUE(vault.change_passphrase(fresh));
  const auto after = vault.seal();
  EXPECT_FALSE(opened(after));
  const auto vault_again = Vault::open(after, fresh);
  ASSERT_TRUE(vault_again);
  EXPECT_EQ(vault_again->keys().credentials().size(), 3U);
  EXPECT_NE(parse(before)->preamble.salt, parse(after)->preamble.salt);
  const auto reloaded = vault.reload(before);
  ASSERT_FALSE(reloaded);
  EXPECT_EQ(reloaded.error().kind, ErrorKind::usage);
  EXPECT_THAT(reloaded.error().message, HasSubstr("changed meanwhile"));
}

TEST(Vault, AReloadThatFailsLeavesItAsItWas) {
  Vault vault = small_vault();
  auto bytes = vault.seal();
  bytes.back() ^= std::byte{1};
  EXPECT_FALSE(vault.reload(bytes));
  EXPECT_EQ(vault.keys().credentials().size(), 3U);
  EXPECT_EQ(vault.generation(), 0U);
}

TEST(Vault, NewOnesAreHardToGuess) {
  EXPECT_GE(KeyHardness{}.operations, 3U);
  EXPECT_GE(KeyHardness{}.memory_bytes, std::uint64_t{256} << 20U);
  const auto vault = Vault::make(passphrase());
  ASSERT_TRUE(vault);
  EXPECT_EQ(parse(vault->seal())->preamble.memory_bytes, KeyHardness{}.memory_bytes);
}

}  // namespace
}  // namespace kontor::vault
