#include "venue/sim/tick_matching.hpp"

#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

class TickMatching : public ::testing::Test {
 protected:
  TickMatching() { scenario_.use("BTCUSDT"); }
  Scenario& funded() { return scenario_.deposit("100000 USDT").deposit("100 BTC"); }
  Scenario scenario_;
};

// --- markets that show one side only ---

TEST_F(TickMatching, EmptySideLeavesTheMarkWhereItWas) {
  scenario_.rules("BTCPERP").leverage = Decimal{10, 0};
  scenario_.use("BTCPERP").deposit("100 USDT").book("bid 100 9 ask 100.1 9", true).order("1 buy 5 market");
  scenario_.order("2 sell 5 stop 80 mark").said();
  scenario_.book("bid 100 0");
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.venue().mark(scenario_.id_of("BTCPERP")), scenario_.price("100.05"));
  scenario_.book("ask 100.1 0").trade("99 1 sell").book("bid 50 1");
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.position(), "5 cost 500.5");
  scenario_.book("bid 50 0 bid 79.9 9 ask 80 9");
  EXPECT_EQ(scenario_.said().substr(0, 11), "triggered 2");
}

TEST_F(TickMatching, EmptySideOfAQuoteLeavesTheMarkWhereItWas) {
  scenario_.rules("BTCPERP").leverage = Decimal{10, 0};
  scenario_.use("BTCPERP").deposit("100 USDT").quote("100 9 100.1 9").order("1 buy 5 market").said();
  scenario_.quote("0 0 100.1 9").quote("0 0 0 0").quote("100 9 0 0");
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.position(), "5 cost 500.5");
}

TEST_F(TickMatching, SellIsCrossedByABidWithoutAnAsk) {
  funded().quote("100 9 101 9").order("1 sell 1 limit 104").said();
  scenario_.quote("104 2 0 0");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 104 maker fee 0.104 USDT\n");
}

TEST_F(TickMatching, BookWithoutBeginningIsNoMarketUntilBothSidesAreKnown) {
  scenario_.rules("BTCPERP").leverage = Decimal{10, 0};
  scenario_.use("BTCPERP").deposit("100 USDT").trade("100 1 buy").order("1 buy 5 market").said();
  scenario_.book("bid 50 3").order("2 sell 1 market");
  EXPECT_EQ(scenario_.said(), "accepted 2\nfill 2 sell 1 @ 100 taker fee 0.05 USDT\n");
  scenario_.book("bid 99 3 ask 99.1 3").order("3 sell 1 market");
  EXPECT_EQ(scenario_.said(), "accepted 3\nfill 3 sell 1 @ 99 taker fee 0.0495 USDT\n");
}

// --- trades alone ---

TEST_F(TickMatching, MarketOrderTakesTheLastPriceWithSlippage) {
  scenario_.settings.rules.slippage_bps = Decimal{10, 0};
  funded().trade("100 1 buy").order("1 buy 5 market").order("2 sell 5 market");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 5 @ 100.1 taker fee 1.001 USDT\n"
            "accepted 2\n"
            "fill 2 sell 5 @ 99.9 taker fee 0.999 USDT\n");
}

TEST_F(TickMatching, NonMarketableLimitDoesNotFillAtOnce) {
  funded().trade("100 1 buy").order("1 buy 1 limit 99.99").trade("100 5 sell");
  EXPECT_EQ(scenario_.said(), "accepted 1\n");
}

