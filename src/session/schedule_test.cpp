#include "session/schedule.hpp"

#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using calendar::OnStop;
using calendar::Schedule;
using calendar::TimeZone;
using calendar::TradingWindows;
using calendar::WindowRules;

TimeNs instant(std::string_view text) { return parse_time(text).value(); }

Schedule schedule_with(std::initializer_list<std::string_view> lines) {
  WindowRules rules;
  for (const auto line : lines) EXPECT_TRUE(add_window(rules, line));
  return {TradingWindows(TimeZone::find("UTC").value(), rules)};
}
Schedule always_open() { return {TradingWindows(TimeZone::find("UTC").value(), WindowRules::always())}; }

const TimeNs kBegun = instant("2025-06-02T08:00:00Z");  // a Monday

void expect_word(ScheduleClock& clock, std::string_view at, TradingState state, TradingReason reason,
                 bool ends = false) {
  const ScheduleWord word = clock.at(instant(at));
  EXPECT_EQ(word.trading.state, state) << at;
  EXPECT_EQ(word.trading.reason, reason) << at;
  EXPECT_EQ(word.ends, ends) << at;
}

TEST(ScheduleClock, RestrictsOutsideTheWindows) {
  ScheduleClock clock(schedule_with({"mon-fri 09:30-16:00"}), kBegun);
  const auto check = [&] {
    expect_word(clock, "2025-06-02T08:00:00Z", TradingState::restricted, TradingReason::window_closed);
    expect_word(clock, "2025-06-02T09:30:00Z", TradingState::running, TradingReason::window_opened);
    expect_word(clock, "2025-06-02T15:59:59Z", TradingState::running, TradingReason::window_opened);
    expect_word(clock, "2025-06-02T16:00:00Z", TradingState::restricted, TradingReason::window_closed);
    expect_word(clock, "2025-06-09T09:31:00Z", TradingState::running, TradingReason::window_opened);
  };
  check();
  check();  // from the future back: what it says depends on the instant alone
}

TEST(ScheduleClock, WaitsForItsStart) {
  Schedule schedule = schedule_with({"mon 00:00-12:00"});
  schedule.start = instant("2025-06-02T10:00:00Z");
  ScheduleClock clock(schedule, kBegun);
  expect_word(clock, "2025-06-02T09:59:59Z", TradingState::restricted, TradingReason::before_start);
  expect_word(clock, "2025-06-02T10:00:00Z", TradingState::running, TradingReason::window_opened);
  expect_word(clock, "2025-06-02T12:00:00Z", TradingState::restricted, TradingReason::window_closed);
}

TEST(ScheduleClock, EndsAtItsStopTimeInTheWayThatItIsTold) {
  for (const auto& [on_stop, state] :
       {std::pair(OnStop::keep, TradingState::restricted), std::pair(OnStop::cancel, TradingState::halted),
        std::pair(OnStop::flatten, TradingState::flattening)}) {
    Schedule schedule = always_open();
    schedule.stop = instant("2025-06-02T12:00:00Z");
    schedule.on_stop = on_stop;
    ScheduleClock clock(schedule, kBegun);
    expect_word(clock, "2025-06-02T11:59:59Z", TradingState::running, TradingReason::window_opened);
    expect_word(clock, "2025-06-02T12:00:00Z", state, TradingReason::stop_time, true);
    expect_word(clock, "2026-01-01T00:00:00Z", state, TradingReason::stop_time, true);
  }
}

TEST(ScheduleClock, EndsAfterItsMaximumDurationOrAtTheStopTimeWhicheverIsEarlier) {
  Schedule schedule = always_open();
  schedule.max_duration = 2 * kHour;
  ScheduleClock alone(schedule, kBegun);
  expect_word(alone, "2025-06-02T09:59:59Z", TradingState::running, TradingReason::window_opened);
  expect_word(alone, "2025-06-02T10:00:00Z", TradingState::restricted, TradingReason::max_duration, true);
  schedule.stop = instant("2025-06-02T09:00:00Z");
  ScheduleClock both(schedule, kBegun);
  expect_word(both, "2025-06-02T09:30:00Z", TradingState::restricted, TradingReason::stop_time, true);
}

TEST(ScheduleClock, TellsSinceWhenItsWordHolds) {
  ScheduleClock clock(schedule_with({"mon-fri 09:30-16:00"}), kBegun);
  const auto since = [&](std::string_view before, std::string_view now) {
    return format_time(clock.since(instant(before), instant(now)));
  };
  EXPECT_EQ(since("2025-06-02T15:59:00Z", "2025-06-02T16:00:00Z"), "2025-06-02T16:00:00Z");
  EXPECT_EQ(since("2025-06-02T15:59:00Z", "2025-06-02T16:05:00Z"), "2025-06-02T16:00:00Z");
  EXPECT_EQ(since("2025-06-02T16:01:00Z", "2025-06-02T16:05:00Z"), "2025-06-02T16:01:00Z") << "all the time";
  EXPECT_EQ(since("2025-06-02T15:00:00Z", "2025-06-04T17:00:00Z"), "2025-06-04T16:00:00Z") << "the last time";
  EXPECT_EQ(since("2025-06-06T15:00:00Z", "2025-06-09T10:00:00Z"), "2025-06-09T09:30:00Z");
}

}  // namespace
}  // namespace kontor::session
