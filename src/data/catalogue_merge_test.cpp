#include "data/catalogue_merge.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"

namespace kontor::data {
namespace {

using test::add_row;
using test::key_of;
using test::kMay2025;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Row = std::vector<std::int64_t>;

Batch rows(DataKind kind, std::initializer_list<std::initializer_list<std::int64_t>> list) {
  Batch batch(kind);
  for (const auto& row : list) add_row(batch, row);
  return batch;
}

std::vector<Row> rows_of(const Batch& batch) {
  std::vector<Row> result(batch.rows());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    for (const auto& column : batch.columns) result[row].push_back(column[row]);
  }
  return result;
}

MergeResult merge(Batch base, Batch incoming, bool replace = false) {
  const auto key = key_of(base.kind);
  sort_batch(base);
  sort_batch(incoming);
  return test::take(merge_rows(key, std::move(base), std::move(incoming), replace));
}

TEST(CatalogueMerge, BarsByTime) {
  const auto all = test::make_bars(kMay2025, 10);
  Batch first(DataKind::bar);
  Batch second(DataKind::bar);
  for (Batch* batch : {&first, &second}) set_scales(*batch, scales_of(all));
  append_rows(first, all, 0, 7);
  append_rows(second, all, 3, 10);
  const auto merged = merge(second, first);
  EXPECT_EQ(merged.rows.columns, all.columns);
  EXPECT_EQ(merged.counts.added, 3U);
  EXPECT_EQ(merged.counts.unchanged, 4U);
  EXPECT_FALSE(merge(all, second).changed);
  EXPECT_EQ(merge(all, second).rows.columns, all.columns);
}

TEST(CatalogueMerge, ConflictIsAnErrorThatShowsBothRows) {
  const auto base = test::make_bars(kMay2025, 5);
  auto incoming = base;
  incoming.column(BarColumn::close)[2] += 1;
  incoming.column(BarColumn::close)[4] += 1;
  const auto merged = merge_rows(key_of(DataKind::bar), base, incoming, false);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(merged.error().message, HasSubstr("2 of 5 rows"));
  EXPECT_THAT(merged.error().message, HasSubstr("2025-05-01T00:02:00Z has 'open "));
  const auto replaced = merge(base, incoming, true);
  EXPECT_EQ(replaced.rows.columns, incoming.columns);
  EXPECT_EQ(replaced.counts.replaced, 2U);
  EXPECT_EQ(replaced.counts.unchanged, 3U);
  EXPECT_EQ(replaced.counts.added, 0U);
}

/// A thousand trades, one each second from `start` on, with ids from `id` on.
Batch thousand_trades(TimeNs start, std::int64_t id) {
  Batch batch(DataKind::trade);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const TimeNs time = start + i * kSecond;
    const std::int64_t row[] = {time, time, 100 + id + i, 5, id + i, 0};
    for (std::size_t c = 0; c < batch.columns.size(); ++c) batch.columns[c].push_back(row[c]);
  }
  return batch;
}

TEST(CatalogueMerge, TicksOfTwoMarketsAreNotMixed) {
  const Batch spot = thousand_trades(kMay2025, 1);
  const Batch perpetual = thousand_trades(kMay2025 + kMillisecond, 1'000'000);
  const auto mixed = merge_rows(key_of(DataKind::trade), spot, perpetual, false);
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(mixed.error().message, HasSubstr("--venue"));
  EXPECT_THAT(mixed.error().message, HasSubstr("-usdm"));
  EXPECT_EQ(merge(spot, perpetual, true).counts.added, 1000U);
}

TEST(CatalogueMerge, TicksOfOneMarketMayOverlapFollowAndFillGaps) {
  const Batch all = thousand_trades(kMay2025, 1);
  Batch half(DataKind::trade);
  for (std::size_t row = 0; row < 1000; row += 2) append_rows(half, all, row, row + 1);
  EXPECT_EQ(merge(half, all).counts.added, 500U) << "a better recording of the same";
  EXPECT_EQ(merge(all, all).counts.added, 0U);
  EXPECT_EQ(merge(all, thousand_trades(kMay2025 + 500 * kSecond, 501)).counts.added, 500U) << "it goes on";
  Batch gap(DataKind::trade);
  append_rows(gap, all, 0, 300);
  append_rows(gap, all, 700, 1000);
  Batch middle(DataKind::trade);
  append_rows(middle, all, 300, 700);
  EXPECT_EQ(merge(gap, middle).counts.added, 400U);
}

