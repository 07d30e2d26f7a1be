#include "emulator/bybit/parameters.hpp"

#include <gtest/gtest.h>

namespace kontor::emulator::bybit {
namespace {

TEST(BybitParameters, OfAQueryAreDecoded) {
  const Parameters parameters =
      Parameters::from_query("symbol=BTCUSDT&cursor=page_token%253D5%26&a+b=1+2&empty=&x&symbol=ETH");
  EXPECT_EQ(parameters.get("symbol"), "BTCUSDT");
  EXPECT_EQ(parameters.get("cursor"), "page_token%3D5&");
  EXPECT_EQ(parameters.get("a b"), "1 2");
  EXPECT_FALSE(parameters.has("empty"));
  EXPECT_FALSE(parameters.has("x"));
  EXPECT_FALSE(parameters.has("absent"));
  EXPECT_EQ(percent_decoded("%4"), "%4");
  EXPECT_EQ(percent_decoded("%zz%"), "%zz%");
}

TEST(BybitParameters, OfAJsonObjectKeepTheirText) {
  const auto parameters =
      Parameters::from_json(R"({"qty":"0.10","positionIdx":0,"reduceOnly":true,"none":null,"deep":{"a":1}})");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->decimal("qty").value()->format(), "0.10");
  EXPECT_EQ(parameters->integer("positionIdx").value(), 0);
  EXPECT_TRUE(parameters->boolean("reduceOnly").value());
  EXPECT_FALSE(parameters->has("none"));
  EXPECT_FALSE(parameters->has("deep"));
  EXPECT_FALSE(parameters->boolean("absent").value());
}

TEST(BybitParameters, RefuseDecimalsThatAreNoTexts) {
  const auto parameters =
      Parameters::from_json(R"({"qty":0.1,"price":100,"bad":"1x","flag":"maybe","n":"1.5"})");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->decimal("qty").error().message, "params error: qty must be a string");
  EXPECT_EQ(parameters->decimal("price").error().code, 10001);
  EXPECT_EQ(parameters->decimal("bad").error().message, "params error: bad invalid");
  EXPECT_FALSE(parameters->boolean("flag"));
  EXPECT_FALSE(parameters->integer("n"));
  EXPECT_EQ(parameters->integer_within("absent", {1, 5, 3}).value(), 3);
  EXPECT_FALSE(parameters->integer_within("price", {1, 5, 3}));
}

TEST(BybitParameters, OfABatchAreALists) {
  const auto parameters =
      Parameters::from_json(R"({"category":"spot","request":[{"symbol":"A"},{"symbol":"B"}]})");
  ASSERT_TRUE(parameters);
  ASSERT_EQ(parameters->list().size(), 2U);
  EXPECT_EQ(parameters->list()[1].get("symbol"), "B");
}

TEST(BybitParameters, RefuseWhatIsNoObjectOrTooMuch) {
  for (const std::string_view text : {"[]", "1", "{", R"({"request":[1]})", R"({"a":1}x)", "\xFF"}) {
    EXPECT_FALSE(Parameters::from_json(text)) << text;
  }
  EXPECT_TRUE(Parameters::from_json("  "));
  std::string many = R"({"request":[)";
  for (std::size_t i = 0; i <= Parameters::kMaxListItems; ++i) many += i == 0 ? "{}" : ",{}";
  EXPECT_FALSE(Parameters::from_json(many + "]}"));
  std::string wide = "{";
  for (std::size_t i = 0; i <= Parameters::kMaxParameters; ++i)
    wide += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  EXPECT_FALSE(Parameters::from_json(wide + "}"));
  EXPECT_FALSE(Parameters::from_json(std::string(100, '[')));
}

TEST(BybitParameters, OfASocketMessageAreTold) {
  const auto request = parse_socket_request(
      R"({"req_id":7,"op":"subscribe","args":["a",5,{"symbol":"X"}],"header":{"X-BAPI-TIMESTAMP":"1"}})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->id, "7");
  EXPECT_EQ(request->operation, "subscribe");
  EXPECT_EQ(request->arguments, (std::vector<std::string>{"a", "5"}));
  ASSERT_EQ(request->objects.size(), 1U);
  EXPECT_EQ(request->objects[0].get("symbol"), "X");
  EXPECT_EQ(request->header.get("X-BAPI-TIMESTAMP"), "1");
  EXPECT_FALSE(parse_socket_request("ping"));
  EXPECT_FALSE(parse_socket_request("{"));
  EXPECT_EQ(parse_socket_request("{}")->operation, "");
}

}  // namespace
}  // namespace kontor::emulator::bybit
