#include "research/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"
#include "simulation/feed_test_support.hpp"

namespace kontor::research {
namespace {

using kontor::test::amount;
using simulation::test::kStart;
using test::kFirstStrategy;
using test::kSecondStrategy;

/// A recorder with an account before it, driven as the backtest's driver does.
class RecorderTest : public testing::Test {
 protected:
  RecorderTest() : RecorderTest(RecorderSettings{.equity_interval = kHour}) {}
  explicit RecorderTest(RecorderSettings settings)
      : portfolio(table, *table.find_asset("USDT"), 2), recorder(settings, table, 2, result) {
    result.strategies = {"first", "second"};
    portfolio.book_transfer({amount("10000"), *table.find_asset("USDT")});
  }

  void mark(TimeNs now, std::string_view price) { bar(now, price, price, price); }
  void bar(TimeNs now, std::string_view high, std::string_view low, std::string_view close) {
    recorder.before_mark(now, portfolio);
    portfolio.revalue(btc, kontor::test::price(instrument(), close));
    recorder.after_mark(now, portfolio, btc, kontor::test::price(instrument(), high),
                        kontor::test::price(instrument(), low));
  }

  void fill(TimeNs now, Side side, std::string_view quantity, std::string_view price,
            std::string_view fee = "0", StrategyId strategy = kFirstStrategy) {
    Fill made;
    made.order = OrderId(++orders);
    made.instrument = btc;
    made.trade = TradeId(orders);
    made.side = side;
    made.ts_venue = now;
    made.price = kontor::test::price(instrument(), price);
    made.quantity = kontor::test::quantity(instrument(), quantity);
    made.fee = amount(fee);
    made.fee_asset = instrument().quote();
    book(made, strategy);
  }
  void book(const Fill& made, StrategyId strategy) {
    NewOrder order;
    order.id = made.order;
    order.strategy = strategy;
    order.instrument = btc;
    order.side = made.side;
    engine::Outputs outputs;
    const auto booked = portfolio.book_fill(strategy, made);
    outputs.fills.push_back({made, order, booked, portfolio.equity()});
    recorder.on_outputs(outputs, made.ts_venue, portfolio);
  }
  void finish(TimeNs now) { recorder.finish(now, portfolio, open_orders); }
  [[nodiscard]] const Instrument& instrument() const { return table[btc]; }

  InstrumentTable table;
  const InstrumentId btc = kontor::test::add(table, kontor::test::perpetual("BTC"));
  RunResult result;
  portfolio::Portfolio portfolio;
  Recorder recorder;
  execution::OrderManager open_orders;
  std::uint64_t orders = 0;
};

// ---- drawdown -------------------------------------------------------------------------------------------

TEST_F(RecorderTest, DrawdownIsTheLargestFallFromAPeakAsAFraction) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart, Side::buy, "10", "1000");
  mark(kStart + 1, "1000");  // 10000
  mark(kStart + 2, "1200");  // 12000, a peak
  mark(kStart + 3, "900");   // 9000: −25 %
  mark(kStart + 4, "1400");  // 14000, the next peak
  mark(kStart + 5, "1150");  // 11500: −17.9 %, more money than before but a smaller part
  mark(kStart + 6, "1400");
  finish(kStart + 6);
  EXPECT_DOUBLE_EQ(result.max_drawdown, 0.25);
  EXPECT_EQ(result.max_drawdown_peak, kStart + 2);
  EXPECT_EQ(result.max_drawdown_trough, kStart + 3);
  EXPECT_EQ(result.final_equity, amount("14000"));
  EXPECT_EQ(result.initial_equity, amount("10000"));
}

TEST_F(RecorderTest, TheResultSaysWhatItIsComparedWith) {
  const InstrumentId other = kontor::test::add(table, kontor::test::perpetual("ETH"));
  portfolio::Portfolio both(table, *table.find_asset("USDT"), 2);
  Recorder compared({.benchmark = other}, table, 2, result);
  compared.start(kStart, kStart + kDay, both);
  EXPECT_EQ(result.benchmark, other);
}

