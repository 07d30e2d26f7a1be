#include "screen/line.hpp"

#include <gtest/gtest.h>

namespace kontor::screen {
namespace {

TEST(ScreenLine, CountsCellsAndNotBytes) {
  EXPECT_EQ(width_of(""), 0U);
  EXPECT_EQ(width_of("risk → 1h"), 9U);
  EXPECT_EQ(width_of("東京"), 4U);
  EXPECT_EQ(width_of("e\u0301"), 1U);
  EXPECT_EQ(width_of(Line{{"ab"}, {"─", Style::faint}}), 3U);
}

TEST(ScreenLine, CutsWithoutBreakingACharacter) {
  EXPECT_EQ(clip("position", 8), "position");
  EXPECT_EQ(clip("position", 5), "posi…");
  EXPECT_EQ(clip("東京都", 4), "東…");
  EXPECT_EQ(clip("→→", 1), "…");
  EXPECT_EQ(clip("x", 0), "");
  EXPECT_EQ(text_of(clip(Line{{"abc"}, {"def", Style::bad}, {"ghi"}}, 5)), "abcd…");
}

TEST(ScreenLine, FillsUpToAWidthOnEitherSide) {
  EXPECT_EQ(fitted("ab", 4), "ab  ");
  EXPECT_EQ(fitted("ab", 4, Align::right), "  ab");
  EXPECT_EQ(fitted("東", 3, Align::right), " 東");
  EXPECT_EQ(fitted("abcdef", 4), "abc…");
}

TEST(ScreenLine, NothingThatATerminalWouldObeyGetsThrough) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a?[2Jb");
  EXPECT_EQ(printable("two\nlines\tand a bell\a"), "two lines and a bell?");
  EXPECT_EQ(printable("\u009b\u202e\u200f"), "???");                       // C1 controls, turned text
  EXPECT_EQ(printable("\xff\xc0\xaf\xe2\x82"), "?????");                   // no UTF-8, overlong, torn
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");                             // half of a pair
  EXPECT_EQ(printable("→ … – € 東 \U0001F600"), "→ … – € 東 \U0001F600");  // and all others do
}

TEST(ScreenLine, ColoursOfOthersAreTakenOut) {
  EXPECT_EQ(without_styles("\x1b[1;33mwarning\x1b[0m: no"), "warning: no");
  EXPECT_EQ(without_styles("\x1b[m"), "");
  EXPECT_EQ(without_styles("\x1b[2Jx \x1b[1"), "\x1b[2Jx \x1b[1")
      << "what is no colour stays, to be made harmless";
}

TEST(ScreenLine, AsciiIsAsWide) {
  EXPECT_EQ(ascii_of("── 60× → …"), "-- 60x > .");
  EXPECT_EQ(ascii_of("東"), "??");
  EXPECT_EQ(ascii_of("e\u0301"), "e");
}

}  // namespace
}  // namespace kontor::screen
