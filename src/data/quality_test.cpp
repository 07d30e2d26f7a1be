#include "data/quality.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::add_row;
using test::key_of;
using test::kMay2025;
using test::without_rows;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

QualityReport check(Batch batch, QualityOptions options = {}, Timeframe timeframe = test::kOneMinute) {
  const auto key = key_of(batch.kind, timeframe);
  return test::take(check_quality(Series(key, std::move(batch)), options));
}

/// The one finding that a report must consist of.
void expect_only(const QualityReport& report, FindingKind kind, Severity severity, std::size_t row_minute,
                 std::string_view detail) {
  ASSERT_THAT(report.findings, SizeIs(1)) << format_report(report);
  EXPECT_EQ(report.findings[0].kind, kind);
  EXPECT_EQ(report.findings[0].severity, severity);
  EXPECT_EQ(report.findings[0].time, kMay2025 + static_cast<TimeNs>(row_minute) * kMinute);
  EXPECT_THAT(report.findings[0].detail, HasSubstr(detail));
  EXPECT_EQ(report.errors, severity == Severity::error ? 1U : 0U);
  EXPECT_EQ(report.warnings, severity == Severity::warning ? 1U : 0U);
  EXPECT_EQ(report.ok(), severity == Severity::warning);
}

TEST(QualityOfBars, GoodBarsHaveNoFindings) {
  const auto report = check(test::make_bars(kMay2025, 3 * 1440));
  EXPECT_THAT(report.findings, IsEmpty()) << format_report(report);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.rows, 3U * 1440);
  ASSERT_THAT(report.coverage, SizeIs(3));
  for (const auto& day : report.coverage) EXPECT_EQ(day.percent(), 100.0);
}

TEST(QualityOfBars, GapWithCountAndInterval) {
  const auto bars = without_rows(test::make_bars(kMay2025, 1440), 100, 172);
  const auto report = check(bars);
  expect_only(report, FindingKind::gap, Severity::error, 100, "72 bars missing until 2025-05-01T02:52:00Z");
  ASSERT_THAT(report.gaps, SizeIs(1));
  EXPECT_EQ(report.gaps[0].from, kMay2025 + 100 * kMinute);
  EXPECT_EQ(report.gaps[0].to, kMay2025 + 172 * kMinute);
  EXPECT_EQ(report.missing_bars, 72U);
  EXPECT_EQ(report.coverage[0].present, 1440U - 72);
  EXPECT_EQ(report.coverage[0].expected, 1440U);
  EXPECT_DOUBLE_EQ(report.coverage[0].percent(), 95.0);
  EXPECT_TRUE(check(bars, {.max_missing_percent = 5.0}).ok());
  EXPECT_FALSE(check(bars, {.max_missing_percent = 4.9}).ok());
  EXPECT_EQ(check(bars, {.max_missing_percent = 5.0}).count(FindingKind::gap), 1U);
}

TEST(QualityOfBars, AnOutageNowAndThenIsAWarning) {
  const auto report = check(without_rows(test::make_bars(kMay2025, 30 * 1440), 5000, 5040));
  expect_only(report, FindingKind::gap, Severity::warning, 5000, "40 bars missing");
  EXPECT_FALSE(check(without_rows(test::make_bars(kMay2025, 30 * 1440), 5000, 5050)).ok());
}

TEST(QualityOfBars, CoverageOfDaysThatAreAbsentAltogether) {
  const auto report =
      check(without_rows(test::make_bars(kMay2025 + 12 * kHour, 4 * 1440), 720, 720 + 2 * 1440));
  ASSERT_THAT(report.coverage, SizeIs(5));
  EXPECT_EQ(report.coverage[0].expected, 720U);  // begins at noon
  EXPECT_EQ(report.coverage[0].present, 720U);
  EXPECT_EQ(report.coverage[1].present, 0U);
  EXPECT_EQ(report.coverage[2].present, 0U);
  EXPECT_EQ(report.coverage[4].expected, 720U);
  EXPECT_DOUBLE_EQ(report.coverage_percent(), 50.0);
}

