#include "net/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

TEST(Utf8, WhatIsWellFormedIsTaken) {
  for (const std::string text : {"", "plain ascii text of some length", "é", "€", "\xF0\x9F\x98\x80",
                                 "a€b\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80", "12345678é"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, WhatIsNotIsRefused) {
  for (const std::string text : {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE2\x82", "\xE0\x80\xAF",
                                 "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                 "\xFF", "12345678\xFF", "1234567\xC3(", "\xE2\x28\xA1"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, ExactlyTheCodePointsThatAreCharactersCanBeWritten) {
  std::size_t two_bytes = 0;
  std::size_t three_bytes = 0;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      std::string text = {static_cast<char>(a), static_cast<char>(b)};
      if (a >= 0x80) two_bytes += is_utf8(text) ? 1U : 0U;
      text.push_back('\x80');
      if (a >= 0xE0) three_bytes += is_utf8(text) ? 1U : 0U;
    }
  }
  EXPECT_EQ(two_bytes, 0x800U - 0x80U);
  // Of the third byte's 64 values one was tried.
  EXPECT_EQ(three_bytes, (0x10000U - 0x800U - 0x800U) / 64);
}

}  // namespace
}  // namespace kontor::net
