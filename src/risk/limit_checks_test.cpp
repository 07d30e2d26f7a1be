#include "risk/limit_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/risk_fixture.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;
using test::kOne;
using test::kOther;
using testing::ElementsAre;
using testing::IsEmpty;

using LimitChecksTest = test::RiskFixture;

TEST_F(LimitChecksTest, OrderNotional) {
  settings.account.max_order_notional = amount("5000");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.101")), ElementsAre(RejectReason::max_order_notional));
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.125", "40000")), IsEmpty());
  // A sale far below the market is worth what the market pays.
  EXPECT_THAT(refused(limit(perpetual, Side::sell, "0.125", "40000")),
              ElementsAre(RejectReason::max_order_notional));
}

TEST_F(LimitChecksTest, TheStrictestScopeWins) {
  settings.account.max_order_notional = amount("5000");
  settings.strategies[0].max_order_notional = amount("4000");
  settings.instruments[perpetual.index()].max_order_notional = amount("3000");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.06")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.061")), ElementsAre(RejectReason::max_order_notional));
  EXPECT_THAT(refused(order(ether, Side::buy, "1.6")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "1.601")), ElementsAre(RejectReason::max_order_notional));
  EXPECT_THAT(refused(order(ether, Side::buy, "2", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "2.001", kOther)),
              ElementsAre(RejectReason::max_order_notional));
}

TEST_F(LimitChecksTest, PositionNotionalCountsWhatIsOpen) {
  settings.account.max_position_notional = amount("50000");
  hold(perpetual, Side::buy, "0.4");
  rest(limit(perpetual, Side::buy, "0.3", "49000"));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.3")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.301")),
              ElementsAre(RejectReason::max_position_notional));
  // The other way there is room for the whole limit beyond flat.
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1.4")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1.401")),
              ElementsAre(RejectReason::max_position_notional));
}

TEST_F(LimitChecksTest, PositionNotionalOfAStrategyLooksAtItsOwnBook) {
  settings.strategies[0].max_position_notional = amount("50000");
  hold(perpetual, Side::buy, "1", kOther);
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1", kOne)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1.001", kOne)),
              ElementsAre(RejectReason::max_position_notional));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "5", kOther)), IsEmpty());
}

TEST_F(LimitChecksTest, ReductionsPassWhateverTheLimitsSay) {
  hold(perpetual, Side::buy, "4");  // 200,000: beyond every limit below
  settings.account.max_order_notional = amount("1000");
  settings.account.max_position_notional = amount("1000");
  settings.account.max_exposure = decimal("0.1");
  settings.account.max_leverage = decimal("0.1");
  settings.account.reserve = decimal("0.9");
  settings.account.max_open_positions = 0;
  settings.account.max_open_orders = 0;
  settings.account.max_orders_per_day = 0;
  settings.account.max_orders_per_second = 0;
  settings.account.max_orders_per_minute = 0;
  settings.account.cooldown = kDay;
  settings.account.max_price_deviation = decimal("0.01");
  EXPECT_THAT(refused(order(perpetual, Side::sell, "4")), IsEmpty());
  EXPECT_THAT(refused(limit(perpetual, Side::sell, "4", "60000")), IsEmpty());
  NewOrder close = order(perpetual, Side::sell, "9");
  close.reduce_only = true;
  EXPECT_THAT(refused(close), IsEmpty());
}

TEST_F(LimitChecksTest, ExposureIsTheSumOverAllInstruments) {
  settings.account.max_exposure = decimal("2");  // of 100,000
  hold(perpetual, Side::buy, "2");
  rest(limit(perpetual, Side::buy, "1", "49000"));
  // 2 + 1 bitcoin are 150,000; 20 ether are 50,000. A short counts like a long.
  EXPECT_THAT(refused(order(ether, Side::sell, "20")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::sell, "20.001")), ElementsAre(RejectReason::max_exposure));
  settings.account.max_exposure.reset();
  settings.instruments[ether.index()].max_exposure = decimal("0.25");
  engine.reset();
  EXPECT_THAT(refused(order(ether, Side::buy, "10")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "10.001")), ElementsAre(RejectReason::max_exposure));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "9")), IsEmpty());
}

TEST_F(LimitChecksTest, WithoutEquityNoExposureIsAllowed) {
  settings.account.max_exposure = decimal("2");
  portfolio.book_transfer({amount("-100000"), table[spot].quote()});
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), ElementsAre(RejectReason::max_exposure));
}

TEST_F(LimitChecksTest, ExposureOfAHugeOrderDoesNotOverflow) {
  settings.account.max_exposure = decimal("2");
  NewOrder huge = order(ether, Side::buy, "1");
  huge.quantity = RawQuantity(INT64_MAX);
  EXPECT_THAT(refused(huge), ElementsAre(RejectReason::above_max_quantity, RejectReason::max_exposure));
}

TEST_F(LimitChecksTest, PriceBand) {
  settings.account.max_price_deviation = decimal("0.05");
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "47500")), IsEmpty());
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "47499.9")),
              ElementsAre(RejectReason::price_out_of_band));
  EXPECT_THAT(refused(limit(perpetual, Side::sell, "0.1", "52500")), IsEmpty());
  EXPECT_THAT(refused(limit(perpetual, Side::sell, "0.1", "52500.1")),
              ElementsAre(RejectReason::price_out_of_band));
  market[perpetual.index()] = {};
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "50000")),
              ElementsAre(RejectReason::no_market_price));
}

