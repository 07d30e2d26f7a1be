#include "venue/sim/margin.hpp"

#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

/// BTCPERP and ETHPERP at leverage 10, maintenance 0.5 %, no liquidation fee, no trading fees unless set.
class Margin : public ::testing::Test {
 protected:
  Margin() {
    for (const char* symbol : {"BTCPERP", "ETHPERP"}) {
      InstrumentRules& rules = scenario_.rules(symbol);
      rules.leverage = Decimal{10, 0};
      rules.liquidation_fee = Decimal{0, 0};
      rules.maker_fee = Decimal{0, 0};
      rules.taker_fee = Decimal{0, 0};
    }
    scenario_.use("BTCPERP");
  }
  Scenario& holding(std::string_view order, std::string_view funds = "100 USDT") {
    scenario_.deposit(funds).bar("100 100 100 100").order(order).bar("100 100 100 100");
    scenario_.said();
    return scenario_;
  }
  Scenario scenario_;
};

TEST_F(Margin, MaintenanceFollowsItsTiers) {
  scenario_.rules("BTCPERP").maintenance = {{Decimal{1'000, 0}, Decimal{1, 2}, Decimal{0, 0}},
                                            {Decimal{0, 0}, Decimal{5, 2}, Decimal{40, 0}}};
  const Market market(scenario_.instruments[scenario_.id_of("BTCPERP")], scenario_.rules("BTCPERP"), 0);
  const auto of = [&](std::string_view notional) {
    return maintenance_margin(market, Amount::parse(notional).value()).format();
  };
  EXPECT_EQ(of("0"), "0");
  EXPECT_EQ(of("500"), "5");
  EXPECT_EQ(of("1000"), "10");
  EXPECT_EQ(of("2000"), "60");
  EXPECT_EQ(of("-2000"), "60");
}

TEST(ShareUp, RoundsUpAndSurvivesAmountsBeyond128Bits) {
  EXPECT_EQ(share_up(Amount::from_units(10), 100'000'000).units(), 1);
  EXPECT_EQ(share_up(Amount::from_units(11), 100'000'000).units(), 2);
  const Amount huge = Amount::parse("3000000000000000000").value();  // 3e36 units
  EXPECT_EQ(share_up(huge, 333'333'334).format(), "1000000002000000000");
  EXPECT_EQ(share_up(huge + Amount::from_units(1), 333'333'334).format(),
            "1000000002000000000.000000000000000001");
}

TEST_F(Margin, PositionTiesUpInitialMargin) {
  holding("1 buy 5 market");
  EXPECT_EQ(scenario_.margin("USDT"), "50");
  EXPECT_EQ(scenario_.free("USDT"), "50");
  scenario_.bar("100 102 100 102");
  EXPECT_EQ(scenario_.free("USDT"), "60");
  EXPECT_EQ(scenario_.equity("USDT"), "110");
  scenario_.order("2 sell 3 market").bar("102 102 102 102");
  EXPECT_EQ(scenario_.margin("USDT"), "20");
  EXPECT_EQ(scenario_.balance("USDT"), "106");
}

// Long 9 at 100 with 100 USDT: equity 100 + 9 (p − 100) meets maintenance 0.045 p at p = 800 / 8.955 = 89.34.

TEST_F(Margin, CrossPositionIsLiquidatedWhereEquityMeetsMaintenance) {
  holding("1 buy 9 market").bar("95 95 89.4 90");
  EXPECT_EQ(scenario_.said(), "");
  scenario_.bar("90 90 85 88");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 9 @ 89.33 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "3.97");
  EXPECT_EQ(scenario_.position(), "0 cost 0");
  EXPECT_EQ(scenario_.margin("USDT"), "0");
}

TEST_F(Margin, ShortIsLiquidatedAbove) {
  // 100 − 9 (p − 100) = 0.045 p at p = 1000 / 9.045 = 110.56
  holding("1 sell 9 market").bar("105 110.5 105 108");
  EXPECT_EQ(scenario_.said(), "");
  scenario_.bar("108 120 108 115");
  EXPECT_EQ(scenario_.said(), "fill 0 buy 9 @ 110.56 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "4.96");
}

TEST_F(Margin, GapBeyondBankruptcyIsTheInsuranceFunds) {
  holding("1 buy 9 market").bar("70 70 60 65");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 9 @ 88.89 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "0.01");
}

TEST_F(Margin, LiquidationTakesItsFeesAsFarAsEquityGoes) {
  scenario_.rules("BTCPERP").liquidation_fee = Decimal{2, 3};
  scenario_.rules("BTCPERP").taker_fee = Decimal{1, 3};
  scenario_.deposit("100.9 USDT").bar("100 100 100 100").order("1 buy 9 market").bar("100 100 100 100");
  scenario_.said();
  scenario_.bar("90 90 85 88");  // balance 100 after the taker fee
  EXPECT_EQ(scenario_.said(), "fill 0 sell 9 @ 89.33 taker fee 2.41191 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "1.55809");
}

TEST_F(Margin, FeeBeyondEquityIsNotTaken) {
  scenario_.rules("BTCPERP").liquidation_fee = Decimal{5, 2};
  holding("1 buy 9 market").bar("90 90 85 88");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 9 @ 89.33 taker fee 3.97 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "0");
}

TEST_F(Margin, LiquidationCancelsTheOrdersFirst) {
  holding("1 buy 9 market").order("2 sell 9 limit 120").order("3 buy 0.1 limit 50").said();
  scenario_.bar("90 90 85 88");
  EXPECT_EQ(scenario_.said(),
            "canceled 2 filled 0 insufficient_margin\n"
            "canceled 3 filled 0 insufficient_margin\n"
            "fill 0 sell 9 @ 89.33 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.venue().open_orders(), 0U);
}

TEST_F(Margin, StopBeforeTheLiquidationPriceSavesThePosition) {
  holding("1 buy 9 market").order("2 sell 9 stop 95 reduce_only").bar("98 98 80 85");
  EXPECT_EQ(scenario_.fills(), "fill 2 sell 9 @ 95 taker fee 0 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "55");
}

TEST_F(Margin, TargetBeyondTheLiquidationComesTooLateOnTheAdversePath) {
  holding("1 buy 9 market").order("2 sell 9 limit 105 reduce_only").said();
  scenario_.bar("98 106 80 100");
  EXPECT_EQ(scenario_.fills(), "fill 0 sell 9 @ 89.33 taker fee 0 USDT liquidation\n");
}

TEST_F(Margin, EntryMayBeLiquidatedInItsOwnBar) {
  scenario_.deposit("100 USDT").bar("100 100 100 100").order("1 buy 9 market").bar("100 100 80 85");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 9 @ 100 taker fee 0 USDT\n"
            "fill 0 sell 9 @ 89.33 taker fee 0 USDT liquidation\n");
}

TEST_F(Margin, CrossPositionsShareTheirBalance) {
  // Long 4 BTC and short 4 ETH at 100: the profit of one carries the loss of the other.
  scenario_.deposit("100 USDT").bar("100 100 100 100").order("1 buy 4 market").bar("100 100 100 100");
  scenario_.use("ETHPERP")
      .bar("100 100 100 100")
      .order("2 sell 4 market")
      .bar("100 100 100 100")
      .bar("80 80 80 80");
  EXPECT_EQ(scenario_.equity("USDT"), "180");
  scenario_.said();
  scenario_.use("BTCPERP").bar("70 70 70 70");
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.equity("USDT"), "60");
  scenario_.use("ETHPERP").bar("95 95 95 95");
  // Equity 100 − 120 + 20 = 0: both go, the larger maintenance margin first, neither beyond bankruptcy.
  EXPECT_EQ(scenario_.said(),
            "fill 0 buy 4 @ 95 taker fee 0 USDT liquidation\n"
            "fill 0 sell 4 @ 70 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "0");
}

TEST_F(Margin, IsolatedPositionLosesItsMarginOnly) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market", "1000 USDT");
  EXPECT_EQ(scenario_.margin("USDT"), "50");
  // 50 + 5 (p − 100) = 0.025 p at p = 450 / 4.975 = 90.45
  scenario_.bar("95 95 85 88");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 5 @ 90.45 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "952.25");
}

