#include "execution/order_manager.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/approval.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::execution {
namespace {

class OrderManagerTest : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId id = test::add(table, test::spot("BTC"));
  const Instrument& instrument = table[id];
  OrderManager orders;
  TimeNs now = 1;
  std::uint64_t trades = 0;

  OrderId submit(std::int64_t size = 100, std::int64_t limit = 5'000'000) {
    NewOrder order;
    order.id = orders.reserve_id();
    order.instrument = id;
    order.type = OrderType::limit;
    order.quantity = RawQuantity(size);
    order.limit_price = RawPrice(limit);
    orders.submit(test::approved(order), ++now);
    return order.id;
  }
  OrderId accepted(std::int64_t size = 100) {
    const OrderId order = submit(size);
    orders.on_accepted({order}, ++now);
    return order;
  }
  const Order* fill(OrderId order, std::int64_t size, std::int64_t trade = -1, std::int64_t at = 5'000'000) {
    Fill report;
    report.order = order;
    report.instrument = id;
    report.trade = TradeId(trade < 0 ? 1'000'000 + ++trades : static_cast<std::uint64_t>(trade));
    report.quantity = RawQuantity(size);
    report.price = RawPrice(at);
    return orders.on_fill(report, instrument, ++now);
  }
  bool amend(OrderId order, std::int64_t size, std::int64_t limit = 5'000'000) {
    return orders.request_amend(test::approved(AmendOrder{order, id, RawQuantity(size), RawPrice(limit)}),
                                ++now);
  }
  [[nodiscard]] OrderStatus status(OrderId order) const { return orders.find(order)->status; }
};

TEST_F(OrderManagerTest, GoesFromSentToFilled) {
  const OrderId order = submit();
  EXPECT_EQ(status(order), OrderStatus::sent);
  EXPECT_EQ(orders.open_count(), 1U);
  EXPECT_NE(orders.on_accepted({order}, ++now), nullptr);
  EXPECT_EQ(status(order), OrderStatus::acknowledged);
  fill(order, 40);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
  EXPECT_EQ(orders.find(order)->remaining(), RawQuantity(60));
  fill(order, 60);
  EXPECT_EQ(status(order), OrderStatus::filled);
  EXPECT_EQ(orders.find(order)->filled_notional, instrument.notional(RawPrice(5'000'000), RawQuantity(100)));
  EXPECT_EQ(orders.open_count(), 0U);
}

TEST_F(OrderManagerTest, TakesAFillBeforeItsAcknowledgement) {
  const OrderId order = submit();
  fill(order, 40);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
  EXPECT_EQ(orders.on_accepted({order}, ++now), nullptr);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
}

TEST_F(OrderManagerTest, BooksATradeOnce) {
  const OrderId order = accepted();
  EXPECT_NE(fill(order, 40, 7), nullptr);
  EXPECT_EQ(fill(order, 40, 7), nullptr);
  EXPECT_EQ(orders.find(order)->filled, RawQuantity(40));
}

TEST_F(OrderManagerTest, AFillThatComesAfterTheCancelStillCounts) {
  const OrderId order = accepted();
  orders.request_cancel(order, ++now);
  orders.on_canceled({order, RawQuantity(30)}, ++now);
  EXPECT_EQ(status(order), OrderStatus::canceled);
  ASSERT_NE(fill(order, 30), nullptr);
  EXPECT_EQ(orders.find(order)->filled, RawQuantity(30));
  EXPECT_EQ(status(order), OrderStatus::canceled);
}

TEST_F(OrderManagerTest, ACancelMayLoseItsRace) {
  const OrderId order = accepted();
  EXPECT_TRUE(orders.request_cancel(order, ++now));
  EXPECT_FALSE(orders.request_cancel(order, ++now));
  fill(order, 100);
  EXPECT_EQ(status(order), OrderStatus::filled);
  EXPECT_EQ(orders.on_canceled({order, RawQuantity(100)}, ++now), nullptr);
  EXPECT_EQ(orders.on_cancel_rejected({order, RejectReason::order_closed}, ++now), nullptr);
  EXPECT_EQ(status(order), OrderStatus::filled);
  EXPECT_FALSE(orders.request_cancel(order, ++now));
}

