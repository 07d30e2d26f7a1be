#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/live_session_test_support.hpp"
#include "session/replay.hpp"
#include "session/session_events.hpp"

namespace kontor::session {
namespace {

using journal::Loss;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kLiveFolder = "sessions/live";

/// A live session whose disk fails and is mended.
class LiveSessionDisk : public test::LiveSessionTest {
 protected:
  /// Holds 0.1 as order 1, which is filled.
  void hold() {
    begin();
    pass(kSecond);
    trade(1);
    report(OrderAccepted{OrderId(1)});
    report(fill(1, 500, "0.1"));
    ASSERT_EQ(order(1)->status, OrderStatus::filled);
  }
  [[nodiscard]] bool knows_failure() const { return session_->engine().state().disk_failed_at.has_value(); }
  [[nodiscard]] std::vector<std::uint64_t> ordered() const {
    std::vector<std::uint64_t> ids;
    for (const auto& body : venue_.sent) {
      if (const auto* order = std::get_if<NewOrder>(&body)) ids.push_back(order->id.value);
    }
    return ids;
  }
  [[nodiscard]] std::vector<std::uint64_t> canceled() const {
    std::vector<std::uint64_t> ids;
    for (const auto& body : venue_.sent) {
      if (const auto* cancel = std::get_if<CancelOrder>(&body)) ids.push_back(cancel->id.value);
    }
    return ids;
  }
  /// How often the file of events tells of each type; their numbers have no gap.
  std::map<EventType, int> told() {
    std::map<EventType, int> types;
    std::uint64_t last = 0;
    const auto read = for_each_event_line(files_, kLiveFolder,
                                          [&](std::string_view line, const EventPlace&) -> Result<void> {
                                            TRY(const auto event, parse_line(line));
                                            EXPECT_EQ(event.seq, ++last);
                                            ++types[event.type];
                                            return {};
                                          });
    EXPECT_TRUE(read) << read.error().message;
    return types;
  }
  void expect_replay_is_the_same() {
    ASSERT_TRUE(session_->close(now_, "the end"));
    const auto state = session_->engine().snapshot();
    engine::Engine fresh(engine_settings());
    const auto replayed = replay(files_, kLiveFolder, fresh);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_TRUE(replayed->identical()) << replayed->difference;
    EXPECT_EQ(replayed->not_in_journal, 0U);
    EXPECT_EQ(fresh.snapshot(), state);
  }
};

TEST_F(LiveSessionDisk, KeepsAnEntryBackWithdrawsTheOthersAndLeavesProtection) {
  hold();
  trade(4);  // orders 2 and 3 protect
  report(OrderAccepted{OrderId(2)});
  report(OrderAccepted{OrderId(3)});
  trade(1);
  report(OrderAccepted{OrderId(4)});
  files_.fail_changes(ErrorKind::no_space);
  trade(3);
  EXPECT_THAT(ordered(), ElementsAre(1, 2, 3, 4)) << "order 5 could not be recorded";
  EXPECT_EQ(order(5)->status, OrderStatus::rejected);
  EXPECT_EQ(order(5)->reason, RejectReason::not_recorded);
  EXPECT_THAT(canceled(), ElementsAre(4)) << "an entry that rests is withdrawn, protection is not";
  EXPECT_TRUE(knows_failure());
  report(OrderCanceled{OrderId(4), {}});
  trade(1);
  EXPECT_THAT(ordered(), SizeIs(4)) << "no new risk";
  files_.mend();
  pass(SessionJournal::kDiskRetry);
  EXPECT_FALSE(knows_failure());
  trade(1);
  EXPECT_THAT(ordered(), SizeIs(5));
  expect_replay_is_the_same();
  const auto types = told();
  EXPECT_EQ(types.at(EventType::disk_failed), 1);
  EXPECT_EQ(types.at(EventType::disk_recovered), 1);
}

TEST_F(LiveSessionDisk, ExitsLeaveAlthoughNothingIsRecorded) {
  for (const std::uint64_t exit : {5U, 6U}) {
    files_.restart(Loss::nothing);
    hold();
    files_.fail_syncs(true);
    trade(exit);
    EXPECT_THAT(ordered(), testing::Contains(order(2)->id().value));
    EXPECT_EQ(order(2)->status, OrderStatus::sent);
    report(OrderAccepted{OrderId(2)});
    trade(2);
    EXPECT_THAT(canceled(), ElementsAre(2));
    files_.mend();
    pass(SessionJournal::kDiskRetry);
    expect_replay_is_the_same();
    session_.reset();
    lock_.reset();
    for (const auto& path : files_.paths()) ASSERT_TRUE(files_.remove(path));
    venue_.sent.clear();
  }
}

TEST_F(LiveSessionDisk, ABracketIsKeptBackAsAWhole) {
  begin();
  files_.fail_changes(ErrorKind::io);
  trade(7);
  EXPECT_THAT(venue_.sent, IsEmpty());
  for (const std::uint64_t id : {1U, 2U, 3U}) EXPECT_EQ(order(id)->reason, RejectReason::not_recorded) << id;
  EXPECT_TRUE(session_->open_matters().empty());
}

TEST_F(LiveSessionDisk, AnAmendmentOfAnEntryIsKeptBack) {
  begin();
  pass(kSecond);
  trade(1);
  report(OrderAccepted{OrderId(1)});
  files_.fail_changes(ErrorKind::io);
  trade(8);
  EXPECT_THAT(venue_.sent, SizeIs(2));
  EXPECT_THAT(canceled(), ElementsAre(1));
  EXPECT_EQ(order(1)->quantity, *table_[test::kCoin].raw_quantity(kontor::test::decimal("0.1")));
  report(OrderCanceled{OrderId(1), {}});
  files_.mend();
  pass(SessionJournal::kDiskRetry);
  expect_replay_is_the_same();
}

TEST_F(LiveSessionDisk, AnOperatorsWordOutlivesIt) {
  begin();
  ASSERT_TRUE(session_->set_trading(TradingState::halted, now_));
  files_.fail_changes(ErrorKind::io);
  pass(kMinute);
  EXPECT_TRUE(knows_failure());
  files_.mend();
  pass(SessionJournal::kDiskRetry);
  EXPECT_FALSE(knows_failure());
  EXPECT_EQ(session_->engine().state().trading_of_account(), TradingState::halted);
}

TEST_F(LiveSessionDisk, WhatLeftAndIsNotInTheJournalIsWithdrawnAndItsIdNeverGivenAgain) {
  hold();
  files_.fail_changes(ErrorKind::no_space);
  trade(6);
  ASSERT_THAT(ordered(), ElementsAre(1, 2));
  venue::OrderState lost = open_order(2);
  session_.reset();
  files_.restart(Loss::all);
  open();
  ASSERT_EQ(order(2), nullptr);
  now_ += kMinute;
  ASSERT_TRUE(session_->begin(now_));
  EXPECT_GT(session_->engine().state().orders.next_id(), OrderId(2));
  agree("9990", "0.1", {lost}, {fill(1, 500, "0.1")});
  EXPECT_THAT(canceled(), ElementsAre(2));
  EXPECT_NE(agreement(), Agreement::equal);
  pass(2 * kSecond);
  agree("9990", "0.1");
  EXPECT_EQ(agreement(), Agreement::equal);
  trade(1);
  EXPECT_THAT(ordered(), ElementsAre(1, 2, 2 + LiveSession::kIdsAtRisk));
  expect_replay_is_the_same();
}

TEST_F(LiveSessionDisk, AfterAGoodEndIdsGoOnWithoutAGap) {
  begin();
  pass(kSecond);
  trade(1);
  report(OrderCanceled{OrderId(1), {}});
  ASSERT_TRUE(session_->close(now_, "the end"));
  open();
  ASSERT_TRUE(session_->begin(now_));
  agree("10000", "0");
  trade(1);
  EXPECT_THAT(ordered(), ElementsAre(1, 2));
}

TEST_F(LiveSessionDisk, ADiskThatFailsFromTheBeginningIsAnErrorAtOnce) {
  open();
  files_.fail_syncs(true);
  const auto begun = session_->begin(now_);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().kind, ErrorKind::io);
}

TEST_F(LiveSessionDisk, ASnapshotThatDoesNotFitIsAFaultThatLastsUntilItDoes) {
  snapshot_events_ = 20;
  begin();
  files_.fill_up(2'500);
  for (int i = 0; i < 40 && !knows_failure(); ++i) {
    trade(9);
    ASSERT_TRUE(session_->advance(now_));
  }
  ASSERT_TRUE(knows_failure());
  EXPECT_FALSE(session_->engine().state().orders.open_count() != 0);
  pass(10 * kSecond);
  EXPECT_TRUE(knows_failure());
  files_.mend();
  pass(SessionJournal::kDiskRetry);
  EXPECT_FALSE(knows_failure());
  expect_replay_is_the_same();
  EXPECT_EQ(told().at(EventType::disk_failed), 1) << "it does not come and go";
}

}  // namespace
}  // namespace kontor::session
