#include "strategy/trade_record.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::strategy {
namespace {

class TradeRecordTest : public testing::Test {
 protected:
  InstrumentTable table;
  InstrumentId spot = test::add(table, test::spot("BTC"));
  InstrumentId perpetual = test::add(table, test::perpetual("BTC"));
  MarketState market = MarketState(2);
  portfolio::Portfolio portfolio{table, table[spot].quote(), 1};
  execution::OrderManager orders;
  TradeRecord record{10};
  std::uint64_t fills = 0;

  void SetUp() override { portfolio.book_transfer({test::amount("100000"), table[spot].quote()}); }

  void trade(InstrumentId id, Side side, std::string_view quantity, std::string_view price,
             std::string_view fee = "0", bool in_base = false) {
    Fill fill;
    fill.instrument = id;
    fill.trade = TradeId(++fills);
    fill.side = side;
    fill.quantity = test::quantity(table[id], quantity);
    fill.price = test::price(table[id], price);
    fill.fee = test::amount(fee);
    fill.fee_asset = in_base ? table[id].base() : table[id].quote();
    market[id.index()].last = fill.price;
    portfolio.revalue(id, fill.price);
    portfolio.book_fill(StrategyId(0), fill);
    look(id);
  }
  void look(InstrumentId id) {
    const TimeNs now = 0;
    record.look_at(View(table, market, portfolio, orders, StrategyId(0), now), id);
  }
  /// One bitcoin bought at 1000 and sold so that `percent` is earned.
  void round_trip(int percent) {
    trade(perpetual, Side::buy, "1", "1000");
    trade(perpetual, Side::sell, "1", std::to_string(1'000 + 10 * percent));
  }
};

TEST_F(TradeRecordTest, WinsAndLossesGiveKellysFraction) {
  for (const int percent : {4, 4, 4, -2, -2}) round_trip(percent);
  EXPECT_EQ(record.trades(), 5U);
  EXPECT_NEAR(record.kelly_fraction(), 0.6 / 0.02 - 0.4 / 0.04, 1e-9);
}

/// Kelly's fraction is where the mean of log(1 + f × return) is largest; for these even bets exactly.
TEST_F(TradeRecordTest, IsWhereWealthGrowsFastest) {
  for (const int percent : {10, 10, 10, -10, -10}) round_trip(percent);
  const double best = record.kelly_fraction();
  const auto growth = [](double f) { return 0.6 * std::log(1 + f * 0.1) + 0.4 * std::log(1 - f * 0.1); };
  EXPECT_GT(growth(best), growth(best * 1.01));
  EXPECT_GT(growth(best), growth(best * 0.99));
}

TEST_F(TradeRecordTest, WithoutAnEdgeItIsNotAboveZero) {
  for (const int percent : {1, -3, 1, -3}) round_trip(percent);
  EXPECT_LT(record.kelly_fraction(), 0);
  TradeRecord none;
  EXPECT_LT(none.kelly_fraction(), 0);
}

TEST_F(TradeRecordTest, WithoutALossItIsBounded) {
  round_trip(5);
  EXPECT_EQ(record.kelly_fraction(), 1'000);
}

TEST_F(TradeRecordTest, ATripEndsWhenItIsFlatOrOnTheOtherSide) {
  trade(perpetual, Side::buy, "1", "1000");
  trade(perpetual, Side::buy, "1", "1100");
  trade(perpetual, Side::sell, "1", "1200");
  EXPECT_EQ(record.trades(), 0U);
  trade(perpetual, Side::sell, "2", "1200");  // 300 on 2100, and short now
  EXPECT_EQ(record.trades(), 1U);
  trade(perpetual, Side::buy, "1", "1260");  // −60 on 1200
  EXPECT_EQ(record.trades(), 2U);
  EXPECT_NEAR(record.kelly_fraction(), 0.5 / (60.0 / 1200) - 0.5 / (300.0 / 2100), 1e-9);
}

TEST_F(TradeRecordTest, FeesAreTakenOff) {
  trade(perpetual, Side::buy, "1", "1000", "5");
  trade(perpetual, Side::sell, "1", "1005", "5");  // 5 earned, 10 paid
  round_trip(2);
  EXPECT_NEAR(record.kelly_fraction(), 0.5 / 0.005 - 0.5 / 0.02, 1e-9);
}

TEST_F(TradeRecordTest, WhatFeesLeaveOfASpotPositionIsNone) {
  trade(spot, Side::buy, "1", "1000", "0.0000015", true);
  trade(spot, Side::sell, "0.99999", "1010");
  EXPECT_EQ(record.trades(), 1U);
  trade(spot, Side::buy, "1", "1000");
  EXPECT_EQ(record.trades(), 1U);
}

TEST_F(TradeRecordTest, TheLastTradesCount) {
  for (int i = 0; i < 10; ++i) round_trip(-1);
  for (int i = 0; i < 9; ++i) round_trip(1);
  EXPECT_EQ(record.trades(), 10U);
  EXPECT_GT(record.kelly_fraction(), 0);
}

TEST_F(TradeRecordTest, GoesOnFromItsBytesInTheMiddleOfATrip) {
  round_trip(4);
  trade(perpetual, Side::buy, "1", "1000");
  TradeRecord restored(10);
  const auto bytes = encode(record);
  Decoder decoder(bytes);
  decode_from(decoder, restored);
  ASSERT_FALSE(decoder.failed());
  trade(perpetual, Side::sell, "1", "980");
  const auto straight = encode(record);
  record = restored;
  look(perpetual);
  EXPECT_EQ(encode(record), straight);
}

}  // namespace
}  // namespace kontor::strategy