TEST_F(OrderManagerTest, ARefusedCancelLeavesTheOrderWorking) {
  const OrderId order = accepted();
  fill(order, 10);
  orders.request_cancel(order, ++now);
  EXPECT_EQ(status(order), OrderStatus::pending_cancel);
  fill(order, 10);
  EXPECT_EQ(status(order), OrderStatus::pending_cancel);
  orders.on_cancel_rejected({order, RejectReason::none}, ++now);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
}

TEST_F(OrderManagerTest, AmendsQuantityAndPriceOnceTheVenueSaysSo) {
  const OrderId order = accepted();
  EXPECT_TRUE(amend(order, 150, 4'990'000));
  EXPECT_FALSE(amend(order, 160));
  EXPECT_EQ(orders.find(order)->quantity, RawQuantity(100));
  orders.on_amended({order, RawQuantity(150), RawPrice(4'990'000)}, ++now);
  EXPECT_EQ(status(order), OrderStatus::acknowledged);
  EXPECT_EQ(orders.find(order)->quantity, RawQuantity(150));
  EXPECT_EQ(orders.find(order)->limit_price, RawPrice(4'990'000));
}

TEST_F(OrderManagerTest, ARefusedAmendmentChangesNothing) {
  const OrderId order = accepted();
  fill(order, 10);
  amend(order, 150);
  orders.on_amend_rejected({order, RejectReason::none}, ++now);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
  EXPECT_EQ(orders.find(order)->quantity, RawQuantity(100));
}

TEST_F(OrderManagerTest, AnOrderThatIsBeingEnlargedIsNotOverWhenItsOldSizeIsFilled) {
  const OrderId order = accepted();
  amend(order, 150);
  fill(order, 100);  // overtakes the answer to the amendment
  EXPECT_EQ(status(order), OrderStatus::pending_amend);
  orders.on_amended({order, RawQuantity(150), RawPrice(5'000'000)}, ++now);
  EXPECT_EQ(status(order), OrderStatus::partially_filled);
  EXPECT_EQ(orders.find(order)->remaining(), RawQuantity(50));
  fill(order, 50);
  EXPECT_EQ(status(order), OrderStatus::filled);
}

TEST_F(OrderManagerTest, AnEnlargementThatIsRefusedBecauseAllIsFilledEndsTheOrder) {
  const OrderId order = accepted();
  amend(order, 150);
  fill(order, 100);
  const Order* ended = orders.on_amend_rejected({order, RejectReason::order_closed}, ++now);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->status, OrderStatus::filled);
  EXPECT_EQ(orders.open_count(), 0U);
}

// A cancel overtakes the answer to an enlargement: in whatever order the two refusals come, the order is
// over.
TEST_F(OrderManagerTest, AFilledOrderIsOverWhenNeitherEnlargementNorCancelFoundIt) {
  for (const bool amendment_first : {true, false}) {
    const OrderId order = accepted();
    amend(order, 150);
    fill(order, 100);
    ASSERT_TRUE(orders.request_cancel(order, ++now));
    EXPECT_EQ(status(order), OrderStatus::pending_cancel);
    if (amendment_first) orders.on_amend_rejected({order, RejectReason::order_closed}, ++now);
    orders.on_cancel_rejected({order, RejectReason::order_closed}, ++now);
    EXPECT_EQ(status(order), OrderStatus::filled);
    EXPECT_EQ(orders.open_count(), 0U);
  }
}

TEST_F(OrderManagerTest, AnAmendmentDownToWhatIsFilledEndsTheOrder) {
  const OrderId order = accepted();
  amend(order, 40);
  fill(order, 40);
  orders.on_amended({order, RawQuantity(40), RawPrice(5'000'000)}, ++now);
  EXPECT_EQ(status(order), OrderStatus::filled);
}

TEST_F(OrderManagerTest, UnknownIsLeftByTheVenuesWordAlone) {
  const OrderId order = submit();
  orders.on_unresolved({order}, ++now);
  EXPECT_EQ(status(order), OrderStatus::unknown);
  EXPECT_EQ(orders.open_count(), 1U);
  EXPECT_FALSE(orders.request_cancel(order, ++now));
  EXPECT_FALSE(amend(order, 150));
  orders.on_accepted({order}, ++now);
  EXPECT_EQ(status(order), OrderStatus::acknowledged);
}

