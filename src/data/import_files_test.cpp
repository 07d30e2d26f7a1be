#include "data/import_files.hpp"

#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/import_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::data {
namespace {

namespace fs = std::filesystem;
using kontor::test::TemporaryFolder;
using test::write_file;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHeader = "ts,open,high,low,close,volume\n";

/// `count` one-minute bars from `first_minute` of 2025-01-01 on.
std::string bars(int count, int first_minute = 0, std::string_view volume = "5") {
  std::string text(kHeader);
  for (int i = 0; i < count; ++i) {
    text += fmt::format("{},100.5,101,100,100.25,{}\n", 1'735'689'600 + 60 * (first_minute + i), volume);
  }
  return text;
}

class ImportFilesTest : public ::testing::Test {
 protected:
  ImportFilesTest() {
    options_.venue = "binance";
    options_.instrument = "BTCUSDT";
    auto opened = Catalogue::open_or_create(folder_ / "store");
    EXPECT_TRUE(opened);
    catalogue_.emplace(std::move(*opened));
  }

  Result<ImportSummary> import(const std::vector<fs::path>& files) {
    SilentProgress silent;
    return import_files(files, options_, *catalogue_, silent);
  }
  fs::path file(std::string_view name, std::string_view content) {
    write_file(folder_ / name, content);
    return folder_ / name;
  }
  /// Every file of the store with its content.
  std::map<std::string, std::string> store() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(catalogue_->path())) {
      if (entry.is_regular_file()) all[entry.path().string()] = test::read_file(entry.path());
    }
    return all;
  }

  TemporaryFolder folder_;
  ImportOptions options_;
  std::optional<Catalogue> catalogue_;
};

TEST_F(ImportFilesTest, FilesRowsUnderTheirDataset) {
  const auto summary = import({file("a.csv", bars(100))});
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_EQ(summary->datasets.size(), 1U);
  EXPECT_EQ(Catalogue::dataset_name(summary->datasets[0].key), "binance/BTCUSDT/bar/1m");
  EXPECT_EQ(summary->datasets[0].rows, 100U);
  EXPECT_EQ(summary->datasets[0].first, 1'735'689'600 * kSecond);
  EXPECT_EQ(summary->datasets[0].last, (1'735'689'600 + 99 * 60) * kSecond);
  EXPECT_EQ(summary->written.rows_added, 100U);
  const auto series = catalogue_->read(summary->datasets[0].key);
  ASSERT_TRUE(series);
  EXPECT_EQ(series->rows(), 100U);
  EXPECT_EQ(series->scales(), (Scales{.price = 2, .quantity = 0, .rate = 0}));
}

TEST_F(ImportFilesTest, ImportingAgainChangesNothing) {
  const std::vector<fs::path> files{file("a.csv", bars(100)), file("b.csv.gz", test::gzip(bars(100, 50)))};
  const auto first = import(files);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->written.rows_added, 150U);
  const auto before = store();
  const auto second = import(files);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->written.rows_added, 0U);
  EXPECT_EQ(store(), before);
}

TEST_F(ImportFilesTest, ReadsEveryEntryOfAZip) {
  test::write_zip(folder_ / "months.zip", {{"1.csv", bars(10)}, {"2.csv", bars(10, 10)}});
  const auto summary = import({folder_ / "months.zip"});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->written.rows_added, 20U);
}

