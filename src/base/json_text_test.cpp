#include "base/json_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kontor {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

TEST(JsonText, IsQuotedAndEscaped) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("plain"), R"("plain")");
  EXPECT_EQ(json("a \"b\" \\c\n\t\r"), R"("a \"b\" \\c\n\t\u000d")");
  EXPECT_EQ(json(std::string("\x00\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(json("</script>"), R"("\u003c/script>")");
}

TEST(JsonText, CharactersOfAnyLanguageStayAsTheyAre) {
  EXPECT_EQ(json("Gebühr €1 – 取引 🚀"), "\"Gebühr €1 – 取引 🚀\"");
}

TEST(JsonText, WhatIsNoUtf8IsReplacedByteByByte) {
  EXPECT_EQ(json("a\xFFz"), R"("a\ufffdz")");
  EXPECT_EQ(json("\xC3"), R"("\ufffd")") << "cut off";
  EXPECT_EQ(json("\xC0\xAF"), R"("\ufffd\ufffd")") << "overlong";
  EXPECT_EQ(json("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")") << "half of a surrogate pair";
  EXPECT_EQ(json("\xF4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")") << "beyond the last character";
}

}  // namespace
}  // namespace kontor
