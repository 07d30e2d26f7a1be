#include "execution/desired_orders.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "execution/desired_orders_test_support.hpp"
#include "tests/support/approval.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::execution {
namespace {

using test::buy;
using test::sell;

constexpr StrategyId kOurs(0);
constexpr StrategyId kOther(1);

/// A venue that does at once whatever it is asked, so that the books show what the commands come to.
class Books {
 public:
  InstrumentTable table;
  InstrumentId id = test::add(table, test::spot("BTC"));
  OrderManager orders;

  OrderId place(const DesiredOrder& wanted, StrategyId strategy = kOurs) {
    NewOrder order;
    order.id = orders.reserve_id();
    order.strategy = strategy;
    order.instrument = id;
    order.type = OrderType::limit;
    order.side = wanted.side;
    order.quantity = wanted.quantity;
    order.limit_price = wanted.price;
    order.tag = wanted.tag;
    order.post_only = wanted.post_only;
    order.reduce_only = wanted.reduce_only;
    orders.submit(test::approved(order), ++now_);
    return order.id;
  }
  OrderId work(const DesiredOrder& wanted, StrategyId strategy = kOurs) {
    const OrderId order = place(wanted, strategy);
    orders.on_accepted({order}, ++now_);
    return order;
  }
  void fill(OrderId order, std::int64_t size) {
    Fill report;
    report.order = order;
    report.instrument = id;
    report.trade = TradeId(++trades_);
    report.quantity = RawQuantity(size);
    report.price = RawPrice(100);
    orders.on_fill(report, table[id], ++now_);
  }
  void request_amend(const AmendOrder& amend) { orders.request_amend(test::approved(amend), ++now_); }
  void request_cancel(OrderId order) { orders.request_cancel(order, ++now_); }

  void apply(const OrderDifference& difference) {
    for (const OrderId order : difference.cancel) {
      ASSERT_TRUE(orders.request_cancel(order, ++now_));
      orders.on_canceled({order, RawQuantity()}, ++now_);
    }
    for (const AmendOrder& amend : difference.amend) {
      ASSERT_TRUE(orders.request_amend(test::approved(amend), ++now_));
      orders.on_amended({amend.id, amend.quantity, amend.limit_price}, ++now_);
    }
    for (const DesiredOrder& wanted : difference.place) work(wanted);
  }

  /// The venue answers everything that is under way; nothing is refused.
  void answer_all() {
    std::vector<Order> open;
    orders.for_each_open([&](const Order& order) { open.push_back(order); });
    for (const Order& order : open) {
      if (order.status == OrderStatus::sent) orders.on_accepted({order.id()}, ++now_);
      if (order.status == OrderStatus::pending_cancel) orders.on_canceled({order.id(), order.filled}, ++now_);
      if (order.status == OrderStatus::pending_amend) {
        orders.on_amended({order.id(), order.asked_quantity, order.asked_price}, ++now_);
      }
    }
  }