TEST_F(Margin, IsolatedGapStopsAtBankruptcy) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market", "1000 USDT").bar("50 50 40 45");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 5 @ 90 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "950");
}

TEST_F(Margin, IsolatedMarginGrowsAndShrinksWithThePosition) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 4 market", "1000 USDT").order("2 buy 4 market").bar("110 110 110 110");
  EXPECT_EQ(scenario_.margin("USDT"), "84");
  scenario_.order("3 sell 6 market").bar("110 110 110 110");
  EXPECT_EQ(scenario_.margin("USDT"), "21");
  scenario_.order("4 sell 5 market").bar("110 110 110 110");
  EXPECT_EQ(scenario_.position(), "-3 cost -330");
  EXPECT_EQ(scenario_.margin("USDT"), "33");
}

TEST_F(Margin, IsolatedProfitIsNotFreeBeforeItIsRealised) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market").bar("120 120 120 120");
  EXPECT_EQ(scenario_.free("USDT"), "50");
}

TEST_F(Margin, LiquidationOnTicksTakesTheMarket) {
  scenario_.deposit("100 USDT").quote("100 9 100.01 9").order("1 buy 9 limit 100.01").said();
  scenario_.quote("89.5 9 89.6 9");
  EXPECT_EQ(scenario_.said(), "");
  scenario_.quote("89.2 9 89.3 9");
  EXPECT_EQ(scenario_.said(), "fill 0 sell 9 @ 89.25 taker fee 0 USDT liquidation\n");
}