TEST_F(OrderManagerTest, AnyAnswerProvesThatAnUnknownOrderLives) {
  const OrderId amended = submit();
  orders.on_unresolved({amended}, ++now);
  orders.on_amended({amended, RawQuantity(50), RawPrice(1)}, ++now);
  EXPECT_EQ(status(amended), OrderStatus::acknowledged);
  const OrderId triggered = submit();
  orders.on_unresolved({triggered}, ++now);
  orders.on_triggered({triggered}, ++now);
  EXPECT_EQ(status(triggered), OrderStatus::acknowledged);
  const OrderId filled = submit();
  orders.on_unresolved({filled}, ++now);
  fill(filled, 1);
  EXPECT_EQ(status(filled), OrderStatus::partially_filled);
  const OrderId gone = submit();
  orders.on_unresolved({gone}, ++now);
  orders.on_rejected({gone, RejectReason::insufficient_balance}, ++now);
  EXPECT_EQ(status(gone), OrderStatus::rejected);
  EXPECT_EQ(orders.find(gone)->reason, RejectReason::insufficient_balance);
}

TEST_F(OrderManagerTest, IgnoresReportsAboutOrdersThatItDoesNotKnow) {
  const OrderId stranger(99);
  EXPECT_EQ(orders.on_accepted({stranger}, ++now), nullptr);
  EXPECT_EQ(orders.on_canceled({stranger, RawQuantity()}, ++now), nullptr);
  EXPECT_EQ(fill(stranger, 1), nullptr);
  EXPECT_EQ(orders.find(stranger), nullptr);
}

TEST_F(OrderManagerTest, AFillOfAStrangerIsNotRememberedAsBooked) {
  EXPECT_EQ(fill(OrderId(1), 5, 42), nullptr);
  const OrderId order = submit();
  ASSERT_EQ(order, OrderId(1));
  EXPECT_NE(fill(order, 5, 42), nullptr);
}

TEST_F(OrderManagerTest, KeepsTheLastClosedOrdersAndReusesTheirMemory) {
  std::vector<OrderId> ids;
  for (std::size_t i = 0; i < 3 * OrderManager::kClosedOrdersKept; ++i) {
    ids.push_back(accepted());
    fill(ids.back(), 100);
  }
  const std::size_t kept = OrderManager::kClosedOrdersKept;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool recent = i >= ids.size() - kept;
    ASSERT_EQ(orders.find(ids[i]) != nullptr, recent) << i;
    if (recent) {
      EXPECT_EQ(orders.find(ids[i])->id(), ids[i]);
    }
  }
}

TEST_F(OrderManagerTest, ComesBackFromItsBinaryForm) {
  const OrderId first = accepted();
  const OrderId second = submit();
  fill(first, 10, 77);
  auto copy = decode<OrderManager>(encode(orders));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->find(first)->filled, RawQuantity(10));
  EXPECT_EQ(copy->next_id(), orders.next_id());
  EXPECT_EQ(copy->open_count(), 2U);
  copy->on_canceled({second, RawQuantity()}, ++now);
  orders.on_canceled({second, RawQuantity()}, now);
  EXPECT_EQ(encode(*copy), encode(orders));
}

// ---- property: whatever comes, in whatever order, how often ever
// ------------------------------------------------

/// What a venue could say about its orders, said again, late and in another order.
class RandomReports : public testing::TestWithParam<std::uint64_t> {
 protected:
  InstrumentTable table;
  InstrumentId id = test::add(table, test::spot("BTC"));
  const Instrument& instrument = table[id];
  Prng random{GetParam()};
  OrderManager orders;
  TimeNs now = 0;

  /// What has been seen of an order, kept apart from the code under test.
  struct Seen {
    OrderStatus status = OrderStatus::sent;
    std::int64_t filled = 0;
    std::map<std::uint64_t, std::int64_t> trades;  ///< trade id to quantity
  };
  std::map<std::uint64_t, Seen> seen;

  OrderId any_order() { return OrderId(1 + random.below(seen.size())); }

  void submit() {
    NewOrder order;
    order.id = orders.reserve_id();
    order.instrument = id;
    order.type = OrderType::limit;
    order.quantity = RawQuantity(test::between(random, 1, 1000));
    order.limit_price = RawPrice(test::between(random, 1, 1000));
    orders.submit(test::approved(order), ++now);
    seen[order.id.value] = {};
  }

