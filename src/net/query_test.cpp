#include "net/query.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

TEST(Query, PartsStandInTheOrderInWhichTheyWereAdded) {
  Query query;
  EXPECT_TRUE(query.empty());
  query.add("symbol", "BTCUSDT").add("timestamp", std::int64_t{1499827319559}).add_plain("side", "BUY");
  EXPECT_EQ(query.text(), "symbol=BTCUSDT&timestamp=1499827319559&side=BUY");
  EXPECT_FALSE(query.empty());
}

TEST(Query, EverythingButUnreservedLettersIsEncoded) {
  Query query;
  query.add("a b", "1+2/3&=?#%~-._é");
  EXPECT_EQ(query.text(), "a%20b=1%2B2%2F3%26%3D%3F%23%25~-._%C3%A9");
}

TEST(Query, WhatIsPlainStaysAsItIs) {
  Query query;
  query.add_plain("symbols", "[\"BTCUSDT\"]");
  EXPECT_EQ(query.text(), "symbols=[\"BTCUSDT\"]");
}

TEST(Query, TheLargestNumbersFit) {
  Query query;
  query.add("a", INT64_MIN).add("b", INT64_MAX).add("c", std::int64_t{0});
  EXPECT_EQ(query.text(), "a=-9223372036854775808&b=9223372036854775807&c=0");
}

TEST(Query, EveryByteIsEncodedSoThatItCanBeReadBack) {
  for (int value = 0; value < 256; ++value) {
    std::string out;
    append_percent_encoded(out, std::string(1, static_cast<char>(value)));
    if (out.size() == 1) {
      EXPECT_EQ(static_cast<unsigned char>(out[0]), value);
      continue;
    }
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0], '%');
    EXPECT_EQ(std::stoi(out.substr(1), nullptr, 16), value);
  }
}

}  // namespace
}  // namespace kontor::net
