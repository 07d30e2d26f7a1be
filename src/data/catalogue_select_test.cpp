#include "data/catalogue_select.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "data/catalogue_text.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::key_of;
using test::kMay2025;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SelectDatasets : public ::testing::Test {
 protected:
  SelectDatasets() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {
    test::write(store_, minute_, test::make_bars(kMay2025, 10));
    test::write(store_, hour_, test::make_bars(kMay2025, 10, 1, kHour));
    test::write(store_, trades_, test::make_ticks(DataKind::trade, kMay2025, 10));
    test::write(store_, other_, test::make_bars(kMay2025, 10));
  }
  Result<std::vector<DatasetKey>> select(DatasetSelection selection) const {
    return select_datasets(store_, selection);
  }

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
  DatasetKey minute_ = key_of(DataKind::bar);
  DatasetKey hour_ = key_of(DataKind::bar, Timeframe{kHour});
  DatasetKey trades_ = key_of(DataKind::trade);
  DatasetKey other_{InstrumentName{"bybit", "BTCUSDT"}, DataKind::bar, test::kOneMinute};
};

TEST_F(SelectDatasets, ByNameKindAndTimeframe) {
  EXPECT_THAT(test::take(select({})), ElementsAre(minute_, hour_, trades_, other_));
  EXPECT_THAT(test::take(select({.names = {"BTCUSDT@binance"}})), ElementsAre(minute_, hour_, trades_));
  EXPECT_THAT(test::take(select({.names = {"binance/BTCUSDT/bar/1h"}})), ElementsAre(hour_));
  EXPECT_THAT(test::take(select({.names = {"BTCUSDT@bybit", "BTCUSDT@bybit"}})), ElementsAre(other_));
  EXPECT_THAT(test::take(select({.names = {}, .kind = DataKind::trade})), ElementsAre(trades_));
  EXPECT_THAT(test::take(select({.names = {}, .timeframe = test::kOneMinute})), ElementsAre(minute_, other_));
}

TEST_F(SelectDatasets, ErrorsTellWhatThereIs) {
  const auto absent = select({.names = {"ETHUSDT@binance"}});
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_THAT(absent.error().message, HasSubstr("no ETHUSDT@binance in"));
  EXPECT_THAT(absent.error().message, HasSubstr("there are binance/BTCUSDT/bar/1m, binance/BTCUSDT/bar/1h"));
  const auto filtered = select({.names = {"BTCUSDT@binance"}, .kind = DataKind::book});
  EXPECT_THAT(filtered.error().message, HasSubstr("no BTCUSDT@binance of kind book"));
  EXPECT_EQ(select({.names = {"BTCUSDT"}}).error().kind, ErrorKind::usage);
  EXPECT_EQ(parse_data_kind("candles").error().kind, ErrorKind::usage);
  EXPECT_EQ(test::take(parse_data_kind("book")), DataKind::book);
}

TEST_F(SelectDatasets, ExactlyOne) {
  EXPECT_EQ(test::take(select_one(store_, {.names = {"BTCUSDT@bybit"}})), other_);
  const auto several = select_one(store_, {.names = {"BTCUSDT@binance"}});
  EXPECT_EQ(several.error().kind, ErrorKind::usage);
  EXPECT_THAT(several.error().message, HasSubstr("expected one dataset, found 3: binance/BTCUSDT/bar/1m"));
  const auto derived =
      test::take(select_one(store_, {.names = {"BTCUSDT@binance"}, .timeframe = Timeframe{4 * kHour}}));
  EXPECT_EQ(derived, key_of(DataKind::bar, Timeframe{4 * kHour}));
  EXPECT_EQ(test::take(select_one(store_, {.names = {"binance/BTCUSDT/bar/4h"}})), derived);
  EXPECT_EQ(select_one(store_, {.names = {"BTCUSDT@binance"}, .kind = DataKind::book}).error().kind,
            ErrorKind::not_found);
}

TEST_F(SelectDatasets, ListingForPeopleAndPrograms) {
  const auto listing = test::take(store_.list());
  const auto text = format_listing(listing);
  EXPECT_THAT(text, HasSubstr("DATASET                 ROWS  FIRST                 LAST"));
  EXPECT_THAT(text,
              HasSubstr("binance/BTCUSDT/bar/1m    10  2025-05-01T00:00:00Z  2025-05-01T00:09:00Z      1"));
  const auto json = to_json(listing, store_.path());
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("dataset":"binance/BTCUSDT/bar/1m","instrument":"BTCUSDT@binance","kind":"bar","rows":10)"));
  EXPECT_THAT(json, HasSubstr(R"("broken":[])"));
  EXPECT_EQ(format_listing({}), "");
}

TEST(CatalogueText, CountsAndBytes) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1.0 kB");
  EXPECT_EQ(format_bytes(28'940'000), "28.9 MB");
  EXPECT_EQ(format_bytes(999'960), "1.0 MB");
}

TEST(CatalogueText, Summaries) {
  WriteSummary summary;
  EXPECT_EQ(format_summary(summary), "nothing changed");
  summary.rows_unchanged = 44'640;
  EXPECT_EQ(format_summary(summary), "nothing new: all 44,640 rows were there");
  summary.rows_added = 1;
  summary.segments_written = 1;
  summary.bytes_written = 2500;
  EXPECT_EQ(format_summary(summary), "added 1 row in 1 file (2.5 kB); 44,640 rows there already");
  EXPECT_THAT(to_json(summary), HasSubstr(R"("rows_added":1,"rows_unchanged":44640)"));
}

}  // namespace
}  // namespace kontor::data
