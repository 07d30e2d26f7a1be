#include "venue/parse_reader.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::venue {
namespace {

/// Reads one field `v` of an object; what is wrong, if something is.
template <class Read>
std::string read_field(std::string_view value, Read&& read) {
  MessageReader reader;
  if (!reader.open(R"({"v":)" + std::string(value) + "}")) return reader.error("x").error().message;
  reader.for_each(reader.object("message", reader.root()),
                  [&](std::string_view key, MessageReader::Value one) { read(reader, key, one); });
  return reader.failed() ? reader.error("x").error().message : "";
}

TEST(MessageReader, NumbersAreReadByTheirDigits) {
  Decimal number;
  const auto read = [&](auto& reader, auto key, auto value) { number = reader.decimal(key, value); };
  for (const auto& [text, expected] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"1.50", "1.50"},
           {"\"1.50\"", "1.50"},
           {"\"-0.00000001\"", "-0.00000001"},
           {"1e-7", "0.0000001"},
           {"\"123456789.123456789\"", "123456789.123456789"},
           {"\"0.000000000000000001\"", "0.000000000000000001"},
           {"0", "0"},
           {" 7 ", "7"}}) {
    EXPECT_EQ(read_field(text, read), "") << text;
    EXPECT_EQ(number.format(), expected) << text;
  }
  for (const std::string_view text : {"null", "true", "\"\"", "\"x\"", "\"1 \"", "\"1.2.3\"", "\"-\"",
                                      "\".\"", "{}", "[]", "\"99999999999999999999\"", "\"1\\u0030\""})
    EXPECT_TRUE(read_field(text, read).starts_with("x: v: expected a decimal number, found ")) << text;
}

/// The short way of reading numbers says what the long one says, or nothing.
TEST(MessageReader, ShortNumbersAreReadAsOthers) {
  Prng prng(11);
  constexpr std::string_view kLetters = "0123456789012345678901234567890123456789.-e+x";
  std::size_t read = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    const auto size = prng.below(22);
    for (std::uint64_t i = 0; i < size; ++i) text += kLetters[prng.below(kLetters.size())];
    if (prng.below(4) == 0) text.insert(0, "-");
    Decimal number;
    if (!MessageReader::parse_short_decimal(text, number)) continue;
    const auto expected = Decimal::parse(text);
    ASSERT_TRUE(expected) << text;
    EXPECT_EQ(number.units, expected->units) << text;
    EXPECT_EQ(number.scale, expected->scale) << text;
    ++read;
  }
  EXPECT_GT(read, 20'000U);
}

TEST(MessageReader, WholeNumbersTimesAndFlags) {
  std::int64_t number = 0;
  const auto whole = [&](auto& reader, auto key, auto value) { number = reader.whole(key, value); };
  EXPECT_EQ(read_field("\"42\"", whole), "");
  EXPECT_EQ(number, 42);
  EXPECT_EQ(read_field("1.0", whole), "x: v: expected a whole number, found 1.0");
  EXPECT_EQ(read_field("99999999999999999999", whole),
            "x: v: expected a whole number, found 99999999999999999999");
  const auto time = [&](auto& reader, auto key, auto value) { number = reader.milliseconds(key, value); };
  EXPECT_EQ(read_field("1499827319559", time), "");
  EXPECT_EQ(number, 1499827319559 * kMillisecond);
  EXPECT_EQ(read_field("null", time), "");
  EXPECT_EQ(number, 0);
  EXPECT_EQ(read_field("9223372036854775807", time),
            "x: v: expected a time in milliseconds, found 9223372036854775807");
  const auto bounded = [&](auto& reader, auto key, auto value) {
    number = reader.whole_within(key, value, 1, 5);
  };
  EXPECT_EQ(read_field("5", bounded), "");
  EXPECT_EQ(read_field("6", bounded), "x: v: expected a number from 1 to 5, found 6");
  bool flag = false;
  const auto truth = [&](auto& reader, auto key, auto value) { flag = reader.flag(key, value); };
  EXPECT_EQ(read_field("true", truth), "");
  EXPECT_TRUE(flag);
  EXPECT_EQ(read_field("1", truth), "x: v: expected true or false, found 1");
  EXPECT_EQ(read_field("null", truth), "x: v: expected true or false, found null");
}

