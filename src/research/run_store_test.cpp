#include "research/run_store.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/run_files.hpp"
#include "research/run_folder.hpp"
#include "research/run_result_test_support.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::research {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class RunStoreTest : public ::testing::Test {
 protected:
  void add_run(std::string_view id) {
    const RunResult result = test::empty_run();
    const auto written = write_run_files(folder_ / id, result, compute_metrics(result), {"0.1.0", 0, 0});
    ASSERT_TRUE(written) << written.error().message;
  }
  void add_file(std::string_view id, std::string_view name, std::string_view content) {
    fs::create_directories(folder_ / id);
    std::ofstream(folder_ / id / name) << content;
  }

  kontor::test::TemporaryFolder folder_;
  RunStore store_{folder_.path()};
};

TEST_F(RunStoreTest, ReadsBackWhatWasWritten) {
  add_run("20240101-120000-aaaaaaaa");
  const auto run = store_.load("20240101-120000-aaaaaaaa");
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->id, "20240101-120000-aaaaaaaa");
  EXPECT_EQ(run->strategies, std::vector<std::string>{"sma_cross"});
  EXPECT_EQ(run->instruments, std::vector<std::string>{"BTCUSDT@binance"});
  EXPECT_EQ(run->reporting_asset, "USDT");
  EXPECT_EQ(run->from, test::at("2024-01-01"));
  EXPECT_EQ(run->to, test::at("2024-01-03"));
  EXPECT_EQ(run->figure("initial_equity"), 10'000.0);
  EXPECT_EQ(run->figure("sharpe"), std::nullopt);
  EXPECT_EQ(run->figure("no_such_figure"), std::nullopt);
  EXPECT_EQ(run->figures.front().first, "schema");
}

TEST_F(RunStoreTest, ListsRunsByIdAndReportsBrokenOnes) {
  add_run("20240102-000000-bbbbbbbb");
  add_run("20240101-000000-aaaaaaaa");
  add_file("20240103-000000-cccccccc", "analysis.json", "{\"fills\": 1");
  add_file("20240104-000000-dddddddd", "notes.txt", "no run");
  add_file("20240105-000000-eeeeeeee", "analysis.json", "{\"initial_equity\": \"ten\"}");
  add_file(".20240106-000000-ffffffff.partial-1", "analysis.json", "{}");
  const auto listing = store_.list();
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->runs.size(), 2U);
  EXPECT_EQ(listing->runs[0].id, "20240101-000000-aaaaaaaa");
  ASSERT_EQ(listing->broken.size(), 3U);
  EXPECT_THAT(listing->broken[0].reason, HasSubstr("expected JSON"));
  EXPECT_THAT(listing->broken[1].reason, HasSubstr("analysis.json"));
  EXPECT_THAT(listing->broken[2].reason, HasSubstr("expected the number 'initial_equity'"));
}

TEST_F(RunStoreTest, NoFolderYetIsNoRun) {
  const RunStore store(folder_ / "none");
  EXPECT_TRUE(store.list()->runs.empty());
  const auto missing = store.find("x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("kontor backtest"));
}

TEST_F(RunStoreTest, FindsByBeginningLatestAndPath) {
  add_run("20240101-000000-aaaaaaaa");
  add_run("20240102-000000-bbbbbbbb");
  EXPECT_EQ(*store_.find("20240102"), folder_ / "20240102-000000-bbbbbbbb");
  EXPECT_EQ(*store_.find("latest"), folder_ / "20240102-000000-bbbbbbbb");
  add_file("20240103-000000-cccccccc", "analysis.json", "{");
  EXPECT_EQ(*store_.find("latest"), folder_ / "20240102-000000-bbbbbbbb");
  const auto path = (folder_ / "20240101-000000-aaaaaaaa").string() + "/";
  EXPECT_EQ(store_.load(path)->id, "20240101-000000-aaaaaaaa");
}

TEST_F(RunStoreTest, AnUnknownRunNamesTheNearest) {
  add_run("20240101-000000-aaaaaaaa");
  add_run("20240202-000000-bbbbbbbb");
  const auto missing = store_.find("20240102-000000-aaaaaaaa");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("nearest are: 20240101-000000-aaaaaaaa"));
  const auto several = store_.find("2024");
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::usage);
  EXPECT_FALSE(store_.find(""));
}

}  // namespace
}  // namespace kontor::research
