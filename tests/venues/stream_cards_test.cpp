// What becomes of the sockets: private messages, books, instruments.

#include <algorithm>

#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

class StreamCard : public VenueCard {
 protected:
  /// The venue does this to every socket that is open now.
  void strike(std::string_view plan) {
    side->faults(plan);
    clock.leap(kSecond);  // faults of sockets are drawn once a second
    trader->wait(1'100 * kMillisecond);
    side->faults("none");
  }
  [[nodiscard]] bool is_private_alive() const { return trader->connections().back(); }
  [[nodiscard]] std::size_t losses() const {
    return static_cast<std::size_t>(std::ranges::count(trader->connections(), false));
  }
};

TEST_P(StreamCard, WhatHappenedWhileThePrivateSocketWasGoneIsFoundByALook) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.02", "49990"));
  const TimeNs before = clock.now();
  side->faults("close_socket=1");
  clock.leap(kSecond);
  ASSERT_TRUE(trader->until([&] { return losses() > 0; })) << trader->notes();
  side->trade("49980", "0.005", Side::sell);
  side->faults("none");
  ASSERT_TRUE(trader->until([&] { return is_private_alive(); })) << trader->notes();
  EXPECT_TRUE(trader->fills(order).empty());
  const auto account = trader->look(before);
  ASSERT_TRUE(account) << trader->notes();
  ASSERT_EQ(account->fills.size(), 1U);
  EXPECT_EQ(account->fills.front().order, order);
  side->trade("49980", "0.005", Side::sell);
  EXPECT_TRUE(trader->until_filled(order, "0.005")) << trader->notes();
}

TEST_P(StreamCard, ASocketThatIsCutInAMessageComesBack) {
  strike("cut_socket=1");
  ASSERT_TRUE(trader->until([&] { return losses() > 0 && is_private_alive(); })) << trader->notes();
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.02", "49990"));
  side->trade("49980", "0.005", Side::sell);
  EXPECT_TRUE(trader->until_filled(order, "0.005")) << trader->notes();
}

TEST_P(StreamCard, AListenKeyThatEndsIsReplaced) {
  if (!is_binance() || !is_linear()) GTEST_SKIP() << "the venue has none";
  strike("listen_key_expiry=1");
  ASSERT_TRUE(trader->until([&] { return losses() > 0 && is_private_alive(); })) << trader->notes();
  EXPECT_TRUE(trader->until_filled(trader->place(trader->market(Side::buy, "0.01")), "0.01"))
      << trader->notes();
}

TEST_P(StreamCard, RepeatedPrivateMessagesNameTheSameTrade) {
  side->faults("duplicate_private=1");
  const OrderId order = trader->place(trader->market(Side::buy, "0.01"));
  ASSERT_TRUE(trader->until([&] { return trader->tellings(order) >= 2; })) << trader->notes();
  EXPECT_EQ(trader->fills(order).size(), 1U);
}

TEST_P(StreamCard, ABookWithAGapIsBuiltAnew) {
  const live::Feed book{.instrument = kCoin, .channel = venue::Channel::book};
  begin({.feeds = {book}}, {.events_per_second = 100});
  const auto status = [&] { return trader->venue().market().status(kCoin); };
  ASSERT_TRUE(trader->until([&] { return status().book_is_whole; })) << trader->notes();
  side->faults("gap=0.5");
  ASSERT_TRUE(trader->until([&] { return status().gaps > 0; })) << trader->notes();
  side->faults("none");
  const auto is_same = [&] {
    const Book& theirs = side->exchange().market(side->listed()).book();
    const Book& ours = trader->book();
    return status().book_is_whole && ours.best_bid().price == theirs.best_bid().price &&
           ours.best_ask().price == theirs.best_ask().price;
  };
  ASSERT_TRUE(trader->until(is_same)) << trader->notes();
  side->exchange().set_market_paused(true);
  EXPECT_TRUE(trader->until(is_same, 2 * kSecond));
}

