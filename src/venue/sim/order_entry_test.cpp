#include "venue/sim/order_entry.hpp"

#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

class OrderEntry : public ::testing::Test {
 protected:
  OrderEntry() { scenario_.use("BTCUSDT"); }
  Scenario& funded() { return scenario_.deposit("1000 USDT").deposit("2 BTC").bar("100 100 100 100"); }
  /// What the venue answers to one order on its own.
  std::string answer(std::string_view order) {
    scenario_.said();
    scenario_.order(order);
    return scenario_.said();
  }
  /// The same for an order that words cannot describe.
  std::string answer(const NewOrder& order) {
    scenario_.said();
    scenario_.send(order);
    return scenario_.said();
  }
  Scenario scenario_;
};

TEST_F(OrderEntry, AcceptsAnOrderOnTheGrid) {
  funded();
  EXPECT_EQ(answer("1 buy 0.123 limit 99.01"), "accepted 1\n");
}

TEST_F(OrderEntry, RefusesByQuantity) {
  funded();
  scenario_.use("BTCPERP").bar("100 100 100 100");
  EXPECT_EQ(answer("1 buy 0 limit 99"), "rejected 1 below_min_quantity\n");
  EXPECT_EQ(answer("2 buy -1 limit 99"), "rejected 2 below_min_quantity\n");
  EXPECT_EQ(answer("3 buy 100000.001 limit 99"), "rejected 3 above_max_quantity\n");
}

/// Raw units that are finer than tick and step: data may have more places than the venue allows orders.
TEST_F(OrderEntry, RefusesOffTickAndOffStep) {
  InstrumentSpecification specification = scenario_.instruments[InstrumentId(0)].specification();
  specification.name.symbol = "FINE";
  specification.data_price_scale = 4;
  specification.data_quantity_scale = 5;
  ASSERT_TRUE(scenario_.instruments.add(specification).has_value());
  scenario_.use("FINE").deposit("1000 USDT").bar("100 100 100 100");
  EXPECT_EQ(answer("1 buy 0.1235 limit 99"), "rejected 1 quantity_off_step\n");
  EXPECT_EQ(answer("2 buy 1 limit 99.001"), "rejected 2 price_off_tick\n");
  EXPECT_EQ(answer("3 buy 1 stop 101.001"), "rejected 3 price_off_tick\n");
  EXPECT_EQ(answer("4 buy 1 trail 1.001"), "rejected 4 price_off_tick\n");
  EXPECT_EQ(answer("5 buy 1 limit 99.01"), "accepted 5\n");
}

TEST_F(OrderEntry, WhatIsDelistedIsWoundUp) {
  scenario_.use("BTCPERP").deposit("1000 USDT").trade("100 1 buy");
  scenario_.order("1 buy 2 market").order("2 buy 1 limit 90").trade("110 1 buy");
  scenario_.said();
  const InstrumentId perpetual = scenario_.id_of("BTCPERP");
  InstrumentTerms terms = scenario_.instruments[perpetual].terms();
  terms.is_trading = false;
  ASSERT_TRUE(scenario_.instruments.change(perpetual, terms));
  scenario_.venue().on_delisted(perpetual, scenario_.now());
  const std::string said = scenario_.said();
  EXPECT_TRUE(
      said.starts_with("canceled 2 filled 0 instrument_quarantined\nfill 0 sell 2 @ 110 taker fee 0 USDT"))
      << said;
  EXPECT_EQ(scenario_.position(), "0 cost 0");
  scenario_.order("3 buy 1 limit 90");
  EXPECT_EQ(scenario_.said(), "rejected 3 instrument_quarantined\n");
}

TEST_F(OrderEntry, RefusesByPriceAndNotional) {
  funded();
  EXPECT_EQ(answer("1 buy 1 limit 0"), "rejected 1 price_not_positive\n");
  EXPECT_EQ(answer("2 buy 1 limit -1"), "rejected 2 price_not_positive\n");
  EXPECT_EQ(answer("3 sell 1 stop 0"), "rejected 3 price_not_positive\n");
  EXPECT_EQ(answer("4 sell 1 trail 0"), "rejected 4 price_not_positive\n");
  EXPECT_EQ(answer("5 buy 0.049 limit 100"), "rejected 5 below_min_notional\n");
  EXPECT_EQ(answer("6 buy 0.049 market"), "rejected 6 below_min_notional\n");
  EXPECT_EQ(answer("7 buy 0.05 market"), "accepted 7\n");
}

