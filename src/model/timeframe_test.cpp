#include "model/timeframe.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor {
namespace {

TimeNs time(std::string_view text) { return parse_time(text).value(); }

TEST(Timeframe, ReadsAndWritesItsName) {
  for (const auto* name : {"1s", "15s", "1m", "5m", "90m", "1h", "4h", "12h", "1d", "3d", "1w"}) {
    EXPECT_EQ(Timeframe::parse(name).value().format(), name);
  }
  EXPECT_EQ(Timeframe::parse("60m").value().format(), "1h");
  EXPECT_EQ(Timeframe::parse("7d").value().format(), "1w");
  EXPECT_EQ(Timeframe::parse("60000ms").value().format(), "1m");
  EXPECT_EQ(Timeframe::parse("90s").value().format(), "90s");
}

TEST(Timeframe, RefusesWhatIsNoTimeframe) {
  for (const auto* text : {"", "m", "0m", "-1m", "500ms", "1500ms", "2w", "8d", "1M", "1x", "99999999999w"}) {
    const auto parsed = Timeframe::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  }
}

TEST(Timeframe, AlignsBarsToMidnightAndWeeksToMonday) {
  const TimeNs wednesday = time("2025-05-07T15:33:07.5Z");
  const auto open = [&](std::string_view name) {
    return format_time(Timeframe::parse(name)->open_of(wednesday));
  };
  EXPECT_EQ(open("1s"), "2025-05-07T15:33:07Z");
  EXPECT_EQ(open("5m"), "2025-05-07T15:30:00Z");
  EXPECT_EQ(open("4h"), "2025-05-07T12:00:00Z");
  EXPECT_EQ(open("1d"), "2025-05-07T00:00:00Z");
  EXPECT_EQ(open("1w"), "2025-05-05T00:00:00Z");
}

TEST(Timeframe, ABarHoldsItsOpenAndNotItsEnd) {
  Prng prng(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto* name = std::array{"1s", "1m", "3m", "1h", "4h", "1d", "3d", "1w"}.at(prng.below(8));
    const Timeframe timeframe = Timeframe::parse(name).value();
    const TimeNs now = static_cast<TimeNs>(prng.next() >> 2U) - (TimeNs{1} << 61U);
    const TimeNs open = timeframe.open_of(now);
    ASSERT_LE(open, now);
    ASSERT_GT(open + timeframe.period_ns, now);
    ASSERT_EQ(timeframe.open_of(open), open);
    ASSERT_EQ(timeframe.open_of(open + timeframe.period_ns), open + timeframe.period_ns);
    ASSERT_EQ(timeframe.open_of(open - 1), open - timeframe.period_ns);
  }
}

}  // namespace
}  // namespace kontor
