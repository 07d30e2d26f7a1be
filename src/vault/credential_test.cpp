#include "vault/credential.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/vault_test_support.hpp"

namespace kontor::vault {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Credential, NamesAreReadBack) {
  for (const Venue venue : {Venue::binance, Venue::bybit, Venue::bitfinex, Venue::hyperliquid, Venue::alpaca})
    EXPECT_EQ(parse_venue(name_of(venue)), venue);
  for (const Slot slot : {Slot::active, Slot::next}) EXPECT_EQ(parse_slot(name_of(slot)), slot);
  for (const Network network : {Network::mainnet, Network::testnet, Network::emulator})
    EXPECT_EQ(parse_network(name_of(network)), network);
}

TEST(Credential, AnUnknownNameTellsWhatThereIs) {
  const auto venue = parse_venue("binanc");
  ASSERT_FALSE(venue);
  EXPECT_EQ(venue.error().kind, ErrorKind::usage);
  EXPECT_THAT(venue.error().message, HasSubstr("hyperliquid"));
  EXPECT_THAT(venue.error().message, HasSubstr("did you mean 'binance'?"));
}

TEST(Credential, AccountsAreOneSimpleWord) {
  for (const auto* good : {"a", "main", "Main-2_b.c", "0"}) EXPECT_TRUE(check_account(good)) << good;
  EXPECT_TRUE(check_account(std::string(64, 'a')));
  for (const auto* bad : {"", "-main", ".main", "two words", "a/b", "ä", "a\n"})
    EXPECT_FALSE(check_account(bad)) << bad;
  EXPECT_FALSE(check_account(std::string(65, 'a')));
}

TEST(Credential, SecretsArePrintableAndARefusalDoesNotTellThem) {
  EXPECT_TRUE(check_secret("a key", SecretText::copy_of("aB3+/=~!")));
  EXPECT_TRUE(check_secret("a key", SecretText::copy_of(std::string(kLongestSecret, 'x'))));
  for (const auto& bad : {std::string("zebra zebra"), std::string("zebra\t"), std::string("zebraä"),
                          std::string(), std::string("zebra\x7F"), std::string(kLongestSecret + 1, 'z')}) {
    const auto outcome = check_secret("a key", SecretText::copy_of(bad));
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("expected a key"));
    EXPECT_THAT(outcome.error().message, Not(HasSubstr("zebra")));
  }
}

TEST(Credential, KeyAndSecretAreNeededAndTheExtraValueIsNot) {
  EXPECT_TRUE(check_credential(test::credential("main")));
  Credential without = test::credential("main");
  without.secret.clear();
  EXPECT_THAT(check_credential(without).error().message, HasSubstr("a secret"));
  Credential odd = test::credential("main");
  odd.extra = SecretText::copy_of("a b");
  EXPECT_THAT(check_credential(odd).error().message, HasSubstr("an extra value"));
}

TEST(Credential, TheFingerprintIsTheBeginningOfTheKeysSha256) {
  // printf %s abc | sha256sum
  EXPECT_EQ(fingerprint_of(SecretText::copy_of("abc")), "ba7816bf");
}

TEST(Credential, FactsTellTheAgeAndWarnAfterNinetyDays) {
  const Credential credential = test::credential("main");
  EXPECT_EQ(facts_of(credential, test::kMade).age, 0);
  EXPECT_FALSE(facts_of(credential, test::kMade + 90 * kDay).is_old);
  EXPECT_TRUE(facts_of(credential, test::kMade + 90 * kDay + 1).is_old);
  const KeyFacts before = facts_of(credential, test::kMade - kDay);
  EXPECT_EQ(before.age, 0);
  EXPECT_FALSE(before.is_old);
}

}  // namespace
}  // namespace kontor::vault