TEST_P(StreamCard, TradesAndQuotesAreToldAsTheyHappen) {
  begin({.feeds = {{.instrument = kCoin, .channel = venue::Channel::trades},
                   {.instrument = kCoin, .channel = venue::Channel::quotes}}});
  bool is_up = false;
  ASSERT_TRUE(trader->until([&] {
    is_up = !is_up;
    side->book(is_up ? "50020" : "50000", is_up ? "50030" : "50010");
    side->trade(is_up ? "50020" : "50000", "0.01", Side::sell);
    trader->wait(20 * kMillisecond);
    return trader->trades() > 3 && trader->quotes() > 3;
  })) << trader->notes()
      << trader->trades() << " trades, " << trader->quotes() << " quotes";
}

TEST_P(StreamCard, AnInstrumentThatIsDelistedIsTold) {
  const auto changed = side->exchange().set_status(side->listed(), emulator::ListingStatus::delisted);
  ASSERT_TRUE(changed);
  Trader another(*side);
  another.open();
  ASSERT_TRUE(another.until([&] { return !another.terms().empty(); })) << another.notes();
  EXPECT_FALSE(another.terms().back().terms.is_trading);
}

TEST_P(StreamCard, OtherTermsAreTold) {
  InstrumentTerms terms = side->exchange().listings().instrument(side->listed()).terms();
  terms.tick.units *= 10;
  ASSERT_TRUE(side->exchange().change_terms(side->listed(), terms));
  Trader another(*side);
  another.open();
  ASSERT_TRUE(another.until([&] { return !another.terms().empty(); })) << another.notes();
  EXPECT_EQ(another.terms().back().terms.tick.units, 10 * trader->coin().tick().units);
  EXPECT_TRUE(another.terms().back().terms.is_trading);
}

TEST_P(StreamCard, TheDeadMansSwitchHoldsAsLongAsSomebodyRefreshesIt) {
  if (!is_binance() || !is_linear()) GTEST_SKIP() << "the venue has none";
  begin({.dead_man_window = 900 * kMillisecond});
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  trader->wait(1'500 * kMillisecond);
  EXPECT_EQ(side->open_orders().size(), 1U);
  EXPECT_FALSE(trader->told<OrderCanceled>(order));
  trader->venue().close();
  EXPECT_TRUE(trader->until([&] { return side->open_orders().empty(); }, 3 * kSecond));
}

TEST_P(StreamCard, WhoGoesInGoodOrderLeavesTheOrders) {
  if (!is_binance() || !is_linear()) GTEST_SKIP() << "the venue has none";
  begin({.dead_man_window = 900 * kMillisecond});
  trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  bool is_told = false;
  trader->venue().stand_down([&] { is_told = true; });
  ASSERT_TRUE(trader->until([&] { return is_told; })) << trader->notes();
  trader->venue().close();
  trader->wait(1'500 * kMillisecond);
  EXPECT_EQ(side->open_orders().size(), 1U);
}

TEST_P(StreamCard, TheSwitchOfTheConnectionCancelsForWhoIsCutOff) {
  if (is_binance()) GTEST_SKIP() << "the venue counts for each instrument";
  begin({.dead_man_window = 3 * kSecond});
  trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  trader->wait(200 * kMillisecond);
  trader->venue().close();
  EXPECT_TRUE(trader->until([&] { return side->open_orders().empty(); }, 8 * kSecond)) << trader->notes();
}

TEST_P(StreamCard, TheSwitchOfTheConnectionIsLeftByWhoGoesInGoodOrder) {
  if (is_binance()) GTEST_SKIP() << "the venue counts for each instrument";
  begin({.dead_man_window = 3 * kSecond});
  trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  bool is_told = false;
  trader->venue().stand_down([&] { is_told = true; });
  trader->wait(200 * kMillisecond);
  EXPECT_TRUE(is_told);
  trader->venue().close();
  trader->wait(4 * kSecond);
  EXPECT_EQ(side->open_orders().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Venues, StreamCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
