#include "research/json_writer.hpp"

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kontor::research {
namespace {

template <class Write>
std::string written(JsonWriter::Layout layout, Write&& write) {
  TextBuffer out;
  JsonWriter json(out, layout);
  write(json);
  return out.text();
}

TEST(JsonWriter, WritesNestedValuesCompactly) {
  const auto text = written(JsonWriter::Layout::compact, [](JsonWriter& json) {
    json.begin_object();
    json.member("a", std::int64_t{-1});
    json.key("b");
    json.begin_array();
    json.value(true);
    json.begin_object();
    json.end_object();
    json.value("x");
    json.end_array();
    json.member("c", std::optional<double>());
    json.end_object();
  });
  EXPECT_EQ(text, R"({"a":-1,"b":[true,{},"x"],"c":null})");
}

TEST(JsonWriter, IndentsObjectsAndKeepsRowsOnOneLine) {
  const auto text = written(JsonWriter::Layout::indented, [](JsonWriter& json) {
    json.begin_object();
    json.key("rows");
    json.begin_array();
    json.begin_row();
    json.value(std::uint64_t{1});
    json.value(std::uint64_t{2});
    json.end_array();
    json.end_array();
    json.key("none");
    json.begin_array();
    json.end_array();
    json.end_object();
  });
  EXPECT_EQ(text, "{\n  \"rows\": [\n    [1, 2]\n  ],\n  \"none\": []\n}");
}

TEST(JsonWriter, WritesMoneyDigitByDigit) {
  const auto text = written(JsonWriter::Layout::compact, [](JsonWriter& json) {
    json.begin_array();
    json.value(*Amount::parse("123456789.123456789"));
    json.rounded(*Amount::parse("1.23456"), 3);
    json.decimal(-1050, 2);
    json.end_array();
  });
  EXPECT_EQ(text, "[123456789.123456789,1.235,-10.50]");
}

TEST(JsonWriter, WritesNullForWhatIsNoNumber) {
  const auto text = written(JsonWriter::Layout::compact, [](JsonWriter& json) {
    json.begin_array();
    json.value(std::numeric_limits<double>::quiet_NaN());
    json.value(std::numeric_limits<double>::infinity());
    json.rounded(-std::numeric_limits<double>::infinity(), 3);
    json.time(0);
    json.end_array();
  });
  EXPECT_EQ(text, "[null,null,null,null]");
}

TEST(JsonWriter, EscapesWhatCouldEndAScriptOrAString) {
  const auto text = written(JsonWriter::Layout::compact,
                            [](JsonWriter& json) { json.value("</script><!-- \"\\ \n\x01\x7f"); });
  EXPECT_EQ(text, R"("\u003c/script>\u003c!-- \"\\ \n\u0001\u007f")");
}

TEST(JsonWriter, ReplacesBytesThatAreNoUtf8) {
  const auto text = written(JsonWriter::Layout::compact, [](JsonWriter& json) {
    json.value("Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\x88 \xC0\x80 \xED\xA0\x80 \xFF \xE2\x82");
  });
  EXPECT_EQ(text,
            "\"Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x93\x88 \\ufffd\\ufffd \\ufffd\\ufffd\\ufffd \\ufffd "
            "\\ufffd\\ufffd\"");
}

}  // namespace
}  // namespace kontor::research
