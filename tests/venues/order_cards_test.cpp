// What becomes of orders of every kind.

#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

class OrderCard : public VenueCard {};

TEST_P(OrderCard, ALimitOrderRestsAndIsCanceled) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  ASSERT_EQ(side->open_orders().size(), 1U);
  EXPECT_EQ(side->open_orders().front()->client_id, trader->name(order));
  EXPECT_EQ(side->open_orders().front()->ticket.price, decimal("49000"));
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(order)) << trader->notes();
  EXPECT_EQ(trader->told<OrderCanceled>(order)->reason, RejectReason::none);
  EXPECT_TRUE(trader->told<OrderCanceled>(order)->filled.is_zero());
  EXPECT_TRUE(side->open_orders().empty());
  EXPECT_TRUE(trader->fills(order).empty());
}

TEST_P(OrderCard, AMarketOrderFillsAndMovesTheAccount) {
  const Amount before = side->total("USDT");
  const OrderId order = trader->place(trader->market(Side::buy, "0.01"));
  ASSERT_TRUE(trader->until_filled(order, "0.01")) << trader->notes();
  const Fill fill = trader->fills(order).front();
  EXPECT_EQ(trader->price(fill.price), decimal("50010"));
  EXPECT_EQ(fill.liquidity, Liquidity::taker);
  EXPECT_GT(fill.fee, Amount());
  const auto account = trader->look(clock.now() - kMinute);
  ASSERT_TRUE(account);
  if (is_linear()) {
    ASSERT_EQ(account->positions.size(), 1U);
    EXPECT_EQ(trader->quantity(account->positions.front().second), decimal("0.01"));
    EXPECT_EQ(side->total("USDT"), before - fill.fee);
  } else {
    EXPECT_TRUE(account->positions.empty());
    EXPECT_EQ(side->total("USDT"), before - amount("500.1"));
    EXPECT_EQ(side->total("BTC"), amount("1.01") - fill.fee);
  }
}

TEST_P(OrderCard, AnOrderFillsInPartsAndKeepsTheRest) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.03", "49990"));
  side->trade("49980", "0.01", Side::sell);
  ASSERT_TRUE(trader->until_filled(order, "0.01")) << trader->notes();
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state);
  EXPECT_EQ(answer->state->status, OrderStatus::partially_filled);
  EXPECT_EQ(trader->quantity(answer->state->filled), decimal("0.01"));
  EXPECT_EQ(trader->fills(order).front().liquidity, Liquidity::maker);
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(order)) << trader->notes();
  EXPECT_EQ(trader->quantity(trader->told<OrderCanceled>(order)->filled), decimal("0.01"));
}

TEST_P(OrderCard, AnOrderThatFillsInPartsToItsEndIsFilled) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.02", "49990"));
  side->trade("49980", "0.01", Side::sell);
  side->trade("49980", "0.5", Side::sell);
  ASSERT_TRUE(trader->until_filled(order, "0.02")) << trader->notes();
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state);
  EXPECT_EQ(answer->state->status, OrderStatus::filled);
}

TEST_P(OrderCard, AnOrderIsAmendedWhereTheVenueCanDoThat) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.02", "49000"));
  trader->amend(order, "0.01", "49100");
  if (is_binance() && !is_linear()) {  // spot takes less of it at the same price only
    ASSERT_TRUE(trader->until([&] {
      return trader->told<AmendRejected>(order) != nullptr || !trader->failures().empty();
    })) << trader->notes();
    EXPECT_EQ(side->order(trader->name(order))->ticket.price, decimal("49000"));
    EXPECT_FALSE(trader->told<OrderAmended>(order));
    trader->amend(order, "0.01", "49000");
  }
  ASSERT_TRUE(trader->until_told<OrderAmended>(order)) << trader->notes();
  const auto* record = side->order(trader->name(order));
  ASSERT_NE(record, nullptr);
  const auto& listed = side->exchange().listings().instrument(side->listed());
  EXPECT_EQ(listed.quantity(record->quantity).value, decimal("0.01"));
  EXPECT_EQ(listed.price(record->limit_price).value,
            decimal(is_binance() && !is_linear() ? "49000" : "49100"));
}

TEST_P(OrderCard, WhatTheAccountCannotPayIsRefusedWithTheReason) {
  side->book("50000", "50010", "100");
  const OrderId order = trader->place(trader->limit(Side::buy, is_linear() ? "50" : "5", "49000"));
  ASSERT_TRUE(trader->until_told<OrderRejected>(order)) << trader->notes();
  const RejectReason reason = trader->told<OrderRejected>(order)->reason;
  EXPECT_TRUE(reason == RejectReason::insufficient_balance || reason == RejectReason::insufficient_margin)
      << static_cast<int>(reason);
  EXPECT_TRUE(side->open_orders().empty());
}

TEST_P(OrderCard, WhatTheFiltersForbidIsRefusedWithTheReason) {
  const OrderId order = trader->place(trader->limit(Side::buy, is_linear() ? "0.001" : "0.00002",
                                                    is_binance() || !is_linear() ? "49000" : "47000"));
  if (!is_binance() && is_linear()) {  // its least value is below that of the least quantity
    ASSERT_TRUE(trader->until_told<OrderAccepted>(order));
    return;
  }
  ASSERT_TRUE(trader->until_told<OrderRejected>(order)) << trader->notes();
  EXPECT_EQ(trader->told<OrderRejected>(order)->reason, RejectReason::below_min_notional);
}

