#include "venue/bybit/parse_number.hpp"

#include <gtest/gtest.h>

namespace kontor::bybit {
namespace {

TEST(BybitNumbers, AreReadAsTheyAreWritten) {
  for (const std::string_view text :
       {"0", "1", "-1", "0.00", "16578.50", "-0.000212", "999999999999999999", "-999999999999999999",
        "0.12345678901234567", "123456789012345678.5", "9223372036854775807", "-9223372036854775808",
        "0.000000000000000001"}) {
    Decimal number;
    ASSERT_TRUE(read_decimal(text, number)) << text;
    EXPECT_EQ(number.format(), text);
  }
}

TEST(BybitNumbers, UnusualFormsAreReadLikeDecimalReadsThem) {
  for (const std::string_view text : {".5", "7.", "+7", "1e-7", "2.5E+3", "-.5", "00012.50",
                                      "0000000000000000000000001", "1.0000000000000000000000"}) {
    Decimal number;
    const auto expected = Decimal::parse(text);
    ASSERT_TRUE(expected) << text;
    ASSERT_TRUE(read_decimal(text, number)) << text;
    EXPECT_EQ(number, *expected) << text;
  }
}

TEST(BybitNumbers, WhatIsNoneIsRefused) {
  for (const std::string_view text : {"", "-", ".", "-.", "1.2.3", "1,2", "0x10", " 1", "1 ", "NaN", "--1",
                                      "1-", "9223372036854775808", "99999999999999999999", "1e30"}) {
    Decimal number{42, 0};
    EXPECT_FALSE(read_decimal(text, number)) << text;
    EXPECT_EQ(number, (Decimal{42, 0})) << text;
  }
}

TEST(BybitNumbers, FiguresWithTooManyPlacesAreCut) {
  Decimal number;
  ASSERT_TRUE(read_cut_decimal("12345678901.123456789012345678", number));
  EXPECT_EQ(number.format(), "12345678901.12345678");
  ASSERT_TRUE(read_cut_decimal("-5086.558250021234567890", number));
  EXPECT_EQ(number.format(), "-5086.558250021234567");
  ASSERT_TRUE(read_cut_decimal("1.25", number));
  EXPECT_EQ(number.format(), "1.25");
  EXPECT_FALSE(read_cut_decimal("99999999999999999999.5", number));
  EXPECT_FALSE(read_cut_decimal("1.2x", number));
  EXPECT_FALSE(read_cut_decimal("x", number));
}

TEST(BybitNumbers, WholeNumbers) {
  std::int64_t number = 0;
  EXPECT_TRUE(read_integer("-2015", number));
  EXPECT_EQ(number, -2015);
  EXPECT_TRUE(read_integer("9223372036854775807", number));
  for (const std::string_view text : {"", "1.0", "1e3", "9223372036854775808", " 1", "1 "}) {
    EXPECT_FALSE(read_integer(text, number)) << text;
  }
}

}  // namespace
}  // namespace kontor::bybit