TEST(CatalogueMerge, RepeatedBarsInOneSource) {
  auto twice = rows(
      DataKind::bar,
      {{kMay2025, 1, 1, 1, 1, 5, 0}, {kMay2025, 1, 1, 1, 1, 5, 0}, {kMay2025 + kMinute, 2, 2, 2, 2, 5, 0}});
  EXPECT_EQ(merge(Batch(DataKind::bar), twice).rows.rows(), 2U);
  twice.column(BarColumn::close)[1] = 9;
  EXPECT_FALSE(merge_rows(key_of(DataKind::bar), Batch(DataKind::bar), twice, false));
  const auto last_wins = merge(Batch(DataKind::bar), twice, true);
  EXPECT_EQ(last_wins.rows.column(BarColumn::close), (Row{9, 2}));
  EXPECT_EQ(last_wins.counts.added, 2U);
}

TEST(CatalogueMerge, UnknownTradeCountIsCompletedAndNeverInConflict) {
  const auto with = rows(DataKind::bar, {{kMay2025, 1, 1, 1, 1, 5, 77}});
  const auto without = rows(DataKind::bar, {{kMay2025, 1, 1, 1, 1, 5, 0}});
  const auto completed = merge(without, with);
  EXPECT_EQ(completed.rows.column(BarColumn::trade_count).front(), 77);
  EXPECT_EQ(completed.counts.completed, 1U);
  EXPECT_TRUE(completed.changed);
  EXPECT_FALSE(merge(with, without).changed);
  EXPECT_EQ(merge(with, without).rows.column(BarColumn::trade_count).front(), 77);
  EXPECT_FALSE(
      merge_rows(key_of(DataKind::bar), with, rows(DataKind::bar, {{kMay2025, 1, 1, 1, 1, 5, 78}}), false));
}

TEST(CatalogueMerge, FundingMarkIsOptional) {
  const auto merged =
      merge(rows(DataKind::funding, {{kMay2025, 10, 0}}), rows(DataKind::funding, {{kMay2025, 10, 95}}));
  EXPECT_THAT(rows_of(merged.rows), ElementsAre(Row{kMay2025, 10, 95}));
}

TEST(CatalogueMerge, TradesById) {
  const auto base =
      rows(DataKind::trade, {{kMay2025, kMay2025, 100, 1, 11, 0}, {kMay2025, kMay2025 + 5, 101, 1, 13, 1}});
  const auto incoming = rows(
      DataKind::trade, {{kMay2025, kMay2025 + 5, 101, 1, 12, 0}, {kMay2025, kMay2025 + 5, 101, 1, 13, 1}});
  const auto merged = merge(base, incoming);
  EXPECT_EQ(merged.rows.column(TradeColumn::id), (Row{11, 12, 13}));
  EXPECT_EQ(merged.counts.added, 1U);
  EXPECT_EQ(merged.counts.unchanged, 1U);
}

TEST(CatalogueMerge, SameTradeIdAtAnotherTimeIsAConflict) {
  const auto base = rows(DataKind::trade, {{kMay2025, kMay2025, 100, 1, 11, 0}});
  const auto incoming = rows(DataKind::trade, {{kMay2025, kMay2025 + 7, 100, 1, 11, 0}});
  const auto refused = merge_rows(key_of(DataKind::trade), base, incoming, false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("price 100"));
  EXPECT_THAT(rows_of(merge(base, incoming, true).rows),
              ElementsAre(Row{kMay2025, kMay2025 + 7, 100, 1, 11, 0}));
}