TEST(QualityOfBars, Duplicate) {
  auto bars = test::make_bars(kMay2025, 20);
  for (auto& column : bars.columns) column.insert(column.begin() + 8, column[7]);
  expect_only(check(bars), FindingKind::duplicate, Severity::error, 7, "two bars");
}

TEST(QualityOfBars, TimeBackwards) {
  auto bars = test::make_bars(kMay2025, 20);
  for (auto& column : bars.columns) column.push_back(column[4]);
  expect_only(check(bars), FindingKind::time_backwards, Severity::error, 4, "2025-05-01T00:19:00Z");
}

TEST(QualityOfBars, OffTheGrid) {
  auto bars = test::make_bars(kMay2025, 20);
  bars.column(BarColumn::ts_open)[5] += 7 * kSecond;
  const auto report = check(bars);
  ASSERT_THAT(report.findings, SizeIs(1));
  EXPECT_EQ(report.findings[0].kind, FindingKind::off_grid);
  EXPECT_THAT(report.findings[0].detail, HasSubstr("7.000s after the grid"));
  const auto weeks = test::make_bars(kMay2025 + 4 * kDay, 8, 1, 7 * kDay);  // 2025-05-05 is a Monday
  EXPECT_TRUE(check(weeks, {}, Timeframe{7 * kDay}).ok());
  EXPECT_EQ(
      check(test::make_bars(kMay2025, 8, 1, 7 * kDay), {}, Timeframe{7 * kDay}).count(FindingKind::off_grid),
      8U);
}

TEST(QualityOfBars, ImpossibleRange) {
  auto high = test::make_bars(kMay2025, 20);
  high.column(BarColumn::high)[3] =
      std::max(high.column(BarColumn::open)[3], high.column(BarColumn::close)[3]) - 1;
  expect_only(check(high), FindingKind::impossible_range, Severity::error, 3, "high ");
  auto low = test::make_bars(kMay2025, 20);
  low.column(BarColumn::low)[3] =
      std::min(low.column(BarColumn::open)[3], low.column(BarColumn::close)[3]) + 1;
  expect_only(check(low), FindingKind::impossible_range, Severity::error, 3, "low ");
}

TEST(QualityOfBars, ZeroAndNegativePrices) {
  for (const std::int64_t price : {0, -5}) {
    auto bars = test::make_bars(kMay2025, 20);
    bars.column(BarColumn::low)[9] = price;
    expect_only(check(bars), FindingKind::invalid_price, Severity::error, 9, "low ");
  }
}

TEST(QualityOfBars, NegativeVolume) {
  auto bars = test::make_bars(kMay2025, 20);
  bars.column(BarColumn::volume)[9] = -100;
  expect_only(check(bars), FindingKind::invalid_quantity, Severity::error, 9, "volume -0.001");
}

Batch frozen_bars(std::size_t from, std::size_t count, std::int64_t volume) {
  auto bars = test::make_bars(kMay2025, 100);
  for (std::size_t row = from; row < from + count; ++row) {
    for (const auto column : {BarColumn::open, BarColumn::high, BarColumn::low, BarColumn::close}) {
      bars.column(column)[row] = 777;
    }
    bars.column(BarColumn::volume)[row] = volume;
  }
  return bars;
}

TEST(QualityOfBars, FrozenPrices) {
  EXPECT_THAT(check(frozen_bars(10, 29, 5)).findings, IsEmpty());
  expect_only(check(frozen_bars(10, 30, 5)), FindingKind::frozen, Severity::warning, 10,
              "30 bars at 7.77, 30 of them");
  expect_only(check(frozen_bars(10, 31, 0)), FindingKind::frozen, Severity::warning, 10,
              "without any volume");
  expect_only(check(frozen_bars(70, 30, 5)), FindingKind::frozen, Severity::warning, 70, "30 bars");
  expect_only(check(frozen_bars(10, 5, 5), {.frozen_bars = 5}), FindingKind::frozen, Severity::warning, 10,
              "5 bars");
}