TEST_F(ImportFilesTest, LeavesTheStoreAsItWasWhenAnyFileIsBad) {
  ASSERT_TRUE(import({file("a.csv", bars(10))}));
  const auto before = store();
  const std::string many = bars(200'000, 10);
  const auto bad = import({file("good.csv", bars(50, 10)), file("bad.csv", many + "oops,1,1,1,1,1\n")});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(bad.error().message, HasSubstr("bad.csv:200002: column 1 (ts)"));
  EXPECT_EQ(store(), before);
  const auto absent = import({folder_ / "a.csv", folder_ / "absent.csv"});
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_EQ(store(), before);
}

TEST_F(ImportFilesTest, LeavesTheStoreAsItWasWhenInterrupted) {
  ASSERT_TRUE(import({file("a.csv", bars(10))}));
  const auto before = store();
  std::atomic<bool> cancel{false};
  options_.cancel = &cancel;
  struct PressAfterAWhile final : Progress {
    explicit PressAfterAWhile(std::atomic<bool>& f) : flag(f) {}
    void update(const ProgressState& state) override { flag = state.rows > 60'000; }
    void finish() override {}
    std::atomic<bool>& flag;
  } progress(cancel);
  const std::vector<fs::path> files{file("b.csv", bars(200'000, 10))};
  const auto summary = import_files(files, options_, *catalogue_, progress);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::canceled);
  EXPECT_EQ(store(), before);
}

TEST_F(ImportFilesTest, RefusesRowsThatContradictStoredOnesUnlessToldToReplace) {
  ASSERT_TRUE(import({file("a.csv", bars(10))}));
  const auto conflict = import({file("b.csv", bars(10, 0, "6"))});
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().kind, ErrorKind::bad_data);
  options_.replace = true;
  const auto replaced = import({folder_ / "b.csv"});
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_EQ(replaced->written.rows_replaced, 10U);
}

TEST_F(ImportFilesTest, TellsTheInstrumentFromTheNameOfAnArchiveFile) {
  options_.instrument.clear();
  const auto summary = import({file("ETHUSDT-1m-2025-01.csv", bars(10))});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->datasets[0].key.instrument.symbol, "ETHUSDT");
  const auto unknown = import({file("candles.csv", bars(10))});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().message, HasSubstr("expected --instrument"));
}

TEST_F(ImportFilesTest, TellsTheVenueFromTheFormat) {
  options_.venue.clear();
  const auto bybit =
      import({file("a.csv", "id,timestamp,price,volume,side\n17,1733011200001,1.95,20,sell\n")});
  ASSERT_TRUE(bybit) << bybit.error().message;
  EXPECT_EQ(bybit->datasets[0].key.instrument.format(), "BTCUSDT@bybit");
  const auto binance =
      import({file("b.csv", "4291600000,93576.0,0.00120,112.2,1735689600012345,True,True\n")});
  ASSERT_TRUE(binance) << binance.error().message;
  EXPECT_EQ(binance->datasets[0].key.instrument.format(), "BTCUSDT@binance");
  const auto nobody = import({file("c.csv", bars(10))});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::usage);
  EXPECT_THAT(nobody.error().message, HasSubstr("expected --venue"));
}

TEST_F(ImportFilesTest, ReadsNamesOfArchives) {
  EXPECT_EQ(symbol_of_archive_name("BTCUSDT-1m-2025-01.zip"), "BTCUSDT");
  EXPECT_EQ(symbol_of_archive_name("1000SHIBUSDT-aggTrades-2025-01-01.csv"), "1000SHIBUSDT");
  EXPECT_EQ(symbol_of_archive_name("BTCUSDT-trades-2025-01.csv"), "BTCUSDT");
  EXPECT_EQ(symbol_of_archive_name("BTCUSDT_250328-1h-2025-01.csv"), "BTCUSDT_250328");
  for (const char* const name :
       {"", "BTCUSDT", "BTCUSDT-", "btcusdt-1m-2025.csv", "BTCUSDT-notes-2025.csv", "-1m-2025.csv"}) {
    EXPECT_EQ(symbol_of_archive_name(name), "") << name;
  }
}

TEST_F(ImportFilesTest, SkipsAByteOrderMark) {
  const auto summary = import({file("a.csv", "\xEF\xBB\xBF" + bars(10))});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->written.rows_added, 10U);
}