TEST_F(RecorderTest, NoFallNoDrawdown) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart, Side::buy, "1", "1000");
  for (const char* price : {"1000", "1001", "1001", "1005"}) mark(kStart + 1, price);
  finish(kStart + 1);
  EXPECT_EQ(result.max_drawdown, 0);
}

TEST_F(RecorderTest, DrawdownAgreesWithItsDefinitionForRandomPaths) {
  Prng random(3);
  fill(kStart, Side::buy, "10", "1000");
  for (int path = 0; path < 300; ++path) {
    mark(kStart, "1000");
    result = RunResult();
    recorder = Recorder({.keep_details = false}, table, 2, result);
    recorder.start(kStart, kStart + kDay, portfolio);
    double peak = 10'000;
    double worst = 0;
    const std::int64_t length = kontor::test::between(random, 1, 100);
    for (std::int64_t i = 1; i <= length; ++i) {
      const std::int64_t price = 1000 + kontor::test::between(random, -400, 400) / (1 + i % 7);
      mark(kStart + i, std::to_string(price));
      const double equity = 10.0 * static_cast<double>(price);
      peak = std::max(peak, equity);
      worst = std::max(worst, (peak - equity) / peak);
    }
    finish(kStart + length);
    ASSERT_NEAR(result.max_drawdown, worst, 1e-12) << "path " << path;
  }
}

TEST_F(RecorderTest, NothingIsAFractionOfAnAccountInDebt) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart, Side::buy, "20", "1000");
  mark(kStart + 1, "1100");  // 12000
  mark(kStart + 2, "400");   // −2000
  mark(kStart + 3, "450");
  finish(kStart + 3);
  EXPECT_NEAR(result.max_drawdown, 14.0 / 12, 1e-12);
  EXPECT_EQ(result.max_drawdown_trough, kStart + 2);
}

// ---- samples --------------------------------------------------------------------------------------------

std::vector<std::string> samples(const RunResult& result) {
  std::vector<std::string> lines;
  for (const auto& sample : result.equity)
    lines.push_back(format_time(sample.ts) + " " + sample.equity.format());
  return lines;
}

TEST_F(RecorderTest, SamplesTellTheEquityAtFullHours) {
  recorder.start(kStart + 10 * kMinute, kStart + 10 * kMinute + kDay, portfolio);
  fill(kStart + 10 * kMinute, Side::buy, "1", "1000");
  mark(kStart + 20 * kMinute, "1010");
  mark(kStart + kHour, "1020");  // at the full hour itself: it is part of it
  mark(kStart + kHour + kMinute, "1030");
  mark(kStart + 2 * kHour + kMinute, "1040");
  finish(kStart + 2 * kHour + kMinute);
  EXPECT_THAT(samples(result),
              testing::ElementsAre("2025-01-01T00:10:00Z 10000", "2025-01-01T01:00:00Z 10020",
                                   "2025-01-01T02:00:00Z 10030", "2025-01-01T02:01:00Z 10040"));
  EXPECT_EQ(result.equity_interval, kHour);
}

TEST_F(RecorderTest, AHoleInTheDataIsTwoSamplesNotThousands) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart, Side::buy, "1", "1000");
  mark(kStart + 30 * kMinute, "1010");
  mark(kStart + 500 * kHour + 1, "1020");
  finish(kStart + 500 * kHour + 1);
  EXPECT_THAT(samples(result),
              testing::ElementsAre("2025-01-01T00:00:00Z 10000", "2025-01-01T01:00:00Z 10010",
                                   "2025-01-21T20:00:00Z 10010", "2025-01-21T20:00:00.000000001Z 10020"));
}

TEST_F(RecorderTest, SamplesGoOnOnTheGridAfterAHole) {
  recorder.start(kStart, kStart + kDay, portfolio);
  mark(kStart + 30 * kMinute, "1010");
  mark(kStart + 5 * kHour, "1020");
  mark(kStart + 5 * kHour + kMinute, "1020");
  mark(kStart + 6 * kHour + kMinute, "1020");
  std::vector<TimeNs> hours;
  for (const auto& sample : result.equity) hours.push_back((sample.ts - kStart) / kHour);
  EXPECT_THAT(hours, testing::ElementsAre(0, 1, 4, 5, 6));
}