TEST_F(TickMatching, TradeThroughFillsAndTradeAtThePriceDoesNot) {
  funded().trade("100 1 buy").order("1 buy 1 limit 99").trade("99 5 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("98.99 5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(TickMatching, TouchFillsIfAsked) {
  scenario_.settings.rules.touch_fills = true;
  funded().trade("100 1 buy").order("1 buy 1 limit 99").trade("99 5 buy");
  EXPECT_EQ(scenario_.fills(), "");  // an aggressive buyer does not meet our bid
  scenario_.trade("99 0.4 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.4 @ 99 maker fee 0.0396 USDT\n");
}

TEST_F(TickMatching, TradedQuantityIsSharedInPriceTimeOrder) {
  funded().trade("100 1 buy").order("1 buy 1 limit 98").order("2 buy 1 limit 99").order("3 buy 1 limit 99");
  scenario_.trade("97 2.5 sell");
  EXPECT_EQ(scenario_.fills(),
            "fill 2 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 3 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 1 buy 0.5 @ 98 maker fee 0.049 USDT\n");
}

TEST_F(TickMatching, WithoutAQueueOnlyTheParticipationFills) {
  scenario_.settings.rules.queue = QueueModel::none;
  scenario_.settings.rules.participation = Decimal{1, 1};
  funded().trade("100 1 buy").order("1 sell 1 limit 101").trade("102 4 buy");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 0.4 @ 101 maker fee 0.0404 USDT\n");
}

TEST_F(TickMatching, StopTriggersOnATrade) {
  funded().trade("100 1 buy").order("1 sell 1 stop 97").order("2 buy 1 stop 103").trade("97.01 1 sell");
  EXPECT_EQ(scenario_.said(), "accepted 1\naccepted 2\n");
  scenario_.trade("96 1 sell").trade("104 1 buy");
  EXPECT_EQ(scenario_.said(),
            "triggered 1\n"
            "fill 1 sell 1 @ 96 taker fee 0.192 USDT\n"
            "triggered 2\n"
            "fill 2 buy 1 @ 104 taker fee 0.208 USDT\n");
}

TEST_F(TickMatching, StopLimitThatIsPassedRests) {
  funded().trade("100 1 buy").order("1 sell 1 stop 97 limit 96.5").trade("96 1 sell");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\n");
  scenario_.trade("96.51 3 buy");
  EXPECT_EQ(scenario_.said(), "fill 1 sell 1 @ 96.5 maker fee 0.0965 USDT\n");
}

TEST_F(TickMatching, TakeProfitsTriggerOnTheGoodSide) {
  funded().trade("100 1 buy").order("1 sell 1 take 105").order("2 buy 1 take 95 limit 95").trade("105 1 buy");
  scenario_.trade("95 1 sell");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\naccepted 2\n"
            "triggered 1\n"
            "fill 1 sell 1 @ 105 taker fee 0.21 USDT\n"
            "triggered 2\n"
            "fill 2 buy 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(TickMatching, TrailingStopFollowsTrades) {
  funded()
      .trade("100 1 buy")
      .order("1 sell 1 trail 5")
      .trade("110 1 buy")
      .trade("106 1 sell")
      .trade("105 1 sell");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\nfill 1 sell 1 @ 105 taker fee 0.21 USDT\n");
}

TEST_F(TickMatching, OrdersThatCameBeforeTheFirstTradeTakePartFromThenOn) {
  funded().order("1 buy 1 limit 101").order("2 buy 1 limit 99").trade("100 1 buy").trade("98 1 sell");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 2 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(TickMatching, GoodTillDateEndsByTime) {
  funded().trade("100 1 buy").order("1 buy 1 limit 99 gtd=2").trade("100 1 buy").trade("98 1 sell");
  EXPECT_EQ(scenario_.said(), "accepted 1\nexpired 1 filled 0\n");
}

TEST_F(TickMatching, ReportsCarryTheTimeOfTheTick) {
  funded().trade("100 1 buy").order("1 buy 1 limit 99").trade("98 1 sell");
  const TimedReport& fill = scenario_.venue().reports().back();
  EXPECT_EQ(fill.ts_venue, scenario_.now());
  EXPECT_EQ(fill.deliver_by, kTimeMax);
}

// --- quotes ---

TEST_F(TickMatching, TakersMeetTheOppositeQuote) {
  scenario_.settings.rules.slippage_bps = Decimal{10, 0};
  funded().quote("99 1 101 1").order("1 buy 5 market").order("2 sell 1 limit 98");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 5 @ 101.11 taker fee 1.0111 USDT\n"
            "fill 2 sell 1 @ 98.9 taker fee 0.1978 USDT\n");
}

TEST_F(TickMatching, MarketableLimitTakesTheDisplayedSizeOnce) {
  funded().quote("99 1 101 2").order("1 buy 5 limit 101");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 2 @ 101 taker fee 0.404 USDT\n");
  scenario_.quote("99 1 101 2");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.quote("99 1 101 3");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 101 maker fee 0.101 USDT\n");
  scenario_.quote("99 1 100.5 1");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 101 maker fee 0.101 USDT\n");
}

TEST_F(TickMatching, MarketOrderByDisplayedSizeGoesOnWithTheNextQuotes) {
  scenario_.settings.rules.market_volume = MarketVolume::participation;
  funded().quote("99 1 101 2").order("1 buy 3 market").quote("99 1 101 2").quote("99 1 102 2");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 2 @ 101 taker fee 0.404 USDT\n"
            "fill 1 buy 1 @ 102 taker fee 0.204 USDT\n");
}

TEST_F(TickMatching, ImmediateAndAllOrNothingAgainstAQuote) {
  funded()
      .quote("99 1 101 2")
      .order("1 buy 3 limit 101 fok")
      .order("2 buy 3 limit 101 ioc")
      .order("3 buy 1 limit 100 ioc");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "canceled 1 filled 0 fill_or_kill_unfilled\n"
            "accepted 2\n"
            "fill 2 buy 2 @ 101 taker fee 0.404 USDT\n"
            "expired 2 filled 2\n"
            "accepted 3\n"
            "expired 3 filled 0\n");
}