TEST(QualityOfBars, VolumeSpike) {
  auto bars = test::make_bars(kMay2025, 300);
  for (auto& volume : bars.column(BarColumn::volume)) volume = 1000;
  bars.column(BarColumn::volume)[150] = 50'000;
  EXPECT_THAT(check(bars).findings, IsEmpty());
  bars.column(BarColumn::volume)[150] = 51'000;
  expect_only(check(bars), FindingKind::volume_spike, Severity::warning, 150,
              "51 times the median of the 100");
  bars.column(BarColumn::volume)[99] = 999'999;  // nothing to compare with yet
  EXPECT_EQ(check(bars).count(FindingKind::volume_spike), 1U);
}

TEST(QualityOfBars, AllAreCountedAndSomeAreKept) {
  auto bars = test::make_bars(kMay2025, 200);
  for (std::size_t row = 0; row < 100; ++row) bars.column(BarColumn::low)[row] = -1;
  const auto report = check(bars, {.findings_per_kind = 3});
  EXPECT_EQ(report.count(FindingKind::invalid_price), 100U);
  EXPECT_EQ(report.errors, 100U);
  EXPECT_THAT(report.findings, SizeIs(3));
  EXPECT_THAT(format_report(report), HasSubstr("… and 97 more"));
  EXPECT_THAT(format_report(report), HasSubstr("100 errors"));
}

Batch ticks(DataKind kind, std::initializer_list<std::initializer_list<std::int64_t>> list) {
  Batch batch(kind);
  for (const auto& row : list) add_row(batch, row);
  return batch;
}

TEST(QualityOfTrades, EachFinding) {
  EXPECT_THAT(check(test::make_ticks(DataKind::trade, kMay2025, 5000)).findings, IsEmpty());
  expect_only(check(ticks(DataKind::trade, {{kMay2025, kMay2025, 0, 1, 1, 0}})), FindingKind::invalid_price,
              Severity::error, 0, "a trade at 0");
  expect_only(check(ticks(DataKind::trade, {{kMay2025, kMay2025, 5, 0, 1, 0}})),
              FindingKind::invalid_quantity, Severity::error, 0, "a trade of 0");
  expect_only(check(ticks(DataKind::trade,
                          {{kMay2025, kMay2025 + kMinute, 5, 1, 1, 0}, {kMay2025, kMay2025, 5, 1, 2, 0}})),
              FindingKind::time_backwards, Severity::error, 0, "received 1m 0s before");
  expect_only(check(ticks(DataKind::trade, {{kMay2025 + 9, kMay2025 + kMinute, 5, 1, 1, 0},
                                            {kMay2025 + 7, kMay2025 + kMinute, 5, 1, 2, 0}})),
              FindingKind::time_backwards, Severity::warning, 1, "venue's time");
  expect_only(check(ticks(DataKind::trade, {{kMay2025, kMay2025, 5, 1, 1, 0},
                                            {kMay2025 + kHour, kMay2025 + kHour, 5, 1, 2, 0}})),
              FindingKind::gap, Severity::warning, 0, "nothing for 1h 0m until 2025-05-01T01:00:00Z");
  expect_only(check(ticks(DataKind::trade, {{kMay2025 + kSecond, kMay2025, 5, 1, 1, 0}})),
              FindingKind::clock_skew, Severity::warning, 0, "by up to 1.000s");
}

