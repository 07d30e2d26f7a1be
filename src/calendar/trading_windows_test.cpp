#include "calendar/trading_windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::calendar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TimeNs at(std::string_view text) { return parse_time(text).value(); }

TradingWindows windows_of(std::string_view zone, std::initializer_list<std::string_view> lines,
                          std::initializer_list<std::string_view> holidays = {}) {
  WindowRules rules;
  for (const auto line : lines) {
    const auto added = add_window(rules, line);
    EXPECT_TRUE(added) << added.error().message;
  }
  for (const auto line : holidays) {
    const auto added = add_holiday(rules, line);
    EXPECT_TRUE(added) << added.error().message;
  }
  return {TimeZone::find(zone).value(), rules};
}

/// Every instant at which the windows open or close, as next_open() and next_close() tell.
std::vector<std::string> flips(const TradingWindows& windows, std::string_view from, std::string_view to) {
  std::vector<std::string> all;
  TimeNs time = at(from);
  while (true) {
    const auto next = windows.is_open(time) ? windows.next_close(time) : windows.next_open(time);
    if (!next || *next >= at(to)) return all;
    all.push_back(format_time(*next));
    time = *next;
  }
}

/// The same, looked at every quarter of an hour: all edges lie on one.
std::vector<std::string> scanned(const TradingWindows& windows, std::string_view from, std::string_view to) {
  std::vector<std::string> all;
  bool was_open = windows.is_open(at(from));
  for (TimeNs time = at(from); time < at(to); time += 15 * kMinute) {
    if (windows.is_open(time) == was_open) continue;
    was_open = !was_open;
    all.push_back(format_time(time));
  }
  return all;
}

TEST(TradingWindows, AreOpenFromTheirStartUpToButNotAtTheirEnd) {
  const auto windows = windows_of("UTC", {"mon-fri 09:30-16:00"});
  EXPECT_FALSE(windows.is_open(at("2025-06-02T09:29:59.999999999Z")));
  EXPECT_TRUE(windows.is_open(at("2025-06-02T09:30:00Z")));
  EXPECT_TRUE(windows.is_open(at("2025-06-02T15:59:59.999999999Z")));
  EXPECT_FALSE(windows.is_open(at("2025-06-02T16:00:00Z")));
  EXPECT_FALSE(windows.is_open(at("2025-06-07T12:00:00Z"))) << "a Saturday";
}

TEST(TradingWindows, TellTheNextOpeningAndClosing) {
  const auto windows = windows_of("UTC", {"mon-fri 09:30-16:00"});
  EXPECT_EQ(windows.next_open(at("2025-06-06T16:00:00Z")), at("2025-06-09T09:30:00Z")) << "over a weekend";
  EXPECT_EQ(windows.next_close(at("2025-06-06T12:00:00Z")), at("2025-06-06T16:00:00Z"));
  EXPECT_EQ(windows.next_open(at("2025-06-06T12:00:00Z")), at("2025-06-06T12:00:00Z")) << "open already";
  EXPECT_EQ(windows.next_close(at("2025-06-06T16:00:00Z")), at("2025-06-06T16:00:00Z")) << "closed already";
}

TEST(TradingWindows, LookSevenDaysAhead) {
  const auto windows = windows_of("UTC", {"mon 09:00-10:00"});
  EXPECT_EQ(windows.next_open(at("2025-06-02T10:00:00Z")), at("2025-06-09T09:00:00Z"));
  const auto closed = windows_of("UTC", {"mon 09:00-10:00"}, {"2025-06-09"});
  EXPECT_EQ(closed.next_open(at("2025-06-02T10:00:00Z")), std::nullopt);
  EXPECT_EQ(closed.next_open(at("2025-06-09T09:00:00Z")), at("2025-06-16T09:00:00Z"));
}

TEST(TradingWindows, AlwaysAndNeverHaveNoEnd) {
  const TimeZone utc = TimeZone::find("UTC").value();
  const TradingWindows always(utc, WindowRules::always());
  const TradingWindows never(utc, WindowRules::never());
  for (const auto* text : {"2025-06-01T00:00:00Z", "2025-06-03T23:59:59.5Z", "2025-06-07T12:00:00Z"}) {
    EXPECT_TRUE(always.is_open(at(text)));
    EXPECT_EQ(always.next_close(at(text)), std::nullopt);
    EXPECT_FALSE(never.is_open(at(text)));
    EXPECT_EQ(never.next_open(at(text)), std::nullopt);
  }
}

