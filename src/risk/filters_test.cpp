#include "risk/filters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::risk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FiltersTest : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId spot_id = test::add(table, test::spot("BTC"));
  InstrumentId perpetual_id = test::add(table, test::perpetual("BTC"));
  RawPrice mark{5'000'000};

  [[nodiscard]] NewOrder limit(std::string_view size, std::string_view at) const {
    NewOrder order;
    order.instrument = spot_id;
    order.type = OrderType::limit;
    order.quantity = test::quantity(table[spot_id], size);
    order.limit_price = test::price(table[spot_id], at);
    return order;
  }
  [[nodiscard]] NewOrder market(std::int64_t raw_quantity) const {
    NewOrder order;
    order.instrument = spot_id;
    order.quantity = RawQuantity(raw_quantity);
    return order;
  }
  [[nodiscard]] std::vector<RejectReason> faults(const NewOrder& order, TimeNs now = 0) const {
    Reasons broken;
    check_filters(table[order.instrument], order, mark, now, broken);
    return broken.list();
  }
};

TEST_F(FiltersTest, LetsASoundOrderPass) {
  EXPECT_THAT(faults(limit("0.1", "50000.01")), IsEmpty());
  EXPECT_THAT(faults(market(10'000)), IsEmpty());
}

TEST_F(FiltersTest, AsksForPositivePricesOnTheTick) {
  NewOrder order = limit("0.1", "50000");
  order.limit_price = RawPrice(0);
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_not_positive));
  order.limit_price = RawPrice(-5'000'000);
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_not_positive));
  InstrumentSpecification coarse = test::spot("ETH");
  coarse.tick = test::decimal("0.05");
  const InstrumentId eth = test::add(table, coarse);
  order.instrument = eth;
  order.limit_price = RawPrice(200'001);
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_off_tick));
  order.limit_price = RawPrice(200'005);
  EXPECT_THAT(faults(order), IsEmpty());
}

TEST_F(FiltersTest, AsksForAQuantityBetweenMinimumAndMaximumOnTheStep) {
  EXPECT_THAT(faults(market(0)),
              ElementsAre(RejectReason::below_min_quantity, RejectReason::below_min_notional));
  EXPECT_THAT(faults(market(-100'000)),
              ElementsAre(RejectReason::below_min_quantity, RejectReason::below_min_notional));
  EXPECT_THAT(faults(market(900'000'000)), IsEmpty());
  EXPECT_THAT(faults(market(900'000'001)), ElementsAre(RejectReason::above_max_quantity));
  NewOrder order = market(1'500);
  order.instrument = perpetual_id;
  EXPECT_THAT(faults(order), IsEmpty());
  InstrumentSpecification coarse = test::spot("ETH");
  coarse.step = test::decimal("0.001");
  coarse.data_quantity_scale = 5;
  order.instrument = test::add(table, coarse);
  order.quantity = RawQuantity(150);
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::quantity_off_step));
}

TEST_F(FiltersTest, JudgesTheMinimumNotionalByLimitTriggerOrMark) {
  EXPECT_THAT(faults(limit("0.0001", "50000")), IsEmpty());  // exactly 5
  EXPECT_THAT(faults(limit("0.0001", "49999.99")), ElementsAre(RejectReason::below_min_notional));
  EXPECT_THAT(faults(market(10)), IsEmpty());
  mark = RawPrice(4'999'999);
  EXPECT_THAT(faults(market(10)), ElementsAre(RejectReason::below_min_notional));
  NewOrder stop = market(10);
  stop.type = OrderType::stop_market;
  stop.trigger_price = RawPrice(5'000'000);
  EXPECT_THAT(faults(stop), IsEmpty());
  stop.trigger_price = RawPrice(4'000'000);
  EXPECT_THAT(faults(stop), ElementsAre(RejectReason::below_min_notional));
}

TEST_F(FiltersTest, WhatOnlyClosesAPerpetualMayBeSmall) {
  NewOrder order = market(1);
  order.instrument = perpetual_id;
  mark = RawPrice(500'000);  // 50000.0: 0.001 is worth 50, the minimum is 100
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::below_min_notional));
  order.reduce_only = true;
  EXPECT_THAT(faults(order), IsEmpty());
}

TEST_F(FiltersTest, AsksForTriggersAndTrailingDistances) {
  NewOrder order = market(10'000);
  order.type = OrderType::stop_market;
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_not_positive));
  order.type = OrderType::trailing_stop;
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_not_positive));
  order.trailing_offset = RawPrice(100);
  EXPECT_THAT(faults(order), IsEmpty());
  order.trigger_price = RawPrice(-1);
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_not_positive));
}

TEST_F(FiltersTest, AsksForAnExpiryAhead) {
  NewOrder order = limit("0.1", "50000");
  order.time_in_force = TimeInForce::good_till_date;
  order.expire_at = 100;
  EXPECT_THAT(faults(order, 99), IsEmpty());
  EXPECT_THAT(faults(order, 100), ElementsAre(RejectReason::expiry_in_past));
}

TEST_F(FiltersTest, NamesEveryRuleThatIsBroken) {
  InstrumentSpecification coarse = test::spot("ETH");
  coarse.tick = test::decimal("0.05");
  coarse.step = test::decimal("0.001");
  coarse.data_quantity_scale = 5;
  NewOrder order = limit("0.1", "50000");
  order.instrument = test::add(table, coarse);
  order.quantity = RawQuantity(1);
  order.limit_price = RawPrice(1);
  order.time_in_force = TimeInForce::good_till_date;
  EXPECT_THAT(faults(order), ElementsAre(RejectReason::price_off_tick, RejectReason::quantity_off_step,
                                         RejectReason::below_min_notional, RejectReason::expiry_in_past));
}

TEST_F(FiltersTest, AbsurdNumbersAreRefusedWithoutOverflow) {
  NewOrder order = market(INT64_MAX);
  order.type = OrderType::limit;
  for (const std::int64_t price : {INT64_MAX, INT64_MIN, std::int64_t{1}}) {
    for (const std::int64_t size : {INT64_MAX, INT64_MIN}) {
      order.limit_price = RawPrice(price);
      order.quantity = RawQuantity(size);
      EXPECT_FALSE(faults(order).empty());
    }
  }
}

TEST(SaturatedNotional, IsExactWhereItFitsAndTheLargestAmountWhereNot) {
  InstrumentTable table;
  const Instrument btc = table[test::add(table, test::spot("BTC"))];
  EXPECT_EQ(saturated_notional(btc, RawPrice(5'000'000), RawQuantity(10'000)), test::amount("5000"));
  EXPECT_EQ(saturated_notional(btc, RawPrice(5'000'000), RawQuantity(-10'000)), test::amount("-5000"));
  EXPECT_EQ(saturated_notional(btc, RawPrice(INT64_MAX), RawQuantity(INT64_MAX)),
            Amount::from_units(kInt128Max));
  // Just below and just above what can be represented, where the estimate by bits cannot tell.
  const RawPrice price(INT64_MAX);
  const RawQuantity largest = btc.quantity_for(Amount::from_units(kInt128Max), price);
  EXPECT_EQ(saturated_notional(btc, price, largest), btc.notional(price, largest));
  EXPECT_EQ(saturated_notional(btc, price, largest + RawQuantity(1)), Amount::from_units(kInt128Max));
}

}  // namespace
}  // namespace kontor::risk
