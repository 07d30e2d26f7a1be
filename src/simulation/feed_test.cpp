#include "simulation/feed.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "simulation/feed_test_support.hpp"

namespace kontor::simulation {
namespace {

using data::DataKind;
using test::kStart;

/// What a feed gives, one line each: time, kind, and enough to tell which datum it is.
std::vector<std::string> read(MarketFeed& feed) {
  std::vector<std::string> lines;
  while (feed.next_time() != kTimeMax) {
    const TimeNs time = feed.next_time() - kStart;
    FeedCursor& cursor = feed.next();
    switch (cursor.kind()) {
      case DataKind::bar: {
        const Bar& bar = cursor.take_bar();
        lines.push_back(fmt::format("{} bar {} {}", time, bar.instrument.value, bar.close.units));
        break;
      }
      case DataKind::trade: {
        const Trade& trade = cursor.take_trade();
        lines.push_back(fmt::format("{} trade {} {}", time, trade.instrument.value, trade.price.units));
        break;
      }
      case DataKind::quote: {
        const Quote quote = cursor.take_quote();
        lines.push_back(
            fmt::format("{} quote {} {}/{}", time, quote.instrument.value, quote.bid.units, quote.ask.units));
        break;
      }
      case DataKind::book: {
        const BookUpdate update = cursor.take_book();
        lines.push_back(fmt::format("{} book {} {}{}", time, update.instrument.value, update.changes.size(),
                                    update.snapshot ? " snapshot" : ""));
        break;
      }
      case DataKind::funding: {
        const FundingRate funding = cursor.take_funding();
        lines.push_back(
            fmt::format("{} funding {} {}", time, funding.instrument.value, funding.rate.format()));
        break;
      }
    }
    feed.settle();
  }
  return lines;
}

class FeedTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> lines(FeedSide side) const {
    MarketFeed feed(sources, side);
    return read(feed);
  }