TEST_F(Margin, LiquidationInABookWalksItsLevels) {
  scenario_.deposit("100 USDT").book("bid 99.99 9 ask 100 9").order("1 buy 9 market").said();
  scenario_.book("bid 99.99 0 bid 89.3 4 bid 89.2 9 ask 100 0 ask 89.31 1");
  EXPECT_EQ(scenario_.said(),
            "fill 0 sell 4 @ 89.3 taker fee 0 USDT liquidation\n"
            "fill 0 sell 5 @ 89.2 taker fee 0 USDT liquidation\n");
}

TEST_F(Margin, LossOfOtherMarketsCountsAgainstNewOrders) {
  holding("1 buy 5 market").bar("95 95 95 95");
  scenario_.use("ETHPERP").bar("100 100 100 100").order("2 buy 3 limit 100");
  EXPECT_EQ(scenario_.said(), "rejected 2 insufficient_margin\n");
  scenario_.order("3 buy 2.5 limit 100");
  EXPECT_EQ(scenario_.said(), "accepted 3\n");
}

TEST_F(Margin, ClosingAProfitableIsolatedPositionNeedsNoMargin) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market", "50 USDT").bar("100 150 100 150");
  EXPECT_EQ(scenario_.free("USDT"), "0");
  // As short as it is long is no larger; two more is.
  scenario_.order("2 sell 12 limit 200");
  EXPECT_EQ(scenario_.said(), "rejected 2 insufficient_margin\n");
  scenario_.order("3 sell 5 market").bar("150 150 150 150");
  EXPECT_EQ(scenario_.said(), "accepted 3\nfill 3 sell 5 @ 150 taker fee 0 USDT\n");
  EXPECT_EQ(scenario_.free("USDT"), "300");
}

