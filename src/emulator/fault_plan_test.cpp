#include "emulator/fault_plan.hpp"

#include <gtest/gtest.h>

namespace kontor::emulator {
namespace {

TEST(FaultPlan, WithoutAPlanEverythingProceeds) {
  FaultPlan plan(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(plan.before_request(i, true).action, RequestAction::proceed);
    EXPECT_EQ(plan.after_acceptance(), ReplyAction::send);
    EXPECT_EQ(plan.private_message().action, MessageAction::send);
    EXPECT_EQ(plan.market_message().action, MessageAction::send);
    EXPECT_EQ(plan.socket_tick(), SocketAction::none);
  }
  EXPECT_EQ(plan.clock_skew_ns(), 0);
  EXPECT_EQ(plan.next_due(), kTimeMax);
}

TEST(FaultPlan, EveryKindStrikesAtItsPlaceAndIsCounted) {
  FaultPlan plan(1);
  const auto with = [&](std::string_view text) -> FaultPlan& {
    EXPECT_TRUE(plan.set(text, 0)) << text;
    return plan;
  };
  EXPECT_EQ(with("http_429=1").before_request(0, false).action, RequestAction::too_many_requests);
  EXPECT_EQ(with("http_418=1").before_request(0, false).action, RequestAction::ban);
  EXPECT_EQ(with("http_5xx=1").before_request(0, false).action, RequestAction::server_error);
  EXPECT_EQ(with("drop_request=1").before_request(0, false).action, RequestAction::close_connection);
  EXPECT_EQ(with("hang_request=1").before_request(0, false).action, RequestAction::hang);
  EXPECT_EQ(with("html_reply=1").before_request(0, false).action, RequestAction::html_error);
  EXPECT_EQ(with("reject=1").before_request(0, true).action, RequestAction::reject_order);
  EXPECT_EQ(plan.before_request(0, false).action, RequestAction::proceed);
  EXPECT_EQ(with("accept_then_503=1").after_acceptance(), ReplyAction::server_error);
  EXPECT_EQ(plan.reply(), ReplyAction::send);
  EXPECT_EQ(with("accept_then_drop=1").after_acceptance(), ReplyAction::close_connection);
  EXPECT_EQ(with("accept_then_hang=1").after_acceptance(), ReplyAction::hang);
  EXPECT_EQ(with("truncated_reply=1").reply(), ReplyAction::truncate);
  EXPECT_EQ(with("drop_private=1").private_message().action, MessageAction::drop);
  EXPECT_EQ(with("duplicate_private=1").private_message().action, MessageAction::duplicate);
  EXPECT_EQ(with("late_private=1").private_message().action, MessageAction::delay);
  EXPECT_EQ(with("reorder_private=1").private_message().action, MessageAction::reorder);
  EXPECT_EQ(with("gap=1").market_message().action, MessageAction::drop);
  EXPECT_EQ(with("duplicate_market=1").market_message().action, MessageAction::duplicate);
  EXPECT_GT(with("late_market=1").market_message().delay_ns, 0);
  EXPECT_EQ(with("stale_socket=1").socket_tick(), SocketAction::go_silent);
  EXPECT_EQ(with("close_socket=1").socket_tick(), SocketAction::close);
  EXPECT_EQ(with("cut_socket=1").socket_tick(), SocketAction::cut);
  EXPECT_EQ(with("listen_key_expiry=1").socket_tick(), SocketAction::expire_listen_key);
  EXPECT_EQ(plan.count(FaultKind::http_429), 1U);
  EXPECT_EQ(plan.count(FaultKind::listen_key_expiry), 1U);
  EXPECT_EQ(plan.count(FaultKind::reject), 1U);
}

TEST(FaultPlan, ChancesAreWhatTheySayAndTheSameForTheSameSeed) {
  const auto strikes = [](std::uint64_t seed) {
    FaultPlan plan(seed);
    EXPECT_TRUE(plan.set("http_429=0.1,latency_ms=5-20", 0));
    std::vector<bool> struck;
    for (int i = 0; i < 10'000; ++i) {
      const RequestFault fault = plan.before_request(0, false);
      EXPECT_GE(fault.delay_ns, 5 * kMillisecond);
      EXPECT_LE(fault.delay_ns, 20 * kMillisecond);
      struck.push_back(fault.action == RequestAction::too_many_requests);
    }
    return struck;
  };
  const auto first = strikes(1);
  const auto count = std::count(first.begin(), first.end(), true);
  EXPECT_GT(count, 850);
  EXPECT_LT(count, 1'150);
  EXPECT_EQ(first, strikes(1));
  EXPECT_NE(first, strikes(2));
}

TEST(FaultPlan, MaintenanceClosesTheVenueForItsTime) {
  FaultPlan plan(1);
  ASSERT_TRUE(plan.set("maintenance=30s@2m", kHour));
  EXPECT_EQ(plan.maintenance_left_ns(kHour + 2 * kMinute - 1), 0);
  EXPECT_EQ(plan.maintenance_left_ns(kHour + 2 * kMinute), 30 * kSecond);
  const RequestFault fault = plan.before_request(kHour + 2 * kMinute + 10 * kSecond, false);
  EXPECT_EQ(fault.action, RequestAction::maintenance);
  EXPECT_EQ(fault.retry_after_ns, 20 * kSecond);
  EXPECT_EQ(plan.before_request(kHour + 2 * kMinute + 30 * kSecond, false).action, RequestAction::proceed);
}

TEST(FaultPlan, WhatIsScheduledComesOnceAtItsTime) {
  FaultPlan plan(1);
  ASSERT_TRUE(plan.set(" delist=SOLUSDT@1m , clock_skew_ms=-1500 ", kHour));
  EXPECT_EQ(plan.clock_skew_ns(), -1'500 * kMillisecond);
  EXPECT_EQ(plan.next_due(), kHour + kMinute);
  EXPECT_TRUE(plan.take_due(kHour + kMinute - 1).empty());
  const auto due = plan.take_due(kHour + kMinute);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].symbol, "SOLUSDT");
  EXPECT_TRUE(plan.take_due(kHour + kDay).empty());
}

TEST(FaultPlan, AWrongTextIsAnErrorThatNamesTheItemAndChangesNothing) {
  FaultPlan plan(1);
  ASSERT_TRUE(plan.set("http_429=1", 0));
  for (const std::string_view text : {"http_430=1",
                                      "http_429",
                                      "http_429=",
                                      "=1",
                                      "http_429=1.5",
                                      "http_429=-0.1",
                                      "http_429=x",
                                      "latency_ms=20-5",
                                      "latency_ms=a",
                                      "latency_ms=1-",
                                      "clock_skew_ms=1e99",
                                      "clock_skew_ms=-9223372036854775808",
                                      "maintenance=@1m",
                                      "maintenance=30s@soon",
                                      "maintenance=106751d@1m",
                                      "delist=SOLUSDT@106751d",
                                      "maintenance=1",
                                      "delist=@1m",
                                      "delist=SOLUSDT@",
                                      "seed=x",
                                      "http_429=1,,gap=1",
                                      "latency=1"}) {
    const auto done = plan.set(text, 0);
    ASSERT_FALSE(done) << text;
    EXPECT_NE(done.error().message.find("found '"), std::string::npos);
    EXPECT_EQ(plan.text(), "http_429=1");
    EXPECT_EQ(plan.before_request(0, false).action, RequestAction::too_many_requests);
  }
  ASSERT_TRUE(plan.set("none", 0));
  EXPECT_EQ(plan.before_request(0, false).action, RequestAction::proceed);
}

}  // namespace
}  // namespace kontor::emulator
