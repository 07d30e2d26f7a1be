#include "venue/sim/bar_matching.hpp"

#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

class BarMatching : public ::testing::Test {
 protected:
  BarMatching() { scenario_.use("BTCUSDT"); }
  Scenario& funded() { return scenario_.deposit("100000 USDT").deposit("10 BTC").bar("100 100 100 100"); }
  Scenario scenario_;
};

// --- the regression list of M2 ---

TEST_F(BarMatching, NonMarketableLimitDoesNotFillAtOnce) {
  funded().order("1 buy 1 limit 99");
  EXPECT_EQ(scenario_.said(), "accepted 1\n");
  scenario_.bar("100 101 99.5 100");
  EXPECT_EQ(scenario_.said(), "");
  scenario_.bar("100 101 98.99 100");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(BarMatching, FeeIsTakenOncePerFill) {
  funded().order("1 buy 2 limit 99").bar("100 100 98 99 1").bar("100 100 98 99 1");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "99801.802");
}

TEST_F(BarMatching, AveragePriceUsesTheOldQuantity) {
  funded().order("1 buy 3 market").bar("100 100 100 100").order("2 buy 1 market").bar("200 200 200 200");
  EXPECT_EQ(scenario_.position(), "4 cost 500");
}

TEST_F(BarMatching, SellThroughZeroFlipsAPerpetual) {
  scenario_.use("BTCPERP").deposit("1000 USDT").bar("100 100 100 100");
  scenario_.order("1 buy 2 market").bar("100 100 100 100").order("2 sell 3 market").bar("110 110 110 110");
  EXPECT_EQ(scenario_.position(), "-1 cost -110");
  EXPECT_EQ(scenario_.balance("USDT"), "1019.735");  // 1000 + 20 - 0.1 - 0.165
}

TEST_F(BarMatching, SpotDoesNotSellThroughZero) {
  scenario_.deposit("1000 USDT").deposit("2 BTC").bar("100 100 100 100").order("1 sell 3 market");
  EXPECT_EQ(scenario_.said(), "rejected 1 insufficient_balance\n");
}

TEST_F(BarMatching, ShortProceedsAreNotFreeCash) {
  scenario_.rules("BTCUSDT").spot_margin = true;
  scenario_.rules("BTCUSDT").taker_fee = Decimal{0, 0};
  scenario_.deposit("1000 USDT").bar("100 100 100 100").order("1 sell 4 market").bar("100 100 100 100");
  EXPECT_EQ(scenario_.balance("USDT"), "1400");
  EXPECT_EQ(scenario_.free("USDT"), "600");  // neither the proceeds nor the margin of the short
  scenario_.said();
  scenario_.order("2 buy 11 limit 99");  // 4 give back what is owed, 7 cost 693
  EXPECT_EQ(scenario_.said(), "rejected 2 insufficient_balance\n");
}

TEST_F(BarMatching, EquityIncludesThePositionsValue) {
  scenario_.deposit("1000 USDT").bar("100 100 100 100").order("1 buy 5 market").bar("100 100 100 100");
  scenario_.bar("100 120 100 120");
  EXPECT_EQ(scenario_.equity("USDT"), "1099");  // 1000 + 5 × 20 − fee 1
  scenario_.use("BTCPERP")
      .bar("100 100 100 100")
      .order("2 sell 2 market")
      .bar("100 100 100 100")
      .bar("90 90 90 90");
  EXPECT_EQ(scenario_.equity("USDT"), "1118.9");  // + 2 × 10 − fee 0.1
}

// --- market orders ---

TEST_F(BarMatching, MarketOrderFillsAtTheNextOpen) {
  funded().order("1 buy 1 market");
  scenario_.bar("103 105 102 104");
  const auto reports = scenario_.venue().reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].ts_venue, Scenario::kStart + kMinute + 25 * kMillisecond);
  EXPECT_EQ(reports[1].deliver_by, Scenario::kStart + 2 * kMinute);
  EXPECT_EQ(scenario_.said(), "accepted 1\nfill 1 buy 1 @ 103 taker fee 0.206 USDT\n");
}

