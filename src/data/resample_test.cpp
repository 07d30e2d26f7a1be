#include "data/resample.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::key_of;
using test::kMay2025;
using test::without_rows;
using ::testing::HasSubstr;

constexpr Timeframe kFive{5 * kMinute};
constexpr Timeframe kHourly{kHour};
constexpr Timeframe kDaily{kDay};
constexpr Timeframe kWeekly{7 * kDay};

TEST(Resample, WhichTimeframesAreMadeOfWhich) {
  EXPECT_TRUE(divides(test::kOneMinute, kFive));
  EXPECT_TRUE(divides(test::kOneMinute, kWeekly));
  EXPECT_TRUE(divides(kDaily, kWeekly));
  EXPECT_FALSE(divides(kFive, kFive));
  EXPECT_FALSE(divides(kHourly, kFive));
  EXPECT_FALSE(divides(kFive, Timeframe{7 * kMinute}));
  EXPECT_FALSE(divides(Timeframe{84 * kHour}, kWeekly))
      << "half weeks from the epoch do not begin on Mondays";
  EXPECT_TRUE(divides(Timeframe{12 * kHour}, kWeekly));
}

DerivedBars derive(const Batch& bars, Timeframe target, TimeNs from = kTimeMin, TimeNs to = kTimeMax) {
  const auto& times = bars.column(BarColumn::ts_open);
  return test::take(
      derive_bars(Series(key_of(DataKind::bar), bars), target, {times.front(), times.back()}, from, to));
}

TEST(Resample, OneBarByHand) {
  Batch bars(DataKind::bar);
  bars.price_scale = 1;
  test::add_row(bars, {kMay2025 + 0 * kMinute, 10, 15, 9, 12, 100, 1});
  test::add_row(bars, {kMay2025 + 1 * kMinute, 12, 13, 7, 8, 200, 2});
  test::add_row(bars, {kMay2025 + 2 * kMinute, 8, 20, 8, 19, 300, 3});
  test::add_row(bars, {kMay2025 + 3 * kMinute, 19, 19, 18, 18, 400, 4});
  test::add_row(bars, {kMay2025 + 4 * kMinute, 18, 18, 16, 17, 500, 5});
  const auto derived = derive(bars, kFive);
  ASSERT_EQ(derived.bars.rows(), 1U);
  EXPECT_EQ(format_row(view_of(derived.bars), 0), "open 1 high 2 low 0.7 close 1.7 volume 1500 trades 15");
  EXPECT_EQ(derived.bars.column(BarColumn::ts_open)[0], kMay2025);
  EXPECT_EQ(derived.incomplete, 0U);
}

TEST(Resample, OnlyClosedBarsAndNoneThatBeganBeforeTheData) {
  const auto bars = test::make_bars(kMay2025 + 3 * kMinute, 14);  // 00:03 … 00:16
  const auto derived = derive(bars, kFive);
  EXPECT_EQ(derived.bars.column(BarColumn::ts_open),
            (std::vector<std::int64_t>{kMay2025 + 5 * kMinute, kMay2025 + 10 * kMinute}));
  EXPECT_EQ(derived.incomplete, 0U);
  const auto up_to_close = test::make_bars(kMay2025, 10);
  EXPECT_EQ(derive(up_to_close, kFive).bars.rows(), 2U);
  EXPECT_EQ(derive(without_rows(up_to_close, 9, 10), kFive).bars.rows(), 1U);
}

TEST(Resample, GapsAreCarriedAndCounted) {
  const auto bars = without_rows(test::make_bars(kMay2025, 30), 7, 22);  // 00:07 … 00:21 are missing
  const auto derived = derive(bars, kFive);
  EXPECT_EQ(derived.bars.column(BarColumn::ts_open),
            (std::vector<std::int64_t>{kMay2025, kMay2025 + 5 * kMinute, kMay2025 + 20 * kMinute,
                                       kMay2025 + 25 * kMinute}));
  EXPECT_EQ(derived.incomplete, 2U);
}

TEST(Resample, WeeksBeginOnMonday) {
  const auto bars = test::make_bars(kMay2025, 20 * 1440);  // Thursday 1 May … Tuesday 20 May
  const auto derived = derive(bars, kWeekly);
  EXPECT_EQ(derived.bars.column(BarColumn::ts_open),
            (std::vector<std::int64_t>{kMay2025 + 4 * kDay, kMay2025 + 11 * kDay}));
}

TEST(Resample, VolumeThatDoesNotFitIsAnError) {
  auto bars = test::make_bars(kMay2025, 5);
  for (auto& volume : bars.column(BarColumn::volume)) volume = INT64_MAX / 2;
  const auto derived = derive_bars(Series(key_of(DataKind::bar), bars), kFive,
                                   {kMay2025, kMay2025 + 4 * kMinute}, kTimeMin, kTimeMax);
  ASSERT_FALSE(derived);
  EXPECT_EQ(derived.error().kind, ErrorKind::overflow);
}