TEST(CatalogueMerge, EqualTradesWithoutIdAreCountedNotCollapsed) {
  const std::initializer_list<std::int64_t> trade{kMay2025, kMay2025, 100, 1, 0, 0};
  const std::initializer_list<std::int64_t> other{kMay2025, kMay2025, 100, 2, 0, 0};
  const auto two = rows(DataKind::trade, {trade, trade, other});
  EXPECT_EQ(merge(Batch(DataKind::trade), two).rows.rows(), 3U);
  EXPECT_FALSE(merge(two, two).changed);
  EXPECT_FALSE(merge(two, rows(DataKind::trade, {trade})).changed);
  const auto three = merge(two, rows(DataKind::trade, {trade, trade, trade}));
  EXPECT_EQ(three.counts.added, 1U);
  EXPECT_EQ(three.rows.rows(), 4U);
}

TEST(CatalogueMerge, BooksByWholeMessages) {
  const Row a{kMay2025, kMay2025, 100, 5, 0};
  const auto message = [&](std::int64_t quantity) {
    return rows(DataKind::book, {{kMay2025, kMay2025, 100, quantity, 0},
                                 {kMay2025, kMay2025, 101, 6, kBookSell | kBookMessageEnd}});
  };
  EXPECT_FALSE(merge(message(5), message(5)).changed);
  const auto both = merge(message(5), message(7));
  EXPECT_EQ(both.rows.column(BookColumn::quantity), (Row{5, 6, 7, 6}));
  EXPECT_EQ(both.counts.added, 2U);
}

TEST(CatalogueMerge, UnsortedMessagesAreSortedAsAWhole) {
  auto batch = rows(DataKind::book, {{kMay2025 + 9, kMay2025 + 9, 1, 1, 0},
                                     {kMay2025 + 9, kMay2025 + 9, 2, 2, kBookMessageEnd},
                                     {kMay2025, kMay2025, 4, 4, 0},
                                     {kMay2025, kMay2025, 3, 3, kBookMessageEnd},
                                     {kMay2025, kMay2025, 5, 5, kBookMessageEnd}});
  sort_batch(batch);
  EXPECT_EQ(batch.column(BookColumn::price), (Row{4, 3, 5, 1, 2}));
}

TEST(CatalogueMerge, SortIsStableAndTradesOfOneInstantGoById) {
  auto quotes = rows(DataKind::quote, {{kMay2025, kMay2025 + 1, 9, 0, 0, 0},
                                       {kMay2025, kMay2025, 7, 0, 0, 0},
                                       {kMay2025, kMay2025, 3, 0, 0, 0}});
  sort_batch(quotes);
  EXPECT_EQ(quotes.column(QuoteColumn::bid), (Row{7, 3, 9}));
  auto trades = rows(DataKind::trade, {{kMay2025, kMay2025, 1, 1, 8, 0}, {kMay2025, kMay2025, 1, 1, 7, 0}});
  sort_batch(trades);
  EXPECT_EQ(trades.column(TradeColumn::id), (Row{7, 8}));
}

TEST(CatalogueMerge, TheLargerScaleWinsAndEqualValuesAreEqual) {
  auto coarse = rows(DataKind::bar, {{kMay2025, 15, 15, 15, 15, 3, 0}});
  coarse.price_scale = 1;
  auto fine = rows(DataKind::bar, {{kMay2025, 150, 150, 150, 150, 300, 0},
                                   {kMay2025 + kMinute, 151, 151, 151, 151, 301, 0}});
  fine.price_scale = 2;
  fine.quantity_scale = 2;
  const auto merged = merge(coarse, fine);
  EXPECT_EQ(scales_of(merged.rows), (Scales{2, 2, 0}));
  EXPECT_EQ(merged.rows.column(BarColumn::close), (Row{150, 151}));
  EXPECT_EQ(merged.counts.unchanged, 1U);
  auto huge = rows(DataKind::bar, {{kMay2025, INT64_MAX / 2, 1, 1, 1, 1, 0}});
  const auto refused = merge_rows(key_of(DataKind::bar), huge, fine, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::overflow);
}

