#include "research/metrics_orders.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

void add_order(RunResult& result, std::uint32_t strategy, OrderStatus status,
               RejectReason reason = RejectReason::none) {
  OrderRecord record;
  record.order.strategy = StrategyId(strategy);
  record.status = status;
  record.reason = reason;
  result.orders.push_back(record);
}

TEST(OrderCounts, EveryOrderIsInOneStatus) {
  RunResult result = test::empty_run();
  add_order(result, 0, OrderStatus::rejected, RejectReason::insufficient_balance);
  add_order(result, 0, OrderStatus::filled);
  add_order(result, 0, OrderStatus::rejected, RejectReason::insufficient_balance);
  const auto counts = orders_by_status(result);
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(name_of(counts[0].status), "filled");
  EXPECT_EQ(counts[0].count, 1U);
  EXPECT_EQ(name_of(counts[1].status), "rejected");
  EXPECT_EQ(counts[1].count, 2U);
}

TEST(OrderCounts, RejectionsAreByStrategyAndReasonTheCommonestFirst) {
  RunResult result = test::empty_run();
  result.strategies = {"one", "two"};
  add_order(result, 0, OrderStatus::rejected, RejectReason::insufficient_balance);
  add_order(result, 1, OrderStatus::rejected, RejectReason::post_only_would_take);
  add_order(result, 1, OrderStatus::rejected, RejectReason::post_only_would_take);
  add_order(result, 1, OrderStatus::canceled, RejectReason::self_trade);
  const auto found = rejections(result);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].strategy, "two");
  EXPECT_EQ(name_of(found[0].reason), "post_only_would_take");
  EXPECT_EQ(found[0].count, 2U);
  EXPECT_EQ(found[1].strategy, "one");
  EXPECT_TRUE(rejections(test::empty_run()).empty());
}

}  // namespace
}  // namespace kontor::research
