#include "data/catalogue.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_layout.hpp"
#include "data/catalogue_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::key_of;
using test::kMay2025;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr DurationNs kMonth = 31 * kDay;

class CatalogueTest : public ::testing::Test {
 protected:
  CatalogueTest() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {}
  std::filesystem::path segment(const DatasetKey& key, std::string_view name) const {
    return store_.path() / Catalogue::dataset_name(key) / name;
  }

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
};

TEST_F(CatalogueTest, RoundTripOfEveryKindAcrossSegments) {
  for (const auto kind : test::kAllKinds) {
    const bool monthly = kind == DataKind::bar || kind == DataKind::funding;
    const auto batch = test::make_rows(kind, kMay2025 + (monthly ? 30 * kDay : kDay) - 2 * kMinute, 10'000);
    const auto summary = test::write(store_, key_of(kind), batch);
    EXPECT_EQ(summary.rows_added, batch.rows());
    EXPECT_GE(summary.segments_written, 2U);
    const auto series = test::take(store_.read(key_of(kind)));
    EXPECT_EQ(series.rows(), batch.rows());
    EXPECT_EQ(series.first(), batch.columns[time_column(kind)].front());
    EXPECT_EQ(series.last(), batch.columns[time_column(kind)].back());
    EXPECT_EQ(test::collect(series).columns, batch.columns);
    const auto info = test::take(store_.info(key_of(kind)));
    EXPECT_EQ(info.rows, batch.rows());
    EXPECT_EQ(info.segments, summary.segments_written);
    EXPECT_EQ(info.bytes, summary.bytes_written);
    EXPECT_EQ(info.scales, scales_of(batch));
  }
  const auto listing = test::take(store_.list());
  EXPECT_THAT(listing.datasets, SizeIs(5));
  EXPECT_THAT(listing.broken, IsEmpty());
}

TEST_F(CatalogueTest, ImportingAgainTouchesNothing) {
  for (const auto kind : test::kAllKinds)
    test::write(store_, key_of(kind), test::make_rows(kind, kMay2025, 5000));
  const auto before = test::snapshot(store_.path());
  for (const auto kind : test::kAllKinds) {
    const auto summary = test::write(store_, key_of(kind), test::make_rows(kind, kMay2025, 5000));
    EXPECT_EQ(summary.rows_unchanged, 5000U);
    EXPECT_EQ(summary.rows_added, 0U);
    EXPECT_EQ(summary.segments_written, 0U);
    EXPECT_GE(summary.segments_unchanged, 1U);
  }
  EXPECT_EQ(test::snapshot(store_.path()), before);
}

TEST_F(CatalogueTest, OrderOfImportsDoesNotMatter) {
  const auto other = test::take(Catalogue::open_or_create(folder_ / "other"));
  for (const auto kind : test::kAllKinds) {
    const auto all = test::make_rows(kind, kMay2025, 3000);
    Batch first(kind);
    Batch second(kind);
    for (Batch* batch : {&first, &second}) set_scales(*batch, scales_of(all));
    std::size_t middle = 2000;
    std::size_t overlap = 1000;
    if (kind == DataKind::book) {  // messages stay whole
      const auto& flags = all.column(BookColumn::flags);
      while ((flags[middle - 1] & kBookMessageEnd) == 0) ++middle;
      while ((flags[overlap - 1] & kBookMessageEnd) == 0) ++overlap;
    }
    append_rows(first, all, 0, middle);
    append_rows(second, all, overlap, all.rows());
    test::write(store_, key_of(kind), first);
    test::write(store_, key_of(kind), second);
    test::write(other, key_of(kind), second);
    test::write(other, key_of(kind), first);
    EXPECT_EQ(test::collect(test::take(store_.read(key_of(kind)))).columns, all.columns);
  }
  EXPECT_EQ(test::snapshot(store_.path(), false), test::snapshot(other.path(), false));
}

TEST_F(CatalogueTest, OneSourceOrSeveral) {
  const auto trades = key_of(DataKind::trade);
  Batch batch(DataKind::trade);
  test::add_row(batch, {kMay2025, kMay2025, 1, 1, 0, 0});
  auto transaction = test::take(store_.begin());
  test::take(transaction.add(trades, batch));
  test::take(transaction.add(trades, batch));  // the same trade twice in one file: two trades
  test::take(transaction.end_source());
  test::take(transaction.add(trades, batch));  // again in the next file: known
  const auto summary = test::take(transaction.commit());
  EXPECT_EQ(summary.rows_added, 2U);
  EXPECT_EQ(summary.rows_unchanged, 1U);
}

TEST_F(CatalogueTest, SmallMemoryLimitGivesTheSameStore) {
  const auto other = test::take(Catalogue::open_or_create(folder_ / "other"));
  const auto import = [](const Catalogue& store, std::uint64_t limit) {
    auto transaction = test::take(store.begin({.memory_limit_bytes = limit}));
    for (const int day : {3, 0, 1, 4, 0, 2}) {
      for (const auto kind : test::kAllKinds) {
        const auto seed = static_cast<std::uint64_t>(day + 1);
        test::take(transaction.add(key_of(kind), test::make_rows(kind, kMay2025 + day * kDay, 500, seed)));
      }
      test::take(transaction.end_source());
    }
    return test::take(transaction.commit());
  };
  EXPECT_EQ(import(store_, 1).rows_added, import(other, UINT64_MAX).rows_added);
  EXPECT_EQ(test::snapshot(store_.path(), false), test::snapshot(other.path(), false));
}

TEST_F(CatalogueTest, ConflictLeavesTheStoreAndReplaceChangesIt) {
  auto bars = test::make_bars(kMay2025, 100);
  test::write(store_, key_of(DataKind::bar), bars);
  const auto before = test::snapshot(store_.path());
  bars.column(BarColumn::volume)[50] += 1;
  auto transaction = test::take(store_.begin());
  test::take(transaction.add(key_of(DataKind::bar), bars));
  test::take(
      transaction.add(key_of(DataKind::bar, Timeframe{kHour}), test::make_bars(kMay2025, 5, 1, kHour)));
  const auto refused = transaction.commit();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("binance/BTCUSDT/bar/1m: 1 of 100 rows"));
  EXPECT_EQ(test::snapshot(store_.path()), before);
  EXPECT_EQ(test::write(store_, key_of(DataKind::bar), bars, {.replace = true}).rows_replaced, 1U);
  EXPECT_EQ(test::collect(test::take(store_.read(key_of(DataKind::bar)))).columns, bars.columns);
}

