#include "session/session_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log_stream.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Pair = std::pair<std::string, std::string>;

class SessionLogTest : public testing::Test {
 protected:
  static LoggedEvent refusal(std::string reason) {
    LoggedEvent event;
    event.type = EventType::risk_decision;
    event.level = EventLevel::warning;
    event.component = "risk";
    event.status = "refused";
    event.message = "BTCUSDT@venue: refused, " + reason;
    event.correlation = "event:5";
    event.details = {{"strategy", std::int64_t{1}}, {"reasons", std::vector<std::string>{std::move(reason)}}};
    return event;
  }
  static LoggedEvent event_of(EventType type, EventLevel level = EventLevel::info) {
    LoggedEvent event;
    event.type = type;
    event.level = level;
    event.component = "session";
    event.message = std::string(name_of(type));
    return event;
  }
  std::vector<LogEntry> entries() {
    log_->flush();
    LogStream stream(folder_.path());
    auto page = stream.follow(0);
    return page ? std::move(page->entries) : std::vector<LogEntry>();
  }
  std::vector<std::string> messages() {
    std::vector<std::string> all;
    for (const auto& entry : entries()) all.push_back(entry.message);
    return all;
  }

  kontor::test::TemporaryFolder folder_;
  TimeNs now_ = 0;
  std::unique_ptr<Log> log_ = Log::open(folder_.path().string(), {}, {}).value();
  SessionLog session_{*log_, [this] { return now_; }};
};

TEST_F(SessionLogTest, WhatAnEventTellsIsInTheRecord) {
  session_.hear(refusal("cooldown"));
  const auto all = entries();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].component, "risk");
  EXPECT_EQ(all[0].level, LogLevel::warning);
  EXPECT_EQ(all[0].correlation, "event:5");
  EXPECT_THAT(all[0].fields, testing::IsSupersetOf({Pair("strategy", "1"), Pair("reasons", "cooldown"),
                                                    Pair("status", "refused")}));
}

TEST_F(SessionLogTest, WhatRepeatsIsToldOnceAMinuteWithItsNumber) {
  for (int i = 0; i < 5; ++i) session_.hear(refusal("cooldown"));
  session_.hear(refusal("max_notional"));
  EXPECT_EQ(entries().size(), 2U);
  now_ += kMinute;
  session_.hear(refusal("cooldown"));
  const auto all = entries();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_THAT(all[2].fields, testing::Contains(Pair("repeated", "4")));
  session_.hear(refusal("cooldown"));
  session_.end();
  EXPECT_THAT(entries().back().fields, testing::Contains(Pair("repeated", "1")));
}

TEST_F(SessionLogTest, NothingThatComesWithEveryBarOrOrderIsInfo) {
  for (const auto type :
       {EventType::order_submitted, EventType::fill, EventType::position_changed, EventType::heartbeat,
        EventType::checkpoint, EventType::summary_updated, EventType::signal})
    session_.hear(event_of(type));
  session_.hear(event_of(EventType::phase_start));
  session_.hear(event_of(EventType::heartbeat, EventLevel::warning));
  EXPECT_THAT(messages(), ElementsAre("phase_start", "heartbeat"));
  ASSERT_TRUE(log_->set_level("debug"));
  session_.hear(event_of(EventType::fill));
  EXPECT_EQ(messages().back(), "fill");
}

TEST_F(SessionLogTest, ConnectionsAndTheClockAreToldWhereTheyMatter) {
  session_.hear(ConnectionChanged{Connection::market_data, false});
  session_.hear(ConnectionChanged{Connection::market_data, true});
  session_.hear(ClockOffsetMeasured{5 * kMillisecond});
  session_.hear(ClockOffsetMeasured{-2 * kSecond});
  const auto all = entries();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].level, LogLevel::warning);
  EXPECT_EQ(all[1].level, LogLevel::info);
  EXPECT_THAT(all[2].fields, ElementsAre(Pair("offset_ms", "-2000")));
}

TEST_F(SessionLogTest, WhoAsksForWhatIsTold) {
  const Peer peer{4711, 0};
  session_.heard({Request::none}, peer);
  session_.heard({Request::pause, "lunch"}, peer);
  Demand level;
  level.log_level = "risk=debug";
  session_.heard(level, peer);
  const auto all = entries();
  ASSERT_EQ(all.size(), 2U) << "a look is debug";
  EXPECT_THAT(all[0].fields, ElementsAre(Pair("request", "pause"), Pair("user", "root"),
                                         Pair("process", "4711"), Pair("reason", "lunch")));
  EXPECT_EQ(all[1].fields[0].second, "log risk=debug");
}

TEST(RepeatFilter, ForgetsRatherThanGrows) {
  RepeatFilter filter;
  for (std::size_t i = 0; i <= RepeatFilter::kMostKnown; ++i)
    EXPECT_TRUE(filter.look(std::to_string(i), 0).is_told);
  EXPECT_TRUE(filter.look("0", 1).is_told);
  EXPECT_FALSE(filter.look("0", 2).is_told);
}

}  // namespace
}  // namespace kontor::session