TEST(MessageReader, TextsAreTextsOrNumbers) {
  std::string said;
  const auto text = [&](auto& reader, auto key, auto value) { said = reader.text(key, value); };
  EXPECT_EQ(read_field(R"("a b")", text), "");
  EXPECT_EQ(said, "a b");
  EXPECT_EQ(read_field("-17", text), "");
  EXPECT_EQ(said, "-17");
  EXPECT_EQ(read_field(R"("a\"b\u00e9\\")", text), "");
  EXPECT_EQ(said, "a\"b\xc3\xa9\\");
  for (const std::string_view value : {"null", "true", "{}", "[1]"})
    EXPECT_TRUE(read_field(value, text).starts_with("x: v: expected a text or a number, found ")) << value;
  const auto optional = [&](auto& reader, auto key, auto value) { said = reader.optional_text(key, value); };
  EXPECT_EQ(read_field("null", optional), "");
  EXPECT_EQ(said, "");
}

TEST(MessageReader, TheFirstFaultIsTheOneThatIsTold) {
  MessageReader reader;
  ASSERT_TRUE(reader.open(R"({"a":"x","b":"y"})"));
  std::size_t fields = 0;
  reader.for_each(reader.object("message", reader.root()),
                  [&](std::string_view key, MessageReader::Value value) {
                    ++fields;
                    static_cast<void>(reader.whole(key, value));
                  });
  EXPECT_EQ(fields, 1U);
  EXPECT_EQ(reader.error("venue").error().message, "venue: a: expected a whole number, found x");
  EXPECT_EQ(reader.error("venue").error().kind, ErrorKind::bad_data);
  ASSERT_TRUE(reader.open("{}"));
  EXPECT_FALSE(reader.failed());
}

/// What the message before has left in the buffer must not become part of this one.
TEST(MessageReader, NothingIsReadBehindTheEnd) {
  MessageReader reader;
  const std::string whole = R"({"a":1,"b":{"c":"secret"}})";
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    ASSERT_TRUE(reader.open(whole));
    EXPECT_FALSE(reader.open(whole.substr(0, size))) << whole.substr(0, size);
  }
  // Balanced at its end, and yet not whole.
  for (const std::string_view text : {R"({"a":{"b":1})", R"([[1])", R"({"a":[1,2})"}) {
    ASSERT_TRUE(reader.open(std::string(text) + "}" + std::string(64, ']')) || true);
    if (!reader.open(text)) continue;
    reader.for_each(reader.object("message", reader.root()),
                    [&](std::string_view key, MessageReader::Value value) {
                      if (key == "a") reader.for_each(reader.object(key, value), [](auto, auto) {});
                    });
    EXPECT_TRUE(reader.failed()) << text;
  }
}

TEST(MessageReader, FieldsAreFoundWhereverTheyStand) {
  MessageReader reader;
  ASSERT_TRUE(reader.open(R"({"first":1,"second":{"x":[1,2]},"third":3})"));
  auto object = reader.object("message", reader.root());
  EXPECT_EQ(reader.first_key(object), "first");
  const auto third = reader.find(object, "third");
  ASSERT_TRUE(third);
  EXPECT_EQ(reader.whole("third", *third), 3);
  EXPECT_FALSE(reader.find(object, "fourth"));
  EXPECT_FALSE(reader.failed());
}

TEST(MessageReader, WantedFieldsAreNamed) {
  MessageReader reader;
  ASSERT_TRUE(reader.open("{}"));
  reader.want({{"a", true}, {"b", true}});
  EXPECT_FALSE(reader.failed());
  reader.want({{"a", true}, {"b", false}, {"c", false}});
  EXPECT_EQ(reader.error("x").error().message, "x: b: expected a value, found none");
}

TEST(MessageReader, MessagesHaveALargestSize) {
  MessageReader reader;
  EXPECT_FALSE(reader.open(std::string(MessageReader::kLargestMessage + 1, ' ')));
  EXPECT_EQ(reader.error("x").error().message,
            "x: message: expected 67108864 bytes at the most, found 67108865");
}

}  // namespace
}  // namespace kontor::venue
