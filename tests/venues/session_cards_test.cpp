// A whole session on a venue: with its journal, its restarts, and what people do to it.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"
#include "tests/venues/live_run.hpp"
#include "tests/venues/trader.hpp"
#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

/// Does as the size of a trade says, in thousandths: 1 leaves a bid, 2 withdraws everything, 3 buys and 4
/// sells at the market, 5 enters with a stop and a target, 6 leaves three bids, 7 doubles the last bid.
class OnSizes final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Subscriptions subscriptions() const override { return {{}, {kCoin}, {}, {}}; }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    const Instrument& coin = view.instrument(kCoin);
    const RawQuantity unit = test::quantity(coin, "0.001");
    NewOrder order;
    order.instrument = kCoin;
    order.quantity = test::quantity(coin, "0.01");
    switch (trade.quantity.units / unit.units) {
      case 1: return out.place(bid(order, coin, "49000"));
      case 2: return out.cancel_all(kCoin);
      case 3: return out.place(order);
      case 4: order.side = Side::sell; return out.place(order);
      case 5:
        return out.place(
            strategy::PlaceBracket{order, test::price(coin, "48500"), test::price(coin, "51500")});
      case 6:
        for (const char* price : {"49000", "49100", "49200"}) out.place(bid(order, coin, price));
        return;
      default: return;
    }
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}

 private:
  static NewOrder bid(NewOrder order, const Instrument& coin, std::string_view price) {
    order.type = OrderType::limit;
    order.limit_price = test::price(coin, price);
    return order;
  }
};

class SessionCard : public testing::TestWithParam<VenueCase> {
 protected:
  void SetUp() override { make({}); }
  void make(ForeignOrderPolicy foreign_orders, std::int64_t speed = 10, DurationNs dead_man_window = 0) {
    run.reset();
    side.reset();
    clock = TestClock(speed);
    side = std::make_unique<EmulatedSide>(loop, clock, GetParam(), EmulatedSideSettings{});
    side->book("50000", "50010", "20");
    side->trade("50000", "0.1", Side::buy);
    run = std::make_unique<LiveRun>(
        *side, LiveRunSettings{.strategy = [] { return std::make_unique<OnSizes>(); },
                               .feeds = {{.instrument = kCoin, .channel = venue::Channel::trades}},
                               .foreign_orders = foreign_orders,
                               .dead_man_window = dead_man_window,
                               .snapshot_events = 20});
  }
  void begin() {
    run->start();
    ASSERT_TRUE(run->until_settled()) << run->why_unsettled();
    // The stream of trades is heard before anything is said on it.
    ASSERT_TRUE(run->until([&] {
      side->trade("50000", "0.1", Side::buy);
      run->wait(20 * kMillisecond);
      return run->venue().market().status(kCoin).messages > 0;
    }));
  }
  void say(int word) { side->trade("50000", fmt::format("0.{:03}", word), Side::buy); }
  [[nodiscard]] std::size_t orders() const { return run->state().orders.open_count(); }
  [[nodiscard]] bool is_linear() const { return GetParam().is_linear(); }
  /// Orders that protect a position: spot cannot promise the same coins twice, so its target is watched.
  [[nodiscard]] std::size_t legs() const { return is_linear() ? 2 : 1; }
  void expect_settled() {
    EXPECT_TRUE(run->until_settled()) << run->why_unsettled();
    EXPECT_EQ(run->doubled(), "");
  }

  TestClock clock;
  net::IoLoop loop;
  std::unique_ptr<EmulatedSide> side;
  std::unique_ptr<LiveRun> run;
};

TEST_P(SessionCard, ASessionTradesAgreesAndReplays) {
  begin();
  for (const int word : {3, 1, 6, 4, 2}) {
    say(word);
    run->wait(50 * kMillisecond);
  }
  ASSERT_TRUE(run->until([&] { return orders() == 0; })) << run->why_unsettled();
  clock.leap(kMinute);  // and looks once more
  run->wait(50 * kMillisecond);
  expect_settled();
  run->close();
  EXPECT_EQ(run->replay(), "");
}

TEST_P(SessionCard, AnEntryGetsItsStopAndItsTargetAtTheVenue) {
  begin();
  say(5);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == legs(); })) << run->why_unsettled();
  expect_settled();
  side->book("51600", "51610", "20");
  side->trade("51600", "0.1", Side::buy);
  ASSERT_TRUE(run->until([&] { return side->open_orders().empty() && orders() == 0; }))
      << run->why_unsettled();
  expect_settled();
}

TEST_P(SessionCard, AnOrderWithoutAnAnswerIsFoundAtTheVenue) {
  begin();
  side->faults("accept_then_503=1");
  say(1);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 1; }));
  run->wait(50 * kMillisecond);
  side->faults("none");
  expect_settled();
  EXPECT_EQ(orders(), 1U);
}

TEST_P(SessionCard, AnOrderWhoseAnswerNeverComesIsAskedForMeanwhile) {
  begin();
  side->faults("accept_then_hang=1,drop_private=1");
  say(1);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 1; }));
  run->wait(50 * kMillisecond);
  side->faults("none");
  expect_settled();
  EXPECT_EQ(orders(), 1U);
}

TEST_P(SessionCard, AnOrderThatNeverArrivedIsGivenUpOnlyWhenNothingCanArrive) {
  begin();
  side->faults("drop_request=1");
  const TimeNs sent = run->now();
  say(1);
  ASSERT_TRUE(run->until([&] { return orders() == 1; }));
  run->wait(50 * kMillisecond);
  side->faults("none");
  ASSERT_TRUE(run->until([&] { return orders() == 0; })) << run->why_unsettled();
  EXPECT_GT(run->now(), sent + run->venue().request_validity());
  expect_settled();
}