 private:
  TimeNs now_ = 0;
  std::uint64_t trades_ = 0;
};

using Key = std::tuple<Side, std::int64_t, std::int64_t, std::uint64_t, bool, bool>;
using Class = std::tuple<Side, std::uint64_t, bool, bool>;

Key key(const DesiredOrder& order) {
  return {order.side, order.price.units, order.quantity.units, order.tag, order.post_only, order.reduce_only};
}
Class class_of(const Key& key) {
  return {std::get<0>(key), std::get<3>(key), std::get<4>(key), std::get<5>(key)};
}

std::vector<Key> keys(std::span<const DesiredOrder> desired) {
  std::vector<Key> result;
  for (const auto& order : desired) result.push_back(key(order));
  std::ranges::sort(result);
  return result;
}

std::vector<Key> working(const Books& books) {
  std::vector<Key> result;
  books.orders.for_each_open([&](const Order& order) {
    if (order.request.strategy != kOurs) return;
    result.push_back({order.request.side, order.limit_price.units, order.remaining().units, order.request.tag,
                      order.request.post_only, order.request.reduce_only});
  });
  std::ranges::sort(result);
  return result;
}

/// The fewest commands, worked out from the two sets alone: within a side, tag and flags an order can become
/// any other by one amendment; what is equal costs nothing; the rest is placed or canceled.
std::size_t fewest_commands(const std::vector<Key>& have, const std::vector<Key>& want) {
  std::vector<Key> equal;
  std::ranges::set_intersection(have, want, std::back_inserter(equal));
  std::map<Class, std::size_t> have_count;
  std::map<Class, std::size_t> want_count;
  for (const auto& item : have) ++have_count[class_of(item)];
  for (const auto& item : want) ++want_count[class_of(item)];
  for (const auto& item : equal) {
    --have_count[class_of(item)];
    --want_count[class_of(item)];
  }
  std::size_t commands = 0;
  for (const auto& [kind, count] : have_count) commands += std::max(count, want_count[kind]);
  for (const auto& [kind, count] : want_count) commands += have_count.contains(kind) ? 0 : count;
  return commands;
}

std::size_t commands(const OrderDifference& difference) {
  return difference.place.size() + difference.amend.size() + difference.cancel.size();
}

class DesiredOrdersTest : public testing::Test {
 protected:
  Books books;
  DesiredOrdersDiffer differ;
  const OrderDifference& diff(const std::vector<DesiredOrder>& desired) {
    return differ.diff(books.orders, kOurs, books.id, desired);
  }
};

TEST_F(DesiredOrdersTest, PlacesWhatIsMissingAndCancelsWhatIsNotWanted) {
  const OrderId old = books.work(buy(90, 5, 1));
  const auto& difference = diff({sell(110, 5, 2)});
  EXPECT_EQ(keys(difference.place), keys(std::vector{sell(110, 5, 2)}));
  EXPECT_EQ(difference.cancel, std::vector{old});
  EXPECT_TRUE(difference.amend.empty());
}

TEST_F(DesiredOrdersTest, LeavesEqualOrdersAlone) {
  books.work(buy(90, 5, 1));
  books.work(sell(110, 5, 2));
  EXPECT_EQ(commands(diff({sell(110, 5, 2), buy(90, 5, 1)})), 0U);
}

TEST_F(DesiredOrdersTest, AmendsTheOrderOfTheSameSideAndTag) {
  books.work(buy(90, 5, 1));
  const OrderId moved = books.work(buy(80, 5, 2));
  const auto& difference = diff({buy(90, 5, 1), buy(85, 6, 2)});
  ASSERT_EQ(difference.amend.size(), 1U);
  EXPECT_EQ(difference.amend[0].id, moved);
  EXPECT_EQ(difference.amend[0].quantity, RawQuantity(6));
  EXPECT_EQ(difference.amend[0].limit_price, RawPrice(85));
  EXPECT_EQ(commands(difference), 1U);
}

TEST_F(DesiredOrdersTest, AnotherTagIsAnotherOrderEvenAtTheSamePrice) {
  const OrderId old = books.work(buy(90, 5, 1));
  const auto& difference = diff({buy(90, 5, 2)});
  EXPECT_EQ(difference.cancel, std::vector{old});
  EXPECT_EQ(difference.place.size(), 1U);
}

TEST_F(DesiredOrdersTest, TheWantedQuantityIsWhatRemains) {
  const OrderId order = books.work(buy(90, 10, 1));
  books.fill(order, 4);
  EXPECT_EQ(commands(diff({buy(90, 6, 1)})), 0U);
  const auto& difference = diff({buy(90, 10, 1)});
  ASSERT_EQ(difference.amend.size(), 1U);
  EXPECT_EQ(difference.amend[0].quantity, RawQuantity(14));  // total: 4 are filled, 10 shall remain
}

TEST_F(DesiredOrdersTest, AnOrderOnItsWayHoldsItsPlace) {
  books.place(buy(90, 5, 1));
  EXPECT_EQ(commands(diff({buy(90, 5, 1)})), 0U);
  EXPECT_EQ(diff({buy(90, 5, 1)}).deferred, 0U);
  EXPECT_EQ(commands(diff({buy(95, 5, 1)})), 0U);  // cannot be amended yet, must not be doubled
  EXPECT_EQ(diff({buy(95, 5, 1)}).deferred, 1U);
  EXPECT_EQ(commands(diff({})), 0U);  // cannot be canceled yet
  EXPECT_EQ(diff({}).deferred, 1U);
  books.answer_all();
  EXPECT_EQ(commands(diff({})), 1U);
  EXPECT_EQ(diff({}).deferred, 0U);
}

TEST_F(DesiredOrdersTest, APendingAmendmentCountsAsDone) {
  const OrderId order = books.work(buy(90, 5, 1));
  books.request_amend({order, books.id, RawQuantity(7), RawPrice(95)});
  EXPECT_EQ(commands(diff({buy(95, 7, 1)})), 0U);
}

TEST_F(DesiredOrdersTest, APendingCancelIsAsGoodAsGone) {
  const OrderId order = books.work(buy(90, 5, 1));
  books.request_cancel(order);
  EXPECT_EQ(diff({buy(90, 5, 1)}).place.size(), 1U);
}

TEST_F(DesiredOrdersTest, OrdersOfOthersStopsAndProtectiveLegsAreNotTouched) {
  books.work(buy(90, 5, 1), kOther);
  NewOrder stop;
  stop.id = books.orders.reserve_id();
  stop.strategy = kOurs;
  stop.instrument = books.id;
  stop.type = OrderType::stop_market;
  stop.quantity = RawQuantity(5);
  stop.trigger_price = RawPrice(80);
  books.orders.submit(test::approved(stop), 1);
  NewOrder leg = stop;
  leg.id = books.orders.reserve_id();
  leg.type = OrderType::limit;
  leg.role = GroupRole::take_profit;
  leg.limit_price = RawPrice(120);
  books.orders.submit(test::approved(leg), 1);
  EXPECT_EQ(commands(diff({})), 0U);
}

DesiredOrder random_order(Prng& random, std::uint64_t tags) {
  DesiredOrder order;
  order.side = random.below(2) == 0 ? Side::buy : Side::sell;
  order.price = RawPrice(test::between(random, 90, 96));
  order.quantity = RawQuantity(test::between(random, 1, 3));
  order.tag = random.below(tags);
  order.post_only = random.below(8) != 0;
  order.reduce_only = random.below(8) == 0;
  return order;
}

std::vector<DesiredOrder> random_orders(Prng& random, std::uint64_t tags) {
  std::vector<DesiredOrder> orders(random.below(14));
  for (auto& order : orders) order = random_order(random, tags);
  return orders;
}

TEST(DesiredOrdersProperty, TheDifferenceGivesExactlyTheDesiredSetWithTheFewestCommands) {
  Prng random(5);
  std::size_t total = 0;
  for (int round = 0; round < 1'000; ++round) {
    SCOPED_TRACE(round);
    Books books;
    DesiredOrdersDiffer differ;
    const std::uint64_t tags = 1 + random.below(12);
    for (int change = 0; change < 6; ++change) {
      const auto desired = random_orders(random, tags);
      const auto before = working(books);
      const auto wanted = keys(desired);
      const auto& difference = differ.diff(books.orders, kOurs, books.id, desired);
      ASSERT_EQ(commands(difference), fewest_commands(before, wanted));
      total += commands(difference);
      books.apply(OrderDifference(difference));
      ASSERT_EQ(working(books), wanted);
      ASSERT_EQ(commands(differ.diff(books.orders, kOurs, books.id, desired)), 0U);
      // Some of it fills in part before the next wish.
      std::vector<Order> open;
      books.orders.for_each_open([&](const Order& order) { open.push_back(order); });
      for (const Order& order : open) {
        if (random.below(4) == 0) books.fill(order.id(), test::between(random, 1, order.remaining().units));
      }
    }
  }
  EXPECT_GT(total, 10'000U);
}

TEST(DesiredOrdersProperty, OrdersUnderWayAreLeftAloneAndTheSetIsReachedOnceTheyAreAnswered) {
  Prng random(6);
  for (int round = 0; round < 2'000; ++round) {
    SCOPED_TRACE(round);
    Books books;
    DesiredOrdersDiffer differ;
    for (const auto& order : random_orders(random, 4)) {
      const OrderId id = random.below(3) == 0 ? books.place(order) : books.work(order);
      if (random.below(5) == 0) books.request_cancel(id);
      if (random.below(5) == 0) books.request_amend({id, books.id, RawQuantity(2), RawPrice(93)});
    }
    const auto desired = random_orders(random, 4);
    const OrderDifference first = differ.diff(books.orders, kOurs, books.id, desired);
    for (const OrderId id : first.cancel) {
      ASSERT_EQ(books.orders.find(id)->status, OrderStatus::acknowledged);
    }
    for (const AmendOrder& amend : first.amend) {
      ASSERT_EQ(books.orders.find(amend.id)->status, OrderStatus::acknowledged);
    }
    books.apply(first);
    if (first.deferred == 0) {
      books.answer_all();
      ASSERT_EQ(working(books), keys(desired));
    }
    books.answer_all();
    books.apply(OrderDifference(differ.diff(books.orders, kOurs, books.id, desired)));
    ASSERT_EQ(working(books), keys(desired));
  }
}

}  // namespace
}  // namespace kontor::execution