TEST_F(Margin, OrdersHoldMarginForWhatTheyWouldAddToThePosition) {
  holding("1 buy 5 market").order("2 sell 12 limit 200");
  EXPECT_EQ(scenario_.reserved("USDT"), "40");  // 2 × 200 / 10
  scenario_.order("3 buy 1 limit 90");
  EXPECT_EQ(scenario_.reserved("USDT"), "40");
  scenario_.cancel(2);
  EXPECT_EQ(scenario_.reserved("USDT"), "9");
}

TEST_F(Margin, GapBeyondTheMarginCancelsAMarketOrder) {
  scenario_.deposit("100 USDT").bar("100 100 100 100").order("1 buy 10 market").bar("101 101 101 101");
  EXPECT_EQ(scenario_.said(), "accepted 1\ncanceled 1 filled 0 insufficient_margin\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
}

// --- funding ---

TEST_F(Margin, LongPaysPositiveFunding) {
  holding("1 buy 5 market").funding("0.001", "110").bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(), "funding -0.55 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "99.45");
}

TEST_F(Margin, ShortReceivesItAndNegativeRatesTurnItRound) {
  holding("1 sell 5 market").funding("0.001", "0").funding("-0.0005", "100");
  scenario_.bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(), "funding 0.5 USDT\nfunding -0.25 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "100.25");
}

TEST_F(Margin, FundingInsideABarIsPaidOnThePositionThatItsOpenLeaves) {
  scenario_.deposit("100 USDT").bar("100 100 100 100").order("1 buy 5 market").funding("0.001", "100");
  EXPECT_EQ(scenario_.said(), "accepted 1\n");
  scenario_.order("2 sell 5 limit 115").bar("100 111 100 111");
  EXPECT_EQ(scenario_.said(),
            "accepted 2\n"
            "fill 1 buy 5 @ 100 taker fee 0 USDT\n"
            "funding -0.5 USDT\n");
  scenario_.funding("0.001", "100").bar("111 116 111 116");
  EXPECT_EQ(scenario_.said(), "funding -0.5 USDT\nfill 2 sell 5 @ 115 maker fee 0 USDT\n");
}

TEST_F(Margin, FundingComesBeforeAnOrderThatArrivesAfterIt) {
  scenario_.deposit("100 USDT").bar("100 100 100 100").order("1 buy 5 market").said();
  scenario_.between_bars().wait(kMillisecond - kSecond).funding("0.001", "100").bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 5 @ 100 taker fee 0 USDT\n");
}

TEST_F(Margin, FundingBetweenTwoBarsSeesThePositionAfterTheFirst) {
  // The order fills at the open of the second bar, whose instant is that of the funding.
  holding("1 buy 5 market").order("2 sell 5 market");
  scenario_.between_bars().wait(-kSecond).funding("0.001", "100");
  EXPECT_EQ(scenario_.said(), "accepted 2\nfunding -0.5 USDT\n");
  // The same if the funding comes first: at the end of a bar that is still to be matched.
  scenario_.bar("100 100 100 100").order("3 buy 5 market").said();
  scenario_.wait(kMinute - kSecond - 25 * kMillisecond).funding("0.001", "100");
  EXPECT_EQ(scenario_.said(), "");
  scenario_.bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(), "fill 3 buy 5 @ 100 taker fee 0 USDT\nfunding -0.5 USDT\n");
}

TEST_F(Margin, HeldFundingIsSettledWhenTicksTakeOver) {
  holding("1 buy 5 market").funding("0.001", "100").trade("100 1 buy");
  EXPECT_EQ(scenario_.said(), "funding -0.5 USDT\n");
}

TEST_F(Margin, NoPositionNoFunding) {
  scenario_.deposit("100 USDT").bar("100 100 100 100").funding("0.001", "100");
  EXPECT_EQ(scenario_.said(), "");
}

