#include "emulator/binance/parameters.hpp"

#include <gtest/gtest.h>

#include "emulator/binance/request_json.hpp"

namespace kontor::emulator::binance {
namespace {

Parameters query_of(std::string_view text) {
  Parameters parameters;
  EXPECT_TRUE(parameters.add_query(text).has_value());
  return parameters;
}

TEST(BinanceParameters, PercentFormsAreRead) {
  const Parameters parameters = query_of("symbols=%5B%22BTCUSDT%22%2C%22BNBBTC%22%5D&a=b+c&empty=");
  EXPECT_EQ(parameters.text("symbols"), R"(["BTCUSDT","BNBBTC"])");
  EXPECT_EQ(parameters.texts("symbols").value(), (std::vector<std::string>{"BTCUSDT", "BNBBTC"}));
  EXPECT_EQ(parameters.text("a"), "b c");
  EXPECT_EQ(parameters.required("empty").error().code, -1102);
  EXPECT_EQ(parameters.required("missing").error().text,
            "Mandatory parameter 'missing' was not sent, was empty/null, or malformed.");
}

TEST(BinanceParameters, TheSameNameTwiceIsRefused) {
  Parameters parameters;
  EXPECT_EQ(parameters.add_query("a=1&a=2").error().code, -1101);
  EXPECT_EQ(Parameters().add_query("a=%zz").error().code, -1100);
}

TEST(BinanceParameters, NumbersAreRefusedInTheVenuesWords) {
  const Parameters parameters = query_of("a=1.5&b=-1&c=1e5&d=0.1234567890123456789&e=7");
  EXPECT_EQ(parameters.integer("a").error().text,
            "Illegal characters found in parameter 'a'; legal range is '^[0-9]{1,20}$'.");
  EXPECT_EQ(parameters.decimal("a").value(), (Decimal{15, 1}));
  EXPECT_EQ(parameters.decimal("b").error().code, -1100);
  EXPECT_EQ(parameters.decimal("c").error().code, -1100);
  EXPECT_EQ(parameters.decimal("d").error().code, -1111);
  EXPECT_EQ(parameters.integer("e").value(), 7);
  EXPECT_EQ(parameters.integer("f").value(), std::nullopt);
}

TEST(BinanceParameters, TimesAreMillisecondsOrMicroseconds) {
  const Parameters parameters = query_of("a=1700000000000&b=1700000000000000");
  EXPECT_EQ(parameters.time("a").value(), 1'700'000'000 * kSecond);
  EXPECT_EQ(parameters.time("b").value(), 1'700'000'000 * kSecond);
}

TEST(BinanceRequestJson, NumbersKeepTheirDigits) {
  const auto members =
      read_members(R"({"a": 0.10, "b": "x\"y", "c": true, "d": null, "e": ["1", {"f": 2}]})");
  ASSERT_TRUE(members.has_value());
  ASSERT_EQ(members->size(), 5U);
  EXPECT_EQ((*members)[0].value, "0.10");
  EXPECT_EQ((*members)[1].value, "x\"y");
  EXPECT_EQ((*members)[2].value, "true");
  EXPECT_EQ((*members)[3].value, "");
  EXPECT_EQ((*members)[4].value, R"(["1", {"f": 2}])");
}

TEST(BinanceRequestJson, WhatIsNoObjectIsNone) {
  for (const std::string_view text : {"", "[]", "1", "{", R"({"a":})", R"({"a":1} x)", "\"{}\""})
    EXPECT_FALSE(read_members(text).has_value()) << text;
  EXPECT_FALSE(read_texts("{}").has_value());
  EXPECT_FALSE(read_message("SUBSCRIBE").has_value());
}

TEST(BinanceRequestJson, MessagesAreTakenApart) {
  const auto message = read_message(R"({"method":"SUBSCRIBE","params":["a@b"],"id":7})");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->id, "7");
  EXPECT_EQ(message->method, "SUBSCRIBE");
  EXPECT_EQ(message->params, R"(["a@b"])");
}

}  // namespace
}  // namespace kontor::emulator::binance
