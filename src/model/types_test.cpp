#include "model/types.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(RawUnits, AddAndSubtract) {
  EXPECT_EQ(RawPrice(5) - RawPrice(7), RawPrice(-2));
  EXPECT_EQ(RawPrice(5) + RawPrice(7), RawPrice(12));
  RawQuantity quantity(5);
  quantity += RawQuantity(3);
  quantity -= RawQuantity(10);
  EXPECT_EQ(quantity, RawQuantity(-2));
  EXPECT_EQ(-quantity, RawQuantity(2));
  EXPECT_EQ(quantity.absolute(), RawQuantity(2));
  EXPECT_EQ(RawQuantity(INT64_MAX).absolute().units, INT64_MAX);
}

TEST(RawUnits, KnowTheSigns) {
  EXPECT_EQ(sign_of(Side::buy), 1);
  EXPECT_EQ(sign_of(Side::sell), -1);
  EXPECT_EQ(opposite(Side::buy), Side::sell);
  EXPECT_EQ(opposite(opposite(Side::buy)), Side::buy);
}

TEST(RawUnitsDeathTest, OverflowEndsTheProcess) {
  RawQuantity quantity(INT64_MAX);
  EXPECT_DEATH(quantity += RawQuantity(1), "assertion_failed");
  EXPECT_DEATH((void)(RawQuantity(INT64_MIN) - RawQuantity(1)), "assertion_failed");
  EXPECT_DEATH((void)(-RawQuantity(INT64_MIN)), "assertion_failed");
  EXPECT_DEATH((void)RawQuantity(INT64_MIN).absolute(), "assertion_failed");
  EXPECT_DEATH((void)(RawPrice(INT64_MAX) + RawPrice(1)), "assertion_failed");
  EXPECT_DEATH((void)(RawPrice(INT64_MIN) - RawPrice(1)), "assertion_failed");
}

}  // namespace
}  // namespace kontor