TEST_F(RecorderTest, SamplesKnowExposureAndBenchmark) {
  recorder.start(kStart, kStart + kDay, portfolio);
  mark(kStart + kMinute, "1000");
  fill(kStart + kMinute, Side::sell, "2", "1000");
  mark(kStart + kHour, "1100");
  finish(kStart + kHour + 1);
  ASSERT_EQ(result.equity.size(), 2U);
  EXPECT_EQ(result.equity[1].equity, amount("9800"));
  EXPECT_EQ(result.equity[1].net_exposure, amount("-2200"));
  EXPECT_EQ(result.equity[1].gross_exposure, amount("2200"));
  EXPECT_DOUBLE_EQ(result.equity[0].benchmark, 10'000);  // nothing is known yet
}

TEST_F(RecorderTest, TheBenchmarkStartsAtTheFirstMark) {
  recorder.start(kStart, kStart + kDay, portfolio);
  mark(kStart + kMinute, "1000");
  mark(kStart + kHour + 1, "1500");
  mark(kStart + 2 * kHour + 1, "1250");
  finish(kStart + 2 * kHour + 1);
  ASSERT_EQ(result.equity.size(), 4U);
  EXPECT_DOUBLE_EQ(result.equity[1].benchmark, 10'000);
  EXPECT_DOUBLE_EQ(result.equity[2].benchmark, 15'000);
  EXPECT_DOUBLE_EQ(result.equity[3].benchmark, 12'500);
}

// ---- round trips ----------------------------------------------------------------------------------------

TEST_F(RecorderTest, ARoundTripIsFromFlatToFlat) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::buy, "2", "1000", "1");
  fill(kStart + 2, Side::buy, "1", "1030", "0.5");
  fill(kStart + 3, Side::sell, "1", "1100", "0.4");
  EXPECT_TRUE(result.round_trips.empty());
  fill(kStart + 9, Side::sell, "2", "1020", "0.6");
  ASSERT_EQ(result.round_trips.size(), 1U);
  const RoundTrip& trip = result.round_trips[0];
  EXPECT_EQ(trip.direction, Side::buy);
  EXPECT_EQ(trip.ts_open, kStart + 1);
  EXPECT_EQ(trip.ts_close, kStart + 9);
  EXPECT_EQ(trip.max_quantity, kontor::test::quantity(instrument(), "3"));
  EXPECT_EQ(trip.entry_quantity, kontor::test::quantity(instrument(), "3"));
  EXPECT_EQ(trip.exit_quantity, kontor::test::quantity(instrument(), "3"));
  EXPECT_EQ(trip.entry_notional, amount("3030"));
  EXPECT_EQ(trip.exit_notional, amount("3140"));
  EXPECT_EQ(trip.gross_profit, amount("110"));
  EXPECT_EQ(trip.fees, amount("2.5"));
  EXPECT_EQ(trip.net_profit(), amount("107.5"));
}

/// A tradable step of 0.001 and quantities counted to 0.00001: what fees in coins leave cannot be sold.
TEST(RecorderRest, BelowOneStepEndsTheTripAndIsCarriedIntoTheNext) {
  InstrumentTable table;
  InstrumentSpecification specification = kontor::test::spot("BTC");
  specification.step = Decimal{1, 3};
  specification.min_quantity = Decimal{1, 3};
  specification.data_quantity_scale = 5;
  const InstrumentId btc = kontor::test::add(table, specification);
  const Instrument& instrument = table[btc];
  RunResult result;
  result.strategies = {"only"};
  portfolio::Portfolio portfolio(table, instrument.quote(), 1);
  portfolio.book_transfer({amount("10000"), instrument.quote()});
  Recorder recorder({}, table, 1, result);
  recorder.start(kStart, kStart + kDay, portfolio);
  std::uint64_t number = 0;
  const auto fill = [&](Side side, std::string_view quantity, std::string_view fee_in_coins) {
    Fill made;
    made.order = OrderId(++number);
    made.instrument = btc;
    made.trade = TradeId(number);
    made.side = side;
    made.ts_venue = kStart + static_cast<TimeNs>(number);
    made.price = kontor::test::price(instrument, "1000");
    made.quantity = kontor::test::quantity(instrument, quantity);
    made.fee = amount(fee_in_coins);
    made.fee_asset = instrument.base();
    NewOrder order;
    order.id = made.order;
    order.instrument = btc;
    order.side = side;
    engine::Outputs outputs;
    outputs.fills.push_back({made, order, portfolio.book_fill(kFirstStrategy, made), portfolio.equity()});
    recorder.on_outputs(outputs, made.ts_venue, portfolio);
  };
  for (int trip = 1; trip <= 3; ++trip) {
    fill(Side::buy, "1", "0.0001");
    fill(Side::sell, trip == 1 ? "0.999" : "1", "0");  // 0.0009, 0.0008, 0.0007 stay
    EXPECT_EQ(result.round_trips.size(), static_cast<std::size_t>(trip));
  }
  EXPECT_EQ(portfolio.book(kFirstStrategy, btc).position.quantity,
            kontor::test::quantity(instrument, "0.0007"));
}

TEST_F(RecorderTest, AFlipEndsOneTripAndBeginsTheNextAndSharesTheFee) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::sell, "1", "1000", "0.5");
  fill(kStart + 2, Side::buy, "4", "900", "2");
  ASSERT_EQ(result.round_trips.size(), 1U);
  EXPECT_EQ(result.round_trips[0].direction, Side::sell);
  EXPECT_EQ(result.round_trips[0].gross_profit, amount("100"));
  EXPECT_EQ(result.round_trips[0].fees, amount("1"));  // 0.5 and a quarter of 2
  fill(kStart + 3, Side::sell, "3", "880", "1");
  ASSERT_EQ(result.round_trips.size(), 2U);
  EXPECT_EQ(result.round_trips[1].direction, Side::buy);
  EXPECT_EQ(result.round_trips[1].ts_open, kStart + 2);
  EXPECT_EQ(result.round_trips[1].entry_quantity, kontor::test::quantity(instrument(), "3"));
  EXPECT_EQ(result.round_trips[1].entry_notional, amount("2700"));
  EXPECT_EQ(result.round_trips[1].gross_profit, amount("-60"));
  EXPECT_EQ(result.round_trips[1].fees, amount("2.5"));
  EXPECT_EQ(result.round_trips[0].net_profit() + result.round_trips[1].net_profit(),
            portfolio.equity() - amount("10000"));
}