TEST_F(Margin, FundingCanLiquidate) {
  holding("1 buy 9 market").bar("90 90 90 90").funding("0.01", "90").bar("90 90 90 90");
  EXPECT_EQ(scenario_.said(), "funding -8.1 USDT\nfill 0 sell 9 @ 90 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("USDT"), "1.9");
}

TEST_F(Margin, IsolatedFundingComesFromItsMargin) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market", "1000 USDT").funding("0.001", "100").bar("100 100 100 100");
  EXPECT_EQ(scenario_.margin("USDT"), "49.5");
  EXPECT_EQ(scenario_.free("USDT"), "950");
}

// --- spot on margin ---

TEST_F(Margin, SpotShortIsLiquidated) {
  InstrumentRules& rules = scenario_.rules("BTCUSDT");
  rules.spot_margin = true;
  rules.leverage = Decimal{2, 0};
  rules.taker_fee = Decimal{0, 0};
  rules.liquidation_fee = Decimal{0, 0};
  scenario_.use("BTCUSDT")
      .deposit("100 USDT")
      .bar("100 100 100 100")
      .order("1 sell 2 market")
      .bar("100 100 100 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 2 @ 100 taker fee 0 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "300");
  EXPECT_EQ(scenario_.balance("BTC"), "-2");
  EXPECT_EQ(scenario_.free("USDT"), "0");
  // 300 − 2 p = 0.01 p at p = 149.25
  scenario_.bar("120 155 120 150");
  EXPECT_EQ(scenario_.fills(), "fill 0 buy 2 @ 149.26 taker fee 0 USDT liquidation\n");
  EXPECT_EQ(scenario_.balance("BTC"), "0");
  EXPECT_EQ(scenario_.balance("USDT"), "1.48");
}

TEST_F(Margin, GapBeyondTheFundsCutsABuyOnSpotMarginToo) {
  scenario_.rules("BTCUSDT").spot_margin = true;
  scenario_.rules("BTCUSDT").maker_fee = Decimal{0, 0};
  scenario_.rules("BTCUSDT").taker_fee = Decimal{0, 0};
  scenario_.use("BTCUSDT").deposit("100 USDT").bar("100 100 100 100").order("1 buy 0.9 market");
  scenario_.bar("200 200 200 200");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 0.5 @ 200 taker fee 0 USDT\n"
            "canceled 1 filled 0.5 insufficient_balance\n");
  EXPECT_EQ(scenario_.balance("USDT"), "0");
}

TEST_F(Margin, SpotShortIsGivenBackOutOfWhatIsHeldForIt) {
  scenario_.rules("BTCUSDT").spot_margin = true;
  scenario_.rules("BTCUSDT").maker_fee = Decimal{0, 0};
  scenario_.rules("BTCUSDT").taker_fee = Decimal{0, 0};
  scenario_.use("BTCUSDT").deposit("100 USDT").bar("100 100 100 100").order("1 sell 1 market");
  scenario_.bar("100 100 100 100").order("2 buy 1 market").bar("150 150 150 150");
  EXPECT_EQ(scenario_.fills(), "fill 1 sell 1 @ 100 taker fee 0 USDT\nfill 2 buy 1 @ 150 taker fee 0 USDT\n");
  EXPECT_EQ(scenario_.balance("USDT"), "50");
}

TEST_F(Margin, SpotShortIsBoundByItsMargin) {
  InstrumentRules& rules = scenario_.rules("BTCUSDT");
  rules.spot_margin = true;
  rules.taker_fee = Decimal{0, 0};
  scenario_.use("BTCUSDT")
      .deposit("100 USDT")
      .deposit("1 BTC")
      .bar("100 100 100 100")
      .order("1 sell 2.1 limit 101");
  EXPECT_EQ(scenario_.said(), "rejected 1 insufficient_balance\n");
  scenario_.order("2 sell 2 limit 101");
  EXPECT_EQ(scenario_.said(), "accepted 2\n");
}

}  // namespace
}  // namespace kontor::sim::test