TEST(CatalogueMerge, RefusesMalformedBatches) {
  const auto problem = [](DataKind kind, const Batch& batch) {
    const auto valid = check_batch(key_of(kind), batch);
    return valid ? std::string() : valid.error().message;
  };
  EXPECT_EQ(problem(DataKind::bar, test::make_bars(kMay2025, 3)), "");
  EXPECT_THAT(problem(DataKind::trade, test::make_bars(kMay2025, 3)), HasSubstr("not of the kind"));
  auto ragged = test::make_bars(kMay2025, 3);
  ragged.columns[4].pop_back();
  EXPECT_THAT(problem(DataKind::bar, ragged), HasSubstr("differ in length"));
  EXPECT_THAT(problem(DataKind::bar, rows(DataKind::bar, {{-1, 1, 1, 1, 1, 1, 1}})),
              HasSubstr("from 1970 to 2261"));
  EXPECT_THAT(problem(DataKind::trade, rows(DataKind::trade, {{kMay2025, INT64_MAX, 1, 1, 1, 0}})),
              HasSubstr("row 0"));
  EXPECT_THAT(problem(DataKind::trade, rows(DataKind::trade, {{kMay2025, kMay2025, 1, 1, 1, 2}})),
              HasSubstr("side 2"));
  EXPECT_THAT(problem(DataKind::book, rows(DataKind::book, {{kMay2025, kMay2025, 1, 1, 0}})),
              HasSubstr("not marked as ended"));
  EXPECT_THAT(problem(DataKind::book, rows(DataKind::book, {{kMay2025, kMay2025, 1, 1, 12}})),
              HasSubstr("unknown flags 12"));
  EXPECT_THAT(problem(DataKind::book, rows(DataKind::book, {{kMay2025, kMay2025, 1, 1, 0},
                                                            {kMay2025, kMay2025 + 1, 1, 1, 4}})),
              HasSubstr("differ in time"));
  EXPECT_THAT(problem(DataKind::book,
                      rows(DataKind::book, {{kMay2025, kMay2025, 1, 1, 0}, {kMay2025, kMay2025, 1, 1, 6}})),
              HasSubstr("snapshot"));
  auto scaled = test::make_bars(kMay2025, 1);
  scaled.price_scale = 19;
  EXPECT_THAT(problem(DataKind::bar, scaled), HasSubstr("18 decimal places"));
}

/// What a merge must give, said in the simplest way: multisets of whole rows, by the larger count.
Batch reference_merge(const Batch& base, const Batch& incoming) {
  std::map<Row, std::pair<int, int>> counts;
  for (const auto& row : rows_of(base)) ++counts[row].first;
  for (const auto& row : rows_of(incoming)) ++counts[row].second;
  std::vector<Row> all;
  for (const auto& [row, count] : counts)
    all.insert(all.end(), static_cast<std::size_t>(std::max(count.first, count.second)), row);
  Batch result(base.kind);
  for (const auto& row : all) {
    for (std::size_t c = 0; c < row.size(); ++c) result.columns[c].push_back(row[c]);
  }
  return result;
}

TEST(CatalogueMerge, AgreesWithAReferenceOnRandomQuotes) {
  Prng prng(5);
  for (int round = 0; round < 500; ++round) {
    Batch sides[2] = {Batch(DataKind::quote), Batch(DataKind::quote)};
    for (auto& side : sides) {
      for (auto count = prng.below(30); count > 0; --count) {
        const auto time = kMay2025 + static_cast<TimeNs>(prng.below(6));
        add_row(side, {time, time, static_cast<std::int64_t>(prng.below(3)), 1, 1, 1});
      }
    }
    const auto expected = reference_merge(sides[0], sides[1]);
    const auto merged = merge(sides[0], sides[1]);
    auto got = rows_of(merged.rows);
    EXPECT_TRUE(std::ranges::is_sorted(merged.rows.column(QuoteColumn::ts_recv)));
    std::ranges::sort(got);
    EXPECT_EQ(got, rows_of(expected));
    EXPECT_EQ(merged.counts.added + sides[0].rows(), merged.rows.rows());
    EXPECT_FALSE(merge(merged.rows, sides[1]).changed);
    EXPECT_FALSE(merge(merged.rows, sides[0]).changed);
  }
}

}  // namespace
}  // namespace kontor::data
