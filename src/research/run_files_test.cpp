#include "research/run_files.hpp"

#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "research/run_files_csv.hpp"
#include "research/run_folder.hpp"
#include "research/run_result_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::research {
namespace {

namespace fs = std::filesystem;
using kontor::test::TemporaryFolder;
using test::at;
using test::money;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kNames[] = {kAnalysisFile, kTimingFile,     kFillsFile,  kOrdersFile,
                                       kEquityFile,   kRoundTripsFile, kConfigFile, kDatasetFile,
                                       kReportFile,   kReportDataFile};

/// A run with one of everything.
RunResult busy_run() {
  RunResult result = test::empty_run();
  result.strategies = {"=cmd|'calc'!A1, \"quoted\""};
  test::add_sample(result, at("2024-01-01T01:00:00Z"), "10000.123456789", 10'100.5);
  test::add_sample(result, at("2024-01-03T00:00:00Z"), "9999");
  result.final_equity = money("9999");
  result.fills = {test::fill(result, Side::buy, Liquidity::maker, "5186.961725", "1.000000000000000001")};
  result.fills[0].realized = money("-0.5");
  result.fill_count = 1;
  OrderRecord order;
  order.order.id = OrderId(1);
  order.order.quantity = RawQuantity(12'345);
  order.order.limit_price = RawPrice(4'200'050);
  order.order.type = OrderType::limit;
  order.status = OrderStatus::filled;
  order.ts_created = at("2024-01-01T00:00:30.5Z");
  order.ts_closed = at("2024-01-01T00:01:00Z");
  order.filled = RawQuantity(12'345);
  order.filled_notional = money("5186.961725");
  order.mark_at_decision = RawPrice(4'200'010);
  order.ts_acknowledged = at("2024-01-01T00:00:30.525Z");
  result.orders = {order};
  result.round_trips = {test::round_trip(result, 5, "-3", "1")};
  result.round_trips[0].exit = ExitReason::stop_loss;
  result.round_trips[0].entry_tag = 7;
  result.fees = money("1.000000000000000001");
  result.datasets = {{"binance/BTCUSDT/bar/1m", "abc123", 2880, result.from, result.to - kMinute}};
  result.refusals = {{"sma", "below_min_notional", 3}};
  return result;
}

std::string content(const fs::path& path) {
  const auto text = read_file(path);
  EXPECT_TRUE(text) << path;
  return text.value_or("");
}

Result<void> write(const fs::path& folder, const RunResult& result, double wall_seconds = 1.5) {
  return write_run_files(folder, result, compute_metrics(result), {"0.1.0", at("2026-01-01"), wall_seconds});
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(RunFiles, WritesEveryFileAndNothingBeside) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write(folder / "runs/one", busy_run()));
  EXPECT_EQ(entries(folder / "runs"), 1U);
  EXPECT_EQ(entries(folder / "runs/one"), std::size(kNames));
  for (const auto name : kNames) EXPECT_FALSE(content(folder / "runs/one" / name).empty()) << name;
}

TEST(RunFiles, RunsOfOneInstantKeepFoldersOfTheirOwnInOrder) {
  const TemporaryFolder folder;
  const RunResult result = busy_run();
  const RunStamp stamp{"0.1.0", at("2026-01-01T10:20:30.123456Z"), 1};
  const auto first = write_new_run(folder / "runs", result, compute_metrics(result), stamp);
  const auto second = write_new_run(folder / "runs", result, compute_metrics(result), stamp);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->filename(), "20260101-102030-123456-4f1c9e0b");
  EXPECT_EQ(second->filename(), "20260101-102030-123457-4f1c9e0b");
  EXPECT_EQ(entries(folder / "runs"), 2U);
}

TEST(RunFolderCommit, NeverTouchesWhatIsToBeKept) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write(folder / "one", busy_run()));
  const std::string before = content(folder / "one" / kTimingFile);
  auto files = RunFolder::begin(folder / "one");
  ASSERT_TRUE(files && files->write(kAnalysisFile, "{}"));
  EXPECT_FALSE(files->commit(EarlierRun::keep).value());
  EXPECT_EQ(content(folder / "one" / kTimingFile), before);
}