TEST_P(SessionCard, AKilledProcessComesBackToTheSameOrders) {
  begin();
  say(6);
  say(3);
  run->wait(100 * kMillisecond);
  run->kill(journal::Loss::nothing);
  side->trade("48900", "0.01", Side::sell);  // one of the bids fills meanwhile, in part or wholly
  begin();
  expect_settled();
  say(2);
  ASSERT_TRUE(run->until([&] { return orders() == 0; })) << run->why_unsettled();
  expect_settled();
}

TEST_P(SessionCard, AProcessKilledInTheMiddleOfAnOrderDoublesAndLosesNothing) {
  begin();
  for (int turns = 0; turns < 8; ++turns) {
    say(turns % 2 == 0 ? 6 : 3);
    for (int i = 0; i < turns; ++i) run->turn();
    run->kill(turns % 2 == 0 ? journal::Loss::nothing : journal::Loss::all);
    begin();
    expect_settled();
  }
}

TEST_P(SessionCard, HaltedItLeavesNoEntries) {
  begin();
  say(6);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 3; }));
  run->set_trading(TradingState::halted);
  ASSERT_TRUE(run->until([&] { return side->open_orders().empty(); })) << run->why_unsettled();
  expect_settled();
}

TEST_P(SessionCard, FlattenedItHoldsNothing) {
  begin();
  say(5);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == legs(); })) << run->why_unsettled();
  say(6);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == legs() + 3; })) << run->why_unsettled();
  run->set_trading(TradingState::flattening);
  ASSERT_TRUE(run->until([&] { return side->open_orders().empty() && orders() == 0; }))
      << run->why_unsettled();
  ASSERT_TRUE(run->until([&] { return run->state().trading == TradingState::halted; }));
  if (is_linear()) {
    EXPECT_TRUE(side->position().is_zero());
  }
  expect_settled();
}

TEST_P(SessionCard, WhatIsTradedByHandIsBooked) {
  begin();
  static_cast<void>(side->place_by_hand(Side::buy, "0.02"));
  clock.leap(kMinute);
  expect_settled();
}

TEST_P(SessionCard, AProfitOfManyDigitsIsBookedAsTheVenueRoundsIt) {
  begin();
  std::uint64_t fills = 0;
  const auto trade = [&](int word) {
    say(word);
    ++fills;
    ASSERT_TRUE(run->until([&] { return side->exchange().counters().executions == fills; }));
    ASSERT_TRUE(run->until_settled()) << run->why_unsettled();
  };
  for (const char* ask : {"50010", "50111", "50213"}) {
    side->book("50000", ask, "20");
    trade(3);
  }
  side->book("50017", "50213", "20");
  trade(4);
  trade(4);
  clock.leap(kMinute);
  run->wait(50 * kMillisecond);
  expect_settled();
}

TEST_P(SessionCard, OrdersByHandAreWithdrawnWhereThatIsWanted) {
  make(ForeignOrderPolicy::cancel);
  begin();
  static_cast<void>(side->place_by_hand(Side::buy, "0.02", "49000"));
  say(1);
  clock.leap(kMinute);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 1 && orders() == 1; }))
      << run->why_unsettled();
  expect_settled();
}

TEST_P(SessionCard, WhatFillsWhileThePrivateSocketIsGoneIsBooked) {
  begin();
  say(6);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 3; }));
  side->faults("close_socket=1");
  clock.leap(kSecond);
  ASSERT_TRUE(run->until([&] { return run->state().agreement == Agreement::pending; })) << run->notes();
  side->trade("48900", "0.5", Side::sell);
  side->faults("none");
  expect_settled();
  EXPECT_EQ(orders(), 0U);
}

TEST_P(SessionCard, LostAndRepeatedMessagesDoNotMatter) {
  begin();
  side->faults("drop_private=0.5,duplicate_private=0.3,reorder_private=0.1");
  for (const int word : {6, 3, 4, 2, 6, 3}) {
    say(word);
    run->wait(30 * kMillisecond);
  }
  side->faults("none");
  clock.leap(kMinute);
  expect_settled();
}

TEST_P(SessionCard, TermsThatChangedWhileItWasDownAreKnown) {
  begin();
  run->close();
  InstrumentTerms terms = side->exchange().listings().instrument(side->listed()).terms();
  terms.tick.units *= 10;
  ASSERT_TRUE(side->exchange().change_terms(side->listed(), terms));
  begin();
  EXPECT_EQ(run->state().instruments[kCoin].terms().tick.units,
            10 * side->instruments()[kCoin].terms().tick.units);
}

TEST_P(SessionCard, OrdersOutliveTheSwitchOfTheProcessThatPlacedThem) {
  if (!is_linear() || !GetParam().is_binance()) GTEST_SKIP() << "the venue has none";
  make({}, 1, 900 * kMillisecond);
  begin();
  say(6);
  ASSERT_TRUE(run->until([&] { return side->open_orders().size() == 3; }));
  run->kill(journal::Loss::nothing);
  begin();
  run->wait(1'500 * kMillisecond);
  EXPECT_EQ(side->open_orders().size(), 3U);
  expect_settled();
}

INSTANTIATE_TEST_SUITE_P(Venues, SessionCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
