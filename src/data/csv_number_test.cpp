#include "data/csv_number.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/decimal.hpp"
#include "base/prng.hpp"

namespace kontor::data {
namespace {

std::optional<CsvNumber> number_of(const std::string& text) {
  const std::string padded = text + std::string(32, '7');  // what lies behind a field must not matter
  CsvNumber number;
  if (!parse_number(padded.data(), padded.data() + text.size(), number)) return std::nullopt;
  return number;
}

std::optional<TimeNs> stamp_of(const std::string& text) {
  const std::string padded = text + std::string(32, '7');
  TimeNs time = 0;
  if (!parse_stamp(padded.data(), padded.data() + text.size(), time)) return std::nullopt;
  return time;
}

/// Decimal's own parser is the reference; unlike it, the one under test makes room by leaving out trailing
/// zeros.
void expect_like_decimal(const std::string& text) {
  std::string shorter = text;
  if (text.find('.') != std::string::npos && text.find('e') == std::string::npos) {
    while (shorter.ends_with('0')) shorter.pop_back();
    if (shorter != text && shorter.ends_with('.')) shorter += '0';
  }
  const auto expected = Decimal::parse(shorter);
  const auto found = number_of(text);
  ASSERT_EQ(found.has_value(), expected.has_value()) << "'" << text << "'";
  if (!expected) return;
  const Decimal normal = expected->normalized();
  EXPECT_EQ(found->units, normal.units) << "'" << text << "'";
  EXPECT_EQ(found->scale, normal.scale) << "'" << text << "'";
}

TEST(CsvNumber, ReadsWhatDecimalReads) {
  for (const char* const text : {"0",
                                 "1",
                                 "12",
                                 "12345678",
                                 "123456789",
                                 "1234567890123456789",
                                 "0.1",
                                 "1.0",
                                 "0.00000000",
                                 "46216.93000000",
                                 "0.00000908",
                                 "28445331.00",
                                 "765763549.00000000",
                                 "1.123456789",
                                 "12345678.12345678",
                                 "123456789.1",
                                 "-1.5",
                                 "-0.00004758",
                                 "-1.3e-7",
                                 "5E3",
                                 "+7",
                                 ".5",
                                 "5.",
                                 "100.10",
                                 "9223372036854775807",
                                 "0.000000000000000001"}) {
    expect_like_decimal(text);
  }
}

TEST(CsvNumber, RefusesWhatIsNoNumber) {
  for (const char* const text : {"",
                                 ".",
                                 "-",
                                 "abc",
                                 "1.2.3",
                                 "1,5",
                                 "12a",
                                 "1.2a",
                                 "a1.2",
                                 "1e",
                                 "0x10",
                                 "nan",
                                 "inf",
                                 "1 2",
                                 "--1",
                                 "1-",
                                 "12345.67:8",
                                 "/1.5",
                                 "1.5/",
                                 "9223372036854775808",
                                 "0.0000000000000000001",
                                 "99999999999999999999999"}) {
    EXPECT_FALSE(number_of(text)) << "'" << text << "'";
  }
}

TEST(CsvNumber, IgnoresBlanksAndQuotesAroundIt) {
  EXPECT_EQ(number_of(" 1.50 ")->units, 15);
  EXPECT_EQ(number_of("\"1.50\"")->units, 15);
  EXPECT_EQ(number_of("1.50\r")->units, 15);
}

TEST(CsvNumber, AgreesWithDecimalOnRandomTexts) {
  Prng prng(20250504);
  constexpr std::string_view kCharacters = "0000123456789..-e ";
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    if (i % 3 == 0) {  // any characters
      const auto length = prng.below(20);
      for (std::uint64_t k = 0; k < length; ++k) text += kCharacters[prng.below(kCharacters.size() - 1)];
    } else {  // a plain number
      for (std::uint64_t k = 1 + prng.below(11); k > 0; --k) text += static_cast<char>('0' + prng.below(10));
      if (prng.below(4) != 0) {
        text += '.';
        for (std::uint64_t k = 1 + prng.below(9); k > 0; --k) {
          text += prng.below(3) == 0 ? '0' : static_cast<char>('0' + prng.below(10));
        }
      }
    }
    expect_like_decimal(text);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

TEST(CsvStamp, TellsTheUnitByMagnitude) {
  const TimeNs time = 1'735'689'600 * kSecond;
  EXPECT_EQ(stamp_of("1735689600"), time);
  EXPECT_EQ(stamp_of("1735689600000"), time);
  EXPECT_EQ(stamp_of("1735689600000000"), time);
  EXPECT_EQ(stamp_of("1735689600000000000"), time);
  EXPECT_EQ(stamp_of("1735689600123"), time + 123 * kMillisecond);
  EXPECT_EQ(stamp_of("1735689600123456"), time + 123'456 * kMicrosecond);
  EXPECT_EQ(stamp_of("1735689600123456789"), time + 123'456'789);
  EXPECT_EQ(stamp_of("0000000000001"), kSecond) << "leading zeros do not make it milliseconds";
}

TEST(CsvStamp, RefusesATimeBeyondTheLast) {
  EXPECT_EQ(stamp_of("9223372036854775"), 9'223'372'036'854'775 * kMicrosecond);
  EXPECT_EQ(stamp_of("9223372036854776"), std::nullopt);
  EXPECT_EQ(stamp_of("9999999999999999"), std::nullopt);
  EXPECT_EQ(stamp_of("9223372036854"), 9'223'372'036'854 * kMillisecond);
  EXPECT_EQ(stamp_of("9223372036855"), std::nullopt);
  EXPECT_EQ(stamp_of("9999999999999"), std::nullopt);
}

TEST(CsvStamp, ReadsFractionsAndIsoTimes) {
  const TimeNs time = 1'625'097'621 * kSecond;
  EXPECT_EQ(stamp_of("1625097621.647"), time + 647 * kMillisecond);
  EXPECT_EQ(stamp_of("1625097621.0647078"), time + 64'707'800);
  EXPECT_EQ(stamp_of("1625097621.12345678999"), time + 123'456'789);
  EXPECT_EQ(stamp_of("1625097621000.5"), time + 500'000);
  EXPECT_EQ(stamp_of("2021-07-01T00:00:21Z"), time);
  EXPECT_EQ(stamp_of("2021-07-01 02:00:21+02:00"), time);
  EXPECT_EQ(stamp_of("\"2021-07-01 00:00:21\""), time);
}

TEST(CsvStamp, RefusesWhatIsNoTime) {
  for (const char* const text : {"", "x", "-5", "1735689600x", "1735689600.x", "1.7e12", "2021-13-01",
                                 "17356896000zz", "9999999999999999999", "2021-07-01T25:00"}) {
    EXPECT_FALSE(stamp_of(text)) << "'" << text << "'";
  }
}

TEST(CsvInteger, ReadsUpTo63Bits) {
  const auto read = [](std::string_view text) {
    std::int64_t value = -1;
    return parse_integer(text.data(), text.data() + text.size(), value) ? value : -1;
  };
  EXPECT_EQ(read("0"), 0);
  EXPECT_EQ(read("9223372036854775807"), INT64_MAX);
  for (const char* const text : {"", "-1", "1.0", "9223372036854775808", "99999999999999999999"})
    EXPECT_EQ(read(text), -1);
}

}  // namespace
}  // namespace kontor::data