TEST_F(OrderEntry, RefusesMarketOrdersBeforeThereIsAPrice) {
  scenario_.deposit("1000 USDT");
  EXPECT_EQ(answer("1 buy 1 market"), "rejected 1 no_market_price\n");
  EXPECT_EQ(answer("2 buy 1 trail 5"), "rejected 2 no_market_price\n");
  EXPECT_EQ(answer("3 buy 1 limit 99"), "accepted 3\n");
}

TEST_F(OrderEntry, RefusesContradictions) {
  funded();
  EXPECT_EQ(answer("1 buy 1 market post_only"), "rejected 1 post_only_would_take\n");
  EXPECT_EQ(answer("2 buy 1 limit 99 ioc post_only"), "rejected 2 post_only_would_take\n");
  EXPECT_EQ(answer("3 buy 1 limit 99 gtd=0"), "rejected 3 expiry_in_past\n");
}

TEST_F(OrderEntry, RefusesOutsideThePriceBand) {
  scenario_.settings.rules.price_band = Decimal{5, 2};
  funded();
  EXPECT_EQ(answer("1 buy 1 limit 94.99"), "rejected 1 price_out_of_band\n");
  EXPECT_EQ(answer("2 sell 1 limit 105.01"), "rejected 2 price_out_of_band\n");
  EXPECT_EQ(answer("3 buy 1 limit 95"), "accepted 3\n");
}

TEST_F(OrderEntry, RefusesTooManyOrders) {
  scenario_.settings.rules.max_open_orders = 2;
  funded();
  EXPECT_EQ(answer("1 buy 1 limit 90"), "accepted 1\n");
  EXPECT_EQ(answer("2 buy 1 limit 91"), "accepted 2\n");
  EXPECT_EQ(answer("3 buy 1 limit 92"), "rejected 3 too_many_orders\n");
  scenario_.cancel(1);
  EXPECT_EQ(answer("4 buy 1 limit 92"), "accepted 4\n");
}

// --- reservation ---

TEST_F(OrderEntry, BuyReservesNotionalAndFee) {
  funded().order("1 buy 4 limit 99");
  EXPECT_EQ(scenario_.reserved("USDT"), "396.792");  // 396 + 0.2 %
  EXPECT_EQ(answer("2 buy 6.1 limit 99"), "rejected 2 insufficient_balance\n");
  EXPECT_EQ(answer("3 buy 6 limit 99"), "accepted 3\n");
  EXPECT_EQ(scenario_.free("USDT"), "8.02");
}

TEST_F(OrderEntry, SellReservesTheBaseAsset) {
  funded().order("1 sell 1.5 limit 101");
  EXPECT_EQ(scenario_.reserved("BTC"), "1.5");
  EXPECT_EQ(answer("2 sell 0.6 market"), "rejected 2 insufficient_balance\n");
  EXPECT_EQ(answer("3 sell 0.5 market"), "accepted 3\n");
}