  void fill_any() {
    const OrderId order = any_order();
    Fill fill;
    fill.order = order;
    fill.instrument = id;
    // Few trade ids per order, so that many come again.
    fill.trade = TradeId(order.value * 1000 + random.below(6));
    fill.quantity = RawQuantity(1 + static_cast<std::int64_t>(fill.trade.value % 300));
    fill.price = RawPrice(500);
    const bool known = orders.find(order) != nullptr;
    const Order* changed = orders.on_fill(fill, instrument, ++now);
    const bool fresh =
        known && seen[order.value].trades.emplace(fill.trade.value, fill.quantity.units).second;
    EXPECT_EQ(changed != nullptr, fresh);
  }

  void act() {
    const OrderId order = any_order();
    const RawQuantity size(test::between(random, 1, 1500));
    switch (random.below(14)) {
      case 0: orders.on_accepted({order}, ++now); break;
      case 1: orders.on_canceled({order, RawQuantity()}, ++now); break;
      case 2: orders.on_rejected({order, RejectReason::post_only_would_take}, ++now); break;
      case 3: orders.on_expired({order, RawQuantity()}, ++now); break;
      case 4: orders.on_amended({order, size, RawPrice(7)}, ++now); break;
      case 5: orders.on_triggered({order}, ++now); break;
      case 6: orders.on_cancel_rejected({order, RejectReason::order_closed}, ++now); break;
      case 7: orders.on_amend_rejected({order, RejectReason::order_closed}, ++now); break;
      case 8: orders.on_unresolved({order}, ++now); break;
      case 9: orders.request_cancel(order, ++now); break;
      case 10: orders.request_amend(test::approved(AmendOrder{order, id, size, RawPrice(7)}), ++now); break;
      case 11: submit(); break;
      default: fill_any();
    }
  }

  /// Every order that can still be found has gone forward only, and has exactly its trades in it.
  void expect_forward() {
    std::size_t open = 0;
    for (auto& [value, last] : seen) {
      const Order* order = orders.find(OrderId(value));
      if (order == nullptr) continue;
      const bool stayed = order->status == last.status;
      ASSERT_TRUE(stayed || can_transition(last.status, order->status)) << "order " << value;
      ASSERT_FALSE(is_terminal(last.status) && !stayed);
      ASSERT_NE(order->status, OrderStatus::intent);
      std::int64_t traded = 0;
      for (const auto& [trade, size] : last.trades) traded += size;
      ASSERT_EQ(order->filled.units, traded);
      ASSERT_GE(order->filled.units, last.filled);
      if (order->status == OrderStatus::acknowledged) {
        ASSERT_TRUE(order->filled.is_zero());
      }
      last.status = order->status;
      last.filled = order->filled.units;
      open += order->is_open() ? 1U : 0U;
    }
    ASSERT_EQ(orders.open_count(), open);
  }
};

TEST_P(RandomReports, StatusesGoForwardFillsGrowAndTradesCountOnce) {
  submit();
  for (int i = 0; i < 1'500; ++i) {
    act();
    ASSERT_NO_FATAL_FAILURE(expect_forward()) << "step " << i;
  }
  std::uint64_t last = 0;
  orders.for_each_open([&](const Order& order) {
    EXPECT_TRUE(order.is_open());
    EXPECT_GT(order.id().value, last);
    last = order.id().value;
  });
  EXPECT_GT(seen.size(), 70U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomReports, testing::Range<std::uint64_t>(1, 9));

/// The same reports in two orders end in the same fills, whatever the statuses on the way.
TEST_F(OrderManagerTest, FillsAreTheSameInWhateverOrderTheyCome) {
  Prng random(11);
  for (int round = 0; round < 200; ++round) {
    const OrderId order = accepted(1000);
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < 8; ++i) {
      const std::int64_t trade = round * 100 + i;
      ids.insert(ids.end(), 1 + random.below(3), trade);
    }
    for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
    for (const std::int64_t trade : ids) fill(order, 125, trade);
    EXPECT_EQ(orders.find(order)->filled, RawQuantity(1000));
    EXPECT_EQ(status(order), OrderStatus::filled);
  }
}

}  // namespace
}  // namespace kontor::execution
