#include "data/import_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"

namespace kontor::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RowCollector, RaisesTheScaleOfAllRowsWhenOneNeedsMorePlaces) {
  RowCollector rows(DataKind::trade);
  rows.put_price(TradeColumn::price, {5, 0});
  rows.put_quantity(TradeColumn::quantity, {25, 1});
  ASSERT_TRUE(rows.end_row());
  rows.put_price(TradeColumn::price, {12345, 4});
  rows.put_quantity(TradeColumn::quantity, {7, 0});
  ASSERT_TRUE(rows.end_row());
  rows.put_price(TradeColumn::price, {1, 2});
  rows.put_quantity(TradeColumn::quantity, {1, 2});
  ASSERT_TRUE(rows.end_row());
  const Batch batch = rows.take();
  EXPECT_EQ(batch.price_scale, 4);
  EXPECT_EQ(batch.quantity_scale, 2);
  EXPECT_THAT(batch.column(TradeColumn::price), ElementsAre(50000, 12345, 100));
  EXPECT_THAT(batch.column(TradeColumn::quantity), ElementsAre(250, 700, 1));
}

TEST(RowCollector, RaisesTheHalfFilledRowToo) {
  RowCollector rows(DataKind::bar);
  rows.put_price(BarColumn::open, {1, 0});
  rows.put_price(BarColumn::high, {25, 1});
  rows.put_price(BarColumn::low, {1, 3});
  rows.put_price(BarColumn::close, {2, 0});
  ASSERT_TRUE(rows.end_row());
  const Batch batch = rows.take();
  EXPECT_EQ(batch.price_scale, 3);
  EXPECT_THAT(batch.column(BarColumn::open), ElementsAre(1000));
  EXPECT_THAT(batch.column(BarColumn::high), ElementsAre(2500));
  EXPECT_THAT(batch.column(BarColumn::low), ElementsAre(1));
  EXPECT_THAT(batch.column(BarColumn::close), ElementsAre(2000));
  EXPECT_THAT(batch.column(BarColumn::ts_open), ElementsAre(0)) << "times have no scale";
}

TEST(RowCollector, RefusesWhatDoesNotFitAtTheCommonScale) {
  RowCollector rows(DataKind::trade);
  rows.put_price(TradeColumn::price, {INT64_MAX, 0});
  ASSERT_TRUE(rows.end_row());
  rows.put_price(TradeColumn::price, {1, 1});
  EXPECT_FALSE(rows.end_row());
  RowCollector others(DataKind::trade);
  others.put_price(TradeColumn::price, {1, 18});
  ASSERT_TRUE(others.end_row());
  others.put_price(TradeColumn::price, {10, 0});
  EXPECT_FALSE(others.end_row());
}

