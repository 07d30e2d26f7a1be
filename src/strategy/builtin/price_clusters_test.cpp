#include "strategy/builtin/price_clusters.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::strategy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Values = std::vector<double>;

constexpr ClusterRule kRule{.wing = 2, .width = 0.005, .least_touches = 2};

TEST(PriceClusters, FindWhereTheMarketTurnedMoreThanOnce) {
  //                      ↓ turn              ↓ turn
  const Values highs = {98, 99, 100, 99, 98, 99, 100.2, 99, 98, 97};
  const Values lows(highs.size(), 50);
  EXPECT_THAT(price_clusters(highs, lows, kRule), ElementsAre(testing::DoubleEq(100.1)));
}

TEST(PriceClusters, HighsAndLowsMeetInOneCluster) {
  const Values highs = {98, 99, 100, 99, 98, 102, 104, 103, 102, 103, 104};
  const Values lows = {97, 98, 99, 98, 97, 101, 103, 102, 100.4, 102, 103};
  // Resistance at 100, support at 100.4; 97 and 104 are turned at once only.
  EXPECT_THAT(price_clusters(highs, lows, kRule), ElementsAre(testing::DoubleEq(100.2)));
}

TEST(PriceClusters, OneTouchIsNone) {
  const Values highs = {98, 99, 100, 99, 98, 99, 103, 99, 98};
  EXPECT_THAT(price_clusters(highs, Values(highs.size(), 50), kRule), IsEmpty());
}

TEST(PriceClusters, APlateauCountsOnce) {
  const Values highs = {98, 99, 100, 100, 99, 98, 97};
  const ClusterRule single{.wing = 2, .width = 0.005, .least_touches = 1};
  EXPECT_THAT(price_clusters(highs, Values(highs.size(), 50), single), ElementsAre(100));
}

TEST(PriceClusters, TheLastBarsCannotHaveTurnedYet) {
  const Values highs = {98, 99, 100, 99, 98, 99, 100, 99};
  EXPECT_THAT(price_clusters(highs, Values(highs.size(), 50), kRule), IsEmpty());
}

TEST(PriceClusters, WhatIsNoPriceIsLeftOut) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double endless = std::numeric_limits<double>::infinity();
  const Values highs = {none, none, endless, none, 1, 2, 3, 2, 1, 2, 3, 2, 1};
  const Values lows = {-1, -2, -5, -2, -1, -2, -5, -2, -1, -1, -1, -1, -1};
  EXPECT_THAT(price_clusters(highs, lows, kRule), ElementsAre(testing::DoubleEq(3)));
}

TEST(PriceClusters, PricesBelowZeroComeToAnEnd) {
  const Values highs = {-102, -101, -100, -101, -102};
  const ClusterRule single{.wing = 2, .width = 0.005, .least_touches = 1};
  EXPECT_THAT(price_clusters(highs, Values(highs.size(), -500), single), ElementsAre(-100));
}

TEST(PriceClusters, TooFewBarsGiveNothing) {
  EXPECT_THAT(price_clusters({}, {}, kRule), IsEmpty());
  const Values few = {1, 2, 1};
  EXPECT_THAT(price_clusters(few, few, kRule), IsEmpty());
}

}  // namespace
}  // namespace kontor::strategy
