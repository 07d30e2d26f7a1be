#include "session/live_session.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "session/replay.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::session {
namespace {

using kontor::test::decimal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimeNs kStart = 1'735'689'600 * kSecond;
const InstrumentId kCoin{0};

/// Buys 0.1 at 100 when it sees the trade 1, cancels all at 2, buys at the market at 3.
class OnTrades final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Subscriptions subscriptions() const override { return {{}, {kCoin}, {}, {}}; }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    NewOrder order;
    order.instrument = kCoin;
    order.quantity = *view.instrument(kCoin).raw_quantity(decimal("0.1"));
    if (trade.id == TradeId(1)) {
      order.type = OrderType::limit;
      order.limit_price = *view.instrument(kCoin).raw_price(decimal("100"));
      out.place(order);
    } else if (trade.id == TradeId(2)) {
      out.cancel_all(kCoin);
    } else if (trade.id == TradeId(3)) {
      out.place(order);
    }
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}
};

/// Notes what it is asked and says nothing.
class SilentVenue final : public venue::Venue {
 public:
  [[nodiscard]] DurationNs request_validity() const noexcept override { return 5 * kSecond; }
  void send(std::span<const Command> request) override {
    for (const auto& command : request) sent.push_back(command.body);
  }
  void ask_order(OrderId order, InstrumentId /*instrument*/) override { asked.push_back(order.value); }
  void ask_account(TimeNs since) override { looks.push_back(since); }

  std::vector<CommandBody> sent;
  std::vector<std::uint64_t> asked;
  std::vector<TimeNs> looks;
};

class LiveSessionTest : public testing::Test {
 protected:
  LiveSessionTest() { kontor::test::add(table_, kontor::test::spot("BTC")); }

  void open() {
    session_.reset();
    lock_.reset();
    ASSERT_TRUE(files_.make_folder("accounts"));
    auto lock = journal::AccountLock::acquire(files_, "accounts/main.lock", {1, "here", "live", 0});
    ASSERT_TRUE(lock) << lock.error().message;
    lock_ = std::make_unique<journal::AccountLock>(std::move(*lock));
    const auto engine = [this]() -> Result<engine::EngineSettings> { return engine_settings(); };
    auto opened = LiveSession::open(files_, *lock_,
                                    {table_,
                                     engine,
                                     {{"kontor test",
                                       "live",
                                       "",
                                       "binance/main",
                                       lock_->token(),
                                       1,
                                       {"c0ffee", "name = \"live\"\n"},
                                       journal::definitions_of(table_)},
                                      "sessions/live",
                                      {},
                                      snapshot_events_,
                                      {"live", "on_trades", "live", "here", {}}},
                                     schedule_},
                                    venue_);
    ASSERT_TRUE(opened) << opened.error().message;
    session_ = std::move(*opened);
  }
  engine::EngineSettings engine_settings() {
    engine::EngineSettings made{table_, *table_.find_asset("USDT"),        {},
                                {},     {{engine::BarSource::trades, {}}}, {}};
    made.strategies.push_back(std::make_unique<OnTrades>());
    made.risk.breakers.account = breakers_;
    return made;
  }
  /// A session whose books agree with the venue's.
  void begin() {
    open();
    ASSERT_TRUE(session_->begin(now_));
    agree("10000", "0");
    ASSERT_EQ(agreement(), Agreement::equal);
  }
  void agree(std::string_view cash, std::string_view coins, std::vector<venue::OrderState> orders = {},
             std::vector<Fill> fills = {}) {
    venue::AccountAnswer account;
    account.as_of = now_;
    account.balances = {{kontor::test::amount(cash), *table_.find_asset("USDT")},
                        {kontor::test::amount(coins), *table_.find_asset("BTC")}};
    account.open_orders = std::move(orders);
    account.fills = std::move(fills);
    tell(account);
  }
  void tell(const venue::Input& input) {
    const auto taken = session_->take(input, now_);
    ASSERT_TRUE(taken) << taken.error().message;
  }
  void report(const VenueReport& report) { tell(venue::ReportReceived{report, now_}); }
  void trade(std::uint64_t id) {
    Trade trade;
    trade.instrument = kCoin;
    trade.ts_venue = now_;
    trade.ts_recv = now_;
    trade.price = *table_[kCoin].raw_price(decimal("101"));
    trade.quantity = *table_[kCoin].raw_quantity(decimal("1"));
    trade.id = TradeId(id);
    tell(trade);
  }
  void pass(DurationNs time) {
    const TimeNs until = now_ + time;
    while (session_->next_due() <= until) {
      now_ = std::max(now_, session_->next_due());
      ASSERT_TRUE(session_->advance(now_));
    }
    now_ = until;
  }
  [[nodiscard]] const execution::Order* order(std::uint64_t id) const {
    return session_->engine().state().orders.find(OrderId(id));
  }
  [[nodiscard]] Agreement agreement() const { return session_->engine().state().agreement; }
  [[nodiscard]] venue::OrderState open_order(std::uint64_t id) const {
    venue::OrderState state;
    state.order = OrderId(id);
    state.instrument = kCoin;
    state.quantity = order(id)->quantity;
    state.limit_price = order(id)->limit_price;
    return state;
  }
  [[nodiscard]] Fill fill(std::uint64_t order, std::uint64_t trade, std::string_view quantity) const {
    Fill fill;
    fill.order = OrderId(order);
    fill.instrument = kCoin;
    fill.trade = TradeId(trade);
    fill.ts_venue = now_;
    fill.price = *table_[kCoin].raw_price(decimal("100"));
    fill.quantity = *table_[kCoin].raw_quantity(decimal(quantity));
    fill.fee_asset = *table_.find_asset("USDT");
    return fill;
  }

  InstrumentTable table_;
  journal::SimulatedFileSystem files_;
  SilentVenue venue_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<LiveSession> session_;
  std::uint64_t snapshot_events_ = 65'536;
  std::optional<calendar::Schedule> schedule_;
  risk::Breakers breakers_;
  TimeNs now_ = kStart;
};

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
  EXPECT_EQ(std::get<NewOrder>(venue_.sent[1]).id, OrderId(2));
}

TEST_F(LiveSessionTest, ItsOwnTimeNeverGoesBack) {
  begin();
  trade(1);
  const TimeNs before = session_->now();
  ASSERT_TRUE(session_->take(venue::ReportReceived{OrderAccepted{OrderId(1)}, now_ + 1}, now_ - kHour));
  EXPECT_EQ(session_->now(), before);
  EXPECT_EQ(order(1)->status, OrderStatus::acknowledged);
}

TEST_F(LiveSessionTest, NothingLeavesWhereTheDiskFails) {
  begin();
  files_.fail_changes(ErrorKind::no_space);
  Trade trade;
  trade.instrument = kCoin;
  trade.price = *table_[kCoin].raw_price(decimal("101"));
  trade.id = TradeId(1);
  EXPECT_FALSE(session_->take(trade, now_));
  EXPECT_THAT(venue_.sent, IsEmpty());
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
