#include "strategy/builtin/grid_statistics.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::strategy {
namespace {

indicators::BarValues bar(double close, double range) {
  return {close, close + range / 2, close - range / 2, close, 1, 0};
}

TEST(RecentValues, KeepTheLastOnesInOrder) {
  RecentValues values(3);
  EXPECT_EQ(values.size(), 0U);
  values.push(1);
  values.push(2);
  EXPECT_THAT(values.in_order(), testing::ElementsAre(1, 2));
  for (const double value : {3, 4, 5}) values.push(value);
  EXPECT_THAT(values.in_order(), testing::ElementsAre(3, 4, 5));
  EXPECT_EQ(values.size(), 3U);
}

TEST(GridStatistics, AreReadyAfterTwoHundredBars) {
  GridStatistics statistics;
  EXPECT_EQ(statistics.warmup(), 200U);
  for (int i = 0; i < 199; ++i) statistics.update(bar(100, 1));
  EXPECT_FALSE(statistics.ready());
  statistics.update(bar(100, 1));
  EXPECT_TRUE(statistics.ready());
}

TEST(GridStatistics, DescribeASteadyMarket) {
  GridStatistics statistics;
  for (int i = 0; i < 300; ++i) statistics.update(bar(100, 2));
  std::vector<double> clusters;
  const GridMarket market = statistics.market({}, clusters);
  EXPECT_DOUBLE_EQ(market.price, 100);
  EXPECT_NEAR(market.range_percent, 2, 1e-12);
  EXPECT_NEAR(market.median_percent, 2, 1e-12);
  EXPECT_NEAR(market.trend_percent, 0, 1e-12);
  EXPECT_EQ(market.range_rank, 0);  // nothing lies below: all are equal
  EXPECT_TRUE(clusters.empty());
}

TEST(GridStatistics, RankAndMedianAreThoseOfTheWindow) {
  GridStatistics statistics(1, 50);
  Prng random(4);
  std::vector<double> shares;
  double last = 100;
  for (int i = 0; i < 260; ++i) {
    const double range = 0.5 + 4 * random.uniform();
    statistics.update(bar(100, range));
    const double true_range = std::max(100 + range / 2, last) - std::min(100 - range / 2, last);
    if (i > 0) shares.push_back(true_range);
    last = 100;
  }
  const std::vector<double> window(shares.end() - 50, shares.end());
  std::vector<double> sorted = window;
  std::ranges::sort(sorted);
  std::vector<double> clusters;
  const GridMarket market = statistics.market({}, clusters);
  EXPECT_NEAR(market.range_percent, window.back(), 1e-9);
  EXPECT_NEAR(market.median_percent, sorted[24], 1e-9);
  const auto below = std::ranges::count_if(window, [&](double share) { return share < window.back(); });
  EXPECT_NEAR(market.range_rank, static_cast<double>(below) / 50, 1e-12);
}

TEST(GridStatistics, ARisingMarketHasAPositiveTrend) {
  GridStatistics statistics;
  for (int i = 0; i < 220; ++i) statistics.update(bar(100 + i, 2));
  std::vector<double> clusters;
  EXPECT_GT(statistics.market({}, clusters).trend_percent, 3);
}

TEST(GridStatistics, ComeBackFromTheirBinaryForm) {
  GridStatistics statistics(14, 60);
  Prng random(8);
  for (int i = 0; i < 230; ++i) statistics.update(bar(90 + 20 * random.uniform(), 1 + random.uniform()));
  const auto bytes = encode(statistics);
  auto copy = decode<GridStatistics>(bytes);
  ASSERT_TRUE(copy);
  statistics.update(bar(100, 3));
  copy->update(bar(100, 3));
  EXPECT_EQ(encode(*copy), encode(statistics));
}

}  // namespace
}  // namespace kontor::strategy