// Deriving in one step and in two steps gives the same, and so does a simple other way of computing it.
TEST(Resample, AgreesWithAReference) {
  const auto bars = without_rows(test::make_bars(kMay2025, 4 * 1440, 9), 2000, 2100);
  std::map<TimeNs, std::vector<std::size_t>> groups;
  const auto& times = bars.column(BarColumn::ts_open);
  for (std::size_t row = 0; row < bars.rows(); ++row) groups[times[row] / kHour * kHour].push_back(row);
  Batch expected(DataKind::bar);
  set_scales(expected, scales_of(bars));
  for (const auto& [open, rows] : groups) {
    std::int64_t high = INT64_MIN, low = INT64_MAX, volume = 0, trades = 0;
    for (const auto row : rows) {
      high = std::max(high, bars.column(BarColumn::high)[row]);
      low = std::min(low, bars.column(BarColumn::low)[row]);
      volume += bars.column(BarColumn::volume)[row];
      trades += bars.column(BarColumn::trade_count)[row];
    }
    test::add_row(expected, {open, bars.column(BarColumn::open)[rows.front()], high, low,
                             bars.column(BarColumn::close)[rows.back()], volume, trades});
  }
  const auto hourly = derive(bars, kHourly);
  EXPECT_EQ(hourly.bars.columns, expected.columns);
  const auto five = derive(bars, kFive);
  const auto& five_times = five.bars.column(BarColumn::ts_open);
  const auto in_two_steps =
      test::take(derive_bars(Series(key_of(DataKind::bar, kFive), five.bars), kHourly,
                             {five_times.front(), five_times.back()}, kTimeMin, kTimeMax));
  EXPECT_EQ(in_two_steps.bars.columns, expected.columns);
}

class ResampleStore : public ::testing::Test {
 protected:
  ResampleStore() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {}

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
};

TEST_F(ResampleStore, BarsAreDerivedWhenTheyAreNotStored) {
  const auto bars = test::make_bars(kMay2025 + 29 * kDay, 4 * 1440);  // over the end of the month
  test::write(store_, key_of(DataKind::bar), bars);
  const auto series = test::take(store_.read(key_of(DataKind::bar, kHourly)));
  EXPECT_EQ(series.rows(), 96U);
  ASSERT_TRUE(series.derived);
  EXPECT_EQ(series.derived->source, test::kOneMinute);
  EXPECT_EQ(series.derived->incomplete_bars, 0U);
  EXPECT_EQ(test::collect(series).columns, derive(bars, kHourly).bars.columns);
  EXPECT_EQ(series.sha256, test::take(store_.read(key_of(DataKind::bar))).sha256);
  const auto wider = test::take(store_.read(key_of(DataKind::bar, kHourly), {.scales = Scales{4, 6, 0}}));
  EXPECT_EQ(test::collect(wider).column(BarColumn::close)[0],
            test::collect(series).column(BarColumn::close)[0] * 100);
  EXPECT_EQ(store_.read(key_of(DataKind::bar, kHourly), {.derive = false}).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(store_.read(key_of(DataKind::bar, Timeframe{kSecond})).error().kind, ErrorKind::not_found);
}

TEST_F(ResampleStore, RangeOfDerivedBarsIsByTheirOwnTime) {
  test::write(store_, key_of(DataKind::bar), test::make_bars(kMay2025, 4 * 1440));
  const auto all = test::collect(test::take(store_.read(key_of(DataKind::bar, kHourly))));
  for (const DurationNs offset : {DurationNs{0}, DurationNs{1}, 30 * kMinute, kHour - 1}) {
    const TimeNs from = kMay2025 + 5 * kHour + offset;
    const TimeNs to = kMay2025 + 50 * kHour + offset;
    const auto part =
        test::collect(test::take(store_.read(key_of(DataKind::bar, kHourly), {.from = from, .to = to})));
    const std::size_t first = offset == 0 ? 5 : 6;
    const std::size_t end = offset == 0 ? 50 : 51;
    Batch expected(DataKind::bar);
    set_scales(expected, scales_of(all));
    append_rows(expected, all, first, end);
    EXPECT_EQ(part.columns, expected.columns) << offset;
  }
  EXPECT_THAT(store_.read(key_of(DataKind::bar, kHourly), {.from = kMay2025 + 40 * kDay}).error().message,
              HasSubstr("it has 5760 rows from"));
}

TEST_F(ResampleStore, SourceIsTheOneThatCoversMostTheFinestOfEquals) {
  test::write(store_, key_of(DataKind::bar, kHourly), test::make_bars(kMay2025, 24 * 20, 3, kHour));
  test::write(store_, key_of(DataKind::bar, kFive),
              test::make_bars(kMay2025 + 10 * kDay, 288 * 10, 3, 5 * kMinute));
  const auto daily = key_of(DataKind::bar, kDaily);
  EXPECT_EQ(test::take(store_.read(daily)).derived->source, kHourly);
  EXPECT_EQ(test::take(store_.read(daily, {.from = kMay2025 + 12 * kDay})).derived->source, kFive);
}

TEST_F(ResampleStore, MaterialisedBarsAreTheDerivedOnes) {
  test::write(store_, key_of(DataKind::bar), test::make_bars(kMay2025, 3 * 1440));
  const auto derived = test::collect(test::take(store_.read(key_of(DataKind::bar, kHourly))));
  const auto summary = test::take(resample(store_, key_of(DataKind::bar), kHourly));
  EXPECT_EQ(summary.rows_added, 72U);
  const auto stored = test::take(store_.read(key_of(DataKind::bar, kHourly)));
  EXPECT_FALSE(stored.derived);
  EXPECT_EQ(test::collect(stored).columns, derived.columns);
  EXPECT_EQ(test::take(resample(store_, key_of(DataKind::bar), kHourly)).rows_unchanged, 72U);
  EXPECT_EQ(resample(store_, key_of(DataKind::bar), test::kOneMinute).error().kind, ErrorKind::usage);
  EXPECT_EQ(resample(store_, key_of(DataKind::trade), kHourly).error().kind, ErrorKind::usage);
  EXPECT_EQ(resample(store_, key_of(DataKind::bar, kFive), kHourly).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kontor::data
