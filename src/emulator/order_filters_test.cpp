#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::test {
namespace {

using enum Product;

struct FilterCase {
  OrderTicket ticket;
  RefusalReason reason;
};

/// A market of both products whose last price and mark are known.
class OrderFilters : public ::testing::Test {
 protected:
  void SetUp() override {
    bourse.book(bourse.spot, "50000", "50001", "100").book(bourse.linear, "50000", "50000.1", "100");
    bourse.trade(bourse.spot, "50000", "0.1", Side::sell).trade(bourse.linear, "50000", "0.1", Side::sell);
  }
  void expect(const OrderTicket& ticket, RefusalReason reason) {
    const auto checked = bourse.exchange->check(bourse.account, ticket);
    ASSERT_FALSE(checked) << boost::describe::enum_to_string(reason, "?");
    EXPECT_EQ(checked.error().reason, reason) << checked.error().text;
    EXPECT_EQ(bourse.refused(ticket), reason);
  }
  Bourse bourse;
};

TEST_F(OrderFilters, EveryNumberIsHeldToTheListedTerms) {
  const auto limit = [](std::string_view quantity, std::string_view price) {
    return Bourse::limit(spot, Side::buy, quantity, price);
  };
  expect(limit("0.1", "50000.001"), RefusalReason::price_precision);
  expect(limit("0.1", "0"), RefusalReason::price_below_minimum);
  expect(limit("0.1", "-5"), RefusalReason::price_below_minimum);
  expect(limit("0.1", "2000000"), RefusalReason::price_above_maximum);
  expect(limit("0.1", "9000"), RefusalReason::percent_price);
  expect(limit("0.1", "260000"), RefusalReason::percent_price);
  expect(limit("0.000001", "50000"), RefusalReason::quantity_precision);
  expect(limit("0", "50000"), RefusalReason::quantity_below_minimum);
  expect(limit("9001", "50000"), RefusalReason::quantity_above_maximum);
  expect(limit("0.00009", "50000"), RefusalReason::notional_below_minimum);
  expect(Bourse::market(spot, Side::buy, "101"), RefusalReason::market_quantity_above_maximum);
  expect(Bourse::market(spot, Side::buy, "0.00009"), RefusalReason::notional_below_minimum);
  expect(Bourse::limit(linear, Side::buy, "0.001", "47000"), RefusalReason::percent_price);
  EXPECT_TRUE(bourse.exchange->check(bourse.account, limit("0.0001", "50000")));
}

TEST_F(OrderFilters, NumbersOffTheGridAreRefusedAlsoWhereThePrecisionAllowsThem) {
  InstrumentTerms terms = bourse.exchange->listings().instrument(bourse.spot).terms();
  terms.tick.units *= 10;
  terms.step.units *= 10;
  terms.min_quantity.units *= 10;
  ASSERT_TRUE(bourse.exchange->change_terms(bourse.spot, terms));
  expect(Bourse::limit(spot, Side::buy, "0.1", "50000.05"), RefusalReason::price_off_tick);
  expect(Bourse::limit(spot, Side::buy, "0.10001", "50000.1"), RefusalReason::quantity_off_step);
  EXPECT_TRUE(bourse.exchange->check(bourse.account, Bourse::limit(spot, Side::buy, "0.1001", "50000.1")));
}

TEST_F(OrderFilters, WhatIsMissingOrNotOfferedIsNamed) {
  OrderTicket ticket = Bourse::limit(spot, Side::buy, "0.1", "50000");
  ticket.symbol = "XYZUSDT";
  expect(ticket, RefusalReason::unknown_symbol);
  ticket = Bourse::limit(spot, Side::buy, "0.1", "50000");
  ticket.price.reset();
  expect(ticket, RefusalReason::missing_price);
  ticket = Bourse::market(spot, Side::buy, "0.1");
  ticket.quantity.reset();
  expect(ticket, RefusalReason::missing_quantity);
  ticket.quote_quantity = number("-1");
  expect(ticket, RefusalReason::missing_quantity);
  ticket = Bourse::stop(spot, Side::sell, "0.1", "49000");
  ticket.trigger_price.reset();
  expect(ticket, RefusalReason::missing_trigger);
  ticket = Bourse::market(spot, Side::buy, "0.1");
  ticket.reduce_only = true;
  expect(ticket, RefusalReason::not_offered);
  ticket = Bourse::market(linear, Side::buy, "0.1");
  ticket.close_position = true;
  expect(ticket, RefusalReason::not_offered);
  ticket = Bourse::market(linear, Side::buy, "0.1");
  ticket.quote_quantity = number("100");
  expect(ticket, RefusalReason::not_offered);
  ticket = Bourse::limit(linear, Side::buy, "0.1", "50000");
  ticket.time_in_force = TimeInForce::good_till_date;
  ticket.expire_at = kOpening;
  expect(ticket, RefusalReason::expiry_in_past);
  ticket = Bourse::market(linear, Side::sell, "0.1");
  ticket.type = OrderType::trailing_stop;
  expect(ticket, RefusalReason::trailing_delta);
  ticket.trailing_rate = number("0.01");
  EXPECT_TRUE(bourse.exchange->check(bourse.account, ticket));
}

TEST_F(OrderFilters, ATrailingRateBecomesADistanceOnTheTick) {
  OrderTicket ticket = Bourse::market(linear, Side::sell, "0.1");
  ticket.type = OrderType::trailing_stop;
  ticket.trailing_rate = number("0.01");
  const VenueOrderId id = bourse.place(ticket);
  EXPECT_EQ(bourse.order(id).trailing_offset.units, 5'000);
  EXPECT_EQ(bourse.order(id).state, OrderState::untriggered);
}

TEST_F(OrderFilters, OpenOrdersAreCountedAndConditionalOnesAmongThem) {
  for (int i = 0; i < 5; ++i) bourse.place(Bourse::stop(spot, Side::sell, "0.001", "49000"));
  expect(Bourse::stop(spot, Side::sell, "0.001", "49000"), RefusalReason::too_many_conditional_orders);
  for (int i = 5; i < 200; ++i) bourse.place(Bourse::limit(spot, Side::sell, "0.001", "51000"));
  expect(Bourse::limit(spot, Side::sell, "0.001", "51000"), RefusalReason::too_many_orders);
  EXPECT_EQ(bourse.exchange->cancel_all(bourse.account, spot, bourse.spot).size(), 200U);
  EXPECT_TRUE(bourse.exchange->check(bourse.account, Bourse::stop(spot, Side::sell, "0.001", "49000")));
}

TEST_F(OrderFilters, NoNumberHoweverLargeBreaksTheMatching) {
  for (const std::string_view huge :
       {"9223372036854775807", "922337203685.4775807", "1e17", "0.000000000000000001"}) {
    for (const Product product : {spot, linear}) {
      EXPECT_FALSE(bourse.exchange->place(bourse.account, Bourse::limit(product, Side::buy, huge, huge)));
      EXPECT_FALSE(bourse.exchange->place(bourse.account, Bourse::market(product, Side::sell, huge)));
      EXPECT_FALSE(bourse.exchange->place(bourse.account, Bourse::stop(product, Side::sell, "0.1", huge)));
      OrderTicket trailing = Bourse::market(linear, Side::sell, "0.1");
      trailing.type = OrderType::trailing_stop;
      trailing.trailing_offset = number(huge);
      EXPECT_FALSE(bourse.exchange->place(bourse.account, trailing));
    }
  }
  EXPECT_FALSE(bourse.exchange->deposit(bourse.account, spot, "USDT", amount("100000000000000000000")));
}

}  // namespace
}  // namespace kontor::emulator::test