TEST_F(ImportFilesTest, NamesWhatIsWrongWithAFile) {
  const std::string zipped = [&] {
    test::write_zip(folder_ / "whole.zip", {{"a.csv", bars(1000)}});
    return test::read_file(folder_ / "whole.zip");
  }();
  const std::pair<fs::path, std::string_view> cases[] = {
      {file("empty.csv", ""), "empty.csv: expected market data, found an empty file"},
      {file("header.csv", kHeader), "header.csv: expected rows of market data, found none"},
      {file("cut.zip", zipped.substr(0, zipped.size() / 2)), "cut.zip"},
      {file("picture.png", "\x89PNG\r\n\x1a\n\x01\x02"), "content that is none of them"},
      {file("letter.txt", "Dear reader\n"), "letter.txt:1: expected a header"},
  };
  for (const auto& [path, expected] : cases) {
    const auto summary = import({path});
    ASSERT_FALSE(summary) << path;
    EXPECT_EQ(summary.error().kind, ErrorKind::bad_data) << path;
    EXPECT_THAT(summary.error().message, HasSubstr(expected));
  }
  EXPECT_EQ(import({}).error().kind, ErrorKind::usage);
}

// --- every file of real market data
// -----------------------------------------------------------------------------

struct ExpectedImport {
  std::string_view path;
  std::string_view symbol;
  std::optional<DataKind> kind;
  std::map<std::string, std::uint64_t> rows;  ///< by dataset
};

class ImportRealData : public ImportFilesTest {
 protected:
  void expect(const ExpectedImport& real) {
    options_.instrument = real.symbol;
    options_.kind = real.kind;
    const std::vector<fs::path> files{kontor::test::real_data_folder() / real.path};
    const auto first = import(files);
    ASSERT_TRUE(first) << first.error().message;
    std::map<std::string, std::uint64_t> rows;
    for (const auto& dataset : first->datasets) rows[Catalogue::dataset_name(dataset.key)] = dataset.rows;
    EXPECT_EQ(rows, real.rows) << real.path;
    EXPECT_EQ(first->written.rows_added, first->written.rows_offered) << "the files hold no row twice";
    warnings_ = first->warnings;
    const auto second = import(files);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->written.rows_added + second->written.rows_replaced, 0U) << real.path;
  }
  std::vector<std::string> warnings_;
};