TEST_F(RecorderTest, EachStrategyHasItsOwnTrips) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::buy, "1", "1000", "0", kFirstStrategy);
  fill(kStart + 2, Side::sell, "1", "1010", "0", kSecondStrategy);
  EXPECT_TRUE(result.round_trips.empty());  // the account is flat, the strategies are not
  fill(kStart + 3, Side::sell, "1", "1020", "0", kFirstStrategy);
  fill(kStart + 4, Side::buy, "1", "1030", "0", kSecondStrategy);
  ASSERT_EQ(result.round_trips.size(), 2U);
  EXPECT_EQ(result.round_trips[0].strategy, kFirstStrategy);
  EXPECT_EQ(result.round_trips[0].gross_profit, amount("20"));
  EXPECT_EQ(result.round_trips[1].strategy, kSecondStrategy);
  EXPECT_EQ(result.round_trips[1].gross_profit, amount("-20"));
}

TEST_F(RecorderTest, ExcursionsAreTheBestAndTheWorstWhileOpen) {
  recorder.start(kStart, kStart + kDay, portfolio);
  bar(kStart, "2000", "1", "1000");  // before the trip: does not count
  fill(kStart + 1, Side::buy, "2", "1000");
  bar(kStart + 2, "1050", "990", "1000");
  bar(kStart + 3, "1010", "960", "1000");
  fill(kStart + 4, Side::sell, "2", "1020");
  bar(kStart + 5, "3000", "1", "1000");
  fill(kStart + 6, Side::sell, "2", "1000");
  bar(kStart + 7, "1050", "990", "1000");
  fill(kStart + 8, Side::buy, "2", "1000");
  ASSERT_EQ(result.round_trips.size(), 2U);
  EXPECT_EQ(result.round_trips[0].max_favourable, amount("100"));
  EXPECT_EQ(result.round_trips[0].max_adverse, amount("-80"));
  EXPECT_EQ(result.round_trips[1].max_favourable, amount("20"));
  EXPECT_EQ(result.round_trips[1].max_adverse, amount("-100"));
}

