#include "venue/live/order_filters.hpp"

#include <gtest/gtest.h>

#include "venue/live/listed_rules.hpp"

namespace kontor::live {
namespace {

Decimal of(std::string_view text) { return Decimal::parse(text).value(); }

venue::InstrumentListed bitcoin() {
  venue::InstrumentListed listed{.symbol = "BTCUSDT", .base = "BTC", .quote = "USDT", .settle = "USDT"};
  listed.tick = of("0.10");
  listed.min_price = of("100");
  listed.max_price = of("1000000");
  listed.step = of("0.001");
  listed.min_quantity = of("0.001");
  listed.max_quantity = of("1000");
  listed.market_max_quantity = of("120");
  listed.min_notional = of("100");
  listed.max_notional = of("5000000");
  listed.bid_price_up = of("1.05");
  listed.ask_price_down = of("0.95");
  listed.max_orders = 3;
  listed.max_conditional_orders = 1;
  return listed;
}

/// One instrument, its filters, and a market at 50,000.
struct Door {
  Door() {
    const auto id =
        table.add(specification_of(bitcoin(), {"binance", "BTCUSDT"}, InstrumentKind::linear_perpetual));
    EXPECT_TRUE(id);
    filters.emplace(table);
    filters->learn(InstrumentId(0), bitcoin());
    filters->hear(
        Trade{.instrument = InstrumentId(0), .price = price("50000"), .quantity = RawQuantity(1), .id = {}});
  }
  [[nodiscard]] RawPrice price(std::string_view text) const {
    return table[InstrumentId(0)].raw_price(of(text)).value();
  }
  NewOrder order(OrderType type, std::string_view quantity, std::string_view limit,
                 std::string_view trigger = "0") {
    NewOrder order;
    order.id = OrderId(++last);
    order.instrument = InstrumentId(0);
    order.type = type;
    order.quantity = table[InstrumentId(0)].raw_quantity(of(quantity)).value();
    order.limit_price = price(limit);
    order.trigger_price = price(trigger);
    return order;
  }
  RejectReason limit(std::string_view quantity, std::string_view at) {
    return filters->admit(order(OrderType::limit, quantity, at));
  }
  RejectReason market(std::string_view quantity) {
    return filters->admit(order(OrderType::market, quantity, "0"));
  }
  RejectReason stop(std::string_view quantity) {
    return filters->admit(order(OrderType::stop_market, quantity, "0", "60000"));
  }
  void tell(const VenueReport& report) { filters->hear(venue::ReportReceived{report, 1}); }

  InstrumentTable table;
  std::optional<OrderFilters> filters;
  std::uint64_t last = 0;
};

TEST(OrderFilters, WhatKeepsAllRulesMayLeave) {
  Door door;
  EXPECT_EQ(door.limit("0.01", "49999.9"), RejectReason::none);
  EXPECT_EQ(door.market("0.01"), RejectReason::none);
  EXPECT_EQ(door.stop("0.01"), RejectReason::none);
}

TEST(OrderFilters, EachRuleHasItsReason) {
  Door door;
  EXPECT_EQ(door.limit("0", "50000"), RejectReason::below_min_quantity);
  EXPECT_EQ(door.limit("1000.001", "50000"), RejectReason::above_max_quantity);
  EXPECT_EQ(door.market("120.001"), RejectReason::above_max_quantity);
  EXPECT_EQ(door.limit("0.01", "0"), RejectReason::price_not_positive);
  EXPECT_EQ(door.limit("1", "99.9"), RejectReason::price_out_of_band);
  EXPECT_EQ(door.limit("0.001", "1000000.1"), RejectReason::price_out_of_band);
  EXPECT_EQ(door.limit("0.002", "49999.9"), RejectReason::below_min_notional);
  EXPECT_EQ(door.market("0.001"), RejectReason::below_min_notional);
  EXPECT_EQ(door.limit("101", "50000"), RejectReason::max_order_notional);
  EXPECT_EQ(door.limit("0.01", "52500.1"), RejectReason::price_out_of_band);
  EXPECT_EQ(door.limit("0.01", "52500"), RejectReason::none);
}

TEST(OrderFilters, WhatOnlyClosesMayBeSmall) {
  Door door;
  NewOrder order = door.order(OrderType::market, "0.001", "0");
  order.reduce_only = true;
  EXPECT_EQ(door.filters->admit(order), RejectReason::none);
}

TEST(OrderFilters, NoMoreOrdersAreOpenThanTheVenueTakes) {
  Door door;
  EXPECT_EQ(door.stop("0.01"), RejectReason::none);
  EXPECT_EQ(door.stop("0.01"), RejectReason::too_many_orders);
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::none);
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::none);
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::too_many_orders);
  door.tell(OrderCanceled{OrderId(3), RawQuantity(), RejectReason::none});
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::none);
  door.tell(OrderTriggered{OrderId(1)});
  Fill fill;
  fill.order = OrderId(4);
  fill.quantity = RawQuantity(10);
  door.tell(fill);
  EXPECT_EQ(door.filters->open_orders(InstrumentId(0)), 2U);
  EXPECT_EQ(door.stop("0.01"), RejectReason::none);
}

