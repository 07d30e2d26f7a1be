#include "execution/order_state.hpp"

#include <array>

#include <gtest/gtest.h>

namespace kontor::execution {
namespace {

constexpr std::array kAll = {
    OrderStatus::intent,         OrderStatus::risk_approved,    OrderStatus::sent,
    OrderStatus::acknowledged,   OrderStatus::partially_filled, OrderStatus::pending_amend,
    OrderStatus::pending_cancel, OrderStatus::unknown,          OrderStatus::filled,
    OrderStatus::canceled,       OrderStatus::rejected,         OrderStatus::expired};

/// Every transition that is allowed, one row per status, in the order of kAll.
constexpr std::array<std::string_view, 12> kExpected = {
    //  i r s a p A C u f c x e
    "010000000010",  // intent
    "001000000110",  // risk_approved
    "000111111111",  // sent
    "000011111111",  // acknowledged
    "000011111111",  // partially_filled
    "000111111111",  // pending_amend
    "000110111111",  // pending_cancel
    "000110011111",  // unknown
    "000000000000",  // filled
    "000000000000",  // canceled
    "000000000000",  // rejected
    "000000000000",  // expired
};

TEST(OrderState, AllowsExactlyTheseTransitions) {
  for (std::size_t from = 0; from < kAll.size(); ++from) {
    for (std::size_t to = 0; to < kAll.size(); ++to) {
      EXPECT_EQ(can_transition(kAll[from], kAll[to]), kExpected[from][to] == '1') << from << " to " << to;
    }
  }
}

TEST(OrderState, NothingLeavesATerminalStatusAndNothingReturnsBeforeTheVenue) {
  for (const OrderStatus from : kAll) {
    for (const OrderStatus to : kAll) {
      if (is_terminal(from)) {
        EXPECT_FALSE(can_transition(from, to));
      }
      if (from >= OrderStatus::sent && to <= OrderStatus::sent) {
        EXPECT_FALSE(can_transition(from, to));
      }
    }
  }
}

TEST(OrderState, AWorkingOrderIsNamedByItsFills) {
  Order order;
  order.quantity = RawQuantity(10);
  EXPECT_EQ(working_status(order), OrderStatus::acknowledged);
  order.filled = RawQuantity(3);
  EXPECT_EQ(working_status(order), OrderStatus::partially_filled);
  EXPECT_EQ(order.remaining(), RawQuantity(7));
  order.filled = RawQuantity(12);
  EXPECT_EQ(order.remaining(), RawQuantity());
}

}  // namespace
}  // namespace kontor::execution