TEST_F(BarMatching, SlippageIsAdverseAndOnTheTick) {
  scenario_.settings.rules.slippage_bps = Decimal{5, 0};
  funded().order("1 buy 1 market").order("2 sell 1 market").bar("101.01 102 100 101");
  // 101.01 × 5 bps = 0.0505: 101.0605 and 100.9595, each to the next tick against us
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 101.07 taker fee 0.20214 USDT\n"
            "fill 2 sell 1 @ 100.95 taker fee 0.2019 USDT\n");
}

TEST_F(BarMatching, MarketOrderIsNotBoundByTheVolumeUnlessAsked) {
  funded().order("1 buy 5 market").bar("100 100 100 100 1");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 5 @ 100 taker fee 1 USDT\n");
}

TEST_F(BarMatching, MarketOrderByParticipationWaitsForTheNextBar) {
  scenario_.settings.rules.market_volume = MarketVolume::participation;
  funded().order("1 buy 5 market").bar("100 100 100 100 3").bar("101 101 101 101 0").bar("102 102 102 102 9");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 3 @ 100 taker fee 0.6 USDT\n"
            "fill 1 buy 2 @ 102 taker fee 0.408 USDT\n");
  EXPECT_EQ(scenario_.venue().open_orders(), 0U);
}

TEST_F(BarMatching, OrderPlacedInsideABarWaitsForTheNextOne) {
  funded().wait(30 * kSecond).order("1 buy 1 market").order("2 buy 1 limit 99");
  scenario_.bar("100 100 90 95");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.bar("96 97 95 96");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 96 taker fee 0.192 USDT\n"
            "fill 2 buy 1 @ 96 taker fee 0.192 USDT\n");
}

TEST_F(BarMatching, SlowOrderDoesNotGetAnOpenOfThePast) {
  scenario_.settings.latency.order_entry_ns = 40 * kSecond;
  funded().wait(40 * kSecond).order("1 buy 1 market").bar("100 100 90 95").bar("96 97 95 96");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 96 taker fee 0.192 USDT\n");
}

TEST_F(BarMatching, OrderDecidedOnDataOfAfterTheOpenMissesIt) {
  funded();
  const TimeNs open = Scenario::kStart + kMinute;
  const TimeNs known = open + 10 * kMillisecond;
  const TimeNs arrival = open + 35 * kMillisecond;
  scenario_.venue().on_command(scenario_.parse("1 buy 1 market"), {.sent = known, .arrival = arrival});
  scenario_.venue().on_command(scenario_.parse("2 buy 1 market"), {.sent = known + 1, .arrival = arrival});
  scenario_.bar("100 100 100 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n");
  scenario_.bar("101 101 101 101");
  EXPECT_EQ(scenario_.fills(), "fill 2 buy 1 @ 101 taker fee 0.202 USDT\n");
}

TEST_F(BarMatching, OpenWindowCanBeWidened) {
  scenario_.settings.open_window_ns = 40 * kSecond;
  funded().wait(30 * kSecond).order("1 buy 1 market").bar("100 100 90 95");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n");
}

TEST_F(BarMatching, CommandOfTheInstantOfABarsEndMissesThatBar) {
  funded();
  scenario_.send(scenario_.parse("1 buy 1 market"));  // arrives after the open of the second bar
  NewOrder late = scenario_.parse("2 buy 1 market");
  scenario_.venue().on_command(late, Scenario::kStart + 2 * kMinute);
  scenario_.bar("100 100 100 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n");
  scenario_.bar("101 101 101 101");
  EXPECT_EQ(scenario_.fills(), "fill 2 buy 1 @ 101 taker fee 0.202 USDT\n");
}

TEST_F(BarMatching, GapBeyondTheFundsCutsABuyToWhatIsPayable) {
  scenario_.deposit("1000 USDT").bar("100 100 100 100").order("1 buy 9.9 market").bar("110 110 110 110");
  // 1000 / 110 = 9.09…; with 0.2 % fee 9.072 × 110 × 1.002 = 999.92
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 9.072 @ 110 taker fee 1.99584 USDT\n"
            "canceled 1 filled 9.072 insufficient_balance\n");
  EXPECT_FALSE(scenario_.venue().balance(AssetId(1)).is_negative());
}

TEST_F(BarMatching, ReportsOfABarReachUsByItsEnd) {
  funded().order("1 buy 1 limit 99").bar("100 100 98 99");
  const auto& fill = scenario_.venue().reports().back();
  EXPECT_EQ(fill.ts_venue, Scenario::kStart + 2 * kMinute);
  EXPECT_EQ(fill.deliver_by, Scenario::kStart + 2 * kMinute);
}

