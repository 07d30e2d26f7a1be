#include "research/metrics_trades.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::empty_run;
using test::fill;
using test::money;
using test::round_trip;

/// Net: +9, −6, −1, 0, +19, +1; given in another order than they closed.
RunResult six_trades() {
  RunResult result = empty_run();
  result.round_trips = {round_trip(result, 2, "-5", "1"), round_trip(result, 1, "10", "1"),
                        round_trip(result, 3, "0", "1"),  round_trip(result, 4, "1", "1"),
                        round_trip(result, 5, "20", "1"), round_trip(result, 6, "2", "1")};
  result.round_trips[0].direction = Side::sell;
  result.round_trips[0].max_adverse = money("-20");
  result.round_trips[1].max_favourable = money("30");
  result.fees = money("6");
  result.final_equity = money("10022");
  return result;
}

TEST(TradeSummary, CountsWinsLossesAndZerosNetOfFees) {
  const RunResult result = six_trades();
  const TradeSummary summary = summarize(by_time_of_close(result.round_trips));
  EXPECT_EQ(summary.round_trips, 6U);
  EXPECT_EQ(summary.wins, 3U);
  EXPECT_EQ(summary.losses, 2U);
  EXPECT_DOUBLE_EQ(*summary.win_rate(), 0.5);
  EXPECT_EQ(summary.gross_profit, money("28"));
  EXPECT_EQ(summary.fees, money("6"));
  EXPECT_EQ(summary.net_profit, money("22"));
  EXPECT_EQ(summary.total_won, money("29"));
  EXPECT_EQ(summary.total_lost, money("-7"));
  EXPECT_DOUBLE_EQ(*summary.profit_factor(), 29.0 / 7);
  EXPECT_EQ(summary.expectancy()->format(), "3.666666666666666667");
  EXPECT_DOUBLE_EQ(*summary.payoff_ratio(), (29.0 / 3) / (7.0 / 2));
  EXPECT_EQ(summary.best, money("19"));
  EXPECT_EQ(summary.worst, money("-6"));
}

TEST(TradeSummary, StreaksFollowTheOrderOfClosing) {
  const RunResult result = six_trades();  // win, loss, loss, zero, win, win
  const TradeSummary summary = summarize(by_time_of_close(result.round_trips));
  EXPECT_EQ(summary.longest_winning_streak, 2U);
  EXPECT_EQ(summary.longest_losing_streak, 2U);
}

TEST(TradeSummary, HoldingAndExcursions) {
  const RunResult result = six_trades();
  const TradeSummary summary = summarize(by_time_of_close(result.round_trips));
  EXPECT_EQ(summary.average_holding(), kMinute);
  EXPECT_EQ(summary.longest_holding, kMinute);
  EXPECT_NEAR(*summary.average_adverse(), -0.02 / 6, 1e-15);
  EXPECT_NEAR(*summary.average_favourable(), 0.03 / 6, 1e-15);
}

TEST(TradeSummary, NothingTradedIsNothingDefined) {
  const TradeSummary summary = summarize({});
  EXPECT_FALSE(summary.win_rate());
  EXPECT_FALSE(summary.profit_factor());
  EXPECT_FALSE(summary.payoff_ratio());
  EXPECT_FALSE(summary.expectancy());
  EXPECT_FALSE(summary.average_holding());
}

TEST(TradeSummary, NoLossHasNoProfitFactorAndALossOnlyHasZero) {
  RunResult result = empty_run();
  result.round_trips = {round_trip(result, 1, "5", "1")};
  EXPECT_FALSE(summarize(by_time_of_close(result.round_trips)).profit_factor());
  result.round_trips = {round_trip(result, 1, "-5", "1")};
  const auto summary = summarize(by_time_of_close(result.round_trips));
  EXPECT_EQ(summary.profit_factor(), 0.0);
  EXPECT_EQ(summary.best, money("-6"));
}

TEST(TradeGroups, SplitByDirectionStrategyAndInstrument) {
  RunResult result = six_trades();
  result.strategies = {"first", "second"};
  ASSERT_TRUE(result.instruments.add(test::specification("ETHUSDT", "ETH")));
  result.round_trips[4].strategy = StrategyId(1);
  result.round_trips[4].instrument = InstrumentId(1);
  result.fills = {fill(result, Side::buy, Liquidity::maker, "300", "0.1")};
  const auto directions = group_by_direction(result);
  EXPECT_EQ(directions[0].trades.round_trips, 5U);
  EXPECT_EQ(directions[1].trades.net_profit, money("-6"));
  const auto strategies = group_by_strategy(result);
  ASSERT_EQ(strategies.size(), 2U);
  EXPECT_EQ(strategies[1].name, "second");
  EXPECT_EQ(strategies[1].trades.net_profit, money("19"));
  EXPECT_EQ(strategies[0].fills.fills, 1U);
  const auto instruments = group_by_instrument(result);
  EXPECT_EQ(instruments[1].name, "ETHUSDT@binance");
  EXPECT_EQ(instruments[1].trades.round_trips, 1U);
  EXPECT_EQ(instruments[0].fills.notional, money("300"));
}