TEST_F(ImportRealData, BarsOfOneMinute) {
  REQUIRE_REAL_DATA();
  const auto name = [](std::string_view symbol) { return fmt::format("binance/{}/bar/1m", symbol); };
  const std::tuple<std::string_view, std::string_view, std::uint64_t> files[] = {
      {"binance-usdm_BTCUSDT_1m_20250504_20250624", "BTCUSDT", 73'139},
      {"binance-usdm_ETHUSDT_1m_20250504_20250624", "ETHUSDT", 73'140},
      {"binance-usdm_SOLUSDT_1m_20250504_20250624", "SOLUSDT", 73'141},
      {"binance-usdm_XRPUSDT_1m_20250504_20250624", "XRPUSDT", 73'138},
      {"binance-usdm_SUIUSDT_1m_20250504_20250615", "SUIUSDT", 43'199},
      {"binance-usdm_XLMUSDT_1m_20250504_20250615", "XLMUSDT", 43'200},
      {"binance-usdm_LAYERUSDT_1m_20250504_20250615", "LAYERUSDT", 43'199},
      {"FILUSDT-1m-2023-04", "FILUSDT", 43'200},
      {"FILUSDT-1m-2023-05", "FILUSDT", 44'640},
      {"FILUSDT-1m-2023-06", "FILUSDT", 43'200},
      {"ALGOUSDT-1m-2026-02", "ALGOUSDT", 40'320},
      {"binanceus_BTCUSDT_1m_20230301_20230321", "BTCUSDT", 30'240},
  };
  for (const auto& [stem, symbol, rows] : files) {
    expect({fmt::format("bars-1m/{}.csv.zst", stem), symbol, DataKind::bar, {{name(symbol), rows}}});
    EXPECT_THAT(warnings_, IsEmpty()) << stem;
  }
}

TEST_F(ImportRealData, LongBars) {
  REQUIRE_REAL_DATA();
  for (const auto& [symbol, days] : {std::pair{"BTCUSDT", 3178U}, {"ETHUSDT", 3178U}, {"SOLUSDT", 2088U}}) {
    expect({fmt::format("bars-long/{}-1d.csv.zst", symbol),
            symbol,
            {},
            {{fmt::format("binance/{}/bar/1d", symbol), days}}});
    expect({fmt::format("bars-long/{}-1h.csv.zst", symbol),
            symbol,
            {},
            {{fmt::format("binance/{}/bar/1h", symbol), 37'923}}});
  }
}

TEST_F(ImportRealData, FundingAndMarkPrices) {
  REQUIRE_REAL_DATA();
  const std::tuple<std::string_view, std::uint64_t, std::uint64_t> files[] = {
      {"BTC", 266, 266}, {"ETH", 302, 302}, {"LAYER", 984, 236}, {"LINK", 266, 266},
      {"SOL", 266, 266}, {"SUI", 251, 251}, {"XRP", 266, 266}};
  for (const auto& [coin, rates, marks] : files) {
    const std::string symbol = fmt::format("{}USDT", coin);
    expect({fmt::format("funding/{}_USDT_USDT-8h-funding_rate.csv.zst", coin),
            symbol,
            DataKind::funding,
            {{"binance/" + symbol + "/funding", rates}}});
    expect({fmt::format("funding/{}_USDT_USDT-8h-mark.csv.zst", coin),
            symbol,
            DataKind::bar,
            {{"binance/" + symbol + "/bar/8h", marks}}});
  }
}

TEST_F(ImportRealData, Trades) {
  REQUIRE_REAL_DATA();
  expect({"trades/spot-PEPEUSDT-aggTrades-2024-10-27.zip",
          "PEPEUSDT",
          {},
          {{"binance/PEPEUSDT/trade", 57'229}}});
  expect({"trades/futures-APEUSDT-aggTrades-2024-10-18.zip",
          "APEUSDT",
          {},
          {{"binance/APEUSDT/trade", 45'342}}});
  expect({"trades/gemini__eth-usd__2021-07-01__trade.csv.zst",
          "ETHUSD",
          {},
          {{"binance/ETHUSD/trade", 25'222}}});
}

TEST_F(ImportRealData, BooksAndQuotes) {
  REQUIRE_REAL_DATA();
  expect({"book/gemini__eth-usd__2021-07-01__market-depth.csv.zst",
          "ETHUSD",
          {},
          {{"binance/ETHUSD/quote", 72'180}}});
  expect({"book/bybit_xrpusdt-ob500.data.zip", "", {}, {{"binance/XRPUSDT/book", 3966}}});
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ImportRealData, Recordings) {
  REQUIRE_REAL_DATA();
  expect({"book/usdm_btcusdt_20240808.gz",
          "",
          {},
          {{"binance/BTCUSDT/book", 445'262},
           {"binance/BTCUSDT/quote", 66'089},
           {"binance/BTCUSDT/trade", 21'313}}});
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("1.272s were added to its receive times")));
}

TEST_F(ImportRealData, SpotRecordingsThatContinueEachOther) {
  REQUIRE_REAL_DATA();
  options_.instrument = "BTCUSDT";
  const fs::path book = kontor::test::real_data_folder() / "book";
  const auto summary = import({book / "spot_btcusdt_20240808.gz", book / "spot_btcusdt_20240809.gz"});
  ASSERT_TRUE(summary) << summary.error().message;
  std::map<std::string, std::uint64_t> rows;
  for (const auto& dataset : summary->datasets) rows[Catalogue::dataset_name(dataset.key)] = dataset.rows;
  EXPECT_EQ(rows.at("binance/BTCUSDT/quote"), 28'040U + 45'134U);
  EXPECT_EQ(rows.at("binance/BTCUSDT/trade"), 9757U + 10'147U);
  EXPECT_THAT(summary->warnings,
              Contains(HasSubstr("20240809.gz: expected a snapshot at the start, found only changes")));
  EXPECT_THAT(summary->warnings, Not(Contains(HasSubstr("gaps"))));
}

TEST_F(ImportRealData, RefusesABarFileAsTrades) {
  REQUIRE_REAL_DATA();
  options_.kind = DataKind::trade;
  const auto summary = import({kontor::test::real_data_folder() / "bars-1m/FILUSDT-1m-2023-04.csv.zst"});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(summary.error().message,
              HasSubstr("expected trade data (--kind trade), found bar data in format binance-klines"));
}

}  // namespace
}  // namespace kontor::data
