#include <gtest/gtest.h>

#include "research/recorder.hpp"
#include "research/run_result_test_support.hpp"
#include "simulation/feed_test_support.hpp"

namespace kontor::research {
namespace {

using kontor::test::amount;
using simulation::test::kStart;
using test::kFirstStrategy;
using test::kSecondStrategy;

/// A recorder of two strategies on one perpetual, told of orders and executions one by one.
class RecorderOrders : public testing::Test {
 protected:
  RecorderOrders() : portfolio(table, *table.find_asset("USDT"), 2), recorder({}, table, 2, result) {
    result.strategies = {"first", "second"};
    portfolio.book_transfer({amount("10000"), *table.find_asset("USDT")});
    recorder.start(kStart, kStart + kDay, portfolio);
  }

  NewOrder order(Side side, OrderType type = OrderType::market, GroupRole role = GroupRole::single) {
    NewOrder made;
    made.id = OrderId(++orders);
    made.strategy = kFirstStrategy;
    made.instrument = btc;
    made.side = side;
    made.type = type;
    made.role = role;
    made.quantity = size("1");
    return made;
  }
  void fill(const NewOrder& filled, std::string_view quantity, std::string_view price,
            bool liquidation = false) {
    Fill made;
    made.order = filled.id;
    made.instrument = btc;
    made.trade = TradeId(++trades);
    made.side = filled.side;
    made.ts_venue = kStart + static_cast<TimeNs>(trades);
    made.price = kontor::test::price(table[btc], price);
    made.quantity = size(quantity);
    made.fee_asset = table[btc].quote();
    made.liquidation = liquidation;
    engine::Outputs outputs;
    outputs.fills.push_back({made, filled, portfolio.book_fill(filled.strategy, made), portfolio.equity()});
    recorder.on_outputs(outputs, made.ts_venue, portfolio);
  }
  void send(const NewOrder& sent) {
    engine::Outputs outputs;
    outputs.commands.push_back({{}, sent});
    recorder.on_outputs(outputs, kStart, portfolio);
  }
  void close(const NewOrder& closed, OrderStatus status) {
    execution::Order ended;
    ended.request = closed;
    ended.status = status;
    ended.quantity = size("0.5");
    engine::Outputs outputs;
    outputs.closed.push_back(ended);
    recorder.on_outputs(outputs, kStart + 9, portfolio);
  }
  void mark(std::string_view price) { portfolio.revalue(btc, kontor::test::price(table[btc], price)); }
  void finish() { recorder.finish(kStart + kHour, portfolio, open_orders); }
  /// What ends a long position by an order of that kind.
  ExitReason exit_by(OrderType type, GroupRole role = GroupRole::single, std::string_view quantity = "1",
                     bool liquidation = false) {
    fill(order(Side::buy), "1", "100");
    fill(order(Side::sell, type, role), quantity, "101", liquidation);
    const ExitReason found = result.round_trips.back().exit;
    if (quantity != "1") fill(order(Side::buy), "1", "101");
    return found;
  }
  [[nodiscard]] RawQuantity size(std::string_view text) const {
    return kontor::test::quantity(table[btc], text);
  }