// --- limit orders ---

TEST_F(BarMatching, TouchDoesNotFillUnlessAsked) {
  funded().order("1 buy 1 limit 99").bar("100 100 99 100");
  EXPECT_EQ(scenario_.fills(), "");
  Scenario touching;
  touching.settings.rules.touch_fills = true;
  touching.use("BTCUSDT")
      .deposit("1000 USDT")
      .bar("100 100 100 100")
      .order("1 buy 1 limit 99")
      .bar("100 100 99 100");
  EXPECT_EQ(touching.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(BarMatching, RestingSellFillsWhenTheHighIsAbove) {
  funded().order("1 sell 1 limit 101").bar("100 101 100 100").bar("100 101.01 100 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 101 maker fee 0.101 USDT\n");
}

TEST_F(BarMatching, RestingOrderKeepsItsPriceOverAGap) {
  funded().order("1 buy 1 limit 99").bar("100 100 100 100").bar("95 96 94 95");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

TEST_F(BarMatching, LimitThatIsMarketableAtItsFirstOpenTakes) {
  funded().order("1 buy 1 limit 101").bar("98 99 97 98");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 98 taker fee 0.196 USDT\n");
}

TEST_F(BarMatching, TakersLimitBoundsTheSlippage) {
  scenario_.settings.rules.slippage_bps = Decimal{100, 0};
  funded().order("1 buy 1 limit 100.5").bar("100 101 99 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 100.5 taker fee 0.201 USDT\n");
}

TEST_F(BarMatching, RestingOrdersShareTheVolumeInPriceTimeOrder) {
  scenario_.settings.rules.participation = Decimal{1, 1};
  funded()
      .order("1 buy 1 limit 98")
      .order("2 buy 1 limit 99")
      .order("3 buy 1 limit 99")
      .bar("100 100 97 98 25");
  EXPECT_EQ(scenario_.fills(),
            "fill 2 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 3 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 1 buy 0.5 @ 98 maker fee 0.049 USDT\n");
}

TEST_F(BarMatching, BarWithoutVolumeFillsNoRestingOrder) {
  funded().order("1 buy 1 limit 99").bar("100 100 90 95 0");
  EXPECT_EQ(scenario_.fills(), "");
}

TEST_F(BarMatching, GridOfBothSidesFillsInOneBar) {
  funded().order("1 buy 1 limit 99").order("2 sell 1 limit 101").bar("100 102 98 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 2 sell 1 @ 101 maker fee 0.101 USDT\n");
}

TEST_F(BarMatching, PostOnlyIsRefusedAtTheLastPriceAndCanceledAtACrossingOpen) {
  funded().order("1 buy 1 limit 100 post_only").order("2 buy 1 limit 99.99 post_only");
  EXPECT_EQ(scenario_.said(), "rejected 1 post_only_would_take\naccepted 2\n");
  scenario_.bar("99 100 98 99");
  EXPECT_EQ(scenario_.said(), "canceled 2 filled 0 post_only_would_take\n");
}

TEST_F(BarMatching, PostOnlyThatRestsIsAMaker) {
  funded().order("1 buy 1 limit 99 post_only").bar("100 100 98 99");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

// --- time in force ---

TEST_F(BarMatching, ImmediateOrCancelTakesAtTheOpenAndEnds) {
  funded()
      .order("1 buy 2 limit 101 ioc")
      .bar("100 100 100 100 1.5")
      .order("2 buy 1 limit 90 ioc")
      .bar("100 100 80 90");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 1.5 @ 100 taker fee 0.3 USDT\n"
            "expired 1 filled 1.5\n"
            "accepted 2\n"
            "expired 2 filled 0\n");
}

TEST_F(BarMatching, FillOrKillFillsInFullOrNotAtAll) {
  funded().order("1 buy 2 limit 101 fok").bar("100 100 100 100 1.5");
  EXPECT_EQ(scenario_.said(), "accepted 1\ncanceled 1 filled 0 fill_or_kill_unfilled\n");
  scenario_.order("2 buy 2 limit 101 fok").bar("100 100 100 100 2");
  EXPECT_EQ(scenario_.said(), "accepted 2\nfill 2 buy 2 @ 100 taker fee 0.4 USDT\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
}

TEST_F(BarMatching, MarketOrderWithImmediateOrCancelEndsByParticipation) {
  scenario_.settings.rules.market_volume = MarketVolume::participation;
  funded().order("1 buy 5 market ioc").bar("100 100 100 100 3");
  EXPECT_EQ(scenario_.said(), "accepted 1\nfill 1 buy 3 @ 100 taker fee 0.6 USDT\nexpired 1 filled 3\n");
}

TEST_F(BarMatching, GoodTillDateTakesNoPartInTheBarItEndsIn) {
  funded().order("1 buy 1 limit 99 gtd=90").bar("100 100 99.5 100").bar("100 100 90 95");
  EXPECT_EQ(scenario_.said(), "accepted 1\nexpired 1 filled 0\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
}

TEST_F(BarMatching, GoodTillDateExpiresByTimeAlone) {
  funded().order("1 buy 1 limit 99 gtd=90");
  EXPECT_EQ(scenario_.venue().next_expiry(), scenario_.now() + 90 * kSecond);
  scenario_.wait(90 * kSecond).time_passes();
  EXPECT_EQ(scenario_.said(), "accepted 1\nexpired 1 filled 0\n");
  EXPECT_EQ(scenario_.venue().next_expiry(), kTimeMax);
}

// --- stops, take-profits, trailing stops ---

TEST_F(BarMatching, StopMarketFillsAtItsTriggerWithSlippage) {
  scenario_.settings.rules.slippage_bps = Decimal{10, 0};
  funded().order("1 sell 1 stop 97").bar("100 100 97.01 98").bar("98 98 97 97.5");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\nfill 1 sell 1 @ 96.9 taker fee 0.1938 USDT\n");
}

TEST_F(BarMatching, StopFillsAtTheOpenOfAGap) {
  funded().order("1 sell 1 stop 97").order("2 buy 1 stop 103").bar("95 96 94 95").bar("106 107 105 106");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 sell 1 @ 95 taker fee 0.19 USDT\n"
            "fill 2 buy 1 @ 106 taker fee 0.212 USDT\n");
}

TEST_F(BarMatching, NothingIsReportedBeforeItsOrderArrived) {
  funded().order("1 sell 1 stop 97").order("2 buy 1 market").bar("95 96 94 95");
  for (const TimedReport& report : scenario_.venue().reports()) {
    EXPECT_GE(report.ts_venue, Scenario::kStart + kMinute + 25 * kMillisecond);
  }
  EXPECT_EQ(scenario_.venue().reports().size(), 5U);
}

TEST_F(BarMatching, StopThatIsReachedAlreadyIsRefused) {
  funded().order("1 sell 1 stop 100").order("2 buy 1 stop 100").order("3 sell 1 take 100");
  EXPECT_EQ(scenario_.said(),
            "rejected 1 stop_would_trigger\n"
            "rejected 2 stop_would_trigger\n"
            "rejected 3 stop_would_trigger\n");
}

TEST_F(BarMatching, StopThatIsReachedAlreadyTriggersIfAsked) {
  scenario_.settings.rules.reached_stop = ReachedStop::trigger;
  funded().order("1 sell 1 stop 101").bar("100 100 99 99");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\nfill 1 sell 1 @ 100 taker fee 0.2 USDT\n");
}

TEST_F(BarMatching, StopLimitTakesWithinItsLimit) {
  scenario_.settings.rules.slippage_bps = Decimal{100, 0};
  funded().order("1 sell 1 stop 97 limit 96.5").bar("100 100 96 98");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\nfill 1 sell 1 @ 96.5 taker fee 0.193 USDT\n");
}

TEST_F(BarMatching, StopLimitBeyondItsLimitRestsThroughTheGap) {
  funded().order("1 sell 1 stop 97 limit 96.5").bar("95 96 94 95");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\n");
  scenario_.bar("95 97 95 96");
  EXPECT_EQ(scenario_.said(), "fill 1 sell 1 @ 96.5 maker fee 0.0965 USDT\n");
}

TEST_F(BarMatching, StopLimitTriggeredAtTheOpenMayFillInTheRestOfTheBar) {
  funded().order("1 sell 1 stop 97 limit 96.5").bar("95 97 94 95");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 96.5 maker fee 0.0965 USDT\n");
}

TEST_F(BarMatching, StopLimitTriggeredInsideRestsUntilTheNextBar) {
  funded().order("1 sell 1 stop 97 limit 97.5").bar("100 100 96 99");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\n");
  scenario_.bar("99 99 98 98");
  EXPECT_EQ(scenario_.said(), "fill 1 sell 1 @ 97.5 maker fee 0.0975 USDT\n");
}

TEST_F(BarMatching, TakeProfitMarketFillsAtItsTriggerOrABetterOpen) {
  funded().order("1 sell 1 take 105").order("2 buy 1 take 95").bar("100 105 95 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 2 buy 1 @ 95 taker fee 0.19 USDT\n"
            "fill 1 sell 1 @ 105 taker fee 0.21 USDT\n");
  scenario_.order("3 sell 1 take 105").bar("108 109 107 108");
  EXPECT_EQ(scenario_.fills(), "fill 3 sell 1 @ 108 taker fee 0.216 USDT\n");
}

TEST_F(BarMatching, TakeProfitLimitRestsBeyondItsTrigger) {
  funded().order("1 sell 1 take 105 limit 106").bar("100 107 100 101");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\n");
  scenario_.bar("105 107 105 106");
  EXPECT_EQ(scenario_.said(), "fill 1 sell 1 @ 106 maker fee 0.106 USDT\n");
}

TEST_F(BarMatching, TrailingStopFollowsTheBestPrice) {
  funded().order("1 sell 1 trail 5").bar("100 104 100 103").bar("103 110 102 108").bar("108 108 104 104.5");
  EXPECT_EQ(scenario_.said(), "accepted 1\ntriggered 1\nfill 1 sell 1 @ 105 taker fee 0.21 USDT\n");
}

TEST_F(BarMatching, TrailingBuyStopFollowsTheLowestPrice) {
  funded().order("1 buy 1 trail 5").bar("100 100 90 92").bar("92 96 92 95");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(BarMatching, TrailingStopTriggersOnTheWayFromTheHighToTheClose) {
  funded().order("1 sell 1 trail 5").bar("100 110 100 104");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 105 taker fee 0.21 USDT\n");
}

TEST_F(BarMatching, TrailingStopMeetsTheLowBeforeTheHigh) {
  funded().order("1 sell 1 trail 5").bar("100 110 95 109");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 95 taker fee 0.19 USDT\n");
  Scenario kind;
  kind.settings.rules.intrabar = IntrabarPath::favourable;
  kind.use("BTCUSDT")
      .deposit("10 BTC")
      .bar("100 100 100 100")
      .order("1 sell 1 trail 5")
      .bar("100 110 95 109");
  EXPECT_EQ(kind.fills(), "fill 1 sell 1 @ 105 taker fee 0.21 USDT\n");
}

TEST_F(BarMatching, TrailingStopWithAFirstTriggerMovesOnlyForward) {
  funded().order("1 sell 1 trail 5 from 98").bar("100 101 99 100").bar("100 100 98 99");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 98 taker fee 0.196 USDT\n");
}

TEST_F(BarMatching, StopComesBeforeTargetOnTheAdversePath) {
  funded().order("1 sell 1 stop 95").order("2 sell 1 limit 105").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 sell 1 @ 95 taker fee 0.19 USDT\n"
            "fill 2 sell 1 @ 105 maker fee 0.105 USDT\n");
}

// --- feeds ---

TEST_F(BarMatching, CoarserBarsOfTheInstrumentDoNotFill) {
  funded().order("1 buy 1 limit 99").bar("100 100 99.5 100");
  scenario_.bar("100 100 90 100", kHour);
  EXPECT_EQ(scenario_.fills(), "");
}

TEST_F(BarMatching, BarsDoNotFillOnceTradesAreSeen) {
  funded().order("1 buy 1 limit 99").trade("100 1 buy").bar("100 100 90 95");
  EXPECT_EQ(scenario_.fills(), "");
}

TEST_F(BarMatching, ChosenBarsIgnoreTrades) {
  scenario_.settings.rules.feed = MatchingFeed::bars;
  funded().order("1 buy 1 limit 99").trade("98 1 sell");
  EXPECT_EQ(scenario_.fills(), "");
  scenario_.bar("100 100 90 95");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
}

}  // namespace
}  // namespace kontor::sim::test