  InstrumentTable table;
  const InstrumentId btc = test::add(table, test::spot("BTC"));
  const InstrumentId eth = test::add(table, test::perpetual("ETH"));
  std::vector<FeedSource> sources;
};

TEST_F(FeedTest, BarsComeWhenTheyAreClosedAndSeenAfterTheFeedsLatency) {
  sources.push_back(test::bars(table, btc, {{1, 2, 1, 10}, {1, 2, 1, 20}}));
  sources.back().feed_latency = 5;
  EXPECT_THAT(lines(FeedSide::venue), testing::ElementsAre("60000000000 bar 0 10", "120000000000 bar 0 20"));
  EXPECT_THAT(lines(FeedSide::received),
              testing::ElementsAre("60000000005 bar 0 10", "120000000005 bar 0 20"));
  FeedCursor cursor(sources[0], FeedSide::received);
  const Bar bar = cursor.take_bar();
  EXPECT_EQ(bar.ts_open, kStart);
  EXPECT_EQ(bar.ts_venue, kStart + kMinute);
  EXPECT_EQ(bar.ts_recv, kStart + kMinute + 5);
  EXPECT_EQ(bar.timeframe.period_ns, kMinute);
}

TEST_F(FeedTest, SourcesAreMergedByTimeAndAtOneTimeInTheirOrder) {
  sources.push_back(test::trades(table, eth, {{kStart + 5, kStart + 5, 1}, {kStart + 9, kStart + 9, 2}}));
  sources.push_back(test::trades(table, btc, {{kStart + 5, kStart + 5, 3}, {kStart + 7, kStart + 7, 4}}));
  sources.push_back(
      test::quotes(table, btc, {{kStart + 5, kStart + 5, 5, 6}, {kStart + 10, kStart + 10, 7, 8}}));
  sources.push_back(test::funding(table, eth, {{kStart + 7, 100}}));
  EXPECT_THAT(lines(FeedSide::venue),
              testing::ElementsAre("5 trade 1 1", "5 trade 0 3", "5 quote 0 5/6", "7 trade 0 4",
                                   "7 funding 1 0.000100", "9 trade 1 2", "10 quote 0 7/8"));
}

TEST_F(FeedTest, EachSideHasItsOwnOrder) {
  // The second market's connection is slower: its datum happens first and is seen last.
  sources.push_back(test::trades(table, btc, {{kStart + 20, kStart + 25, 1}}));
  sources.push_back(test::trades(table, eth, {{kStart + 10, kStart + 40, 2}}));
  EXPECT_THAT(lines(FeedSide::venue), testing::ElementsAre("10 trade 1 2", "20 trade 0 1"));
  EXPECT_THAT(lines(FeedSide::received), testing::ElementsAre("25 trade 0 1", "40 trade 1 2"));
}

TEST_F(FeedTest, TicksWithoutAReceiveTimeAreSeenAfterTheFeedsLatency) {
  sources.push_back(test::trades(table, btc, {{kStart + 20, kStart + 20, 1}, {kStart + 30, kStart + 31, 2}}));
  sources.back().feed_latency = 7;
  EXPECT_THAT(lines(FeedSide::venue), testing::ElementsAre("20 trade 0 1", "30 trade 0 2"));
  EXPECT_THAT(lines(FeedSide::received), testing::ElementsAre("27 trade 0 1", "31 trade 0 2"));
}

TEST_F(FeedTest, TimesNeverGoBackAndNothingIsSeenBeforeItHappened) {
  sources.push_back(test::trades(table, btc,
                                 {{kStart + 50, kStart + 60, 1},
                                  {kStart + 40, kStart + 58, 2},
                                  {kStart + 70, kStart + 65, 3},
                                  {kStart + 66, kStart + 90, 4}}));
  // The second one happened before the first but came after it; the third cannot have been seen before it
  // happened.
  EXPECT_THAT(lines(FeedSide::venue),
              testing::ElementsAre("50 trade 0 1", "50 trade 0 2", "65 trade 0 3", "66 trade 0 4"));
  EXPECT_THAT(lines(FeedSide::received),
              testing::ElementsAre("60 trade 0 1", "60 trade 0 2", "65 trade 0 3", "90 trade 0 4"));
}

TEST_F(FeedTest, ADatumThatTheOtherSideHasReadIsTheSameWithTheTimesOfThisOne) {
  sources.push_back(test::trades(
      table, btc,
      {{kStart + 50, kStart + 60, 1}, {kStart + 40, kStart + 58, 2}, {kStart + 70, kStart + 95, 3}}));
  FeedCursor venue(sources[0], FeedSide::venue);
  FeedCursor received(sources[0], FeedSide::received);
  FeedCursor again(sources[0], FeedSide::received);
  while (venue.next_time() != kTimeMax) {
    ASSERT_TRUE(again.is_level_with(venue));
    Trade trade = venue.take_trade();
    EXPECT_FALSE(again.is_level_with(venue));
    again.take_again(trade);
    const Trade expected = received.take_trade();
    EXPECT_EQ(trade.ts_venue, expected.ts_venue);
    EXPECT_EQ(trade.ts_recv, expected.ts_recv);
    EXPECT_EQ(trade.price, expected.price);
    EXPECT_EQ(trade.id, expected.id);
    EXPECT_EQ(again.next_time(), received.next_time());
  }
}

TEST_F(FeedTest, AClockOffsetMovesWhatHappenedNotWhatWasReceived) {
  // The venue's clock is 100 ahead of the recorder's.
  sources.push_back(
      test::trades(table, btc, {{kStart + 150, kStart + 60, 1}, {kStart + 160, kStart + 75, 2}}));
  EXPECT_EQ(clock_offset_of(sources[0].series, 10), -100);
  sources.back().clock_offset = -100;
  EXPECT_THAT(lines(FeedSide::venue), testing::ElementsAre("50 trade 0 1", "60 trade 0 2"));
  EXPECT_THAT(lines(FeedSide::received), testing::ElementsAre("60 trade 0 1", "75 trade 0 2"));
  FeedCursor cursor(sources[0], FeedSide::received);
  EXPECT_EQ(cursor.take_trade().ts_venue, kStart + 50);
}

TEST_F(FeedTest, NoOffsetWhereNothingWasReceivedBeforeItHappened) {
  EXPECT_EQ(clock_offset_of(test::trades(table, btc, {{5, 5, 1}, {10, 30, 1}}).series, 10), 0);
  EXPECT_EQ(clock_offset_of(test::bars(table, btc, {{1, 1, 1, 1}}).series, 10), 0);
  EXPECT_EQ(clock_offset_of(test::funding(table, eth, {{1, 1, 1}}).series, 10), 0);
}

TEST_F(FeedTest, BookMessagesComeWhole) {
  const auto change = [](std::int64_t price, std::int64_t quantity, Side side) {
    return BookLevelChange{RawPrice(price), RawQuantity(quantity), side};
  };
  sources.push_back(
      test::book(table, btc,
                 {{kStart + 1, kStart + 2, true, {change(99, 5, Side::buy), change(101, 6, Side::sell)}},
                  {kStart + 1, kStart + 2, false, {change(99, 0, Side::buy)}},
                  {kStart + 3,
                   kStart + 4,
                   false,
                   {change(98, 1, Side::buy), change(97, 1, Side::buy), change(102, 0, Side::sell)}}}));
  EXPECT_THAT(lines(FeedSide::venue),
              testing::ElementsAre("1 book 0 2 snapshot", "1 book 0 1", "3 book 0 3"));
  EXPECT_THAT(lines(FeedSide::received),
              testing::ElementsAre("2 book 0 2 snapshot", "2 book 0 1", "4 book 0 3"));
  FeedCursor cursor(sources[0], FeedSide::venue);
  const BookUpdate first = cursor.take_book();
  EXPECT_EQ(first.changes[0].side, Side::buy);
  EXPECT_EQ(first.changes[1].side, Side::sell);
  EXPECT_EQ(first.changes[1].price.units, 101);
  EXPECT_EQ(first.changes[1].quantity.units, 6);
  EXPECT_TRUE(cursor.take_book().changes[0].quantity.is_zero());
}

TEST_F(FeedTest, EveryFieldArrives) {
  sources.push_back(test::trades(table, btc, {{kStart + 1, kStart + 2, 100, 7, Side::sell}}));
  sources.push_back(test::quotes(table, btc, {{kStart + 3, kStart + 4, 10, 12, 9}}));
  sources.push_back(test::funding(table, eth, {{kStart + 5, -125, 777}}));
  FeedCursor trade_cursor(sources[0], FeedSide::received);
  const Trade trade = trade_cursor.take_trade();
  EXPECT_EQ(trade.ts_venue, kStart + 1);
  EXPECT_EQ(trade.ts_recv, kStart + 2);
  EXPECT_EQ(trade.quantity.units, 7);
  EXPECT_EQ(trade.aggressor, Side::sell);
  EXPECT_EQ(trade.id.value, 1U);
  EXPECT_EQ(trade_cursor.next_time(), kTimeMax);
  FeedCursor quote_cursor(sources[1], FeedSide::received);
  const Quote quote = quote_cursor.take_quote();
  EXPECT_EQ(quote.bid_quantity.units, 9);
  EXPECT_EQ(quote.ask_quantity.units, 9);
  FeedCursor funding_cursor(sources[2], FeedSide::received);
  const FundingRate funding = funding_cursor.take_funding();
  EXPECT_EQ(funding.rate, test::decimal("-0.000125"));
  EXPECT_EQ(funding.mark.units, 777);
}

TEST_F(FeedTest, AnEmptySourceIsAtItsEndAndHindersNobody) {
  sources.push_back(test::trades(table, btc, {}));
  sources.push_back(test::trades(table, eth, {{kStart + 1, kStart + 1, 5}}));
  EXPECT_THAT(lines(FeedSide::venue), testing::ElementsAre("1 trade 1 5"));
  const std::vector<FeedSource> none;
  EXPECT_EQ(MarketFeed(none, FeedSide::venue).next_time(), kTimeMax);
}

/// The merge against its definition: a stable sort of everything by time.
TEST_F(FeedTest, AgreesWithAStableSortForRandomSources) {
  Prng random(42);
  for (int round = 0; round < 100; ++round) {
    sources.clear();
    std::vector<std::pair<TimeNs, std::string>> expected;
    for (std::int64_t source = 0; source < 4; ++source) {
      const InstrumentId id = source % 2 == 0 ? btc : eth;
      std::vector<test::TradeRow> rows;
      TimeNs time = kStart;
      for (std::int64_t i = static_cast<std::int64_t>(random.below(30)); i > 0; --i) {
        time += static_cast<TimeNs>(random.below(4));
        rows.push_back({time, time, 1000 * source + i});
        expected.emplace_back(time,
                              fmt::format("{} trade {} {}", time - kStart, id.value, 1000 * source + i));
      }
      sources.push_back(test::trades(table, id, rows));
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> wanted;
    for (const auto& [time, line] : expected) wanted.push_back(line);
    ASSERT_EQ(lines(FeedSide::venue), wanted) << "round " << round;
    ASSERT_EQ(lines(FeedSide::received), wanted) << "round " << round;
  }
}

}  // namespace
}  // namespace kontor::simulation