TEST(TradingWindows, GoAcrossMidnight) {
  const auto windows = windows_of("UTC", {"sun 18:00-02:00"});
  EXPECT_THAT(flips(windows, "2025-06-01T00:00:00Z", "2025-06-08T00:00:00Z"),
              ElementsAre("2025-06-01T18:00:00Z", "2025-06-02T02:00:00Z"));
}

TEST(TradingWindows, ThatMeetAreOne) {
  const auto windows = windows_of("UTC", {"mon 20:00-24:00", "tue 00:00-04:00", "mon 22:00-23:00"});
  EXPECT_THAT(flips(windows, "2025-06-02T00:00:00Z", "2025-06-08T00:00:00Z"),
              ElementsAre("2025-06-02T20:00:00Z", "2025-06-03T04:00:00Z"));
}

TEST(TradingWindows, BelongToTheDateOnWhichTheyBegin) {
  const auto windows = windows_of("UTC", {"daily 22:00-02:00"}, {"2025-06-03", "2025-06-05 12:00-13:00"});
  EXPECT_THAT(flips(windows, "2025-06-02T12:00:00Z", "2025-06-06T12:00:00Z"),
              ElementsAre("2025-06-02T22:00:00Z", "2025-06-03T02:00:00Z",  // goes on into the holiday
                          "2025-06-04T22:00:00Z", "2025-06-05T02:00:00Z",  // nothing on the 3rd
                          "2025-06-05T12:00:00Z", "2025-06-05T13:00:00Z"));
}

TEST(TradingWindows, AHolidayClosesWhatIsAlwaysOpen) {
  WindowRules rules = WindowRules::always();
  ASSERT_TRUE(add_holiday(rules, "2025-12-25"));
  const TradingWindows windows(TimeZone::find("America/New_York").value(), rules);
  EXPECT_THAT(flips(windows, "2025-12-20T00:00:00Z", "2026-01-10T00:00:00Z"),
              ElementsAre("2025-12-25T05:00:00Z", "2025-12-26T05:00:00Z"));
}

TEST(TradingWindows, FollowSummerTime) {
  const auto windows = windows_of("America/New_York", {"mon-fri 09:30-16:00"});
  EXPECT_THAT(flips(windows, "2025-03-07T00:00:00Z", "2025-03-11T00:00:00Z"),
              ElementsAre("2025-03-07T14:30:00Z", "2025-03-07T21:00:00Z",   // winter
                          "2025-03-10T13:30:00Z", "2025-03-10T20:00:00Z"))  // summer
      << "clocks went forward on 9 March";
}

TEST(TradingWindows, AreOpenTwiceInTheHourThatExistsTwice) {
  const auto berlin = windows_of("Europe/Berlin", {"daily 02:00-02:30"});
  EXPECT_THAT(flips(berlin, "2025-10-25T12:00:00Z", "2025-10-26T12:00:00Z"),
              ElementsAre("2025-10-26T00:00:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:00:00Z",
                          "2025-10-26T01:30:00Z"));
  const auto across = windows_of("Europe/Berlin", {"daily 01:00-02:30"});
  EXPECT_THAT(flips(across, "2025-10-25T12:00:00Z", "2025-10-26T12:00:00Z"),
              ElementsAre("2025-10-25T23:00:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:00:00Z",
                          "2025-10-26T01:30:00Z"));
  const auto new_york = windows_of("America/New_York", {"daily 01:30-04:00"});
  EXPECT_THAT(flips(new_york, "2025-11-02T00:00:00Z", "2025-11-02T12:00:00Z"),
              ElementsAre("2025-11-02T05:30:00Z", "2025-11-02T06:00:00Z", "2025-11-02T06:30:00Z",
                          "2025-11-02T09:00:00Z"));
}