TEST_F(LimitChecksTest, OpenOrdersOfEachScope) {
  settings.account.max_open_orders = 3;
  settings.strategies[0].max_open_orders = 2;
  settings.instruments[ether.index()].max_open_orders = 1;
  rest(limit(ether, Side::buy, "1", "2000"));
  EXPECT_THAT(refused(limit(ether, Side::buy, "1", "2000", kOther)),
              ElementsAre(RejectReason::max_open_orders));
  const OrderId second = rest(limit(perpetual, Side::buy, "0.1", "40000"));
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "40000")),
              ElementsAre(RejectReason::max_open_orders));
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "40000", kOther)), IsEmpty());
  rest(limit(perpetual, Side::buy, "0.1", "40000", kOther));
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "40000", kOther)),
              ElementsAre(RejectReason::max_open_orders));
  orders.request_cancel(second, now);
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "0.1", "40000")), IsEmpty());
}

TEST_F(LimitChecksTest, OpenPositionsOfEachScope) {
  settings.account.max_open_positions = 2;
  settings.instruments[ether.index()].max_open_positions = 1;
  hold(perpetual, Side::sell, "1");
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), IsEmpty());
  rest(limit(ether, Side::buy, "1", "2000"));  // would open one
  EXPECT_THAT(refused(order(spot, Side::buy, "0.1")), ElementsAre(RejectReason::max_open_positions));
  EXPECT_THAT(refused(order(ether, Side::buy, "1", kOther)), ElementsAre(RejectReason::max_open_positions));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1", kOther)),
              ElementsAre(RejectReason::max_open_positions));
  // More of what is open already is no further position, nor is turning it around.
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "3")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::sell, "3")), IsEmpty());
}

TEST_F(LimitChecksTest, OpenPositionsOfAStrategyAreItsOwn) {
  settings.strategies[0].max_open_positions = 1;
  hold(perpetual, Side::buy, "1", kOther);
  hold(ether, Side::buy, "1", kOther);
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), IsEmpty());
  const OrderId resting = rest(limit(ether, Side::buy, "1", "2000"));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::max_open_positions));
  orders.request_cancel(resting, now);
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), IsEmpty());
}

TEST_F(LimitChecksTest, WhatIsTooSmallToBeSoldIsNoPosition) {
  settings.account.max_open_positions = 1;
  hold(spot, Side::buy, "0.00001");  // 0.50 USDT: below the least notional
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), IsEmpty());
  hold(spot, Side::buy, "0.01");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::max_open_positions));
  EXPECT_THAT(refused(order(spot, Side::sell, "0.01001")), IsEmpty());
}

TEST_F(LimitChecksTest, EntriesPerDayCountByScopeAndBeginAnewAtMidnight) {
  settings.strategies[0].max_orders_per_day = 2;
  now = 100 * kDay + 23 * kHour;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::trades_per_day));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
  now = 101 * kDay - 1;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::trades_per_day));
  now = 101 * kDay;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
}

TEST_F(LimitChecksTest, EntriesOfAllStrategiesCountForTheAccountAndTheInstrument) {
  settings.account.max_orders_per_day = 3;
  settings.instruments[ether.index()].max_orders_per_day = 1;
  EXPECT_THAT(refused(order(ether, Side::buy, "1", kOne)), IsEmpty());
  EXPECT_THAT(refused(order(ether, Side::buy, "1", kOther)), ElementsAre(RejectReason::trades_per_day));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOne)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOne)), ElementsAre(RejectReason::trades_per_day));
}

TEST_F(LimitChecksTest, WhatWasRefusedIsNoEntry) {
  settings.account.max_orders_per_day = 1;
  settings.account.max_order_notional = amount("5000");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::max_order_notional));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
}

TEST_F(LimitChecksTest, CooldownIsKeptPerInstrument) {
  settings.account.cooldown = 60 * kSecond;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOne)), IsEmpty());
  now += 60 * kSecond - 1;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), ElementsAre(RejectReason::cooldown));
  EXPECT_THAT(refused(order(ether, Side::buy, "1", kOne)), IsEmpty());
  now += 1;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
}

TEST_F(LimitChecksTest, CooldownOfAStrategyLooksAtItsOwnEntries) {
  settings.strategies[0].cooldown = kHour;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOne)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOne)), ElementsAre(RejectReason::cooldown));
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1", kOther)), IsEmpty());
}

TEST_F(LimitChecksTest, SaysAllRulesThatAreBrokenNotJustTheFirst) {
  settings.account.max_order_notional = amount("100");
  settings.account.max_position_notional = amount("100");
  settings.account.max_exposure = decimal("0.001");
  settings.account.max_price_deviation = decimal("0.01");
  settings.account.max_leverage = decimal("0.001");
  settings.account.reserve = decimal("0.999");
  settings.account.max_open_positions = 0;
  settings.account.max_open_orders = 0;
  settings.account.max_orders_per_day = 0;
  settings.account.max_orders_per_second = 0;
  NewOrder bad = limit(perpetual, Side::buy, "1", "40000");
  bad.quantity += RawQuantity(9'000'000);
  EXPECT_THAT(refused(bad),
              ElementsAre(RejectReason::above_max_quantity, RejectReason::price_out_of_band,
                          RejectReason::max_order_notional, RejectReason::max_position_notional,
                          RejectReason::max_exposure, RejectReason::max_leverage,
                          RejectReason::max_open_orders, RejectReason::trades_per_day,
                          RejectReason::max_open_positions, RejectReason::order_rate, RejectReason::reserve));
}

TEST_F(LimitChecksTest, NoMoreOrdersThanTheBooksCanHold) {
  NewOrder small = limit(perpetual, Side::buy, "0.1", "40000");
  while (orders.open_count() < execution::OrderManager::kMaxOpenOrders) rest(small);
  EXPECT_THAT(refused(small), ElementsAre(RejectReason::too_many_orders));
}

}  // namespace
}  // namespace kontor::risk