TEST(QualityOfTrades, DuplicateIdsAreToldFromLateOnes) {
  const auto late = ticks(
      DataKind::trade,
      {{kMay2025, kMay2025, 5, 1, 3, 0}, {kMay2025, kMay2025, 5, 1, 2, 0}, {kMay2025, kMay2025, 5, 1, 4, 0}});
  EXPECT_THAT(check(late).findings, IsEmpty());
  const auto again = ticks(
      DataKind::trade,
      {{kMay2025, kMay2025, 5, 1, 3, 0}, {kMay2025, kMay2025, 5, 1, 4, 0}, {kMay2025, kMay2025, 5, 1, 3, 0}});
  expect_only(check(again), FindingKind::duplicate, Severity::error, 0, "trade id 3 again");
  const auto unknown =
      ticks(DataKind::trade, {{kMay2025, kMay2025, 5, 1, 0, 0}, {kMay2025, kMay2025, 5, 1, 0, 0}});
  EXPECT_THAT(check(unknown).findings, IsEmpty());
}

TEST(QualityOfTrades, CoverageByMinute) {
  Batch batch(DataKind::trade);
  for (std::int64_t minute = 0; minute < 1440; minute += 2) {
    add_row(batch, {kMay2025 + minute * kMinute, kMay2025 + minute * kMinute, 5, 1, minute + 1, 0});
  }
  const auto report = check(batch);
  ASSERT_THAT(report.coverage, SizeIs(1));
  EXPECT_EQ(report.coverage[0].present, 720U);
  EXPECT_EQ(report.coverage[0].expected, 1439U);
}

TEST(QualityOfQuotes, EachFinding) {
  EXPECT_THAT(check(test::make_ticks(DataKind::quote, kMay2025, 5000)).findings, IsEmpty());
  expect_only(check(ticks(DataKind::quote, {{kMay2025, kMay2025, 0, 5, 1, 1}})), FindingKind::invalid_price,
              Severity::error, 0, "bid 0");
  expect_only(check(ticks(DataKind::quote, {{kMay2025, kMay2025, 4, 5, -1, 1}})),
              FindingKind::invalid_quantity, Severity::error, 0, "bid quantity -1");
  expect_only(check(ticks(DataKind::quote, {{kMay2025, kMay2025, 4, 5, 0, 1}})),
              FindingKind::invalid_quantity, Severity::warning, 0, "bid quantity 0");
  expect_only(check(ticks(DataKind::quote, {{kMay2025, kMay2025, 5, 5, 1, 1}})), FindingKind::locked,
              Severity::warning, 0, "bid 5 ask 5, 1 update over");
  const auto crossed = ticks(DataKind::quote, {{kMay2025, kMay2025, 4, 5, 1, 1},
                                               {kMay2025 + kMinute, kMay2025 + kMinute, 6, 5, 1, 1},
                                               {kMay2025 + 2 * kMinute, kMay2025 + 2 * kMinute, 7, 5, 1, 1},
                                               {kMay2025 + 3 * kMinute, kMay2025 + 3 * kMinute, 4, 5, 1, 1}});
  expect_only(check(crossed), FindingKind::crossed, Severity::error, 1, "bid 6 ask 5, 2 updates over 1m 0s");
}

constexpr std::int64_t kSnap = kBookSnapshot;
constexpr std::int64_t kEnd = kBookMessageEnd;

TEST(QualityOfBooks, EachFinding) {
  const auto good = ticks(DataKind::book, {{kMay2025, kMay2025, 10, 1, kSnap},
                                           {kMay2025, kMay2025, 11, 1, kSnap | kBookSell | kEnd},
                                           {kMay2025, kMay2025, 10, 0, 0},
                                           {kMay2025, kMay2025, 9, 2, kEnd}});
  EXPECT_THAT(check(good).findings, IsEmpty()) << format_report(check(good));
  expect_only(check(ticks(DataKind::book, {{kMay2025, kMay2025, 10, 1, kSnap},
                                           {kMay2025, kMay2025, 11, 1, kSnap | kBookSell | kEnd},
                                           {kMay2025, kMay2025, 12, 1, kEnd}})),
              FindingKind::crossed, Severity::error, 0, "bid 12 ask 11");
  expect_only(check(ticks(DataKind::book, {{kMay2025, kMay2025, 10, 1, kEnd}})), FindingKind::no_snapshot,
              Severity::warning, 0, "changes only");
  expect_only(check(ticks(DataKind::book, {{kMay2025, kMay2025, -1, 1, kSnap | kEnd}})),
              FindingKind::invalid_price, Severity::error, 0, "a level at -1");
  expect_only(check(ticks(DataKind::book, {{kMay2025, kMay2025, 10, -1, kSnap | kEnd}})),
              FindingKind::invalid_quantity, Severity::error, 0, "-1 at 10");
  expect_only(check(ticks(DataKind::book, {{kMay2025, kMay2025 + kMinute, 10, 1, kSnap | kEnd},
                                           {kMay2025, kMay2025, 10, 1, kEnd}})),
              FindingKind::time_backwards, Severity::error, 0, "received");
}

