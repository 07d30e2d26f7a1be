#include "session/order_proofs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::session {
namespace {

using execution::Order;
using testing::IsEmpty;
using testing::SizeIs;
using venue::OrderState;

Order order_in(OrderStatus status) {
  Order order;
  order.request.id = OrderId(7);
  order.request.type = OrderType::limit;
  order.request.quantity = RawQuantity(100);
  order.request.limit_price = RawPrice(5'000);
  order.status = status;
  order.quantity = order.request.quantity;
  order.limit_price = order.request.limit_price;
  return order;
}

OrderState theirs_in(OrderStatus status, std::int64_t filled = 0) {
  OrderState state;
  state.order = OrderId(7);
  state.status = status;
  state.quantity = RawQuantity(100);
  state.filled = RawQuantity(filled);
  state.limit_price = RawPrice(5'000);
  return state;
}

template <class Report>
const Report* only(const OrderProofs& proofs) {
  return proofs.reports.size() == 1 ? std::get_if<Report>(&proofs.reports.front()) : nullptr;
}

TEST(OrderProofs, AnUnknownOrderIsNeverTakenForARejectedOneBeforeItIsProven) {
  const auto early = proofs_of(order_in(OrderStatus::unknown), std::nullopt, false);
  EXPECT_THAT(early.reports, IsEmpty());
  EXPECT_FALSE(early.is_settled);
  const auto late = proofs_of(order_in(OrderStatus::unknown), std::nullopt, true);
  ASSERT_NE(only<OrderRejected>(late), nullptr);
  EXPECT_EQ(only<OrderRejected>(late)->reason, RejectReason::never_arrived);
  EXPECT_TRUE(late.is_settled);
}

TEST(OrderProofs, AnOrderThatWasFilledCannotHaveNeverArrived) {
  auto ours = order_in(OrderStatus::unknown);
  ours.filled = RawQuantity(10);
  const auto proofs = proofs_of(ours, std::nullopt, true);
  EXPECT_THAT(proofs.reports, IsEmpty());
  EXPECT_FALSE(proofs.is_settled);
}

TEST(OrderProofs, ALivingOrderIsAccepted) {
  for (const auto status : {OrderStatus::sent, OrderStatus::unknown}) {
    const auto proofs = proofs_of(order_in(status), theirs_in(OrderStatus::acknowledged), false);
    EXPECT_NE(only<OrderAccepted>(proofs), nullptr);
    EXPECT_TRUE(proofs.is_settled);
  }
}

TEST(OrderProofs, EveryEndIsReportedOnceItsFillsAreKnown) {
  const auto missing = proofs_of(order_in(OrderStatus::unknown), theirs_in(OrderStatus::canceled, 30), true);
  EXPECT_TRUE(missing.misses_fills);
  EXPECT_FALSE(missing.is_settled);
  EXPECT_THAT(missing.reports, IsEmpty());
  auto ours = order_in(OrderStatus::pending_cancel);
  ours.filled = RawQuantity(30);
  const auto canceled = proofs_of(ours, theirs_in(OrderStatus::canceled, 30), false);
  ASSERT_NE(only<OrderCanceled>(canceled), nullptr);
  EXPECT_EQ(only<OrderCanceled>(canceled)->filled, RawQuantity(30));
  EXPECT_NE(only<OrderExpired>(proofs_of(ours, theirs_in(OrderStatus::expired, 30), false)), nullptr);
  EXPECT_NE(
      only<OrderRejected>(proofs_of(order_in(OrderStatus::sent), theirs_in(OrderStatus::rejected), false)),
      nullptr);
}

TEST(OrderProofs, AnAnswerThatIsOlderThanWhatWeKnowProvesNothing) {
  auto ours = order_in(OrderStatus::pending_cancel);
  ours.filled = RawQuantity(30);
  const auto proofs = proofs_of(ours, theirs_in(OrderStatus::partially_filled, 10), true);
  EXPECT_THAT(proofs.reports, IsEmpty());
  EXPECT_FALSE(proofs.is_settled);
}

TEST(OrderProofs, ACancelThatMayStillComeIsWaitedFor) {
  const auto ours = order_in(OrderStatus::pending_cancel);
  const auto theirs = theirs_in(OrderStatus::acknowledged);
  EXPECT_FALSE(proofs_of(ours, theirs, false).is_settled);
  const auto late = proofs_of(ours, theirs, true);
  EXPECT_NE(only<CancelRejected>(late), nullptr);
  EXPECT_TRUE(late.is_settled);
}

TEST(OrderProofs, AnAmendmentWasCarriedOutOrNeverArrived) {
  auto ours = order_in(OrderStatus::pending_amend);
  ours.asked_quantity = RawQuantity(60);
  ours.asked_price = RawPrice(4'900);
  auto theirs = theirs_in(OrderStatus::acknowledged);
  EXPECT_FALSE(proofs_of(ours, theirs, false).is_settled) << "it may still come";
  EXPECT_NE(only<AmendRejected>(proofs_of(ours, theirs, true)), nullptr);
  theirs.quantity = RawQuantity(60);
  theirs.limit_price = RawPrice(4'900);
  const auto done = proofs_of(ours, theirs, false);
  ASSERT_NE(only<OrderAmended>(done), nullptr);
  EXPECT_EQ(only<OrderAmended>(done)->quantity, RawQuantity(60));
  EXPECT_TRUE(done.is_settled);
}

TEST(OrderProofs, WhatTheVenueDidByItselfIsCaughtUp) {
  auto theirs = theirs_in(OrderStatus::acknowledged);
  theirs.triggered = true;
  theirs.quantity = RawQuantity(40);
  const auto proofs = proofs_of(order_in(OrderStatus::acknowledged), theirs, false);
  ASSERT_THAT(proofs.reports, SizeIs(2));
  EXPECT_TRUE(std::holds_alternative<OrderTriggered>(proofs.reports[0]));
  EXPECT_TRUE(std::holds_alternative<OrderAmended>(proofs.reports[1]));
}

}  // namespace
}  // namespace kontor::session
