#include "data/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "data/import_files.hpp"
#include "data/progress.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

using test::key_of;
using test::kMay2025;
using ::testing::HasSubstr;

std::string csv_of(const Batch& batch) {
  std::string text;
  test::take(write_csv(Series(key_of(batch.kind), batch), [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  }));
  return text;
}

Batch one_row(DataKind kind, std::initializer_list<std::int64_t> values) {
  Batch batch(kind);
  batch.price_scale = 2;
  batch.quantity_scale = 3;
  batch.rate_scale = 8;
  test::add_row(batch, values);
  return batch;
}

TEST(ExportCsv, RowsOfEveryKind) {
  EXPECT_EQ(csv_of(one_row(DataKind::bar, {kMay2025, 100, 250, 5, 123, 1500, 0})),
            "ts,open,high,low,close,volume\n2025-05-01T00:00:00Z,1,2.5,0.05,1.23,1.5\n");
  EXPECT_EQ(csv_of(one_row(DataKind::bar, {kMay2025, 100, 250, 5, 123, 1500, 7})),
            "ts,open,high,low,close,volume,trades\n2025-05-01T00:00:00Z,1,2.5,0.05,1.23,1.5,7\n");
  EXPECT_EQ(csv_of(one_row(DataKind::trade, {kMay2025 + kMillisecond, kMay2025 + 1, 100, 1, 42, 1})),
            "ts,recv_ts,price,quantity,side,id\n"
            "2025-05-01T00:00:00.001Z,2025-05-01T00:00:00.000000001Z,1,0.001,sell,42\n");
  EXPECT_EQ(csv_of(one_row(DataKind::quote, {kMay2025, kMay2025 + kMicrosecond, 99, 101, 5, 0})),
            "ts,recv_ts,bid,bid_quantity,ask,ask_quantity\n"
            "2025-05-01T00:00:00Z,2025-05-01T00:00:00.000001Z,0.99,0.005,1.01,0\n");
  EXPECT_EQ(csv_of(one_row(DataKind::book, {kMay2025, kMay2025, -100, 1, kBookSell | kBookMessageEnd})),
            "ts,recv_ts,side,price,quantity,snapshot,end\n2025-05-01T00:00:00Z,2025-05-01T00:00:00Z,ask,-1,0."
            "001,0,1\n");
  EXPECT_EQ(csv_of(one_row(DataKind::book, {kMay2025, kMay2025, 100, 1, kBookSnapshot})),
            "ts,recv_ts,side,price,quantity,snapshot,end\n2025-05-01T00:00:00Z,2025-05-01T00:00:00Z,bid,1,0."
            "001,1,0\n");
  EXPECT_EQ(csv_of(one_row(DataKind::funding, {kMay2025, -10'000, 0})),
            "ts,rate,mark\n2025-05-01T00:00:00Z,-0.0001,\n");
}

TEST(ExportCsv, NumbersAndTimesAgreeWithTheirTypes) {
  Prng prng(3);
  for (int round = 0; round < 2000; ++round) {
    const auto units =
        static_cast<std::int64_t>(prng.next() >> prng.below(64)) * (prng.below(2) == 0 ? 1 : -1);
    const auto scale = static_cast<std::uint8_t>(prng.below(19));
    const auto time =
        static_cast<TimeNs>(prng.next() >> 2U) / 1'000'000 * (prng.below(2) == 0 ? 1 : 1'000'000);
    Batch batch(DataKind::funding);
    batch.rate_scale = scale;
    test::add_row(batch, {time, units, 0});
    const auto number = Decimal{units, scale}.normalized().format();
    EXPECT_EQ(csv_of(batch), "ts,rate,mark\n" + format_time(time) + "," + number + ",\n");
  }
}

class ExportFileTest : public ::testing::Test {
 protected:
  ExportFileTest() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {}
  Series stored(DataKind kind, std::size_t rows) {
    test::write(store_, key_of(kind), test::make_rows(kind, kMay2025, rows));
    return test::take(store_.read(key_of(kind)));
  }

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
};

// What is exported and imported again into an empty store is the same store, byte for byte.
TEST_F(ExportFileTest, ImportOfAnExportGivesTheSameStore) {
  const auto copy = test::take(Catalogue::open_or_create(folder_ / "copy"));
  for (const auto kind : test::kAllKinds) {
    for (const auto* name : {"rows.csv", "rows.csv.gz", "rows.csv.zst"}) {
      const auto path = folder_ / name;
      const auto series = stored(kind, 30'000);
      const auto summary = test::take(export_csv(series, path));
      EXPECT_EQ(summary.rows, series.rows());
      EXPECT_EQ(summary.bytes, std::filesystem::file_size(path));
      ImportOptions options;
      options.venue = "binance";
      options.instrument = "BTCUSDT";
      options.kind = kind;
      if (kind == DataKind::bar) options.timeframe = test::kOneMinute;
      SilentProgress silent;
      const auto imported = test::take(import_files(std::array{path}, options, copy, silent));
      EXPECT_EQ(imported.written.rows_offered, series.rows());
      const auto back = test::take(copy.read(key_of(kind)));
      EXPECT_EQ(test::collect(back).columns, test::collect(series).columns);
      EXPECT_EQ(back.sha256, series.sha256);
    }
  }
  EXPECT_EQ(test::snapshot(copy.path(), false), test::snapshot(store_.path(), false));
}

TEST_F(ExportFileTest, FileAppearsWhenItIsComplete) {
  const auto series = stored(DataKind::trade, 100'000);
  const auto path = folder_ / "out.csv";
  test::write_file(path, "precious");
  std::atomic<bool> cancel = false;
  const ExportOptions options{.cancel = &cancel, .progress = [&](std::uint64_t rows) {
                                EXPECT_GT(rows, 0U);
                                EXPECT_EQ(test::read_file(path), "precious");
                                cancel = true;
                              }};
  const auto canceled = export_csv(series, path, options);
  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().kind, ErrorKind::canceled);
  EXPECT_EQ(test::read_file(path), "precious");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out.csv.new"));
  test::take(export_csv(series, path));
  EXPECT_EQ(test::read_file(path).substr(0, 20), "ts,recv_ts,price,qua");
}

TEST_F(ExportFileTest, ErrorsNameThePath) {
  const auto series = stored(DataKind::bar, 100);
  EXPECT_EQ(export_csv(series, folder_.path()).error().kind, ErrorKind::usage);
  const auto absent = export_csv(series, folder_ / "no" / "out.csv");
  EXPECT_THAT(absent.error().message, HasSubstr("no/out.csv"));
  if (std::filesystem::exists("/dev/full")) {
    std::filesystem::create_symlink("/dev/full", folder_ / "full.csv.new");
    const auto full = export_csv(series, folder_ / "full.csv");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind, ErrorKind::io);
    EXPECT_THAT(full.error().message, HasSubstr("No space left on device"));
    EXPECT_FALSE(std::filesystem::is_symlink(folder_ / "full.csv.new"));
  }
}

}  // namespace
}  // namespace kontor::data