TEST_F(TickMatching, PostOnlyAgainstAQuote) {
  funded().quote("99 1 101 2").order("1 buy 1 limit 101 post_only").order("2 buy 1 limit 100.99 post_only");
  EXPECT_EQ(scenario_.said(), "rejected 1 post_only_would_take\naccepted 2\n");
}

TEST_F(TickMatching, QueueAtTheQuoteComesFromItsSize) {
  funded().quote("99 3 101 2").order("1 buy 1 limit 99").trade("99 2 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("99 1.4 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.4 @ 99 maker fee 0.0396 USDT\n");
}

TEST_F(TickMatching, QuoteThatFallsBackLeavesUsFirst) {
  funded().quote("99 3 101 2").order("1 buy 1 limit 99").quote("98 5 101 2").trade("99 0.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, QueueIsUnknownBehindTheQuoteUntilItComesThere) {
  funded().quote("99 3 101 2").order("1 buy 1 limit 98").trade("98 50 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.quote("98 2 101 2").trade("98 2.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 98 maker fee 0.049 USDT\n");
}

TEST_F(TickMatching, SmallerQuoteCutsTheQueue) {
  funded().quote("99 3 101 2").order("1 buy 1 limit 99").quote("99 1 101 2").trade("99 1.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, CrossingQuoteFillsAtOurPrice) {
  funded().quote("99 3 101 2").order("1 buy 1 limit 100").quote("98 1 99.5 0.6");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.6 @ 100 maker fee 0.06 USDT\n");
}

TEST_F(TickMatching, MarkTriggersOnTheMiddleLastOnTrades) {
  funded()
      .trade("100 1 buy")
      .quote("99.5 1 100.5 1")
      .order("1 sell 1 stop 97 mark")
      .order("2 sell 1 stop 97");
  scenario_.said();
  scenario_.quote("96 1 98 1");
  EXPECT_EQ(scenario_.said(), "triggered 1\nfill 1 sell 1 @ 96 taker fee 0.192 USDT\n");
  scenario_.trade("96.5 1 sell");
  EXPECT_EQ(scenario_.said(), "triggered 2\nfill 2 sell 1 @ 96 taker fee 0.192 USDT\n");
}

TEST_F(TickMatching, StopOnQuotesAloneLooksAtTheMiddle) {
  funded().quote("99.5 1 100.5 1").order("1 sell 1 stop 97").quote("96.5 1 97.5 1");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 96.5 taker fee 0.193 USDT\n");
}

// --- order book ---

TEST_F(TickMatching, TakersWalkTheBook) {
  funded()
      .book("bid 99 1 bid 98 5 ask 101 1 ask 102 2 ask 103 9")
      .order("1 buy 4 market")
      .order("2 sell 3 limit 98.5");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 1 @ 101 taker fee 0.202 USDT\n"
            "fill 1 buy 2 @ 102 taker fee 0.408 USDT\n"
            "fill 1 buy 1 @ 103 taker fee 0.206 USDT\n"
            "accepted 2\n"
            "fill 2 sell 1 @ 99 taker fee 0.198 USDT\n");
  EXPECT_EQ(scenario_.venue().open_orders(), 1U);
}

TEST_F(TickMatching, MarketOrderEndsWithTheBook) {
  funded().book("bid 99 1 ask 101 1").order("1 buy 4 market").book("ask 101 0").order("2 buy 1 market");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 1 @ 101 taker fee 0.202 USDT\n"
            "canceled 1 filled 1 no_market_price\n"
            "rejected 2 no_market_price\n");
}

TEST_F(TickMatching, AllOrNothingLooksAtAllLevelsWithinTheLimit) {
  funded()
      .book("bid 99 1 ask 101 1 ask 102 1 ask 103 9")
      .order("1 buy 3 limit 102 fok")
      .order("2 buy 2 limit 102 fok");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "canceled 1 filled 0 fill_or_kill_unfilled\n"
            "accepted 2\n"
            "fill 2 buy 1 @ 101 taker fee 0.202 USDT\n"
            "fill 2 buy 1 @ 102 taker fee 0.204 USDT\n");
}

TEST_F(TickMatching, RestOfATakerDoesNotTakeTheSameLevelTwice) {
  funded().book("bid 99 1 ask 101 1 ask 102 5").order("1 buy 3 limit 101");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 101 taker fee 0.202 USDT\n");
  scenario_.book("bid 99 2").book("ask 102 6");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.book("ask 101 0").book("ask 100.5 0.5");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 101 maker fee 0.0505 USDT\n");
}

TEST_F(TickMatching, QueueAdvancesWithTradesOnly) {
  funded().book("bid 99 5 ask 101 1").order("1 buy 1 limit 99").book("bid 99 8").trade("99 4 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("99 1.2 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.2 @ 99 maker fee 0.0198 USDT\n");
}

TEST_F(TickMatching, CancellationsCountOnlyBelowOurPlace) {
  funded()
      .book("bid 99 5 ask 101 1")
      .order("1 buy 1 limit 99")
      .book("bid 99 9")
      .book("bid 99 6")
      .trade("99 4 sell");
  EXPECT_EQ(scenario_.fills(), "");  // the three that left were behind us
  scenario_.book("bid 99 0.5").trade("99 1 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, ProbabilisticQueueSharesCancellations) {
  scenario_.settings.rules.queue = QueueModel::probabilistic;
  // 5 before us, 5 behind: half of the 4 that leave were before us.
  funded()
      .book("bid 99 5 ask 101 1")
      .order("1 buy 1 limit 99")
      .book("bid 99 10")
      .book("bid 99 6")
      .trade("99 3.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, VanishedLevelLeavesUsFirstButUnfilled) {
  funded().book("bid 99 5 bid 98 1 ask 101 1").order("1 buy 1 limit 99").book("bid 99 0");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("99 0.3 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.3 @ 99 maker fee 0.0297 USDT\n");
}

TEST_F(TickMatching, TradeThatTheBookHasShownAlreadyDoesNotAdvanceTheQueueAgain) {
  for (const QueueModel model : {QueueModel::risk_averse, QueueModel::probabilistic}) {
    Scenario world;
    world.settings.rules.queue = model;
    world.use("BTCUSDT").deposit("1000 USDT").book("bid 99 10 ask 101 5", true).order("1 buy 2 limit 99");
    world.book("bid 99 4").wait(-kMillisecond).trade("99 6 sell");
    EXPECT_EQ(world.fills(), "");
    world.trade("99 5 sell");
    EXPECT_EQ(world.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
  }
}

TEST_F(TickMatching, TradeLongAfterTheBookIsAnotherOne) {
  funded().book("bid 99 10 ask 101 5", true).order("1 buy 2 limit 99").book("bid 99 4");
  scenario_.trade("99 5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(TickMatching, TradeThatAQuoteOrSnapshotHasShownAlreadyDoesNotAdvanceTheQueueAgain) {
  funded()
      .quote("99 10 101 9")
      .order("1 buy 2 limit 99")
      .quote("98 5 101 9")
      .wait(-kMillisecond)
      .trade("99 10 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.book("bid 98 7 ask 101 9", true).order("2 buy 1 limit 98").book("bid 98 3 ask 101 9", true);
  scenario_.wait(-kMillisecond).trade("98 4 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 2 @ 99 maker fee 0.198 USDT\n");
}

TEST_F(TickMatching, ImprovedPriceHasNoQueue) {
  funded().book("bid 99 5 ask 101 1").order("1 buy 1 limit 100").trade("100 0.3 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.3 @ 100 maker fee 0.03 USDT\n");
}

TEST_F(TickMatching, GapInsideTheBookHasNoQueueBeyondItIsUnknown) {
  funded().book("bid 99 5 bid 97 5 ask 101 1").order("1 buy 1 limit 98").order("2 buy 1 limit 96");
  scenario_.trade("98 0.5 sell").trade("96 0.5 sell");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 0.5 @ 98 maker fee 0.049 USDT\n"
            "fill 1 buy 0.5 @ 98 maker fee 0.049 USDT\n");
}

TEST_F(TickMatching, TwoOrdersOfOursShareATradeAtTheirPrice) {
  funded()
      .book("bid 99 1 ask 101 1")
      .order("1 buy 1 limit 99")
      .order("2 buy 1 limit 99")
      .trade("99 2.5 sell");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 2 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, TradeIsNotCountedAgainByTheLevelThatShrinksForIt) {
  scenario_.settings.rules.queue = QueueModel::probabilistic;
  funded()
      .book("bid 99 4 ask 101 1")
      .order("1 buy 1 limit 99")
      .book("bid 99 8")
      .trade("99 2 sell")
      .book("bid 99 6");
  scenario_.trade("99 2 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("99 0.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, AmendKeepsThePlaceOnlyWhereItMay) {
  funded()
      .book("bid 99 2 ask 101 1")
      .order("1 buy 2 limit 99")
      .book("bid 99 6")
      .amend(1, "1", "99")
      .trade("99 2.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
  scenario_.amend(1, "3", "99").trade("99 6 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("99 1 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(TickMatching, CrossingBookFillsAtOurPriceByWhatItShows) {
  funded()
      .book("bid 99 1 ask 101 1")
      .order("1 buy 2 limit 100")
      .order("2 buy 2 limit 100")
      .book("ask 99.5 1 ask 100 2 bid 99 0");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 2 @ 100 maker fee 0.2 USDT\n"
            "fill 2 buy 1 @ 100 maker fee 0.1 USDT\n");
  scenario_.book("ask 101 2");
  EXPECT_EQ(scenario_.fills(), "");
}

TEST_F(TickMatching, SnapshotReplacesTheBookAndBoundsQueues) {
  funded().book("bid 99 5 ask 101 1").order("1 buy 1 limit 99").book("bid 99 2 bid 98 1 ask 101 1", true);
  scenario_.trade("99 2.5 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n");
}

TEST_F(TickMatching, QuotesDoNotDisturbABook) {
  funded().book("bid 99 5 ask 101 1").order("1 buy 1 limit 100").quote("97 1 98 1").order("2 buy 0.5 market");
  EXPECT_EQ(scenario_.fills(), "fill 2 buy 0.5 @ 101 taker fee 0.101 USDT\n");
}

TEST_F(TickMatching, QueueNoneFillsThroughOnlyEvenWithABook) {
  scenario_.settings.rules.queue = QueueModel::none;
  funded().book("bid 99 1 ask 101 1").order("1 buy 1 limit 99").book("bid 99 0").trade("99 9 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.trade("98.5 9 sell");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(TickMatching, StopWalksTheBook) {
  funded()
      .book("bid 99 1 bid 95 1 bid 90 5 ask 101 1")
      .trade("100 1 buy")
      .order("1 sell 2 stop 97")
      .trade("97 1 sell");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 sell 1 @ 99 taker fee 0.198 USDT\n"
            "fill 1 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(TickMatching, BracketAtOnce) {
  funded()
      .quote("99.9 9 100 9")
      .order("1 buy 1 market group=3 role=entry")
      .order("2 sell 1 stop 95 group=3 role=stop_loss");
  scenario_.order("3 sell 1 limit 105 group=3 role=take_profit");
  scenario_.said();
  scenario_.quote("105.5 9 105.6 9");
  EXPECT_EQ(scenario_.said(), "fill 3 sell 1 @ 105 maker fee 0.105 USDT\ncanceled 2 filled 0\n");
}

TEST_F(TickMatching, LegThatIsReachedWhenItBecomesActiveFiresAtOnce) {
  funded()
      .quote("99.9 9 100 9")
      .order("1 buy 1 limit 99 group=3 role=entry")
      .order("2 sell 1 stop 99.5 group=3 role=stop_loss");
  scenario_.said();
  scenario_.quote("97 9 98.9 9");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n"
            "triggered 2\n"
            "fill 2 sell 1 @ 97 taker fee 0.194 USDT\n");
}

}  // namespace
}  // namespace kontor::sim::test