TEST_F(RecorderTest, WhatATripWasClosedAtIsPartOfItsExcursions) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::buy, "1", "1000");
  bar(kStart + 2, "1010", "990", "1000");
  fill(kStart + 3, Side::sell, "1", "930");  // a gap through the stop: no mark was ever as low
  EXPECT_EQ(result.round_trips.at(0).max_adverse, amount("-70"));
  EXPECT_EQ(result.round_trips.at(0).max_favourable, amount("10"));
}

TEST_F(RecorderTest, TimeInTheMarketIsFromFillToFill) {
  recorder.start(kStart, kStart + kDay, portfolio);
  mark(kStart + kMinute, "1000");
  fill(kStart + 10 * kMinute, Side::buy, "1", "1000", "0", kFirstStrategy);
  mark(kStart + 20 * kMinute, "1000");
  fill(kStart + 30 * kMinute, Side::buy, "1", "1000", "0", kSecondStrategy);  // overlaps
  fill(kStart + 40 * kMinute, Side::sell, "1", "1000", "0", kFirstStrategy);
  mark(kStart + 45 * kMinute, "1000");
  fill(kStart + 50 * kMinute, Side::sell, "1", "1000", "0", kSecondStrategy);
  mark(kStart + 60 * kMinute, "1000");
  EXPECT_EQ(result.time_in_market, 40 * kMinute);
  fill(kStart + 70 * kMinute, Side::sell, "1", "1000");
  mark(kStart + 75 * kMinute, "1000");
  finish(kStart + 90 * kMinute);
  EXPECT_EQ(result.time_in_market, 60 * kMinute);
  EXPECT_EQ(result.open_positions, 1U);
}

// ---- orders, fills, refusals ----------------------------------------------------------------------------

TEST_F(RecorderTest, FillsAreKeptWithWhatTheBooksSaidAfterThem) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::buy, "2", "1000", "1.5");
  fill(kStart + 2, Side::sell, "0.5", "1100", "-0.1");
  ASSERT_EQ(result.fills.size(), 2U);
  EXPECT_EQ(result.fills[1].notional, amount("550"));
  EXPECT_EQ(result.fills[1].fee_reported, amount("-0.1"));
  EXPECT_EQ(result.fills[1].realized, amount("50"));
  EXPECT_EQ(result.fills[1].position_after, kontor::test::quantity(instrument(), "1.5"));
  EXPECT_EQ(result.turnover, amount("2550"));
  EXPECT_EQ(result.fill_count, 2U);
  finish(kStart + 3);
  EXPECT_EQ(result.fees, amount("1.4"));
}

TEST_F(RecorderTest, OrdersAreListedByIdWhetherTheyEndedOrNot) {
  recorder.start(kStart, kStart + kDay, portfolio);
  engine::Outputs outputs;
  execution::Order closed;
  closed.request.id = OrderId(7);
  closed.status = OrderStatus::canceled;
  closed.ts_created = kStart;
  outputs.closed.push_back(closed);
  closed.request.id = OrderId(3);
  outputs.closed.push_back(closed);
  recorder.on_outputs(outputs, kStart + 5, portfolio);
  finish(kStart + 9);
  ASSERT_EQ(result.orders.size(), 2U);
  EXPECT_EQ(result.orders[0].order.id, OrderId(3));
  EXPECT_EQ(result.orders[1].order.id, OrderId(7));
  EXPECT_EQ(result.orders[1].ts_closed, kStart + 5);
}

