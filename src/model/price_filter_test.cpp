#include "model/price_filter.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(PriceFilter, NeverDeniesWhatWasAdded) {
  PriceFilter filter;
  EXPECT_FALSE(filter.may_hold(RawPrice(0)));
  for (const std::int64_t units : {std::int64_t{0}, std::int64_t{-5}, std::int64_t{6'180'000}, INT64_MIN}) {
    filter.add(RawPrice(units));
    EXPECT_TRUE(filter.may_hold(RawPrice(units))) << units;
  }
  filter.clear();
  EXPECT_FALSE(filter.may_hold(RawPrice(-5)));
}

TEST(PriceFilter, DeniesMostNeighboursOfAFewPrices) {
  PriceFilter filter;
  for (std::int64_t i = 0; i < 8; ++i) filter.add(RawPrice(6'180'000 + 10 * i));
  int denied = 0;
  for (std::int64_t i = 8; i < 108; ++i) denied += filter.may_hold(RawPrice(6'180'000 + 10 * i)) ? 0 : 1;
  EXPECT_GT(denied, 75);
}

}  // namespace
}  // namespace kontor