TEST(OrderFilters, OrdersOfOthersCountAndAnEndThatWasMissedIsLearned) {
  Door door;
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::none);
  venue::AccountAnswer answer;
  venue::OrderState foreign;
  foreign.instrument = InstrumentId(0);
  foreign.type = OrderType::limit;
  answer.open_orders = {foreign, foreign};
  door.filters->hear(answer);
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::too_many_orders);
  door.filters->hear(venue::OrderAnswer{.order = OrderId(1), .as_of = 1, .state = std::nullopt});
  EXPECT_EQ(door.limit("0.01", "50000"), RejectReason::none);
}

TEST(OrderFilters, AnAmendmentKeepsTheSameRules) {
  Door door;
  const NewOrder order = door.order(OrderType::limit, "0.01", "50000");
  ASSERT_EQ(door.filters->admit(order), RejectReason::none);
  EXPECT_EQ(
      door.filters->admit(AmendOrder{order.id, order.instrument, RawQuantity(10), door.price("52500.1")}),
      RejectReason::price_out_of_band);
  EXPECT_EQ(door.filters->admit(AmendOrder{order.id, order.instrument, RawQuantity(1), door.price("50000")}),
            RejectReason::below_min_notional);
  EXPECT_EQ(door.filters->admit(AmendOrder{order.id, order.instrument, RawQuantity(20), door.price("50000")}),
            RejectReason::none);
}

TEST(ListedRules, WhatIsEnteredAtALimitCanBeClosedAtTheMarket) {
  const auto made = specification_of(bitcoin(), {"binance", "BTCUSDT"}, InstrumentKind::linear_perpetual);
  EXPECT_EQ(made.max_quantity, of("120"));
  venue::InstrumentListed listed = bitcoin();
  listed.market_step = of("0.01");
  listed.market_max_quantity = of("115.4615109");
  InstrumentTable table;
  ASSERT_TRUE(table.add(specification_of(listed, {"binance", "BTCUSDT"}, InstrumentKind::linear_perpetual)));
  const auto terms = terms_of(table[InstrumentId(0)], listed);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->step, RawQuantity(10));
  EXPECT_EQ(terms->max_quantity, RawQuantity(115'461));
}

TEST(ListedRules, BoundsBeyondOurNumbersAreNone) {
  venue::InstrumentListed listed = bitcoin();
  listed.max_quantity = of("9000000000000000000");
  listed.market_max_quantity = {};
  EXPECT_TRUE(
      specification_of(listed, {"binance", "A"}, InstrumentKind::linear_perpetual).max_quantity.is_zero());
}

}  // namespace
}  // namespace kontor::live