TEST_F(RecorderTest, RefusalsAreCountedByStrategyAndReason) {
  recorder.start(kStart, kStart + kDay, portfolio);
  engine::Outputs outputs;
  outputs.refused.push_back({kSecondStrategy, btc, {RejectReason::cooldown, RejectReason::max_exposure}, {}});
  outputs.refused.push_back({kSecondStrategy, btc, {RejectReason::cooldown}, {}});
  outputs.refused.push_back({kFirstStrategy, {}, {}, "too small"});
  recorder.on_outputs(outputs, kStart, portfolio);
  finish(kStart + 1);
  std::vector<std::string> lines;
  for (const auto& refusal : result.refusals) {
    lines.push_back(refusal.strategy + " " + refusal.reason + " " + std::to_string(refusal.count));
  }
  EXPECT_THAT(lines, testing::ElementsAre("first too small 1", "second cooldown 2", "second max_exposure 1"));
}

class SparseRecorderTest : public RecorderTest {
 protected:
  SparseRecorderTest() : RecorderTest(RecorderSettings{.equity_interval = kHour, .keep_details = false}) {}
};

TEST_F(SparseRecorderTest, ASweepKeepsTheFiguresOnly) {
  recorder.start(kStart, kStart + kDay, portfolio);
  fill(kStart + 1, Side::buy, "1", "1000");
  mark(kStart + 5 * kHour, "900");
  fill(kStart + 6 * kHour, Side::sell, "1", "900", "1");
  mark(kStart + 7 * kHour, "900");
  finish(kStart + 7 * kHour);
  EXPECT_TRUE(result.equity.empty());
  EXPECT_TRUE(result.fills.empty());
  EXPECT_TRUE(result.orders.empty());
  EXPECT_EQ(result.fill_count, 2U);
  EXPECT_EQ(result.final_equity, amount("9899"));
  EXPECT_NEAR(result.max_drawdown, 0.0101, 1e-12);
  EXPECT_EQ(result.round_trips.size(), 1U);
}

/// A fee in the base asset makes an addition realise a little; the trips must still add up to what the book
/// says.
TEST(RecorderBaseFee, TripsAddUpToTheBook) {
  InstrumentTable table;
  auto specification = kontor::test::spot("BTC");
  specification.data_quantity_scale = 8;
  const InstrumentId btc = kontor::test::add(table, specification);
  const Instrument& instrument = table[btc];
  RunResult result;
  result.strategies = {"only"};
  portfolio::Portfolio portfolio(table, instrument.quote(), 1);
  portfolio.book_transfer({amount("10000"), instrument.quote()});
  Recorder recorder({}, table, 1, result);
  recorder.start(kStart, kStart + kDay, portfolio);
  std::uint64_t number = 0;
  const auto fill = [&](Side side, std::string_view quantity, std::string_view price, std::string_view fee) {
    const bool buys = side == Side::buy;
    const Fill made{.order = OrderId(++number),
                    .instrument = btc,
                    .trade = TradeId(number),
                    .side = side,
                    .liquidity = Liquidity::taker,
                    .liquidation = false,
                    .ts_venue = kStart,
                    .price = kontor::test::price(instrument, price),
                    .quantity = kontor::test::quantity(instrument, quantity),
                    .fee = amount(fee),
                    .fee_asset = buys ? instrument.base() : instrument.quote()};
    engine::Outputs outputs;
    const auto booked = portfolio.book_fill(StrategyId(0), made);
    NewOrder order;
    order.instrument = btc;
    outputs.fills.push_back({made, order, booked, portfolio.equity()});
    recorder.on_outputs(outputs, kStart, portfolio);
  };
  fill(Side::buy, "1", "1000", "0.001");
  fill(Side::buy, "1", "2000", "0.001");
  fill(Side::sell, "1.998", "1800", "3.5964");
  recorder.finish(kStart + 1, portfolio, {});
  ASSERT_EQ(result.round_trips.size(), 1U);
  const auto& book = portfolio.book(StrategyId(0), btc);
  EXPECT_TRUE(book.position.is_flat());
  EXPECT_EQ(result.round_trips[0].gross_profit, book.realized);
  EXPECT_EQ(result.round_trips[0].fees, book.fees);
  EXPECT_EQ(result.round_trips[0].net_profit(), portfolio.equity() - amount("10000"));
}

}  // namespace
}  // namespace kontor::research
