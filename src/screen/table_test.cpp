#include "screen/table.hpp"

#include <gtest/gtest.h>

#include "screen/fields.hpp"

namespace kontor::screen {
namespace {

Table sample_table() {
  return {{{"NAME", Align::left, 0}, {"SIZE", Align::right, 1}, {"WHY", Align::left, 2, true}},
          {{Cell("alpha"), Cell("1.5"), Cell("because it was there")}, {Cell("b"), Cell("12"), Cell("")}}};
}

std::vector<std::string> texts(const Table& table, std::size_t width) {
  std::vector<std::string> found;
  for (const auto& line : lines_of(table, width)) found.push_back(text_of(line));
  return found;
}

TEST(ScreenTable, ColumnsAreAsWideAsWhatIsInThem) {
  EXPECT_EQ(
      texts(sample_table(), 80),
      (std::vector<std::string>{"NAME   SIZE  WHY", "alpha   1.5  because it was there", "b        12  "}));
}

TEST(ScreenTable, TheColumnThatStretchesGivesWayFirst) {
  EXPECT_EQ(texts(sample_table(), 27)[1], "alpha   1.5  because it wa…");
}

TEST(ScreenTable, ColumnsGoByTheirRank) {
  EXPECT_EQ(texts(sample_table(), 24)[1], "alpha   1.5");
  EXPECT_EQ(texts(sample_table(), 10)[1], "alpha");
  EXPECT_EQ(texts(sample_table(), 3)[1], "al…");
}

TEST(ScreenFields, GoByTheirRankAndKeepTheirOrder) {
  const std::vector<Field> fields{{{{"first"}}, 1}, {{}, 0}, {{{"second"}}, 2}, {{{"third"}}, 0}};
  EXPECT_EQ(text_of(joined(fields, 40)), "first  second  third");
  EXPECT_EQ(text_of(joined(fields, 19)), "first  third");
  EXPECT_EQ(text_of(joined(fields, 8)), "third");
  EXPECT_EQ(text_of(joined(fields, 3)), "th…");
}

TEST(ScreenFields, StandAtBothEndsOfALine) {
  EXPECT_EQ(text_of(spread({{"left"}}, {{"right"}}, 12)), "left   right");
  EXPECT_EQ(text_of(spread({{"left"}}, {{"right"}}, 8)), "l… right");
  EXPECT_EQ(text_of(spread({{"left"}}, {{"right"}}, 3)), "ri…");
}

}  // namespace
}  // namespace kontor::screen
