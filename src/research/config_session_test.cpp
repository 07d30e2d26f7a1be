#include "research/config_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/config.hpp"

namespace kontor::research {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStrategy = R"(
[[strategy]]
type = "buy_and_hold"
instruments = ["BTCUSDT@venue"]
)";

Result<BacktestConfig> config_with(std::string_view session) {
  return parse_config(std::string(session) + std::string(kStrategy), "a.toml", {});
}

TEST(SessionConfig, NoTableIsNoSchedule) {
  const auto config = config_with("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->schedule);
  EXPECT_THAT(config->effective_toml, Not(HasSubstr("[session]")));
}

TEST(SessionConfig, AnEmptyTableIsAlwaysOpen) {
  const auto config = config_with("[session]\n");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_TRUE(config->schedule);
  EXPECT_TRUE(config->schedule->windows.is_open(0));
  EXPECT_EQ(config->schedule->windows.next_close(0), std::nullopt);
  EXPECT_EQ(config->schedule->on_stop, calendar::OnStop::keep);
  EXPECT_FALSE(config->schedule->start || config->schedule->stop || config->schedule->max_duration);
}

TEST(SessionConfig, ReadsEveryKeyAndReadsItBack) {
  const auto config = config_with(R"([session]
timezone = "America/New_York"
windows = ["mon-fri 09:30-16:00", "sun 18:00-02:00"]
holidays = ["2025-12-25", "2025-12-24 09:30-13:00"]
start = 2025-06-02
stop = "2025-12-31T00:00:00Z"
max_duration = "1000h"
on_stop = "flatten"
)");
  ASSERT_TRUE(config) << config.error().message;
  const auto again = parse_config(config->effective_toml, "b.toml", {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->effective_toml, config->effective_toml);
  for (const auto* one : {&*config, &*again}) {
    const auto& schedule = *one->schedule;
    EXPECT_EQ(schedule.windows.next_open(parse_time("2025-06-02T12:00:00Z").value()),
              parse_time("2025-06-02T13:30:00Z").value());
    EXPECT_EQ(schedule.windows.next_close(parse_time("2025-12-24T15:00:00Z").value()),
              parse_time("2025-12-24T18:00:00Z").value());
    EXPECT_EQ(schedule.start, parse_time("2025-06-02").value());
    EXPECT_EQ(schedule.stop, parse_time("2025-12-31").value());
    EXPECT_EQ(schedule.max_duration, 1000 * kHour);
    EXPECT_EQ(schedule.on_stop, calendar::OnStop::flatten);
  }
}

TEST(SessionConfig, NeverIsSaidInSoManyWords) {
  const auto config = config_with("[session]\nwindows = \"never\"\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->schedule->windows.next_open(0), std::nullopt);
}

struct Fault {
  std::string_view line;
  std::string_view message;
};

TEST(SessionConfig, FaultsHaveFileLineExpectedAndFound) {
  for (const auto& [line, message] : {
           Fault{"timezone = \"Europe/Belrin\"", "did you mean 'Europe/Berlin'?"},
           Fault{"windows = []", "expected \"always\", \"never\" or windows such as"},
           Fault{"windows = [\"mon-fri 9:30-16:00\"]", "expected hours such as 09:30-16:00"},
           Fault{"windows = [\"always\", \"mon 09:00-10:00\"]", "found \"always\""},
           Fault{"windows = 5", "integer 5"},
           Fault{"holidays = [\"christmas\"]", "expected a date such as 2025-12-25, found \"christmas\""},
           Fault{"start = \"soon\"", "expected a date or time"},
           Fault{"max_duration = \"0s\"", "max_duration"},
           Fault{"on_stop = \"flaten\"", "did you mean 'flatten'?"},
           Fault{"window = \"always\"", "windows"},
       }) {
    const auto config = config_with("[session]\n" + std::string(line) + "\n");
    ASSERT_FALSE(config) << line;
    EXPECT_EQ(config.error().kind, ErrorKind::usage);
    EXPECT_THAT(config.error().message, AllOf(HasSubstr("a.toml:2"), HasSubstr(message))) << line;
  }
  const auto order = config_with("[session]\nstart = 2025-06-02\nstop = 2025-06-01\n");
  ASSERT_FALSE(order);
  EXPECT_THAT(order.error().message, AllOf(HasSubstr("a.toml:3"), HasSubstr("expected a time after start")));
}

}  // namespace
}  // namespace kontor::research
