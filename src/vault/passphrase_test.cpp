#include "vault/passphrase.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::vault {
namespace {

using testing::HasSubstr;

Result<void> checked(std::string_view text) { return check_new_passphrase(SecretText::copy_of(text)); }

TEST(Passphrase, OrdinaryOnesAreTaken) {
  for (const auto* text :
       {"correct horse battery", "Tr0ub4dor&3xyz", "äöü ist ein Satz", "abcdefghijkm", "banana banjos"})
    EXPECT_TRUE(checked(text)) << text;
}

TEST(Passphrase, TwelveCharactersAreEnoughAndElevenAreNot) {
  EXPECT_TRUE(checked("k7#pq2!zr9xw"));
  const auto short_one = checked("k7#pq2!zr9x");
  ASSERT_FALSE(short_one);
  EXPECT_EQ(short_one.error().kind, ErrorKind::usage);
  EXPECT_THAT(short_one.error().message, HasSubstr("at least 12 characters, found 11"));
  EXPECT_FALSE(checked(""));
}

TEST(Passphrase, CharactersAreCountedNotBytes) {
  EXPECT_FALSE(checked("äöüßéèàâîç"));  // 10 characters, 20 bytes
  EXPECT_TRUE(checked("äöüßéèàâîçñõ"));
}

TEST(Passphrase, TriviallyRepeatedOnesAreRefused) {
  for (const auto* text :
       {"aaaaaaaaaaaa", "abababababab", "passwordpassword", "passwordpass", "1234512345123451",
        "aabbccddaabbccdd", "123456789012", "abcdefghijkl", "lkjihgfedcba", "aaaabbbbccccdddd"})
    EXPECT_FALSE(checked(text)) << text;
}

TEST(Passphrase, WhatNobodyCanTypeIsRefused) {
  EXPECT_THAT(checked("correct horse battery\r").error().message, HasSubstr("Windows line ends"));
  EXPECT_FALSE(checked(std::string(2000, 'x') + "correct horse"));
}

TEST(Passphrase, ARefusalDoesNotTellIt) {
  for (const auto* text : {"zebrazebrazebra", "zebra\x01zebra horse", "zebra"})
    EXPECT_THAT(checked(text).error().message, testing::Not(HasSubstr("zebra")));
}

}  // namespace
}  // namespace kontor::vault
