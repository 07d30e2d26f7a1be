#include "execution/declared_orders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "execution/desired_orders_test_support.hpp"

namespace kontor::execution {
namespace {

using test::buy;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr MarketTop kMarket{RawPrice(99), RawPrice(101), RawPrice(100)};

/// The order that is placed for a wish, as it is at the venue.
Order order_of(const DesiredOrder& wanted, OrderStatus status = OrderStatus::acknowledged) {
  Order order;
  order.request.side = wanted.side;
  order.request.type = OrderType::limit;
  order.request.post_only = wanted.post_only;
  order.request.tag = wanted.tag;
  order.status = status;
  order.quantity = wanted.quantity;
  order.limit_price = wanted.price;
  return order;
}

MarketTop moved(std::int64_t ticks) {
  MarketTop market = kMarket;
  market.last = RawPrice(100 + ticks);
  return market;
}

std::vector<DesiredOrder> list(const Declaration& declaration) {
  return {declaration.working_list().begin(), declaration.working_list().end()};
}

TEST(Declaration, HoldsUntilTheNextOneOrUntilItIsForgotten) {
  Declaration declaration;
  EXPECT_FALSE(declaration.stands());
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  EXPECT_TRUE(declaration.stands());
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(97)));
  declaration.declare({}, kMarket);
  EXPECT_TRUE(declaration.stands());
  EXPECT_THAT(list(declaration), IsEmpty());
  declaration.forget();
  EXPECT_FALSE(declaration.stands());
}

TEST(Declaration, IsLookedAtAgainOnlyWhileSomethingWaits) {
  Declaration declaration;
  const Order other = order_of(buy(97));
  declaration.declare(std::vector{buy(98)}, kMarket);
  declaration.worked(1, false);
  EXPECT_FALSE(declaration.look_again(other, moved(1), 2));
  declaration.worked(1, true);
  EXPECT_TRUE(declaration.look_again(other, kMarket, 2));
  EXPECT_FALSE(declaration.look_again(other, kMarket, 1)) << "once with an event";
  EXPECT_FALSE(declaration.look_again(order_of(buy(98)), kMarket, 2)) << "it is as it should be";
  EXPECT_TRUE(declaration.look_again(order_of(buy(98), OrderStatus::rejected), kMarket, 2));
}

TEST(Declaration, IsNotCorrectedWithoutAnEnd) {
  Declaration declaration;
  const Order other = order_of(buy(97));
  declaration.declare(std::vector{buy(98)}, kMarket);
  declaration.worked(1, true);
  std::uint32_t corrections = 0;
  while (declaration.look_again(other, kMarket, 2)) ASSERT_LE(++corrections, Declaration::kMaxCorrections);
  EXPECT_EQ(corrections, Declaration::kMaxCorrections);
}

TEST(Declaration, FillsAreTakenOff) {
  Declaration declaration;
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  Order order = order_of(buy(97));
  order.filled = RawQuantity(4);
  declaration.on_fill(order, RawQuantity(4));
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(97, 6)));
  order.filled = RawQuantity(10);
  declaration.on_fill(order, RawQuantity(6));
  EXPECT_THAT(list(declaration), ElementsAre(buy(98)));
}

TEST(Declaration, AFillOfAnOrderThatIsStillToBeChangedCountsForWhatItShouldBecome) {
  Declaration declaration;
  declaration.declare(std::vector{buy(97)}, kMarket);
  Order order = order_of(buy(98), OrderStatus::partially_filled);
  order.filled = RawQuantity(4);
  declaration.on_fill(order, RawQuantity(4));  // nothing waits: an order of another time
  EXPECT_THAT(list(declaration), ElementsAre(buy(97)));
  declaration.worked(1, true);
  declaration.on_fill(order, RawQuantity(4));
  EXPECT_THAT(list(declaration), ElementsAre(buy(97, 6)));
  order.status = OrderStatus::pending_cancel;
  declaration.on_fill(order, RawQuantity(4));
  EXPECT_THAT(list(declaration), ElementsAre(buy(97, 6)));
}

TEST(Declaration, WhatIsRefusedWaitsForTheMarket) {
  Declaration declaration;
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  declaration.on_gone(order_of(buy(98), OrderStatus::rejected));
  EXPECT_THAT(list(declaration), ElementsAre(buy(97)));
  EXPECT_FALSE(declaration.try_again(kMarket));
  EXPECT_TRUE(declaration.try_again(moved(1)));
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(97)));
  EXPECT_FALSE(declaration.holds_back());
}

TEST(Declaration, APostOnlyOrderWaitsUntilItWouldNotTake) {
  Declaration declaration;
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  declaration.on_gone(order_of(buy(98), OrderStatus::rejected));
  EXPECT_FALSE(declaration.try_again({RawPrice(96), RawPrice(98), RawPrice(100)}));
  EXPECT_FALSE(declaration.try_again({RawPrice(), RawPrice(), RawPrice(98)}));
  EXPECT_TRUE(declaration.try_again({RawPrice(96), RawPrice(99), RawPrice(98)}));
}

TEST(Declaration, ARefusedAmendmentOrCancelLeavesTheOrderAsItIs) {
  Declaration declaration;
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  Order order = order_of(buy(95));
  order.asked_price = RawPrice(97);
  order.asked_quantity = RawQuantity(10);
  declaration.on_amend_refused(order);
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(95)));
  declaration.on_cancel_refused(order_of(buy(90)));
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(95), buy(90)));
  EXPECT_TRUE(declaration.try_again(moved(1)));
  EXPECT_THAT(list(declaration), ElementsAre(buy(98), buy(97)));
}

TEST(Declaration, TriesOnlySoOftenAgain) {
  Declaration declaration;
  declaration.declare(std::vector{buy(98)}, kMarket);
  std::uint32_t retries = 0;
  for (std::int64_t ticks = 1; ticks < 100; ++ticks) {
    declaration.on_gone(order_of(buy(98), OrderStatus::rejected));
    if (declaration.try_again(moved(ticks))) ++retries;
  }
  EXPECT_EQ(retries, Declaration::kMaxRetries);
  EXPECT_FALSE(declaration.holds_back());
  EXPECT_THAT(list(declaration), IsEmpty());
  declaration.declare(std::vector{buy(98)}, kMarket);
  EXPECT_THAT(list(declaration), ElementsAre(buy(98)));
}

TEST(DeclaredOrders, ComeBackFromTheirBinaryForm) {
  DeclaredOrders declared(2, 3);
  auto& declaration = declared.of(StrategyId(1), InstrumentId(2));
  declaration.declare(std::vector{buy(98), buy(97)}, kMarket);
  declaration.on_gone(order_of(buy(98), OrderStatus::rejected));
  declared.set_holds_back(InstrumentId(2), true);
  const auto bytes = encode(declared);
  DeclaredOrders copy(2, 3);
  Decoder decoder(bytes);
  decode_from(decoder, copy);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(encode(copy), bytes);
  EXPECT_TRUE(copy.holds_back(InstrumentId(2)));
  EXPECT_FALSE(copy.holds_back(InstrumentId(1)));
  EXPECT_THAT(list(copy.of(StrategyId(1), InstrumentId(2))), ElementsAre(buy(97)));
}

}  // namespace
}  // namespace kontor::execution
