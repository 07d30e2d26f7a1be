#include "session/live_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/live_session_test_support.hpp"
#include "session/replay.hpp"

namespace kontor::session {
namespace {

using kontor::test::decimal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using test::kCoin;
using test::kStart;
using test::LiveSessionTest;

TEST_F(LiveSessionTest, TakesNoRiskBeforeBooksAndVenueAgree) {
  open();
  ASSERT_TRUE(session_->begin(now_));
  EXPECT_THAT(venue_.looks, SizeIs(1));
  trade(1);
  EXPECT_THAT(venue_.sent, IsEmpty());
  agree("10000", "0");
  EXPECT_EQ(agreement(), Agreement::equal);
  trade(1);
  EXPECT_THAT(venue_.sent, SizeIs(1));
}

TEST_F(LiveSessionTest, AsksWhatBecameOfAnOrderThatNobodyAnswers) {
  begin();
  trade(1);
  pass(1'900 * kMillisecond);
  EXPECT_THAT(venue_.asked, IsEmpty());
  pass(200 * kMillisecond);
  EXPECT_THAT(venue_.asked, ElementsAre(1));
  EXPECT_EQ(order(1)->status, OrderStatus::unknown);
  tell(venue::OrderAnswer{OrderId(1), now_, open_order(1)});
  EXPECT_EQ(order(1)->status, OrderStatus::acknowledged);
  EXPECT_TRUE(session_->open_matters().empty());
}

TEST_F(LiveSessionTest, AnUnknownOrderIsGivenUpOnlyWhenItCannotArriveAnyMore) {
  begin();
  trade(1);
  pass(4 * kSecond);
  tell(venue::OrderAnswer{OrderId(1), now_, std::nullopt});
  EXPECT_EQ(order(1)->status, OrderStatus::unknown) << "its request is still valid";
  pass(10 * kSecond);
  tell(venue::OrderAnswer{OrderId(1), now_, std::nullopt});
  EXPECT_EQ(order(1)->status, OrderStatus::rejected);
  EXPECT_EQ(order(1)->reason, RejectReason::never_arrived);
  EXPECT_THAT(venue_.sent, SizeIs(1)) << "nothing was sent again";
}

TEST_F(LiveSessionTest, ARefusedRequestIsProvenAtOnce) {
  begin();
  trade(1);
  tell(venue::RequestFailed{OrderId(1), venue::Failure::refused});
  EXPECT_EQ(order(1)->status, OrderStatus::rejected);
  EXPECT_EQ(order(1)->reason, RejectReason::venue_unavailable);
}

TEST_F(LiveSessionTest, ACancelThatIsLostLeavesTheOrderWorking) {
  begin();
  trade(1);
  report(OrderAccepted{OrderId(1)});
  trade(2);
  EXPECT_EQ(order(1)->status, OrderStatus::pending_cancel);
  pass(12 * kSecond);
  tell(venue::OrderAnswer{OrderId(1), now_, open_order(1)});
  EXPECT_EQ(order(1)->status, OrderStatus::acknowledged);
}

TEST_F(LiveSessionTest, FillsThatWereLostComeWithTheNextLook) {
  begin();
  trade(1);
  report(OrderAccepted{OrderId(1)});
  const Fill lost = fill(1, 500, "0.1");
  pass(kMinute + kSecond);
  ASSERT_GE(venue_.looks.size(), 2U);
  agree("9990", "0.1", {}, {lost});
  EXPECT_EQ(order(1)->status, OrderStatus::filled);
  EXPECT_EQ(agreement(), Agreement::equal);
  report(lost);
  EXPECT_EQ(session_->engine().state().portfolio.position(kCoin).quantity, lost.quantity) << "booked once";
}

TEST_F(LiveSessionTest, WhatDiffersLookAfterLookStopsNewRiskUntilItIsEqual) {
  begin();
  for (int i = 0; i < 4; ++i) {
    pass(kMinute);
    agree("9000", "0");
  }
  EXPECT_EQ(agreement(), Agreement::different);
  ASSERT_THAT(session_->differences(), SizeIs(1));
  EXPECT_EQ(session_->differences().front().what, "balance USDT");
  trade(1);
  EXPECT_THAT(venue_.sent, IsEmpty());
  pass(2 * kSecond);
  agree("10000", "0");
  EXPECT_EQ(agreement(), Agreement::equal);
}

TEST_F(LiveSessionTest, OneLookThatDiffersMayBeAMessageUnderWay) {
  begin();
  pass(kMinute + kSecond);
  agree("9990", "0");
  EXPECT_EQ(agreement(), Agreement::equal);
}

venue::OrderState order_by_hand() {
  venue::OrderState order;
  order.venue_id = "by-hand";
  order.quantity = RawQuantity(2'000);
  order.limit_price = RawPrice(9'000);
  order.type = OrderType::limit;
  return order;
}

TEST_F(LiveSessionTest, OrdersThatAreNotOursAreToldOnceAndLeftAlone) {
  begin();
  const auto events = session_->events();
  pass(kMinute);
  agree("10000", "0", {order_by_hand()});
  EXPECT_EQ(session_->events(), events + 1);
  EXPECT_EQ(agreement(), Agreement::equal);
  pass(kMinute);
  agree("10000", "0", {order_by_hand()});
  EXPECT_EQ(session_->events(), events + 1);
  EXPECT_TRUE(venue_.withdrawn.empty());
}

TEST_F(LiveSessionTest, OrdersThatAreNotOursAreWithdrawnUntilTheyAreGoneWhereThatIsWanted) {
  foreign_orders_ = ForeignOrderPolicy::cancel;
  begin();
  for (int i = 0; i < 2; ++i) {
    pass(kMinute);
    agree("10000", "0", {order_by_hand()});
  }
  pass(kMinute);
  agree("10000", "0");
  EXPECT_THAT(venue_.withdrawn, ElementsAre("by-hand", "by-hand"));
}

TEST_F(LiveSessionTest, AfterASilenceItComparesBeforeItGoesOn) {
  begin();
  tell(venue::ConnectionChanged{false});
  EXPECT_EQ(agreement(), Agreement::pending);
  trade(1);
  EXPECT_THAT(venue_.sent, IsEmpty());
  const std::size_t looks = venue_.looks.size();
  tell(venue::ConnectionChanged{true});
  EXPECT_EQ(venue_.looks.size(), looks + 1);
  agree("10000", "0");
  trade(1);
  EXPECT_THAT(venue_.sent, SizeIs(1));
}

TEST_F(LiveSessionTest, AfterARestartNothingIsSentAgainAndEverythingIsAskedFor) {
  begin();
  trade(1);
  ASSERT_THAT(venue_.sent, SizeIs(1));
  session_.reset();
  files_.restart(journal::Loss::all);
  open();
  EXPECT_THAT(venue_.sent, SizeIs(1));
  ASSERT_NE(order(1), nullptr) << "what left was durable";
  now_ += kMinute;
  ASSERT_TRUE(session_->begin(now_));
  pass(0);
  EXPECT_THAT(venue_.asked, ElementsAre(1));
  EXPECT_EQ(order(1)->status, OrderStatus::unknown);
  tell(venue::OrderAnswer{OrderId(1), now_, std::nullopt});
  EXPECT_EQ(order(1)->status, OrderStatus::rejected);
  agree("10000", "0");
  trade(1);
  ASSERT_THAT(venue_.sent, SizeIs(2));
  EXPECT_EQ(std::get<NewOrder>(venue_.sent[1]).id, OrderId(2 + LiveSession::kIdsAtRisk))
      << "what was given and not recorded is not known";
}

TEST_F(LiveSessionTest, ItsOwnTimeNeverGoesBack) {
  begin();
  trade(1);
  const TimeNs before = session_->now();
  ASSERT_TRUE(session_->take(venue::ReportReceived{OrderAccepted{OrderId(1)}, now_ + 1}, now_ - kHour));
  EXPECT_EQ(session_->now(), before);
  EXPECT_EQ(order(1)->status, OrderStatus::acknowledged);
}

TEST_F(LiveSessionTest, ABreakerPausesItAndAnOperatorsWordLetsItRunAgain) {
  breakers_.error_burst = {.threshold = 1, .action = BreakerLevel::restricted, .cooldown = kHour};
  begin();
  pass(kSecond);
  trade(1);
  report(OrderRejected{OrderId(1), RejectReason::insufficient_balance});
  EXPECT_EQ(session_->engine().state().trading_of_account(), TradingState::restricted);
  trade(1);
  EXPECT_THAT(venue_.sent, SizeIs(1));
  ASSERT_TRUE(session_->set_trading(TradingState::running, now_));
  EXPECT_EQ(session_->engine().state().trading_of_account(), TradingState::running);
  trade(1);
  EXPECT_THAT(venue_.sent, SizeIs(2));
}

TEST_F(LiveSessionTest, ItsScheduleHoldsAndEndsIt) {
  schedule_ = calendar::Schedule{{calendar::TimeZone::find("UTC").value(), calendar::WindowRules::always()}};
  schedule_->start = kStart + 30 * kSecond;
  schedule_->max_duration = kMinute;
  schedule_->on_stop = calendar::OnStop::cancel;
  begin();
  trade(1);
  EXPECT_THAT(venue_.sent, IsEmpty()) << "it is before its start";
  pass(40 * kSecond);
  agree("10000", "0");
  trade(1);
  ASSERT_THAT(venue_.sent, SizeIs(1));
  ASSERT_EQ(order(2)->status, OrderStatus::sent) << "the refusal took a number";
  report(OrderAccepted{OrderId(2)});
  EXPECT_FALSE(session_->over());
  open();  // the time that it has run so far counts after a restart
  ASSERT_TRUE(session_->begin(now_));
  pass(25 * kSecond);
  EXPECT_EQ(session_->over(), TradingReason::max_duration);
  EXPECT_EQ(session_->engine().state().schedule, TradingState::halted);
  EXPECT_EQ(order(2)->status, OrderStatus::unknown) << "the restart has lost the venue's answer";
  EXPECT_THAT(venue_.sent, SizeIs(1));
  tell(venue::OrderAnswer{OrderId(2), now_, open_order(2)});
  pass(3 * kSecond);
  trade(9);
  ASSERT_THAT(venue_.sent, SizeIs(2)) << "what turns out to work is withdrawn";
  EXPECT_TRUE(std::holds_alternative<CancelOrder>(venue_.sent.back()));
  report(CancelRejected{OrderId(2), RejectReason::venue_unavailable});
  pass(3 * kSecond);
  trade(9);
  EXPECT_THAT(venue_.sent, SizeIs(3)) << "again, where the venue did not do it";
  report(OrderCanceled{OrderId(2), {}});
  pass(3 * kSecond);
  trade(9);
  EXPECT_THAT(venue_.sent, SizeIs(3));
}

TEST_F(LiveSessionTest, SnapshotsAndTheRestComeToTheSameState) {
  snapshot_events_ = 3;
  begin();
  trade(1);
  report(OrderAccepted{OrderId(1)});
  pass(kMinute);
  report(fill(1, 500, "0.04"));
  ASSERT_TRUE(session_->close(now_, "the end"));
  const auto state = session_->engine().snapshot();
  open();
  EXPECT_EQ(session_->engine().snapshot(), state);
  engine::Engine fresh(engine_settings());
  const auto replayed = replay(files_, "sessions/live", fresh);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_TRUE(replayed->identical()) << replayed->difference;
  EXPECT_EQ(fresh.snapshot(), state);
}

}  // namespace
}  // namespace kontor::session
