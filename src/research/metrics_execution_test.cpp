#include "research/metrics_execution.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::money;

/// Adds an order of 1 BTC with that many hundredths of it filled; id by order of adding.
OrderRecord& add_order(RunResult& result, OrderStatus status, int filled_hundredths) {
  OrderRecord record;
  record.order.id = OrderId(result.orders.size() + 1);
  record.order.quantity = RawQuantity(100'000);
  record.filled = RawQuantity(filled_hundredths * 1'000);
  record.status = status;
  record.ts_acknowledged = result.from + kSecond;
  result.orders.push_back(record);
  return result.orders.back();
}

/// One execution of the last order, at a price in cents.
FillRecord& add_fill(RunResult& result, Liquidity liquidity, std::int64_t cents, std::int64_t hundredths,
                     DurationNs after) {
  const OrderRecord& order = result.orders.back();
  FillRecord record = test::fill(result, order.order.side, liquidity, "0", "0");
  record.fill.order = order.order.id;
  record.fill.price = RawPrice(cents);
  record.fill.quantity = RawQuantity(hundredths * 1'000);
  record.fill.ts_venue = result.from + after;
  record.notional = result.instruments[InstrumentId(0)].notional(record.fill.price, record.fill.quantity);
  result.fills.push_back(record);
  return result.fills.back();
}

TEST(ExecutionQuality, WaitsInTheQueueUntilTheFirstMakerFill) {
  RunResult result = test::empty_run();
  for (const int wait : {10, 20, 30, 40, 100}) {
    add_order(result, OrderStatus::filled, 100);
    add_fill(result, Liquidity::maker, 10'000, 50, (1 + wait) * kSecond);
    add_fill(result, Liquidity::maker, 10'000, 50, (1 + wait) * kSecond + kHour);
  }
  add_order(result, OrderStatus::filled, 100);
  add_fill(result, Liquidity::taker, 10'000, 100, kHour);
  add_order(result, OrderStatus::filled, 100).order.role = GroupRole::take_profit;
  add_fill(result, Liquidity::maker, 10'000, 100, 5 * kHour);
  const auto wait = execution_quality(result).queue_wait;
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->orders, 5U);
  EXPECT_DOUBLE_EQ(wait->median_seconds, 30);
  EXPECT_DOUBLE_EQ(wait->p90_seconds, 76);  // 40 + 0.6 × 60
  EXPECT_DOUBLE_EQ(wait->longest_seconds, 100);
}

TEST(ExecutionQuality, OutcomesOfOrders) {
  RunResult result = test::empty_run();
  add_order(result, OrderStatus::filled, 100);
  add_fill(result, Liquidity::taker, 10'000, 60, kSecond);
  add_fill(result, Liquidity::taker, 10'000, 40, kSecond);
  add_order(result, OrderStatus::canceled, 25);
  add_order(result, OrderStatus::canceled, 0);
  add_order(result, OrderStatus::expired, 0);
  add_order(result, OrderStatus::expired, 50);
  add_order(result, OrderStatus::rejected, 0);
  add_order(result, OrderStatus::acknowledged, 0);
  add_order(result, OrderStatus::canceled, 0).order.role = GroupRole::stop_loss;
  const auto outcomes = execution_quality(result).outcomes;
  EXPECT_EQ(outcomes.orders, 6U);
  EXPECT_EQ(outcomes.filled, 1U);
  EXPECT_EQ(outcomes.partially_filled, 2U);
  EXPECT_EQ(outcomes.unfilled, 2U);
  EXPECT_EQ(outcomes.expired, 2U);
  EXPECT_EQ(outcomes.in_parts, 1U);
  EXPECT_DOUBLE_EQ(outcomes.fill_ratio.value(), 1.75 / 5);
}

TEST(ExecutionQuality, AnAmendedOrderIsMeasuredByItsNewSize) {
  RunResult result = test::empty_run();
  add_order(result, OrderStatus::canceled, 25).quantity = RawQuantity(50'000);
  EXPECT_DOUBLE_EQ(execution_quality(result).outcomes.fill_ratio.value(), 0.5);
}

TEST(ExecutionQuality, SlippageAgainstTheMarkAtDecisionAndTheModel) {
  RunResult result = test::empty_run();
  result.model_slippage = {5.0};
  add_order(result, OrderStatus::filled, 100).mark_at_decision = RawPrice(10'000);
  add_fill(result, Liquidity::taker, 10'010, 100, kSecond);  // buys 10 bp worse: 0.10
  OrderRecord& sale = add_order(result, OrderStatus::filled, 100);
  sale.order.side = Side::sell;
  sale.mark_at_decision = RawPrice(20'000);
  add_fill(result, Liquidity::taker, 19'992, 100, kSecond);  // sells 4 bp worse: 0.08
  OrderRecord& stop = add_order(result, OrderStatus::filled, 100);
  stop.order.side = Side::sell;
  stop.order.type = OrderType::stop_market;
  stop.order.trigger_price = RawPrice(10'000);
  stop.mark_at_decision = RawPrice(12'000);
  add_fill(result, Liquidity::taker, 9'980, 100, kSecond);  // 20 bp below its trigger: 0.20
  OrderRecord& trailing = add_order(result, OrderStatus::filled, 100);
  trailing.order.type = OrderType::trailing_stop;
  trailing.mark_at_decision = RawPrice(10'000);
  add_fill(result, Liquidity::taker, 20'000, 100, kSecond);
  const auto slippage = execution_quality(result).slippage;
  ASSERT_TRUE(slippage);
  EXPECT_EQ(slippage->orders, 3U);
  EXPECT_EQ(slippage->cost, money("0.38"));
  EXPECT_NEAR(slippage->mean_bps, 9.5, 1e-9);  // 0.38 of 400
  EXPECT_NEAR(slippage->worst_bps, 20, 1e-9);
  EXPECT_NEAR(slippage->model_bps.value(), 5, 1e-9);
  EXPECT_NEAR(slippage->explained.value(), 5 / 9.5, 1e-9);
}

TEST(ExecutionQuality, ABookHasNoSlippageModel) {
  RunResult result = test::empty_run();
  result.model_slippage = {std::nullopt};
  add_order(result, OrderStatus::filled, 100).mark_at_decision = RawPrice(10'000);
  add_fill(result, Liquidity::taker, 10'010, 100, kSecond);
  const auto slippage = execution_quality(result).slippage;
  ASSERT_TRUE(slippage);
  EXPECT_FALSE(slippage->model_bps);
  EXPECT_FALSE(slippage->explained);
}

TEST(ExecutionQuality, NothingIsNotZero) {
  const auto quality = execution_quality(test::empty_run());
  EXPECT_FALSE(quality.queue_wait);
  EXPECT_FALSE(quality.slippage);
  EXPECT_FALSE(quality.outcomes.fill_ratio);
  EXPECT_FALSE(capacity(test::empty_run()));
}

TEST(Capacity, IsTheMedianOverBars) {
  RunResult result = test::empty_run();
  add_order(result, OrderStatus::filled, 100);
  const auto in_bar = [&](int bar, std::int64_t hundredths, double volume) {
    FillRecord& record = add_fill(result, Liquidity::taker, 10'000, hundredths, kSecond);
    record.bar_open = result.from + bar * kMinute;
    record.bar_volume = volume;
  };
  in_bar(0, 50, 1000);  // with the next one 1 of 1000: 0.1 %, capacity 10,000 × 10
  in_bar(0, 50, 1000);
  in_bar(1, 100, 100);  // 1 %, capacity 10,000
  in_bar(2, 100, 50);   // 2 %, capacity 5,000
  in_bar(3, 100, 0);    // no volume known
  const auto found = capacity(result);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bars, 3U);
  EXPECT_DOUBLE_EQ(found->median_participation, 0.01);
  EXPECT_DOUBLE_EQ(found->highest_participation, 0.02);
  EXPECT_NEAR(found->equity, 10'000, 1e-6);
}

}  // namespace
}  // namespace kontor::research