TEST_F(CatalogueTest, RangesAreCutExactly) {
  for (const auto kind : {DataKind::bar, DataKind::trade, DataKind::book}) {
    const auto batch = test::make_rows(kind, kMay2025 + 30 * kDay, 150'000);
    test::write(store_, key_of(kind), batch);
    const auto& times = batch.columns[time_column(kind)];
    Prng prng(17);
    for (int round = 0; round < 40; ++round) {
      const auto span = static_cast<std::uint64_t>(times.back() - times.front());
      ReadOptions options{.from = times.front() - kHour + static_cast<TimeNs>(prng.below(span))};
      options.to = options.from + 1 + static_cast<TimeNs>(prng.below(round % 2 == 0 ? span : span / 1000));
      const auto begin =
          static_cast<std::size_t>(std::ranges::lower_bound(times, options.from) - times.begin());
      const auto end = static_cast<std::size_t>(std::ranges::lower_bound(times, options.to) - times.begin());
      const auto series = store_.read(key_of(kind), options);
      if (begin == end) {
        ASSERT_FALSE(series);
        EXPECT_EQ(series.error().kind, ErrorKind::not_found);
        continue;
      }
      ASSERT_TRUE(series) << series.error().message;
      Batch expected(kind);
      set_scales(expected, scales_of(batch));
      append_rows(expected, batch, begin, end);
      EXPECT_EQ(series->rows(), end - begin);
      EXPECT_EQ(series->first(), times[begin]);
      EXPECT_EQ(series->last(), times[end - 1]);
      ASSERT_EQ(test::collect(*series).columns, expected.columns);
    }
  }
}

TEST_F(CatalogueTest, MixedScalesAreRaisedOnReading) {
  auto may = test::make_bars(kMay2025, 10);
  auto june = test::make_bars(kMay2025 + kMonth, 10);
  june.price_scale = 4;
  test::write(store_, key_of(DataKind::bar), may);
  test::write(store_, key_of(DataKind::bar), june);
  const auto series = test::take(store_.read(key_of(DataKind::bar)));
  EXPECT_EQ(series.scales(), (Scales{4, 5, 0}));
  const auto all = test::collect(series);
  EXPECT_EQ(all.column(BarColumn::close)[3], may.column(BarColumn::close)[3] * 100);
  EXPECT_EQ(all.column(BarColumn::close)[13], june.column(BarColumn::close)[3]);
  EXPECT_EQ(all.column(BarColumn::volume)[3], may.column(BarColumn::volume)[3]);
  const auto wider = test::take(store_.read(key_of(DataKind::bar), {.scales = Scales{5, 8, 0}}));
  EXPECT_EQ(test::collect(wider).column(BarColumn::volume)[0], may.column(BarColumn::volume)[0] * 1000);
  const auto narrower = store_.read(key_of(DataKind::bar), {.scales = Scales{3, 8, 0}});
  ASSERT_FALSE(narrower);
  EXPECT_EQ(narrower.error().kind, ErrorKind::usage);
  const auto overflow = test::take(store_.read(key_of(DataKind::bar), {.scales = Scales{18, 18, 0}}));
  EXPECT_EQ(SeriesReader(overflow).next().error().kind, ErrorKind::overflow);
}

TEST_F(CatalogueTest, LoadedBarsAreTheMappedFile) {
  const auto batch = test::make_bars(kMay2025, 40'000);
  test::write(store_, key_of(DataKind::bar), batch);
  const auto series = test::take(store_.read(key_of(DataKind::bar)));
  const auto loaded = test::take(LoadedSeries::load(series));
  ASSERT_THAT(loaded.chunks(), SizeIs(1));
  EXPECT_EQ(loaded.chunks()[0].column(BarColumn::close).data(), series.chunks()[0].segment->raw(4, 0).data());
  EXPECT_TRUE(
      std::ranges::equal(loaded.chunks()[0].column(BarColumn::close), batch.column(BarColumn::close)));
}

TEST_F(CatalogueTest, LoadedTicksAndMovedSeries) {
  const auto batch = test::make_ticks(DataKind::quote, kMay2025, 150'000);
  test::write(store_, key_of(DataKind::quote), batch);
  auto loaded = test::take(LoadedSeries::load(test::take(store_.read(key_of(DataKind::quote)))));
  const auto copy = loaded;
  std::size_t row = 0;
  for (const auto& chunk : copy.chunks()) {
    for (const auto bid : chunk.column(QuoteColumn::bid))
      ASSERT_EQ(bid, batch.column(QuoteColumn::bid)[row++]);
  }
  EXPECT_EQ(row, batch.rows());
}

TEST_F(CatalogueTest, ReaderKeepsWhatAWriterReplaces) {
  const auto batch = test::make_bars(kMay2025, 100);
  test::write(store_, key_of(DataKind::bar), batch);
  const auto series = test::take(store_.read(key_of(DataKind::bar)));
  auto transaction = test::take(store_.begin());
  test::take(transaction.remove(key_of(DataKind::bar), kTimeMin, kTimeMax));
  test::take(transaction.commit());
  EXPECT_FALSE(store_.read(key_of(DataKind::bar)));
  EXPECT_EQ(test::collect(series).columns, batch.columns);
}

TEST_F(CatalogueTest, HashFollowsTheDataNotTheWayItCame) {
  const auto bars = test::make_bars(kMay2025, 3000);
  test::write(store_, key_of(DataKind::bar), bars);
  const auto other = test::take(Catalogue::open_or_create(folder_ / "other"));
  Batch half(DataKind::bar);
  set_scales(half, scales_of(bars));
  append_rows(half, bars, 1500, 3000);
  test::write(other, key_of(DataKind::bar), half);
  const auto hash = test::take(store_.read(key_of(DataKind::bar))).sha256;
  EXPECT_THAT(hash, SizeIs(64));
  EXPECT_NE(test::take(other.read(key_of(DataKind::bar))).sha256, hash);
  test::write(other, key_of(DataKind::bar), bars);
  EXPECT_EQ(test::take(other.read(key_of(DataKind::bar))).sha256, hash);
}

TEST_F(CatalogueTest, BrokenSegmentIsNamedAndTheRestStaysUsable) {
  test::write(store_, key_of(DataKind::bar), test::make_bars(kMay2025, 70'000));
  const auto path = segment(key_of(DataKind::bar), "2025-06.kseg");
  auto content = test::read_file(path);
  content[content.size() / 2] ^= 1;
  test::write_file(path, content);
  const auto refused = store_.read(key_of(DataKind::bar));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(refused.error().message, HasSubstr("2025-06.kseg: checksum of column"));
  EXPECT_TRUE(store_.read(key_of(DataKind::bar), {.to = kMay2025 + kMonth}));
  const auto skipped = test::take(store_.read(key_of(DataKind::bar), {.skip_broken = true}));
  EXPECT_EQ(skipped.rows(), 31U * 24 * 60);
  EXPECT_THAT(skipped.skipped, SizeIs(1));
  test::write_file(path, content.substr(0, 1000));
  const auto listing = test::take(store_.list());
  ASSERT_THAT(listing.broken, SizeIs(1));
  EXPECT_EQ(listing.broken[0].path, path);
  EXPECT_THAT(listing.broken[0].problem, HasSubstr("truncated: expected"));
  EXPECT_EQ(listing.datasets[0].segments, 1U);
  auto transaction = test::take(store_.begin());
  EXPECT_TRUE(transaction.add(key_of(DataKind::bar), test::make_bars(kMay2025 + kMonth, 10)));
  EXPECT_THAT(transaction.commit().error().message, HasSubstr("2025-06.kseg"));
  auto removal = test::take(store_.begin());
  test::take(removal.remove(key_of(DataKind::bar), kMay2025 + kMonth, kMay2025 + 2 * kMonth));
  test::take(removal.commit());
  EXPECT_THAT(test::take(store_.list()).broken, IsEmpty());
}

TEST_F(CatalogueTest, MovedSegmentIsBroken) {
  test::write(store_, key_of(DataKind::bar), test::make_bars(kMay2025, 10));
  std::filesystem::rename(segment(key_of(DataKind::bar), "2025-05.kseg"),
                          segment(key_of(DataKind::bar), "2025-06.kseg"));
  const auto listing = test::take(store_.list());
  ASSERT_THAT(listing.broken, SizeIs(1));
  EXPECT_THAT(listing.broken[0].problem, HasSubstr("moved or renamed"));
  EXPECT_THAT(listing.datasets, IsEmpty());
}

TEST_F(CatalogueTest, RemoveWholeAndInPart) {
  const auto bars = test::make_bars(kMay2025, 70'000);
  test::write(store_, key_of(DataKind::bar), bars);
  const auto untouched = test::snapshot(store_.path());
  auto transaction = test::take(store_.begin());
  const TimeNs from = kMay2025 + kMonth + 10 * kMinute;
  test::take(transaction.remove(key_of(DataKind::bar), from, from + 5 * kMinute));
  const auto summary = test::take(transaction.commit());
  EXPECT_EQ(summary.rows_removed, 5U);
  EXPECT_EQ(summary.segments_written, 1U);
  EXPECT_EQ(test::snapshot(store_.path()).at("binance/BTCUSDT/bar/1m/2025-05.kseg"),
            untouched.at("binance/BTCUSDT/bar/1m/2025-05.kseg"));
  EXPECT_EQ(test::take(store_.read(key_of(DataKind::bar))).rows(), 69'995U);
  EXPECT_EQ(test::write(store_, key_of(DataKind::bar), bars).rows_added, 5U);
  EXPECT_EQ(test::snapshot(store_.path(), false).at("binance/BTCUSDT/bar/1m/2025-06.kseg"),
            untouched.at("binance/BTCUSDT/bar/1m/2025-06.kseg").substr(0, 64));
  auto all = test::take(store_.begin());
  test::take(all.remove(key_of(DataKind::bar), kTimeMin, kTimeMax));
  EXPECT_EQ(test::take(all.commit()).rows_removed, 70'000U);
  EXPECT_FALSE(std::filesystem::exists(store_.path() / "binance"));
  EXPECT_THAT(test::take(store_.list()).datasets, IsEmpty());
}

TEST_F(CatalogueTest, RemoveAndAddInOneTransactionReplacesARange) {
  test::write(store_, key_of(DataKind::trade), test::make_ticks(DataKind::trade, kMay2025, 300, 1));
  const auto fresh = test::make_ticks(DataKind::trade, kMay2025, 200, 2);
  auto transaction = test::take(store_.begin());
  test::take(transaction.remove(key_of(DataKind::trade), kTimeMin, kTimeMax));
  test::take(transaction.add(key_of(DataKind::trade), fresh));
  test::take(transaction.commit());
  EXPECT_EQ(test::collect(test::take(store_.read(key_of(DataKind::trade)))).columns, fresh.columns);
}

TEST_F(CatalogueTest, ErrorsTellWhatThereIs) {
  EXPECT_EQ(Catalogue::open(folder_ / "absent").error().kind, ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "absent"));
  test::write_file(folder_ / "file.txt", "x");
  EXPECT_EQ(Catalogue::open_or_create(folder_.path()).error().kind, ErrorKind::usage);
  EXPECT_EQ(Catalogue::open_or_create(folder_ / "file.txt").error().kind, ErrorKind::usage);
  test::write(store_, key_of(DataKind::bar, Timeframe{kHour}), test::make_bars(kMay2025, 5, 1, kHour));
  const auto absent = store_.read(key_of(DataKind::bar));
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_THAT(absent.error().message, HasSubstr("of this instrument there are binance/BTCUSDT/bar/1h"));
  const auto outside = store_.read(key_of(DataKind::bar, Timeframe{kHour}), {.from = kMay2025 + kMonth});
  EXPECT_THAT(outside.error().message,
              HasSubstr("it has 5 rows from 2025-05-01T00:00:00Z to 2025-05-01T04:00:00Z"));
  EXPECT_EQ(store_.read(key_of(DataKind::bar), {.from = 5, .to = 5}).error().kind, ErrorKind::usage);
  auto transaction = test::take(store_.begin());
  EXPECT_EQ(transaction.add({InstrumentName{"", "X"}, DataKind::bar, {}}, test::make_bars(kMay2025, 1))
                .error()
                .kind,
            ErrorKind::usage);
  test::write_file(store_.path() / ".catalogue", "kontor catalogue 2\n");
  EXPECT_EQ(Catalogue::open(store_.path()).error().kind, ErrorKind::bad_data);
}

TEST_F(CatalogueTest, NamesThatAreNoFileNames) {
  const DatasetKey keys[] = {
      {InstrumentName{"gemini", "ETH/USD"}, DataKind::bar, test::kOneMinute},
      {InstrumentName{"..", "../../etc"}, DataKind::trade, {}},
      {InstrumentName{"ven ue", "1000SHIB:USDT%2F"}, DataKind::book, {}},
      {InstrumentName{"börse", "\x01\n"}, DataKind::quote, {}},
  };
  for (const auto& key : keys) {
    EXPECT_EQ(parse_dataset_folder(dataset_folder(key)), key) << dataset_folder(key);
    test::write(store_, key, test::make_rows(key.kind, kMay2025, 3));
    EXPECT_EQ(test::take(store_.read(key)).rows(), 3U);
  }
  EXPECT_THAT(test::take(store_.list()).datasets, SizeIs(4));
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(entry.path().filename(), "store");
  }
  for (const auto* folder :
       {"a/b", "a/b/bar", "a/b/bar/60s", "a/b/trade/1m", "a/%2/trade", "a/%41/trade", "a/b/x"}) {
    EXPECT_FALSE(parse_dataset_folder(folder)) << folder;
  }
}

TEST_F(CatalogueTest, EmptyTransactionLeavesNoTrace) {
  const auto before = test::snapshot(store_.path());
  auto transaction = test::take(store_.begin());
  test::take(transaction.add(key_of(DataKind::bar), Batch(DataKind::bar)));
  EXPECT_EQ(test::take(transaction.commit()).segments_written, 0U);
  EXPECT_EQ(test::snapshot(store_.path()), before);
}

}  // namespace
}  // namespace kontor::data
