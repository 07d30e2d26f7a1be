#include "data/csv_scanner.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::data {
namespace {

using Lines = std::vector<std::vector<std::string>>;
using ::testing::ElementsAre;

/// The buffer behind the text is full of delimiters, which must not be seen.
Lines scan(std::string_view text) {
  const std::string padded = std::string(text) + std::string(64, ',');
  CsvScanner scanner(std::string_view(padded.data(), text.size()));
  Lines lines;
  while (scanner.next()) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < scanner.field_count(); ++i) line.emplace_back(scanner.field(i));
  }
  return lines;
}

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto& fields = lines.emplace_back();
    for (;;) {
      const std::size_t comma = line.find(',');
      fields.emplace_back(line.substr(0, comma));
      if (comma == std::string_view::npos) break;
      line.remove_prefix(comma + 1);
    }
  }
  return lines;
}

TEST(CsvScanner, SplitsLinesAndFields) {
  EXPECT_THAT(scan("a,b\n1,2\r\n,\nlast"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"),
                                                       ElementsAre("", ""), ElementsAre("last")));
  EXPECT_TRUE(scan("").empty());
  EXPECT_THAT(scan("\n"), ElementsAre(ElementsAre("")));
  EXPECT_THAT(scan("a,"), ElementsAre(ElementsAre("a", "")));
}

TEST(CsvScanner, AgreesWithTheSimpleSplitOnRandomTexts) {
  Prng prng(7);
  constexpr std::string_view kCharacters = "abcdefgh,,\n\r";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const auto length = prng.below(300);
    for (std::uint64_t k = 0; k < length; ++k) text += kCharacters[prng.below(kCharacters.size())];
    const Lines expected = split(text);
    bool small = true;
    for (const auto& line : expected) small &= line.size() <= CsvScanner::kMaxFields;
    if (!small) continue;
    ASSERT_EQ(scan(text), expected) << text;
  }
}

TEST(CsvScanner, CountsFieldsBeyondItsLimit) {
  const std::string text = std::string(200, ',') + "\nnext" + std::string(64, '\0');
  CsvScanner scanner(std::string_view(text.data(), text.size() - 64));
  ASSERT_TRUE(scanner.next());
  EXPECT_EQ(scanner.field_count(), 201U);
  ASSERT_TRUE(scanner.next());
  EXPECT_EQ(scanner.field(0), "next");
}

}  // namespace
}  // namespace kontor::data