TEST(RunFolder, IdsSortByCreation) {
  EXPECT_LT(run_id(at("2026-01-01T10:20:30.000009Z"), "ffffffffff"),
            run_id(at("2026-01-01T10:20:30.000010Z"), "0000000000"));
}

TEST(RunFiles, SameRunSameBytesButForTheTime) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write(folder / "a", busy_run(), 1.5));
  ASSERT_TRUE(write(folder / "b", busy_run(), 2.5));
  for (const auto name : kNames) {
    if (name == kTimingFile) continue;
    EXPECT_EQ(content(folder / "a" / name), content(folder / "b" / name)) << name;
  }
  EXPECT_THAT(content(folder / "a" / kTimingFile), HasSubstr("\"wall_seconds\": 1.5"));
  EXPECT_THAT(content(folder / "a" / kTimingFile), HasSubstr("2026-01-01T00:00:00Z"));
}

TEST(RunFiles, AnalysisKeepsEveryDigit) {
  const RunResult result = busy_run();
  const auto metrics = compute_metrics(result);
  const std::string text = analysis_json(result, metrics, "0.1.0");
  EXPECT_THAT(text, HasSubstr("\"fees\": 1.000000000000000001,"));
  EXPECT_THAT(text, HasSubstr("\"final_equity\": 9999,"));
  EXPECT_THAT(text, HasSubstr("\"sharpe\": null,"));
  EXPECT_THAT(text, HasSubstr("\"fills\": 1,"));
  EXPECT_THAT(text, Not(HasSubstr("wall_seconds")));
  EXPECT_THAT(text, Not(HasSubstr(": nan")));
  EXPECT_THAT(analysis_json(result, metrics, "0.1.0", 0.25), HasSubstr("\"wall_seconds\": 0.25\n}"));
}

TEST(RunFiles, AnalysisHasEveryPartAndNullWhereNothingIsKnown) {
  const RunResult result = busy_run();
  const std::string text = analysis_json(result, compute_metrics(result), "0.1.0");
  for (const char* key : {"rolling", "years", "execution", "capacity", "monte_carlo", "regimes", "crises",
                          "by_exit", "by_entry_tag", "by_entry_hour", "by_entry_weekday",
                          "liquidation_distance", "minimum_track_record_days"}) {
    EXPECT_THAT(text, HasSubstr(fmt::format("\n  \"{}\": ", key)));
  }
  EXPECT_THAT(text, HasSubstr("\"monte_carlo\": null"));
  EXPECT_THAT(text, HasSubstr("\"capacity\": null"));
  EXPECT_THAT(text, HasSubstr("\"liquidation_distance\": null"));
  EXPECT_THAT(text, HasSubstr("\"trials\": 1,"));
  EXPECT_THAT(text, HasSubstr("\"deflated_sharpe\": null"));
  EXPECT_THAT(text, HasSubstr("\"name\": \"stop_loss\""));
  EXPECT_THAT(text, HasSubstr("\"fill_ratio\": 1"));
}

TEST(RunFilesCsv, FillsOrdersEquityRoundTrips) {
  const RunResult result = busy_run();
  TextBuffer fills;
  write_fills_csv(fills, result);
  EXPECT_THAT(
      fills.text(),
      HasSubstr("\n2024-01-01T00:01:00Z,1,1,\"'=cmd|'calc'!A1, \"\"quoted\"\"\",BTCUSDT@binance,buy,market,"
                "maker,42000.50,0.12345,5186.961725,1.000000000000000001,USDT,1.000000000000000001,-0.5,"
                "0.00000,10000,false,0\n"));
  TextBuffer orders;
  write_orders_csv(orders, result);
  EXPECT_THAT(orders.text(), HasSubstr("\n2024-01-01T00:00:30.500Z,2024-01-01T00:01:00Z,1,"));
  EXPECT_THAT(orders.text(),
              HasSubstr(",buy,limit,good_till_canceled,filled,none,0.12345,42000.50,,,0.12345,"));
  EXPECT_THAT(orders.text(), HasSubstr(",single,0,0,2024-01-01T00:00:30.525Z,42000.10\n"));
  TextBuffer equity;
  write_equity_csv(equity, result);
  EXPECT_EQ(equity.text(),
            "time,equity,net_exposure,gross_exposure,benchmark\n"
            "2024-01-01T01:00:00Z,10000.123456789,0,0,10100.5\n"
            "2024-01-03T00:00:00Z,9999,0,0,\n");
  TextBuffer trips;
  write_round_trips_csv(trips, result);
  EXPECT_THAT(trips.text(), HasSubstr(",long,1.00000,1.00000,1000,1.00000,997,-3,1,-4,0,0,stop_loss,7\n"));
}

