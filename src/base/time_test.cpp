#include "base/time.hpp"

#include <ctime>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor {
namespace {

constexpr TimeNs kMay4 = 1'746'316'800 * kSecond;  // 2025-05-04T00:00:00Z

TimeNs time(std::string_view text) {
  const auto parsed = parse_time(text);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed.value_or(kTimeMin);
}

TEST(Time, ReadsIso8601) {
  EXPECT_EQ(time("1970-01-01"), 0);
  EXPECT_EQ(time("2025-05-04"), kMay4);
  EXPECT_EQ(time("2025-05-04 15:33"), kMay4 + 15 * kHour + 33 * kMinute);
  EXPECT_EQ(time("2025-05-04T15:33:07Z"), kMay4 + 15 * kHour + 33 * kMinute + 7 * kSecond);
  EXPECT_EQ(time("2025-05-04T00:00:00.5Z"), kMay4 + 500 * kMillisecond);
  EXPECT_EQ(time("2025-05-04T00:00:00.123456789"), kMay4 + 123'456'789);
  EXPECT_EQ(time("1969-12-31T23:59:59.999999999Z"), -1);
  EXPECT_EQ(time("2024-02-29"), time("2024-03-01") - kDay);
}

TEST(Time, TurnsOffsetsIntoUtc) {
  EXPECT_EQ(time("2025-05-04T02:00:00+02:00"), kMay4);
  EXPECT_EQ(time("2025-05-03T18:30:00-0530"), kMay4);
  EXPECT_EQ(time("2025-05-04T02:00+02"), kMay4);
  EXPECT_EQ(time("2023-03-01 00:00:00+00:00"), time("2023-03-01"));
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const auto* text : {"",
                           "2025",
                           "2025-05",
                           "2025-5-4",
                           "2025-13-01",
                           "2025-00-01",
                           "2025-02-29",
                           "2025-02-30",
                           "1677-12-31",
                           "2262-01-01",
                           "0000-00-00",
                           "2025-05-04T",
                           "2025-05-04T15",
                           "2025-05-04T24:00",
                           "2025-05-04T23:60",
                           "2025-05-04T23:59:60",
                           "2025-05-04T23:59:59.",
                           "2025-05-04T23:59:59.1234567891",
                           "2025-05-04T23:59:59ZZ",
                           "2025-05-04T23:59:59+",
                           "2025-05-04T23:59:59+2",
                           "2025-05-04T23:59:59+02:",
                           "2025-05-04T23:59:59+15:00",
                           "2025-05-04T23:59:59+02:60",
                           "2025-05-04 23:59:59 ",
                           "2025-05-04x",
                           "+2025-05-04",
                           "2025-05-04T-1:00",
                           "1746316800"}) {
    const auto parsed = parse_time(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  }
}

TEST(Time, WritesNoMorePlacesThanItNeeds) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(kMay4 + 5 * kMillisecond), "2025-05-04T00:00:00.005Z");
  EXPECT_EQ(format_time(kMay4 + 5 * kMicrosecond), "2025-05-04T00:00:00.000005Z");
  EXPECT_EQ(format_time(kMay4 + 5), "2025-05-04T00:00:00.000000005Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_date(Date{2025, 5, 4}), "2025-05-04");
}

