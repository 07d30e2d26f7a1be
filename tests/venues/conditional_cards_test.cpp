// Orders that wait for a price.

#include <algorithm>

#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

class ConditionalCard : public VenueCard {
 protected:
  /// Something to protect, where the venue has none to begin with.
  void hold() {
    if (!is_linear()) return;
    ASSERT_TRUE(trader->until_filled(trader->place(trader->market(Side::buy, "0.02")), "0.02"))
        << trader->notes();
  }
  /// The market moves there.
  void move(std::string_view bid, std::string_view ask, std::string_view last) {
    side->book(bid, ask);
    side->trade(last, "0.001", Side::sell);
  }
};

TEST_P(ConditionalCard, AStopWaitsFiresAndFillsAtTheMarket) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_market, Side::sell, "0.01", "49500"));
  EXPECT_TRUE(trader->fills(order).empty());
  move("49400", "49410", "49400");
  ASSERT_TRUE(trader->until_filled(order, "0.01")) << trader->notes();
  EXPECT_EQ(trader->price(trader->fills(order).front().price), decimal("49400"));
  EXPECT_TRUE(trader->until_told<OrderTriggered>(order)) << trader->notes();
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state) << trader->notes();
  EXPECT_EQ(answer->state->status, OrderStatus::filled);
  EXPECT_EQ(trader->quantity(answer->state->filled), decimal("0.01"));
}

TEST_P(ConditionalCard, ATakeProfitWaitsFiresAndFillsAtTheMarket) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::take_profit_market, Side::sell, "0.01", "50500"));
  move("50600", "50610", "50600");
  ASSERT_TRUE(trader->until_filled(order, "0.01")) << trader->notes();
  EXPECT_EQ(trader->price(trader->fills(order).front().price), decimal("50600"));
}

TEST_P(ConditionalCard, AStopThatFiredIntoALimitRestsIsFoundAndCanceled) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_limit, Side::sell, "0.01", "49500", "49450"));
  move("49300", "49310", "49300");
  ASSERT_TRUE(trader->until_told<OrderTriggered>(order)) << trader->notes();
  EXPECT_TRUE(trader->fills(order).empty());
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state) << trader->notes();
  EXPECT_EQ(answer->state->status, OrderStatus::acknowledged);
  EXPECT_TRUE(answer->state->triggered);
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(order)) << trader->notes();
  EXPECT_TRUE(side->open_orders().empty());
}

TEST_P(ConditionalCard, AStopThatFiredIsFoundByALookUnderItsOwnName) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_limit, Side::sell, "0.01", "49500", "49450"));
  move("49300", "49310", "49300");
  ASSERT_TRUE(trader->until_told<OrderTriggered>(order)) << trader->notes();
  side->book("49460", "49470");
  side->trade("49460", "1", Side::buy);
  ASSERT_TRUE(trader->until_filled(order, "0.01")) << trader->notes();
  const auto account = trader->look(clock.now() - kMinute);
  ASSERT_TRUE(account);
  const bool is_found =
      std::ranges::any_of(account->fills, [&](const Fill& fill) { return fill.order == order; });
  EXPECT_TRUE(is_found);
}

TEST_P(ConditionalCard, AStopThatWaitsIsCanceled) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_market, Side::sell, "0.01", "49500"));
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(order)) << trader->notes();
  EXPECT_TRUE(side->open_orders().empty());
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state) << trader->notes();
  EXPECT_EQ(answer->state->status, OrderStatus::canceled);
}

TEST_P(ConditionalCard, AStopOfAnotherProcessIsFoundAndCanceledByItsName) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_market, Side::sell, "0.01", "49500"));
  Trader another(*side);
  another.open();
  const auto account = another.look(0);
  ASSERT_TRUE(account);
  ASSERT_EQ(account->open_orders.size(), 1U);
  EXPECT_EQ(account->open_orders.front().order, order);
  EXPECT_FALSE(account->open_orders.front().triggered);
  another.cancel(order);
  ASSERT_TRUE(another.until_told<OrderCanceled>(order)) << another.notes();
  EXPECT_TRUE(side->open_orders().empty());
}

TEST_P(ConditionalCard, AStopThatFiredBelongsToItsSessionAfterARestart) {
  hold();
  const OrderId order =
      trader->rest(trader->conditional(OrderType::stop_limit, Side::sell, "0.01", "49500", "49450"));
  move("49300", "49310", "49300");
  ASSERT_TRUE(trader->until_told<OrderTriggered>(order)) << trader->notes();
  Trader another(*side);
  another.open();
  const auto account = another.look(0);
  ASSERT_TRUE(account);
  ASSERT_EQ(account->open_orders.size(), 1U);
  EXPECT_EQ(account->open_orders.front().order, order);
  // What a working order of USDⓈ-M once was only its own session knows.
  EXPECT_EQ(account->open_orders.front().triggered, !(is_binance() && is_linear()));
  another.cancel(order);
  EXPECT_TRUE(another.until_told<OrderCanceled>(order)) << another.notes();
}

TEST_P(ConditionalCard, AStopThatWouldFireAtOnceIsNotLost) {
  hold();
  const OrderId order =
      trader->place(trader->conditional(OrderType::stop_market, Side::sell, "0.01", "50500"));
  ASSERT_TRUE(trader->until([&] {
    return trader->told<OrderRejected>(order) != nullptr || !trader->fills(order).empty() ||
           trader->told<OrderAccepted>(order) != nullptr;
  })) << trader->notes();
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state.has_value(), trader->told<OrderRejected>(order) == nullptr);
}

INSTANTIATE_TEST_SUITE_P(Venues, ConditionalCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