TEST_F(OrderEntry, MarketBuyReservesWithSlippage) {
  scenario_.settings.rules.slippage_bps = Decimal{100, 0};
  funded();
  EXPECT_EQ(answer("1 buy 9.9 market"), "rejected 1 insufficient_balance\n");
  EXPECT_EQ(answer("2 buy 9.8 market"), "accepted 2\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "991.7796");  // 9.8 × 101 × 1.002
}

TEST_F(OrderEntry, ReservationShrinksWithPartialFillsAndEndsWithTheOrder) {
  funded().order("1 buy 2 limit 99").bar("100 100 98 99 1");
  EXPECT_EQ(scenario_.reserved("USDT"), "99.198");
  scenario_.cancel(1);
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
  scenario_.order("2 sell 1 stop 90").order("3 buy 1 stop 110").cancel(2).cancel(3);
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
  EXPECT_EQ(scenario_.reserved("BTC"), "0");
}

TEST_F(OrderEntry, PerpetualReservesInitialMarginAndFee) {
  scenario_.rules("BTCPERP").leverage = Decimal{10, 0};
  scenario_.use("BTCPERP").deposit("100 USDT").bar("100 100 100 100").order("1 buy 5 limit 100");
  EXPECT_EQ(scenario_.reserved("USDT"), "50.25");  // 500 × (10 % + 0.05 %)
  EXPECT_EQ(answer("2 buy 5 limit 100"), "rejected 2 insufficient_margin\n");
  // The other side is the lesser exposure: it needs nothing more.
  EXPECT_EQ(answer("3 sell 5 limit 101"), "accepted 3\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "50.7525");
}

TEST_F(OrderEntry, ClosingAPerpetualNeedsNoMargin) {
  scenario_.rules("BTCPERP").leverage = Decimal{10, 0};
  scenario_.use("BTCPERP").deposit("100 USDT").bar("100 100 100 100").order("1 buy 9 market");
  scenario_.bar("100 100 100 100").order("2 sell 9 limit 105");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
  EXPECT_EQ(scenario_.margin("USDT"), "90");
  EXPECT_EQ(answer("3 buy 1 limit 100"), "rejected 3 insufficient_margin\n");
}

// --- reduce-only ---

TEST_F(OrderEntry, ReduceOnlyIsRefusedWithoutAPosition) {
  scenario_.use("BTCPERP").deposit("1000 USDT").bar("100 100 100 100");
  EXPECT_EQ(answer("1 sell 1 limit 101 reduce_only"), "rejected 1 reduce_only_would_increase\n");
  scenario_.order("2 buy 1 market").bar("100 100 100 100");
  EXPECT_EQ(answer("3 buy 1 limit 99 reduce_only"), "rejected 3 reduce_only_would_increase\n");
  EXPECT_EQ(answer("4 sell 1 limit 101 reduce_only"), "accepted 4\n");
}

TEST_F(OrderEntry, ReduceOnlyExecutesNoMoreThanThePosition) {
  scenario_.use("BTCPERP")
      .deposit("1000 USDT")
      .bar("100 100 100 100")
      .order("1 buy 1 market")
      .bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(), "accepted 1\nfill 1 buy 1 @ 100 taker fee 0.05 USDT\n");
  scenario_.order("2 sell 3 market reduce_only").bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(),
            "accepted 2\n"
            "fill 2 sell 1 @ 100 taker fee 0.05 USDT\n"
            "canceled 2 filled 1 reduce_only_would_increase\n");
  EXPECT_EQ(scenario_.position(), "0 cost 0");
}

TEST_F(OrderEntry, ReduceOnlyOrdersGoWithThePosition) {
  scenario_.use("BTCPERP")
      .deposit("1000 USDT")
      .bar("100 100 100 100")
      .order("1 buy 1 market")
      .bar("100 100 100 100");
  scenario_.order("2 sell 1 limit 105 reduce_only")
      .order("3 sell 1 stop 95 reduce_only")
      .order("4 sell 1 market");
  scenario_.said();
  scenario_.bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(),
            "fill 4 sell 1 @ 100 taker fee 0.05 USDT\n"
            "canceled 3 filled 0 reduce_only_would_increase\n"
            "canceled 2 filled 0 reduce_only_would_increase\n");
}

TEST_F(OrderEntry, ReduceOnlyMayComeWithTheEntryItReduces) {
  scenario_.use("BTCPERP").deposit("1000 USDT").bar("100 100 100 100");
  scenario_.order("1 buy 1 market")
      .order("2 sell 1 limit 105 reduce_only")
      .order("3 sell 1 stop 95 reduce_only");
  EXPECT_EQ(scenario_.said(), "accepted 1\naccepted 2\naccepted 3\n");
  scenario_.bar("100 106 100 105");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 100 taker fee 0.05 USDT\n"
            "fill 2 sell 1 @ 105 maker fee 0.021 USDT\n"
            "canceled 3 filled 0 reduce_only_would_increase\n");
}

TEST_F(OrderEntry, ReduceOnlyMayBeBelowTheMinimumNotional) {
  scenario_.use("BTCPERP")
      .deposit("1000 USDT")
      .bar("100 100 100 100")
      .order("1 buy 0.06 market")
      .bar("10 10 10 10");
  scenario_.said();
  EXPECT_EQ(answer("2 sell 0.06 market"), "rejected 2 below_min_notional\n");
  EXPECT_EQ(answer("3 sell 0.06 market reduce_only"), "accepted 3\n");
}

TEST_F(OrderEntry, ReduceOnlyOnSpotSellsWhatIsThere) {
  scenario_.deposit("100 USDT").bar("100 100 100 100");
  EXPECT_EQ(answer("1 sell 1 limit 101 reduce_only"), "rejected 1 reduce_only_would_increase\n");
  EXPECT_EQ(answer("2 buy 0.1 limit 99 reduce_only"), "rejected 2 reduce_only_would_increase\n");
  scenario_.deposit("1 BTC");
  EXPECT_EQ(answer("3 sell 1 limit 101 reduce_only"), "accepted 3\n");
}

// --- cancel and amend ---

TEST_F(OrderEntry, CancelEndsAnOrder) {
  funded().order("1 buy 2 limit 99").bar("100 100 98 99 0.5").between_bars().cancel(1);
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 0.5 @ 99 maker fee 0.0495 USDT\n"
            "canceled 1 filled 0.5\n");
  scenario_.bar("99 99 90 95");
  EXPECT_EQ(scenario_.said(), "");
}