TEST(RowCollector, GrowsAndStartsAnewAfterTaking) {
  RowCollector rows(DataKind::funding);
  constexpr std::int64_t kRows = 200'000;
  for (std::int64_t i = 0; i < kRows; ++i) {
    rows.put(FundingColumn::ts_venue, i);
    rows.put_rate(FundingColumn::rate, {i, 8});
    ASSERT_TRUE(rows.end_row());
  }
  const Batch first = rows.take();
  EXPECT_EQ(first.rows(), static_cast<std::size_t>(kRows));
  EXPECT_EQ(first.rate_scale, 8);
  EXPECT_EQ(first.column(FundingColumn::rate)[123'456], 123'456);
  EXPECT_EQ(rows.rows(), 0U);
  rows.put_rate(FundingColumn::rate, {3, 1});
  ASSERT_TRUE(rows.end_row());
  const Batch second = rows.take();
  EXPECT_EQ(second.rate_scale, 1);
  EXPECT_THAT(second.column(FundingColumn::mark), ElementsAre(0));
}

TEST(OrderWatch, ReportsTheFirstPlaceOfEachOddity) {
  OrderWatch watch;
  std::uint64_t line = 1;
  for (const TimeNs time : {10, 20, 20, 30, 25, 29, 40}) watch.see(time, ++line);
  test::MemorySink sink;
  watch.report(sink, "f", true);
  EXPECT_THAT(sink.warnings, ElementsAre(HasSubstr("f:6: expected ascending times; 2 rows"),
                                         HasSubstr("f:4: expected each time once; 1 rows")));
}

TEST(SymbolGate, TakesTheWantedSymbolOnly) {
  SymbolGate gate("BTCUSDT");
  EXPECT_FALSE(gate.admit("ETHUSDT"));
  EXPECT_FALSE(gate.check("f")) << "nothing of the wanted one";
  EXPECT_THAT(gate.check("f").error().message, HasSubstr("expected rows of BTCUSDT, found only ETHUSDT"));
  EXPECT_TRUE(gate.admit("BTCUSDT"));
  EXPECT_TRUE(gate.check("f"));
}

TEST(SymbolGate, RefusesASecondSymbolWhereNoneIsWanted) {
  SymbolGate gate("");
  EXPECT_TRUE(gate.admit("BTCUSDT"));
  EXPECT_TRUE(gate.check("f"));
  EXPECT_EQ(gate.symbol(), "BTCUSDT");
  EXPECT_FALSE(gate.admit("ETHUSDT"));
  EXPECT_FALSE(gate.admit("XRPUSDT"));
  EXPECT_THAT(gate.check("f").error().message, HasSubstr("found BTCUSDT, ETHUSDT, XRPUSDT"));
}

Result<Timeframe> settle(std::vector<TimeNs> minutes, std::optional<Timeframe> given = std::nullopt) {
  TimeframeWatch watch(given);
  for (const TimeNs minute : minutes) watch.see(minute * kMinute);
  return watch.settle("f");
}

TEST(TimeframeWatch, FindsThePeriodAcrossGaps) {
  EXPECT_EQ(settle({0, 1, 2, 7, 8})->period_ns, kMinute);
  EXPECT_EQ(settle({60, 120, 180})->period_ns, kHour);
  EXPECT_EQ(settle({0, 10, 15, 20})->period_ns, 5 * kMinute);
  EXPECT_EQ(settle({20, 15, 15, 20, 25})->period_ns, 5 * kMinute) << "order and repetitions do not matter";
}

TEST(TimeframeWatch, SaysWhyItCannotTell) {
  EXPECT_THAT(settle({0}).error().message, HasSubstr("found one; give --timeframe"));
  EXPECT_THAT(settle({0, 7, 12}).error().message, HasSubstr("regular times"));
  EXPECT_THAT(settle({0, 60 * 24 * 30}).error().message, HasSubstr("1s to 1w"));
}

TEST(TimeframeWatch, ChecksTheGivenPeriod) {
  const Timeframe minute{kMinute};
  EXPECT_EQ(settle({0}, minute), minute);
  EXPECT_EQ(settle({0, 1, 2}, minute), minute);
  EXPECT_EQ(settle({0, 3, 9, 11}, minute), minute) << "thin trading leaves bars out";
  EXPECT_THAT(settle({0, 60, 120, 180}, minute).error().message,
              HasSubstr("expected bars of 1m, found bars 1h 0m apart"));
  EXPECT_THAT(settle({0, 1, 2}, Timeframe{kHour}).error().message, HasSubstr("expected bars of 1h"));
}

TEST(TimeframeWatch, TakesSingleBarsOffTheGivenGrid) {
  const Timeframe minute{kMinute};
  TimeframeWatch watch(minute);
  TimeframeWatch automatic(std::nullopt);
  for (std::uint64_t i = 0; i < 40; ++i) {
    const TimeNs stray = i == 30 ? 30 * kSecond : 0;
    watch.see(static_cast<TimeNs>(i) * kMinute + stray, i + 2);
    automatic.see(static_cast<TimeNs>(i) * kMinute + stray, i + 2);
  }
  EXPECT_EQ(watch.settle("f"), minute);
  const auto told = automatic.settle("f");
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().message, HasSubstr("f:33: expected bars 1m 0s apart, found one 30.000s after"));
  EXPECT_THAT(told.error().message, HasSubstr("--timeframe"));
}

TEST(TimeframeWatch, KeepsItsAnswer) {
  TimeframeWatch watch(std::nullopt);
  for (const TimeNs minute : {0, 5, 10}) watch.see(minute * kMinute);
  ASSERT_TRUE(watch.settle("f"));
  watch.see(11 * kMinute);
  EXPECT_FALSE(watch.settle("f"));
}

}  // namespace
}  // namespace kontor::data