TEST(TradingWindows, SkipTheHourThatDoesNotExist) {
  const auto within = windows_of("Europe/Berlin", {"daily 02:00-02:30"});
  EXPECT_THAT(flips(within, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z"),
              ElementsAre("2025-03-31T00:00:00Z", "2025-03-31T00:30:00Z"));
  const auto across = windows_of("Europe/Berlin", {"daily 02:30-03:30"});
  EXPECT_THAT(flips(across, "2025-03-29T12:00:00Z", "2025-03-30T12:00:00Z"),
              ElementsAre("2025-03-30T01:00:00Z", "2025-03-30T01:30:00Z"));
}

TEST(TradingWindows, KnowZonesThatAreHalfAnHourOff) {
  const auto windows = windows_of("Asia/Kolkata", {"mon-fri 09:15-15:30"});
  EXPECT_THAT(flips(windows, "2025-06-02T00:00:00Z", "2025-06-03T00:00:00Z"),
              ElementsAre("2025-06-02T03:45:00Z", "2025-06-02T10:00:00Z"));
}

TEST(TradingWindows, TellOfEveryChangeThatThereIs) {
  for (const auto* zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
                           "Pacific/Apia", "America/St_Johns"}) {
    for (const auto& windows :
         {windows_of(zone, {"mon-fri 09:30-16:00", "sun 23:45-00:15"}),
          windows_of(zone, {"daily 01:15-02:45"}), windows_of(zone, {"fri-sun 02:00-01:30"}, {"2025-03-30"}),
          windows_of(zone, {"sat,sun 00:00-24:00"}, {"2025-11-01 02:30-03:00,22:00-05:00"})}) {
      for (const auto& [from, to] : {std::pair("2025-03-05T00:00:00Z", "2025-04-10T00:00:00Z"),
                                     std::pair("2025-09-25T00:00:00Z", "2025-11-06T00:00:00Z")}) {
        const auto told = flips(windows, from, to);
        EXPECT_EQ(told, scanned(windows, from, to)) << zone << " from " << from;
        EXPECT_FALSE(told.empty());
      }
    }
  }
}

TEST(TimeZone, RefusesWhatIsNoneAndSaysWhatWasMeant) {
  const auto zone = TimeZone::find("Europe/Belrin");
  ASSERT_FALSE(zone);
  EXPECT_EQ(zone.error().kind, ErrorKind::usage);
  EXPECT_THAT(zone.error().message, HasSubstr("found \"Europe/Belrin\"; did you mean 'Europe/Berlin'?"));
  EXPECT_FALSE(TimeZone::find(""));
}

struct BadLine {
  std::string_view text;
  std::string_view message;
};

TEST(WindowRules, RefuseWhatIsNoWindow) {
  for (const auto& [text, message] : {
           BadLine{"", "expected days and hours"},
           BadLine{"mon-fri", "expected days and hours"},
           BadLine{"mon  09:00-10:00", "expected days and hours"},
           BadLine{"mom 09:00-10:00", "found \"mom\"; did you mean 'mon'?"},
           BadLine{"mon-fri-sun 09:00-10:00", "expected days such as"},
           BadLine{"mon-daily 09:00-10:00", "expected days such as"},
           BadLine{"mon 9:00-10:00", "expected hours such as"},
           BadLine{"mon 09:00", "expected hours such as"},
           BadLine{"mon 09:60-10:00", "expected hours such as"},
           BadLine{"mon 09:00-24:01", "expected hours such as"},
           BadLine{"mon 24:00-01:00", "expected hours such as"},
           BadLine{"mon 09:00-10:00,", "expected hours such as"},
           BadLine{"mon 09:00-09:00", "a whole day is 00:00-24:00"},
       }) {
    WindowRules rules;
    const auto added = add_window(rules, text);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().kind, ErrorKind::usage);
    EXPECT_THAT(added.error().message, HasSubstr(message));
  }
}

TEST(WindowRules, RefuseWhatIsNoHoliday) {
  WindowRules rules;
  for (const auto* text :
       {"", "25.12.2025", "2025-02-30", "2025-12-25T00:00:00Z", "2025-12-25 ", "christmas"})
    EXPECT_FALSE(add_holiday(rules, text)) << text;
  EXPECT_THAT(rules.exceptions, IsEmpty());
  ASSERT_TRUE(add_holiday(rules, "2025-12-25"));
  const auto twice = add_holiday(rules, "2025-12-25 09:00-10:00");
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("expected each date once, found \"2025-12-25\""));
}

TEST(WindowRules, DaysGoAroundTheWeek) {
  WindowRules rules;
  ASSERT_TRUE(add_window(rules, "sat-mon 09:00-10:00"));
  ASSERT_TRUE(add_window(rules, "wed 09:00-12:00,13:00-17:00"));
  EXPECT_THAT(rules.week[0], ElementsAre(Hours{540, 600}));
  EXPECT_THAT(rules.week[1], IsEmpty());
  EXPECT_THAT(rules.week[2], ElementsAre(Hours{540, 720}, Hours{780, 1020}));
  EXPECT_THAT(rules.week[5], ElementsAre(Hours{540, 600}));
  EXPECT_THAT(rules.week[6], ElementsAre(Hours{540, 600}));
}

}  // namespace
}  // namespace kontor::calendar