TEST(TradeGroups, FillsAreNotSplitByDirection) {
  RunResult result = six_trades();
  result.fills = {fill(result, Side::buy, Liquidity::maker, "300", "0.1")};
  for (const TradeGroup& group : group_by_direction(result)) {
    EXPECT_FALSE(group.splits_fills);
    EXPECT_FALSE(group.profit);
  }
  EXPECT_TRUE(group_by_strategy(result)[0].splits_fills);
}

/// Two strategies: the first has made 8 and is flat, the second holds what it has bought for a fee of 1.
RunResult one_still_open() {
  RunResult result = empty_run();
  result.strategies = {"first", "second"};
  result.fills = {fill(result, Side::sell, Liquidity::taker, "300", "2"),
                  fill(result, Side::buy, Liquidity::taker, "300", "1")};
  result.fills[0].realized = money("10");
  result.fills[1].strategy = StrategyId(1);
  result.fills[1].position_after = RawQuantity(12'345);
  result.fill_count = 2;
  result.fees = money("3");
  result.final_equity = money("10020");
  return result;
}

TEST(TradeGroups, ProfitsAddUpToTheRunWhereOneGroupIsOpen) {
  const auto groups = group_by_strategy(one_still_open());
  EXPECT_EQ(groups[0].profit, money("8"));
  EXPECT_EQ(groups[0].open_positions, 0U);
  EXPECT_EQ(groups[1].profit, money("12"));
  EXPECT_EQ(groups[1].open_positions, 1U);
  const auto instruments = group_by_instrument(one_still_open());
  ASSERT_EQ(instruments.size(), 1U);
  EXPECT_EQ(instruments[0].profit, money("20"));
}

TEST(TradeGroups, AProfitThatFillsDoNotTellIsNone) {
  RunResult both = one_still_open();
  both.fills[0].position_after = RawQuantity(1);
  EXPECT_FALSE(group_by_strategy(both)[0].profit);
  EXPECT_FALSE(group_by_strategy(both)[1].profit);
  RunResult funded = one_still_open();
  funded.funding = money("1");
  EXPECT_FALSE(group_by_strategy(funded)[0].profit);
}

TEST(TradeGroups, BooksTellWhatFillsDoNot) {
  RunResult funded = one_still_open();
  funded.funding = money("-1");
  BookRecord first;
  first.realized = money("9");
  first.fees = money("1");
  first.funding = money("-0.25");
  BookRecord second;
  second.strategy = StrategyId(1);
  second.unrealized = money("13");
  second.funding = money("-0.75");
  funded.books = {first, second};
  const auto groups = group_by_strategy(funded);
  EXPECT_EQ(groups[0].profit, money("7.75"));
  EXPECT_EQ(groups[1].profit, money("12.25"));
}

TEST(FillGroups, SplitByLiquidityAndOrderType) {
  RunResult result = empty_run();
  result.fills = {fill(result, Side::buy, Liquidity::maker, "300", "-0.1"),
                  fill(result, Side::sell, Liquidity::taker, "100", "0.2")};
  result.fills[1].order_type = OrderType::stop_market;
  const auto liquidity = group_by_liquidity(result);
  EXPECT_EQ(liquidity[0].fills.notional, money("300"));
  EXPECT_EQ(liquidity[0].fills.fees, money("-0.1"));
  EXPECT_EQ(liquidity[1].fills.fills, 1U);
  const auto types = group_by_order_type(result);
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(types[0].name, "market");
  EXPECT_EQ(types[1].name, "stop_market");
}

TEST(CostScenario, CountsTheFeesOfOpenPositionsToo) {
  RunResult result = six_trades();
  result.fees = money("7");
  EXPECT_EQ(cost_scenario(result, 1).fees, money("7"));
  EXPECT_EQ(cost_scenario(result, 3).fees, money("21"));
}

TEST(CostScenario, DoublesTheFeesAndNothingElse) {
  const RunResult result = six_trades();
  const CostScenario same = cost_scenario(result, 1);
  EXPECT_EQ(same.final_equity, result.final_equity);
  EXPECT_EQ(same.fees, result.fees);
  EXPECT_EQ(same.trades.net_profit, money("22"));
  const CostScenario doubled = cost_scenario(result, 2);
  EXPECT_EQ(doubled.final_equity, money("10016"));
  EXPECT_EQ(doubled.fees, money("12"));
  EXPECT_NEAR(doubled.total_return, 0.0016, 1e-15);
  EXPECT_EQ(doubled.trades.net_profit, money("16"));
  EXPECT_EQ(doubled.trades.wins, 2U);  // the one that made 2 before fees now makes nothing
  const CostScenario tripled = cost_scenario(result, 3);
  EXPECT_EQ(tripled.trades.net_profit, money("10"));
  EXPECT_EQ(tripled.trades.losses, 4U);
}

}  // namespace
}  // namespace kontor::research