TEST_F(OrderEntry, CancelInsideABarDoesNotReachBackToItsOpen) {
  funded().order("1 buy 2 limit 99").order("2 buy 2 limit 97").bar("100 100 100 100").said();
  scenario_.cancel(1).cancel(2);
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
  // The open goes through the first; the second would have been next, but was canceled right after the open.
  scenario_.bar("98 98 90 95");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 2 @ 99 maker fee 0.198 USDT\n"
            "cancel_rejected 1 order_closed\n"
            "canceled 2 filled 0\n");
}

TEST_F(OrderEntry, CancelLateInsideABarComesAfterItsRange) {
  funded().order("1 buy 2 limit 97").bar("100 100 100 100").said();
  scenario_.wait(kSecond).cancel(1);
  scenario_.bar("98 98 96 97");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 2 @ 97 maker fee 0.194 USDT\ncancel_rejected 1 order_closed\n");
}

TEST_F(OrderEntry, AmendmentInsideABarDoesNotReachBackToItsOpen) {
  funded().order("1 buy 2 limit 99").bar("100 100 100 100").said();
  scenario_.amend(1, "2", "90").bar("98 98 95 95");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 2 @ 99 maker fee 0.198 USDT\namend_rejected 1 order_closed\n");
}

TEST_F(OrderEntry, AnOrderThatLeavesMayUseOnlyWhatItsSuccessorLeft) {
  scenario_.use("BTCUSDT").deposit("3 BTC").bar("100 100 100 100").order("1 sell 3 limit 101");
  scenario_.bar("100 100 100 100").said();
  scenario_.cancel(1).order("2 sell 2 limit 103").bar("102 104 102 104");
  EXPECT_EQ(scenario_.said(),
            "accepted 2\n"
            "fill 1 sell 1 @ 101 maker fee 0.101 USDT\n"
            "canceled 1 filled 1 insufficient_balance\n"
            "cancel_rejected 1 order_closed\n"
            "fill 2 sell 2 @ 103 maker fee 0.206 USDT\n");
}

TEST_F(OrderEntry, CancelTellsClosedFromUnknown) {
  funded().order("1 buy 1 market").bar("100 100 100 100").said();
  scenario_.cancel(1).cancel(7);
  EXPECT_EQ(scenario_.said(), "cancel_rejected 1 order_closed\ncancel_rejected 7 unknown_order\n");
  scenario_.amend(1, "2", "99").amend(7, "2", "99");
  EXPECT_EQ(scenario_.said(), "amend_rejected 1 order_closed\namend_rejected 7 unknown_order\n");
}

TEST_F(OrderEntry, AmendMovesAnOrder) {
  funded().order("1 buy 1 limit 90").between_bars().amend(1, "2", "95");
  EXPECT_EQ(scenario_.said(), "accepted 1\namended 1 2 @ 95\n");
  EXPECT_EQ(scenario_.reserved("USDT"), "190.38");
  scenario_.bar("100 100 94 95");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 2 @ 95 maker fee 0.19 USDT\n");
}

TEST_F(OrderEntry, AmendToAMarketablePriceTakes) {
  funded().order("1 buy 1 limit 90").bar("100 100 99 100").amend(1, "1", "101").bar("100 100 99 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n");
}

TEST_F(OrderEntry, AmendIsCheckedLikeANewOrder) {
  funded().order("1 buy 2 limit 99 post_only").bar("100 100 98 99 1").said();
  scenario_.between_bars()
      .amend(1, "1", "98")
      .amend(1, "2", "0")
      .amend(1, "100", "98")
      .amend(1, "2", "99")
      .amend(1, "2", "99.5");
  EXPECT_EQ(scenario_.said(),
            "amend_rejected 1 below_min_quantity\n"
            "amend_rejected 1 price_not_positive\n"
            "amend_rejected 1 insufficient_balance\n"
            "amended 1 2 @ 99\n"
            "amend_rejected 1 post_only_would_take\n");
}

TEST_F(OrderEntry, AmendOfAStopChangesItsLimit) {
  funded().order("1 sell 1 stop 95 limit 94").amend(1, "2", "93").bar("100 100 94 95").bar("92 94 92 93");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "amended 1 2 @ 93\n"
            "triggered 1\n"
            "fill 1 sell 2 @ 95 taker fee 0.38 USDT\n");
}

}  // namespace
}  // namespace kontor::sim::test