TEST(Time, WritesTheFirstAndTheLastInstant) {
  EXPECT_EQ(format_time(kTimeMin), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(format_time(kTimeMax), "2262-04-11T23:47:16.854775807Z");
}

TEST(Time, ParseUndoesFormatOverRandomTimes) {
  Prng prng(6);
  const TimeNs first = time("1678-01-01");
  const auto range = static_cast<std::uint64_t>(time("2261-12-31")) - static_cast<std::uint64_t>(first);
  for (int i = 0; i < 100'000; ++i) {
    const TimeNs unit =
        std::array{DurationNs{1}, kMicrosecond, kMillisecond, kSecond, kDay}.at(prng.below(5));
    const auto random = static_cast<TimeNs>(static_cast<std::uint64_t>(first) + prng.below(range));
    const TimeNs value = floor_divide(random, unit) * unit;
    ASSERT_EQ(time(format_time(value)), value) << format_time(value);
  }
}

TEST(Time, AgreesWithTheSystemsCalendar) {
  Prng prng(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto seconds = static_cast<std::time_t>(prng.below(18'000'000'000)) - 9'000'000'000;
    std::tm parts{};
    ASSERT_NE(::gmtime_r(&seconds, &parts), nullptr);
    const TimeNs value = seconds * kSecond;
    const Date date = date_of(value);
    ASSERT_EQ(date, (Date{parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon) + 1,
                          static_cast<unsigned>(parts.tm_mday)}));
    ASSERT_EQ(weekday_of(value), (parts.tm_wday + 6) % 7);
    ASSERT_EQ(start_of(date), floor_divide(value, kDay) * kDay);
  }
}

TEST(Time, DatesBeyondTheRangeSaturate) {
  EXPECT_EQ(start_of(Date{2262, 4, 11}), time("2261-12-31") + 101 * kDay);
  EXPECT_EQ(start_of(Date{2262, 4, 12}), kTimeMax);
  EXPECT_EQ(start_of(Date{9999, 12, 31}), kTimeMax);
  EXPECT_EQ(start_of(Date{1677, 9, 21}), kTimeMin);
  EXPECT_EQ(start_of(Date{1, 1, 1}), kTimeMin);
  EXPECT_EQ(date_of(kTimeMin), (Date{1677, 9, 21}));
  EXPECT_EQ(date_of(kTimeMax), (Date{2262, 4, 11}));
}

TEST(Time, WeekdaysStartOnMonday) {
  EXPECT_EQ(weekday_of(0), 3);  // a Thursday
  EXPECT_EQ(weekday_of(time("2025-05-05")), 0);
  EXPECT_EQ(weekday_of(time("2025-05-05") - 1), 6);
}

TEST(Time, FloorDivisionRoundsDownOnBothSidesOfZero) {
  for (const std::int64_t a : {std::int64_t{-7}, std::int64_t{-6}, std::int64_t{-1}, std::int64_t{0},
                               std::int64_t{5}, std::int64_t{6}, kTimeMin, kTimeMax}) {
    EXPECT_GE(floor_remainder(a, 3), 0);
    EXPECT_LT(floor_remainder(a, 3), 3);
  }
  EXPECT_EQ(floor_divide(-7, 3), -3);
  EXPECT_EQ(floor_divide(-6, 3), -2);
  EXPECT_EQ(floor_divide(7, 3), 2);
  EXPECT_EQ(floor_remainder(-7, 3), 2);
}

TEST(Duration, ReadsCountAndUnit) {
  EXPECT_EQ(parse_duration("80ns"), 80);
  EXPECT_EQ(parse_duration("250us"), 250 * kMicrosecond);
  EXPECT_EQ(parse_duration("50ms"), 50 * kMillisecond);
  EXPECT_EQ(parse_duration("10s"), 10 * kSecond);
  EXPECT_EQ(parse_duration("5m"), 5 * kMinute);
  EXPECT_EQ(parse_duration("4h"), 4 * kHour);
  EXPECT_EQ(parse_duration("1d"), kDay);
  EXPECT_EQ(parse_duration("1w"), 7 * kDay);
  EXPECT_EQ(parse_duration("0s"), 0);
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const auto* text : {"", "5", "m", "-5m", "+5m", "5 m", "5M", "1.5h", "5mm", "99999999999999999999s",
                           "300000w", "9223372037s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, ShowsTheTwoLargestParts) {
  EXPECT_EQ(format_duration(26 * kHour + 5 * kMinute), "1d 2h");
  EXPECT_EQ(format_duration(3 * kHour + 59 * kMinute + 59 * kSecond), "3h 59m");
  EXPECT_EQ(format_duration(3 * kMinute + 4 * kSecond), "3m 4s");
  EXPECT_EQ(format_duration(kSecond + 250 * kMillisecond), "1.250s");
  EXPECT_EQ(format_duration(20 * kMillisecond), "20ms");
  EXPECT_EQ(format_duration(7 * kMicrosecond), "7us");
  EXPECT_EQ(format_duration(80), "80ns");
  EXPECT_EQ(format_duration(-kMinute), "-1m 0s");
  EXPECT_EQ(format_duration(kTimeMin), "-" + format_duration(kTimeMax));
}

}  // namespace
}  // namespace kontor