  InstrumentTable table;
  const InstrumentId btc = kontor::test::add(table, kontor::test::perpetual("BTC"));
  RunResult result;
  portfolio::Portfolio portfolio;
  Recorder recorder;
  execution::OrderManager open_orders;
  std::uint64_t orders = 0;
  std::uint64_t trades = 0;
};

TEST_F(RecorderOrders, TheClosingFillTellsWhyARoundTripEnded) {
  using enum OrderType;
  EXPECT_EQ(exit_by(market), ExitReason::signal);
  EXPECT_EQ(exit_by(limit), ExitReason::limit_order);
  EXPECT_EQ(exit_by(stop_market), ExitReason::stop_loss);
  EXPECT_EQ(exit_by(stop_limit), ExitReason::stop_loss);
  EXPECT_EQ(exit_by(trailing_stop, GroupRole::stop_loss), ExitReason::trailing_stop);
  EXPECT_EQ(exit_by(take_profit_market), ExitReason::take_profit);
  EXPECT_EQ(exit_by(limit, GroupRole::take_profit), ExitReason::take_profit);
  EXPECT_EQ(exit_by(market, GroupRole::stop_loss), ExitReason::stop_loss);
  EXPECT_EQ(exit_by(market, GroupRole::single, "2"), ExitReason::reversal);
  EXPECT_EQ(exit_by(limit, GroupRole::single, "2"), ExitReason::reversal);
  EXPECT_EQ(exit_by(stop_market, GroupRole::single, "1", true), ExitReason::liquidation);
}

TEST_F(RecorderOrders, TheTagIsThatOfTheOrderThatOpened) {
  NewOrder entry = order(Side::buy);
  entry.tag = 17;
  NewOrder more = order(Side::buy);
  more.tag = 18;
  NewOrder exit = order(Side::sell);
  exit.tag = 19;
  fill(entry, "1", "100");
  fill(more, "1", "100");
  fill(exit, "2", "100");
  ASSERT_EQ(result.round_trips.size(), 1U);
  EXPECT_EQ(result.round_trips[0].entry_tag, 17U);
}

TEST_F(RecorderOrders, OrdersKeepTheirMarkAndWhenTheyBeganToWork) {
  mark("100");
  const NewOrder first = order(Side::buy, OrderType::limit);
  send(first);
  mark("105");
  const NewOrder second = order(Side::sell, OrderType::stop_limit);
  send(second);
  recorder.on_report(OrderAccepted{first.id}, kStart + 3, portfolio);
  recorder.on_report(OrderAccepted{second.id}, kStart + 4, portfolio);
  recorder.on_report(OrderTriggered{second.id}, kStart + 7, portfolio);
  close(first, OrderStatus::canceled);
  close(second, OrderStatus::filled);
  finish();
  ASSERT_EQ(result.orders.size(), 2U);
  EXPECT_EQ(result.orders[0].mark_at_decision, kontor::test::price(table[btc], "100"));
  EXPECT_EQ(result.orders[0].ts_acknowledged, kStart + 3);
  EXPECT_EQ(result.orders[0].quantity, size("0.5"));
  EXPECT_EQ(result.orders[1].mark_at_decision, kontor::test::price(table[btc], "105"));
  EXPECT_EQ(result.orders[1].ts_acknowledged, kStart + 7);
}

TEST_F(RecorderOrders, FundingIsSharedAsIfEachBookStoodAlone) {
  fill(order(Side::buy), "3", "100");
  NewOrder against = order(Side::sell);
  against.strategy = kSecondStrategy;
  fill(against, "1", "100");
  const FundingPayment payment{btc, {amount("-2"), table[btc].quote()}};  // on 2 net
  recorder.on_report(payment, kStart, portfolio);
  portfolio.book_funding(payment.amount);
  mark("110");
  finish();
  ASSERT_EQ(result.books.size(), 2U);
  EXPECT_EQ(result.books[0].funding, amount("-3"));
  EXPECT_EQ(result.books[1].funding, amount("1"));
  EXPECT_EQ(result.books[0].unrealized, amount("30"));
  EXPECT_EQ(result.books[1].unrealized, amount("-10"));
  EXPECT_EQ(result.books[0].profit() + result.books[1].profit(), result.final_equity - result.initial_equity);
}

TEST_F(RecorderOrders, TheNearestLiquidationOfAllSamplesIsKept) {
  std::vector<std::optional<double>> distances = {std::nullopt, 0.4, 0.1, 0.3};
  std::size_t asked = 0;
  recorder.watch_margin([&] { return distances[std::min(asked++, distances.size() - 1)]; });
  for (int hour = 1; hour <= 4; ++hour) recorder.before_mark(kStart + hour * kHour + 1, portfolio);
  finish();
  EXPECT_EQ(result.liquidation_distance, 0.1);
  EXPECT_EQ(result.liquidation_distance_time, kStart + 3 * kHour);
}

}  // namespace
}  // namespace kontor::research
