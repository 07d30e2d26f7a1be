#include "emulator/candle.hpp"

#include <gtest/gtest.h>

namespace kontor::emulator {
namespace {

constexpr TimeNs kStart = 1'700'000'040 * kSecond;  // a whole minute, 14 minutes past the hour

void add(CandleSeries& series, TimeNs ts, std::int64_t price, std::int64_t quantity, std::uint64_t id = 1) {
  series.add_trade(ts, RawPrice(price), RawQuantity(quantity), Amount::from_units(price * quantity), true,
                   id);
}

TEST(CandleSeries, GrowsFromTradesAndFillsMinutesWithoutAny) {
  CandleSeries series;
  add(series, kStart + kSecond, 100, 1, 7);
  add(series, kStart + 2 * kSecond, 105, 2, 8);
  add(series, kStart + 3 * kSecond, 99, 3, 9);
  const Candle& candle = series.last();
  EXPECT_EQ(candle.ts_open, kStart);
  EXPECT_EQ(candle.open.units, 100);
  EXPECT_EQ(candle.high.units, 105);
  EXPECT_EQ(candle.low.units, 99);
  EXPECT_EQ(candle.close.units, 99);
  EXPECT_EQ(candle.volume.units, 6);
  EXPECT_EQ(candle.first_trade, 7U);
  EXPECT_EQ(candle.last_trade, 9U);
  series.roll(kStart + 3 * kMinute);
  EXPECT_EQ(series.size(), 4U);
  EXPECT_EQ(series.last().open.units, 99);
  EXPECT_EQ(series.last().trades, 0U);
  // The first trade of a minute opens it, wherever the last one closed.
  add(series, kStart + 3 * kMinute, 120, 1);
  EXPECT_EQ(series.last().open.units, 120);
  EXPECT_EQ(series.last().low.units, 120);
}

TEST(CandleSeries, LargerTimeframesAreMadeOfMinutesAlignedToTheClock) {
  CandleSeries series;
  for (std::int64_t i = 0; i < 12; ++i) add(series, kStart + i * kMinute, 100 + i, 1);
  const Timeframe five{5 * kMinute};
  const auto candles = series.range(five, kTimeMin, kTimeMax, 100, true);
  ASSERT_EQ(candles.size(), 4U);
  for (const Candle& candle : candles) EXPECT_EQ(candle.ts_open % (5 * kMinute), 0);
  EXPECT_EQ(candles[0].volume.units, 1);
  EXPECT_EQ(candles[1].volume.units, 5);
  EXPECT_EQ(candles[2].volume.units, 5);
  EXPECT_EQ(candles[3].open.units, 111);
  EXPECT_EQ(series.current(five), candles.back());
}

TEST(CandleSeries, RangesHaveAnExclusiveEndAndKeepTheEarliestOrTheLatest) {
  CandleSeries series;
  for (std::int64_t i = 0; i < 10; ++i) add(series, kStart + i * kMinute, 100 + i, 1);
  const Timeframe one{kMinute};
  const auto inside = series.range(one, kStart + 2 * kMinute, kStart + 5 * kMinute, 100, true);
  ASSERT_EQ(inside.size(), 3U);
  EXPECT_EQ(inside.front().ts_open, kStart + 2 * kMinute);
  EXPECT_EQ(series.range(one, kStart + 2 * kMinute + 1, kStart + 5 * kMinute, 100, true).size(), 2U);
  EXPECT_EQ(series.range(one, kTimeMin, kTimeMax, 4, false).front().open.units, 106);
  EXPECT_EQ(series.range(one, kTimeMin, kTimeMax, 4, true).back().open.units, 103);
  EXPECT_TRUE(series.range(one, kStart + kDay, kTimeMax, 4, true).empty());
  EXPECT_TRUE(series.range(one, kTimeMin, kTimeMax, 0, true).empty());
  EXPECT_TRUE(CandleSeries().range(one, kTimeMin, kTimeMax, 5, false).empty());
}

TEST(CandleSeries, HoldsABoundedPastHoweverLongThePause) {
  CandleSeries series;
  add(series, kStart, 100, 1);
  series.roll(kStart + 400 * kDay);
  EXPECT_LE(series.size(), CandleSeries::kMaxMinutes + 1);
  EXPECT_EQ(series.last().ts_open, kStart + 400 * kDay);
  EXPECT_EQ(series.last().close.units, 100);
}

TEST(CandleSeries, TheRollingDayLeavesOutWhatIsOlder) {
  CandleSeries series;
  add(series, kStart, 500, 10);
  for (std::int64_t i = 1; i <= 60; ++i) add(series, kStart + i * kMinute, 100, 1);
  const Candle hour = series.rolling(kHour, kStart + 60 * kMinute);
  EXPECT_EQ(hour.high.units, 100);
  EXPECT_EQ(hour.volume.units, 60);
  EXPECT_EQ(series.rolling(kDay, kStart + 60 * kMinute).high.units, 500);
}

}  // namespace
}  // namespace kontor::emulator
