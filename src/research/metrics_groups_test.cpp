#include "research/metrics_groups.hpp"

#include <gtest/gtest.h>

#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using test::money;
using test::round_trip;

std::vector<std::pair<std::string, std::string>> net_of(const std::vector<TradeGroup>& groups) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const TradeGroup& group : groups) {
    EXPECT_FALSE(group.splits_fills);
    EXPECT_FALSE(group.profit);
    found.emplace_back(group.name, group.trades.net_profit.format());
  }
  return found;
}

using Expected = std::vector<std::pair<std::string, std::string>>;

TEST(MetricsGroups, ByWhatEndedTheRoundTrip) {
  RunResult result = test::empty_run();
  for (const auto& [exit, gross] : {std::pair(ExitReason::stop_loss, "-10"),
                                    {ExitReason::signal, "7"},
                                    {ExitReason::stop_loss, "-4"},
                                    {ExitReason::liquidation, "-50"}}) {
    result.round_trips.push_back(round_trip(result, 5, gross, "1"));
    result.round_trips.back().exit = exit;
  }
  EXPECT_EQ(net_of(group_by_exit(result)),
            (Expected{{"signal", "6"}, {"stop_loss", "-16"}, {"liquidation", "-51"}}));
  EXPECT_EQ(group_by_exit(result)[1].trades.round_trips, 2U);
}

TEST(MetricsGroups, ByTagOfTheEntryTheCommonestFirst) {
  RunResult result = test::empty_run();
  for (const std::uint64_t tag : {9U, 0U, 4U, 9U, 4U, 9U}) {
    result.round_trips.push_back(round_trip(result, 5, "2", "1"));
    result.round_trips.back().entry_tag = tag;
  }
  EXPECT_EQ(net_of(group_by_entry_tag(result)), (Expected{{"9", "3"}, {"4", "2"}, {"untagged", "1"}}));
}

TEST(MetricsGroups, RareTagsAreTogether) {
  RunResult result = test::empty_run();
  for (std::uint64_t tag = 1; tag <= kTagGroups + 5; ++tag) {
    result.round_trips.push_back(round_trip(result, 5, "2", "1"));
    result.round_trips.back().entry_tag = tag;
  }
  const auto groups = group_by_entry_tag(result);
  ASSERT_EQ(groups.size(), kTagGroups + 1);
  EXPECT_EQ(groups.front().name, "1");
  EXPECT_EQ(groups.back().name, "other");
  EXPECT_EQ(groups.back().trades.round_trips, 5U);
}

TEST(MetricsGroups, ByHourAndWeekdayOfTheEntry) {
  RunResult result = test::empty_run();
  // 2024-01-01 is a Monday; a round trip that closes at minute m was opened a minute before.
  for (const int minute : {1, 60, 61, 24 * 60 + 1}) {
    result.round_trips.push_back(round_trip(result, minute, "2", "1"));
  }
  EXPECT_EQ(net_of(group_by_entry_hour(result)), (Expected{{"00", "3"}, {"01", "1"}}));
  EXPECT_EQ(net_of(group_by_entry_weekday(result)), (Expected{{"Monday", "3"}, {"Tuesday", "1"}}));
}

TEST(MetricsGroups, NothingWithoutRoundTrips) {
  const RunResult result = test::empty_run();
  EXPECT_TRUE(group_by_exit(result).empty());
  EXPECT_TRUE(group_by_entry_tag(result).empty());
  EXPECT_TRUE(group_by_entry_hour(result).empty());
  EXPECT_TRUE(group_by_entry_weekday(result).empty());
}

}  // namespace
}  // namespace kontor::research
