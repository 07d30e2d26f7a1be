#include "research/exact_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::research {
namespace {

std::string text_of(TextBuffer& buffer) { return buffer.text(); }

TEST(ExactText, DecimalsKeepTheirPlaces) {
  const auto decimal = [](std::int64_t units, int scale) {
    TextBuffer out;
    append_decimal(out, units, scale);
    return text_of(out);
  };
  EXPECT_EQ(decimal(0, 0), "0");
  EXPECT_EQ(decimal(-5, 0), "-5");
  EXPECT_EQ(decimal(1234500, 4), "123.4500");
  EXPECT_EQ(decimal(-7, 8), "-0.00000007");
  EXPECT_EQ(decimal(INT64_MIN, 18), "-9.223372036854775808");
}

TEST(ExactText, AmountsAgreeWithTheirOwnFormat) {
  Prng prng(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto shift = static_cast<unsigned>(prng.below(126));
    int128 units =
        static_cast<int128>(((static_cast<uint128>(prng.next()) << 64U) | prng.next()) >> (shift + 1U));
    if (prng.below(3) == 0) units = units / 1'000'000'000 * 1'000'000'000;
    if (prng.below(2) == 0) units = -units;
    const Amount amount = Amount::from_units(units);
    TextBuffer out;
    append_amount(out, amount);
    ASSERT_EQ(text_of(out), amount.format());
  }
}

TEST(ExactText, RoundedAmountsRoundHalfToEvenAndDropZeros) {
  const auto rounded = [](std::string_view text, int places) {
    TextBuffer out;
    append_amount_rounded(out, *Amount::parse(text), places);
    return text_of(out);
  };
  EXPECT_EQ(rounded("1.005", 2), "1");
  EXPECT_EQ(rounded("1.015", 2), "1.02");
  EXPECT_EQ(rounded("-1.2345", 3), "-1.234");
  EXPECT_EQ(rounded("-0.0004", 3), "0");
  EXPECT_EQ(rounded("2.5", 0), "2");
}

TEST(ExactText, TimesAgreeWithFormatTimeAcrossDays) {
  TimeWriter writer;
  const TimeNs base = *parse_time("2024-02-28T23:59:59Z");
  for (const TimeNs time : {base, base + kSecond, base - kDay, base + 1, base + 1'000,
                            base + 5 * kMillisecond, TimeNs{0}, TimeNs{-1}, base + 2 * kDay}) {
    TextBuffer out;
    writer.append(out, time);
    EXPECT_EQ(text_of(out), format_time(time));
  }
}

TEST(ExactText, DoublesReadBackTheSame) {
  TextBuffer out;
  append_double(out, 0.1 + 0.2);
  EXPECT_EQ(text_of(out), "0.30000000000000004");
}

}  // namespace
}  // namespace kontor::research