TEST_P(OrderCard, APostOnlyOrderThatWouldTakeDoesNotTake) {
  NewOrder wish = trader->limit(Side::buy, "0.01", "50020");
  wish.post_only = true;
  const OrderId order = trader->place(wish);
  ASSERT_TRUE(trader->until([&] {
    const auto* canceled = trader->told<OrderCanceled>(order);
    const auto* expired = trader->told<OrderExpired>(order);
    return trader->told<OrderRejected>(order) != nullptr || canceled != nullptr || expired != nullptr;
  })) << trader->notes();
  // The emulator's contracts of Bybit refuse it with a word that says no more.
  const bool says_why = is_binance() || !is_linear();
  if (const auto* rejected = trader->told<OrderRejected>(order); rejected != nullptr && says_why) {
    EXPECT_EQ(rejected->reason, RejectReason::post_only_would_take);
  }
  if (const auto* canceled = trader->told<OrderCanceled>(order)) {
    EXPECT_EQ(canceled->reason, RejectReason::post_only_would_take);
  }
  EXPECT_TRUE(trader->fills(order).empty());
  EXPECT_TRUE(side->open_orders().empty());
}

TEST_P(OrderCard, ImmediateOrCancelTakesWhatIsThereAndEnds) {
  NewOrder wish = trader->limit(Side::buy, "1.2", "50010");
  wish.time_in_force = TimeInForce::immediate_or_cancel;
  const OrderId order = trader->place(wish);
  ASSERT_TRUE(trader->until_filled(order, "1")) << trader->notes();
  ASSERT_TRUE(trader->until([&] {
    return trader->told<OrderExpired>(order) != nullptr || trader->told<OrderCanceled>(order) != nullptr;
  })) << trader->notes();
  EXPECT_TRUE(side->open_orders().empty());
}

TEST_P(OrderCard, FillOrKillTakesAllOrNothing) {
  NewOrder wish = trader->limit(Side::buy, "1.2", "50010");
  wish.time_in_force = TimeInForce::fill_or_kill;
  const OrderId order = trader->place(wish);
  ASSERT_TRUE(trader->until([&] {
    return trader->told<OrderExpired>(order) != nullptr || trader->told<OrderCanceled>(order) != nullptr ||
           trader->told<OrderRejected>(order) != nullptr;
  })) << trader->notes();
  EXPECT_TRUE(trader->fills(order).empty());
  wish.quantity = test::quantity(trader->coin(), "0.01");
  EXPECT_TRUE(trader->until_filled(trader->place(wish), "0.01")) << trader->notes();
}

TEST_P(OrderCard, ReduceOnlyNeverOpensAPosition) {
  if (!is_linear()) GTEST_SKIP() << "of contracts only";
  NewOrder wish = trader->limit(Side::sell, "0.01", "50500");
  wish.reduce_only = true;
  const OrderId refused = trader->place(wish);
  ASSERT_TRUE(trader->until_told<OrderRejected>(refused)) << trader->notes();
  EXPECT_EQ(trader->told<OrderRejected>(refused)->reason, RejectReason::reduce_only_would_increase);
  ASSERT_TRUE(trader->until_filled(trader->place(trader->market(Side::buy, "0.01")), "0.01"));
  const OrderId taken = trader->rest(wish);
  side->book("50600", "50610");
  side->trade("50600", "1", Side::buy);
  EXPECT_TRUE(trader->until_filled(taken, "0.01")) << trader->notes();
  EXPECT_TRUE(side->position().is_zero());
}

TEST_P(OrderCard, ACancelOfAnUnknownOrderIsRefused) {
  trader->cancel(OrderId(77));
  ASSERT_TRUE(trader->until_told<CancelRejected>(OrderId(77))) << trader->notes();
  EXPECT_EQ(trader->told<CancelRejected>(OrderId(77))->reason, RejectReason::unknown_order);
}

TEST_P(OrderCard, ACancelThatComesTooLateIsRefusedAndTheFillCounts) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.01", "49990"));
  side->trade("49980", "0.5", Side::sell);
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<CancelRejected>(order)) << trader->notes();
  EXPECT_TRUE(trader->until_filled(order, "0.01"));
  EXPECT_FALSE(trader->told<OrderCanceled>(order));
}

TEST_P(OrderCard, ExitsDoNotLeaveBeforeTheirEntryIsFilled) {
  NewOrder entry = trader->limit(Side::buy, "0.01", "49000");
  entry.role = GroupRole::entry;
  NewOrder exit = trader->conditional(OrderType::stop_market, Side::sell, "0.01", "48500");
  exit.role = GroupRole::stop_loss;
  const auto orders = trader->place_together({entry, exit});
  ASSERT_TRUE(trader->until([&] { return trader->failures().size() == 2; }));
  EXPECT_EQ(trader->failures().front().order, orders.front());
  EXPECT_EQ(trader->failures().front().failure, venue::Failure::refused);
  EXPECT_TRUE(side->open_orders().empty());
}

INSTANTIATE_TEST_SUITE_P(Venues, OrderCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
