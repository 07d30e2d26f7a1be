#include <array>
#include <cctype>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/catalogue_test_support.hpp"
#include "data/export.hpp"
#include "data/import_files.hpp"
#include "data/progress.hpp"
#include "data/quality.hpp"
#include "tests/support/test_data.hpp"

/// Real recordings through import, store and check: what exchanges send has no errors, and it comes back from
/// an export as it went in.
namespace kontor::data {
namespace {

namespace fs = std::filesystem;

struct RealFile {
  const char* path;
  const char* symbol;
  DataKind kind;
  const char* timeframe;
};

/// Written as the test's name.
std::string name_of(const ::testing::TestParamInfo<RealFile>& file) {
  std::string name =
      fmt::format("{}{}", file.param.path, boost::describe::enum_to_string(file.param.kind, ""));
  std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
  return name;
}

constexpr RealFile kFiles[] = {
    {"bars-1m/binance-usdm_BTCUSDT_1m_20250504_20250624.csv.zst", "BTCUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_ETHUSDT_1m_20250504_20250624.csv.zst", "ETHUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_SOLUSDT_1m_20250504_20250624.csv.zst", "SOLUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_XRPUSDT_1m_20250504_20250624.csv.zst", "XRPUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_SUIUSDT_1m_20250504_20250615.csv.zst", "SUIUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_XLMUSDT_1m_20250504_20250615.csv.zst", "XLMUSDT", DataKind::bar, "1m"},
    {"bars-1m/binance-usdm_LAYERUSDT_1m_20250504_20250615.csv.zst", "LAYERUSDT", DataKind::bar, "1m"},
    {"bars-1m/FILUSDT-1m-2023-04.csv.zst", "FILUSDT", DataKind::bar, "1m"},
    {"bars-1m/FILUSDT-1m-2023-05.csv.zst", "FILUSDT", DataKind::bar, "1m"},
    {"bars-1m/FILUSDT-1m-2023-06.csv.zst", "FILUSDT", DataKind::bar, "1m"},
    {"bars-1m/ALGOUSDT-1m-2026-02.csv.zst", "ALGOUSDT", DataKind::bar, "1m"},
    {"bars-1m/binanceus_BTCUSDT_1m_20230301_20230321.csv.zst", "BTCUSDT", DataKind::bar, "1m"},
    {"bars-long/BTCUSDT-1h.csv.zst", "BTCUSDT", DataKind::bar, "1h"},
    {"bars-long/ETHUSDT-1h.csv.zst", "ETHUSDT", DataKind::bar, "1h"},
    {"bars-long/SOLUSDT-1h.csv.zst", "SOLUSDT", DataKind::bar, "1h"},
    {"bars-long/BTCUSDT-1d.csv.zst", "BTCUSDT", DataKind::bar, "1d"},
    {"bars-long/ETHUSDT-1d.csv.zst", "ETHUSDT", DataKind::bar, "1d"},
    {"bars-long/SOLUSDT-1d.csv.zst", "SOLUSDT", DataKind::bar, "1d"},
    {"trades/spot-PEPEUSDT-aggTrades-2024-10-27.zip", "PEPEUSDT", DataKind::trade, ""},
    {"trades/futures-APEUSDT-aggTrades-2024-10-18.zip", "APEUSDT", DataKind::trade, ""},
    {"trades/gemini__eth-usd__2021-07-01__trade.csv.zst", "ETHUSD", DataKind::trade, ""},
    {"book/gemini__eth-usd__2021-07-01__market-depth.csv.zst", "ETHUSD", DataKind::quote, ""},
    {"book/bybit_xrpusdt-ob500.data.zip", "XRPUSDT", DataKind::book, ""},
    {"book/usdm_btcusdt_20240808.gz", "BTCUSDT", DataKind::book, ""},
    {"book/spot_btcusdt_20240808.gz", "BTCUSDT", DataKind::book, ""},
    {"book/spot_btcusdt_20240808.gz", "BTCUSDT", DataKind::quote, ""},
    {"book/spot_btcusdt_20240808.gz", "BTCUSDT", DataKind::trade, ""},
    {"funding/BTC_USDT_USDT-8h-funding_rate.csv.zst", "BTCUSDT", DataKind::funding, ""},
    {"funding/SOL_USDT_USDT-8h-funding_rate.csv.zst", "SOLUSDT", DataKind::funding, ""},
};

class RealData : public ::testing::TestWithParam<RealFile> {
 protected:
  RealData() : store_(test::take(Catalogue::open_or_create(folder_ / "store"))) {}

  static WriteSummary import(const Catalogue& store, const fs::path& path) {
    ImportOptions options;
    options.venue = "binance";
    options.instrument = GetParam().symbol;
    options.kind = GetParam().kind;
    if (*GetParam().timeframe != '\0') options.timeframe = test::take(Timeframe::parse(GetParam().timeframe));
    SilentProgress silent;
    return test::take(import_files(std::array{path}, options, store, silent)).written;
  }
  static DatasetKey key() {
    DatasetKey key{InstrumentName{"binance", GetParam().symbol}, GetParam().kind, {}};
    if (*GetParam().timeframe != '\0') key.timeframe = test::take(Timeframe::parse(GetParam().timeframe));
    return key;
  }

  kontor::test::TemporaryFolder folder_;
  Catalogue store_;
};

TEST_P(RealData, HasNoErrorsAndSurvivesExportAndImport) {
  REQUIRE_REAL_DATA();
  const auto path = kontor::test::real_data_folder() / GetParam().path;
  EXPECT_GT(import(store_, path).rows_added, 80U);
  const auto report = test::take(check_dataset(store_, key()));
  EXPECT_TRUE(report.ok()) << format_report(report);
  const bool merges_twice = GetParam().kind != DataKind::book;
  EXPECT_EQ(merges_twice ? import(store_, path).segments_written : 0U, 0U) << "imported again";

  const auto series = test::take(store_.read(key()));
  test::take(export_csv(series, folder_ / "rows.csv"));
  const auto copy = test::take(Catalogue::open_or_create(folder_ / "copy"));
  import(copy, folder_ / "rows.csv");
  EXPECT_EQ(test::take(copy.read(key())).sha256, series.sha256);
}

INSTANTIATE_TEST_SUITE_P(Files, RealData, ::testing::ValuesIn(kFiles), name_of);

}  // namespace
}  // namespace kontor::data
