#include "strategy/builtin/price_grid.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::strategy {
namespace {

TEST(PriceGrid, GivesTheMultipleBelow) {
  PriceGrid grid(10);
  EXPECT_EQ(grid.floor(0), 0);
  EXPECT_EQ(grid.floor(9), 0);
  EXPECT_EQ(grid.floor(10), 10);
  EXPECT_EQ(grid.floor(-1), -10);
  EXPECT_EQ(grid.floor(-10), -10);
}

TEST(PriceGrid, GivesTheMultipleAbove) {
  PriceGrid grid(10);
  EXPECT_EQ(grid.ceiling(0), 0);
  EXPECT_EQ(grid.ceiling(1), 10);
  EXPECT_EQ(grid.ceiling(10), 10);
  EXPECT_EQ(grid.ceiling(-9), 0);
}

TEST(PriceGrid, WhatItRemembersChangesNothing) {
  Prng prng(4);
  for (const std::int64_t spacing : {std::int64_t{1}, std::int64_t{7}, std::int64_t{1'000}, INT64_MAX / 4}) {
    PriceGrid walked(spacing);
    std::int64_t price = 0;
    for (int i = 0; i < 10'000; ++i) {
      price += static_cast<std::int64_t>(prng.below(3'001)) - 1'500;
      if (prng.below(100) == 0) price = static_cast<std::int64_t>(prng.below(INT64_MAX / 2)) - INT64_MAX / 4;
      ASSERT_EQ(walked.floor(price), PriceGrid(spacing).floor(price)) << price << " by " << spacing;
      ASSERT_EQ(walked.floor(price), floor_divide(price, spacing) * spacing);
    }
  }
}

}  // namespace
}  // namespace kontor::strategy