TEST(RunFilesCsv, TextCannotBecomeAFormula) {
  for (const auto& [text, expected] :
       std::vector<std::pair<std::string, std::string>>{{"plain", "plain"},
                                                        {"=1+1", "'=1+1"},
                                                        {"+1", "'+1"},
                                                        {"-1", "'-1"},
                                                        {"@x", "'@x"},
                                                        {"\tx", "'\tx"},
                                                        {"a,b", "\"a,b\""},
                                                        {"a\"b", "\"a\"\"b\""},
                                                        {"", ""},
                                                        {"a\nb", "\"a\nb\""}}) {
    TextBuffer out;
    append_csv_text(out, text);
    EXPECT_EQ(out.text(), expected);
  }
}

TEST(RunFiles, DatasetManifestNamesHashes) {
  EXPECT_THAT(dataset_json(busy_run()), HasSubstr("\"sha256\": \"abc123\""));
}

TEST(RunFiles, ReplacesAnEarlierRunAndRefusesAnythingElse) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write(folder / "run", test::empty_run()));
  ASSERT_TRUE(write(folder / "run", busy_run()));
  EXPECT_THAT(content(folder / "run" / kAnalysisFile), HasSubstr("\"fills\": 1,"));
  fs::create_directories(folder / "mine");
  std::ofstream(folder / "mine/thesis.txt") << "precious";
  const auto refused = write(folder / "mine", busy_run());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_EQ(entries(folder / "mine"), 1U);
  EXPECT_EQ(entries(folder.path()), 2U);
  fs::create_directories(folder / "empty");
  EXPECT_TRUE(write(folder / "empty", busy_run()));
}

TEST(RunFiles, AFolderThatCannotBeIsAnIoError) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  for (const auto target : {"file", "file/run", "file/deep/run"}) {
    const auto written = write(folder / target, busy_run());
    ASSERT_FALSE(written) << target;
    EXPECT_EQ(written.error().kind, ErrorKind::io) << target;
    EXPECT_THAT(written.error().message, HasSubstr((folder / "file").string()));
    EXPECT_FALSE(check_run_folder(folder / target));
  }
  EXPECT_TRUE(check_run_folder(folder / "fresh/run"));
  EXPECT_FALSE(fs::exists(folder / "fresh/run"));
}

/// Lets files grow to `bytes` only, which fails like a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

TEST(RunFiles, AWriteThatFailsHalfWayLeavesNothing) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write(folder / "run", test::empty_run()));
  const std::string before = content(folder / "run" / kReportFile);
  Result<void> written;
  {
    const FileSizeLimit limit(8192);
    written = write(folder / "run", busy_run());
  }
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::io);
  EXPECT_THAT(written.error().message, HasSubstr("cannot write"));
  EXPECT_EQ(entries(folder.path()), 1U);
  EXPECT_EQ(content(folder / "run" / kReportFile), before);
}

TEST(RunFolder, WritesOneFileAtomically) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "page.html", "one"));
  ASSERT_TRUE(write_file_atomically(folder / "page.html", "two"));
  EXPECT_EQ(content(folder / "page.html"), "two");
  EXPECT_EQ(entries(folder.path()), 1U);
  const auto nowhere = write_file_atomically(folder / "none/page.html", "x");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::io);
  EXPECT_THAT(nowhere.error().message, HasSubstr("there is no folder"));
  EXPECT_EQ(read_file(folder / "absent").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kontor::research