TEST(QualityOfFunding, EachFinding) {
  EXPECT_THAT(check(test::make_funding(kMay2025, 90)).findings, IsEmpty());
  expect_only(check(ticks(DataKind::funding, {{kMay2025, 0, 5}, {kMay2025, 0, 6}})), FindingKind::duplicate,
              Severity::error, 0, "");
  expect_only(check(ticks(DataKind::funding, {{kMay2025, 0, 5}, {kMay2025 + 2 * kDay, 0, 6}})),
              FindingKind::gap, Severity::warning, 0, "no funding for 2d 0h");
  expect_only(check(ticks(DataKind::funding, {{kMay2025, 0, -5}})), FindingKind::invalid_price,
              Severity::error, 0, "mark -5");
  expect_only(check(ticks(DataKind::funding, {{kMay2025, 1, 5}})), FindingKind::invalid_price,
              Severity::error, 0, "a rate of 1");
}

TEST(QualityOfStore, BrokenSegmentsAreErrorsAndTheRestIsChecked) {
  const kontor::test::TemporaryFolder folder;
  const auto store = test::take(Catalogue::open_or_create(folder / "store"));
  const auto key = key_of(DataKind::bar);
  test::write(store, key, test::make_bars(kMay2025, 70'000));
  EXPECT_TRUE(test::take(check_dataset(store, key)).ok());
  const auto path = store.path() / "binance/BTCUSDT/bar/1m/2025-06.kseg";
  test::write_file(path, test::read_file(path) + "x");
  const auto report = test::take(check_dataset(store, key));
  EXPECT_EQ(report.count(FindingKind::broken_segment), 1U);
  EXPECT_EQ(report.rows, 31U * 1440);
  EXPECT_EQ(report.errors, 1U);
  EXPECT_TRUE(test::take(check_dataset(store, key, {.to = kMay2025 + kDay})).ok());
  std::filesystem::remove(store.path() / "binance/BTCUSDT/bar/1m/2025-05.kseg");
  EXPECT_EQ(test::take(check_dataset(store, key)).count(FindingKind::broken_segment), 1U);
  EXPECT_EQ(check_dataset(store, key_of(DataKind::trade)).error().kind, ErrorKind::not_found);
}

TEST(QualityReports, TextAndJson) {
  const auto report = check(without_rows(test::make_bars(kMay2025, 1440), 100, 172));
  EXPECT_THAT(format_report(report),
              HasSubstr("binance/BTCUSDT/bar/1m: 1,368 rows from 2025-05-01T00:00:00Z"));
  EXPECT_THAT(format_report(report), HasSubstr("1 error, 72 bars missing in 1 gap"));
  EXPECT_THAT(format_report(report), HasSubstr("2025-05-01   95.00 %  1368 of 1440"));
  EXPECT_THAT(to_json(report),
              HasSubstr(R"("ok":false,"errors":1,"warnings":0,"counts":{"gap":1},"missing_bars":72)"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("coverage_percent":95,)"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("gaps":[{"from":"2025-05-01T01:40:00Z")"));
  const auto empty = check(Batch(DataKind::bar));
  EXPECT_THAT(to_json(empty), HasSubstr(R"("first":null)"));
  EXPECT_THAT(format_report(empty), HasSubstr("0 rows\nno errors"));
}

}  // namespace
}  // namespace kontor::data
