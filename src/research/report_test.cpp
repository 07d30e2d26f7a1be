#include "research/report.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/report_assets.hpp"
#include "research/report_data.hpp"
#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string data_of(const RunResult& result) {
  return report_data_json(result, compute_metrics(result), "0.1.0");
}

TEST(Report, ThePageHoldsItsDataAndAsksForNothing) {
  const std::string data = data_of(test::empty_run());
  const std::string page = report_html(data);
  EXPECT_EQ(page.size(),
            report_template().size() + data.size() - std::string_view("%KONTOR_REPORT_DATA%").size());
  EXPECT_THAT(page, HasSubstr(data));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("<script src")));
  EXPECT_THAT(page, Not(HasSubstr("<link rel=\"stylesheet\"")));
}

TEST(Report, NamesCannotEndTheScript) {
  RunResult result = test::empty_run();
  result.strategies = {"</script><script>alert(1)</script>"};
  result.config_toml = "# <!-- </SCRIPT>";
  const std::string data = data_of(result);
  EXPECT_THAT(data, Not(HasSubstr("<")));
  EXPECT_THAT(data, HasSubstr("\\u003c/script>"));
}

TEST(Report, DataFromAFileIsCheckedAndMadeSafe) {
  EXPECT_EQ(*checked_report_data(R"({"schema":3,"x":"</script>"})", "p"),
            R"({"schema":3,"x":"\u003c/script>"})");
  const std::string data = data_of(test::empty_run());
  EXPECT_EQ(*checked_report_data(data, "p"), data);
  for (const auto text : {"", "{", "[]", "{\"schema\":\"1\"}", "{\"schema\":2}", "{\"schema\":3} trailing"}) {
    const auto checked = checked_report_data(text, "runs/x/report-data.json");
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().kind, ErrorKind::bad_data);
    EXPECT_THAT(checked.error().message, HasSubstr("runs/x/report-data.json"));
  }
}

TEST(ReportData, ThinsEquityButKeepsItsExtremes) {
  RunResult result = test::empty_run();
  for (int i = 0; i < 10'000; ++i) {
    EquitySample sample;
    sample.ts = result.from + i * kHour;
    sample.equity = Amount::from_units(static_cast<int128>(10'000 + (i * 7919) % 101) * kPowersOfTen[18]);
    result.equity.push_back(sample);
  }
  result.equity[4321].equity = test::money("1");
  result.equity[7777].equity = test::money("99999");
  const auto kept = thinned_equity(result, 600);
  EXPECT_LE(kept.size(), 602U);
  EXPECT_GE(kept.size(), 300U);
  EXPECT_TRUE(std::ranges::is_sorted(kept));
  EXPECT_EQ(kept.front(), 0U);
  EXPECT_EQ(kept.back(), 9'999U);
  EXPECT_TRUE(std::ranges::binary_search(kept, std::size_t{4321}));
  EXPECT_TRUE(std::ranges::binary_search(kept, std::size_t{7777}));
  EXPECT_EQ(thinned_equity(result, 10'000).size(), 10'000U);
}

TEST(ReportData, ThinsFillsAndSaysHowManyThereAre) {
  RunResult result = test::empty_run();
  result.fills.assign(kReportFills + 1, test::fill(result, Side::buy, Liquidity::maker, "100", "0.1"));
  result.fill_count = result.fills.size();
  const std::string data = data_of(result);
  EXPECT_THAT(data, HasSubstr("\"fills\":{\"total\":20001,\"time_ms\":[1704067260000,0,"));
  const auto begin = data.find("\"sell\":[", data.find("\"fills\":{"));
  const auto end = data.find(']', begin);
  EXPECT_EQ(std::count(data.begin() + static_cast<std::ptrdiff_t>(begin),
                       data.begin() + static_cast<std::ptrdiff_t>(end), ','),
            10'000);
}

TEST(ReportData, TimesAreDistancesAndPricesExact) {
  RunResult result = test::empty_run();
  result.fills = {test::fill(result, Side::buy, Liquidity::maker, "100", "0.1"),
                  test::fill(result, Side::sell, Liquidity::taker, "100", "0.1")};
  result.fills[1].fill.ts_venue += 1'500 * kMillisecond;
  const std::string data = data_of(result);
  EXPECT_THAT(data, HasSubstr("\"time_ms\":[1704067260000,1500]"));
  EXPECT_THAT(data, HasSubstr("\"sell\":[0,1]"));
  EXPECT_THAT(data, HasSubstr("\"price\":[42000.50,42000.50]"));
}

}  // namespace
}  // namespace kontor::research
