#include "research/run_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::research {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StoredRun run_of(std::string id, double final_equity, std::optional<double> sharpe) {
  StoredRun run;
  run.id = std::move(id);
  run.name = "my " + run.id;
  run.strategies = {"sma_cross"};
  run.instruments = {"BTCUSDT@binance"};
  run.reporting_asset = "USDT";
  run.from = *parse_time("2024-01-01");
  run.to = *parse_time("2024-02-01");
  run.figures = {{"initial_equity", 10'000},
                 {"final_equity", final_equity},
                 {"total_return", final_equity / 10'000 - 1},
                 {"max_drawdown", 0.05},
                 {"sharpe", sharpe},
                 {"round_trips", 12},
                 {"average_holding_seconds", 3'700}};
  return run;
}

std::vector<StoredRun> three_runs() {
  return {run_of("a", 10'100, 1.0), run_of("b", 12'000, std::nullopt), run_of("c", 11'000, 2.0)};
}

std::string ids_of(const std::vector<StoredRun>& runs) {
  std::string ids;
  for (const StoredRun& run : runs) ids += run.id;
  return ids;
}

TEST(RunText, SortsByFigureAndLimits) {
  EXPECT_EQ(ids_of(*chosen_runs(three_runs(), {})), "abc");
  EXPECT_EQ(ids_of(*chosen_runs(three_runs(), {"id", 2})), "bc") << "the latest ones";
  EXPECT_EQ(ids_of(*chosen_runs(three_runs(), {"total_return", 0})), "bca");
  EXPECT_EQ(ids_of(*chosen_runs(three_runs(), {"sharpe", 0})), "cab") << "null comes last";
  EXPECT_EQ(ids_of(*chosen_runs(three_runs(), {"sharpe", 1})), "c");
  auto by_drawdown = three_runs();
  by_drawdown[1].figures[3].second = 0.01;
  EXPECT_EQ(ids_of(*chosen_runs(by_drawdown, {"max_drawdown", 0})), "bac") << "the smallest is the best";
  const auto unknown = chosen_runs(three_runs(), {"sharp", 0});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().message, HasSubstr("'sharpe'"));
}

TEST(RunText, TheTableAlignsItsColumns) {
  EXPECT_EQ(runs_table({three_runs()[0], three_runs()[1]}),
            "RUN  NAME  STRATEGY   INSTRUMENTS      RANGE                     RETURN  MAX DRAWDOWN  SHARPE  "
            "ROUND TRIPS\n"
            "a    my a  sma_cross  BTCUSDT@binance  2024-01-01 – 2024-01-31   1.00 %        5.00 %    1.00   "
            "        12\n"
            "b    my b  sma_cross  BTCUSDT@binance  2024-01-01 – 2024-01-31  20.00 %        5.00 %       –   "
            "        "
            "12\n");
}

TEST(RunText, ShowsFiguresOfOneRun) {
  const std::string text = run_text(three_runs()[0]);
  EXPECT_THAT(text, HasSubstr("a  my a\n"));
  EXPECT_THAT(text, HasSubstr("sma_cross on BTCUSDT@binance"));
  EXPECT_THAT(text, HasSubstr("Final equity"));
  EXPECT_THAT(text, HasSubstr("10100.00"));
  EXPECT_THAT(text, HasSubstr("1h 1m"));
  EXPECT_THAT(text, Not(HasSubstr("Liquidations")));
}

TEST(RunText, ComparesSideBySideAndMarksWhatDiffers) {
  const std::vector<ConfigDifference> differences{{"strategy[0].fast", {"10", std::nullopt}}};
  const std::string text = comparison_text({three_runs()[0], three_runs()[1]}, differences);
  EXPECT_THAT(text, HasSubstr("*    strategy[0].fast"));
  EXPECT_THAT(text, HasSubstr("*    Final equity"));
  EXPECT_THAT(text, HasSubstr("     Initial equity"));
  EXPECT_THAT(text, Not(HasSubstr("*    Initial equity")));
  EXPECT_THAT(comparison_text({three_runs()[0], three_runs()[0]}, {}),
              HasSubstr("Configurations are the same"));
}

TEST(RunText, JsonHasAllFigures) {
  EXPECT_THAT(runs_json(three_runs()), HasSubstr("\"sharpe\": null"));
  EXPECT_EQ(runs_json({}), "[]");
  const std::string text = comparison_json({three_runs()[0], three_runs()[1]}, {{"seed", {"1", "2"}}});
  EXPECT_THAT(text, HasSubstr("\"seed\": [\"1\", \"2\"]"));
  EXPECT_THAT(text, HasSubstr("\"final_equity\": [10100, 12000]"));
  EXPECT_THAT(text, Not(HasSubstr("\"initial_equity\": [")));
}

}  // namespace
}  // namespace kontor::research
