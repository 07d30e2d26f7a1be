#include "model/price_ladder.hpp"

#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor {
namespace {

/// The same levels in a std::map, best first.
class Reference {
 public:
  explicit Reference(Side side)
      : levels_([side](std::int64_t a, std::int64_t b) { return side == Side::buy ? a > b : a < b; }) {}

  std::int64_t exchange(std::int64_t price, std::int64_t value) {
    const auto found = levels_.find(price);
    const std::int64_t before = found == levels_.end() ? 0 : found->second;
    if (value == 0) {
      levels_.erase(price);
    } else {
      levels_[price] = value;
    }
    return before;
  }
  void clear() { levels_.clear(); }
  [[nodiscard]] const auto& levels() const { return levels_; }

 private:
  std::map<std::int64_t, std::int64_t, std::function<bool(std::int64_t, std::int64_t)>> levels_;
};

/// Steps of a price path and of the levels around it, in raw units.
struct Market {
  const char* name;
  std::int64_t start;
  std::int64_t tick;
  std::int64_t spread_of_levels;  ///< levels lie up to this many ticks behind the touch
  std::int64_t drift;             ///< the touch moves by up to this many ticks an operation
  std::uint64_t outliers;         ///< one price in so many is anywhere in 64 bits, on any grid; 0: none
};

void PrintTo(const Market& market, std::ostream* out) { *out << market.name; }

class PriceLadderInMarket : public testing::TestWithParam<std::tuple<Side, Market>> {
 protected:
  PriceLadderInMarket() : ladder_(std::get<0>(GetParam())), reference_(std::get<0>(GetParam())) {}

  [[nodiscard]] std::int64_t next_price() {
    const Market& market = std::get<1>(GetParam());
    if (market.outliers != 0 && prng_.below(market.outliers) == 0)
      return static_cast<std::int64_t>(prng_.next());
    touch_ += market.tick * (between(0, 2 * market.drift) - market.drift);
    // The cube draws most levels near the touch, as in a real book.
    const double depth = prng_.uniform() * prng_.uniform() * prng_.uniform();
    const auto ticks = static_cast<std::int64_t>(depth * static_cast<double>(market.spread_of_levels));
    return touch_ - sign_of(std::get<0>(GetParam())) * ticks * market.tick;
  }
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(prng_.below(static_cast<std::uint64_t>(high - low) + 1));
  }
  void expect_same_levels() {
    auto expected = reference_.levels().begin();
    ladder_.for_each([&](RawPrice price, std::int64_t value) {
      const bool same = expected != reference_.levels().end() && expected->first == price.units &&
                        expected->second == value;
      EXPECT_TRUE(same) << price.units;
      if (same) ++expected;
      return same;
    });
    ASSERT_TRUE(expected == reference_.levels().end());
    ASSERT_EQ(ladder_.size(), reference_.levels().size());
  }

  Prng prng_{11};
  std::int64_t touch_ = std::get<1>(GetParam()).start;
  PriceLadder<std::int64_t> ladder_;
  Reference reference_;
};

TEST_P(PriceLadderInMarket, HoldsWhatAMapHolds) {
  for (int i = 0; i < 60'000; ++i) {
    const std::int64_t price = next_price();
    const auto value = prng_.below(5) < 2 ? 0 : between(1, 1'000'000);
    ASSERT_EQ(ladder_.exchange(RawPrice(price), value, value != 0), reference_.exchange(price, value)) << i;
    ASSERT_EQ(ladder_.empty(), reference_.levels().empty());
    if (!ladder_.empty()) {
      ASSERT_EQ(ladder_.best_price().units, reference_.levels().begin()->first) << i;
      ASSERT_EQ(ladder_.best(), reference_.levels().begin()->second) << i;
    }
    if (i % 2'000 == 0) expect_same_levels();
    if (i % 25'000 == 24'999) {
      ladder_.clear();
      reference_.clear();
      expect_same_levels();
    }
  }
  expect_same_levels();
}

TEST_P(PriceLadderInMarket, FindsAndMakesLevelsOneByOne) {
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t price = next_price();
    const auto known = reference_.levels().find(price);
    const bool exists = known != reference_.levels().end();
    std::int64_t* found = ladder_.find(RawPrice(price));
    ASSERT_EQ(found != nullptr, exists);
    ASSERT_EQ(ladder_.value_or_none(RawPrice(price)), exists ? known->second : 0);
    if (exists && i % 3 == 0) {
      ladder_.erase(RawPrice(price));
      ASSERT_EQ(ladder_.find(RawPrice(price)), nullptr);
      reference_.exchange(price, 0);
    } else {
      std::int64_t& value = ladder_.obtain(RawPrice(price));
      ASSERT_EQ(value, exists ? known->second : 0);
      value = i + 1;
      reference_.exchange(price, i + 1);
    }
  }
  expect_same_levels();
}

INSTANTIATE_TEST_SUITE_P(
    Markets, PriceLadderInMarket,
    testing::Combine(testing::Values(Side::buy, Side::sell),
                     testing::Values(Market{"narrow", 6'000'000, 1, 100, 1, 0},
                                     Market{"tick of ten units", 6'000'000, 10, 20'000, 3, 0},
                                     Market{"tick that is no decimal", 700'000'000, 7, 100'000, 3, 0},
                                     Market{"tick of a million units", 60'000'000'000'000, 1'000'000, 3'000,
                                            2, 0},
                                     Market{"wider than the window", 50'000'000'000, 1, 4'000'000, 1, 0},
                                     Market{"running away", 0, 5, 2'000, 10'000, 0},
                                     Market{"hostile", 6'000'000, 10, 20'000, 1, 50},
                                     Market{"edge of the range", INT64_MAX / 2, 1, 500'000, 5, 3})));

TEST(PriceLadder, TakesTheLargestAndTheSmallestPrice) {
  for (const Side side : {Side::buy, Side::sell}) {
    PriceLadder<std::int64_t> ladder(side);
    for (const std::int64_t price : {INT64_MAX, INT64_MIN, std::int64_t{0}, INT64_MAX - 1, INT64_MIN + 1}) {
      ladder.obtain(RawPrice(price)) = price;
    }
    EXPECT_EQ(ladder.size(), 5U);
    EXPECT_EQ(ladder.best_price().units, side == Side::buy ? INT64_MAX : INT64_MIN);
    ladder.for_each([](RawPrice price, std::int64_t value) {
      EXPECT_EQ(price.units, value);
      return true;
    });
  }
}

TEST(PriceLadder, KeepsPricesApartThatAreTheWholeRangeApart) {
  // The distance wraps around to a whole number of steps, just behind the only level.
  PriceLadder<std::int64_t> ladder(Side::sell);
  ladder.obtain(RawPrice(INT64_MAX - 1'000'000'000'000 + 1)) = 1;
  EXPECT_EQ(ladder.find(RawPrice(INT64_MIN)), nullptr);
  ladder.obtain(RawPrice(INT64_MIN)) = 2;
  EXPECT_EQ(ladder.best_price().units, INT64_MIN);
}

TEST(PriceLadder, StopsWhenTheVisitorHasEnough) {
  PriceLadder<std::int64_t> ladder(Side::sell);
  for (std::int64_t price = 1; price <= 100; ++price) ladder.obtain(RawPrice(price * 1'000'000)) = price;
  std::int64_t visited = 0;
  ladder.for_each([&](RawPrice, std::int64_t) { return ++visited < 10; });
  EXPECT_EQ(visited, 10);
}

TEST(PriceLadder, SurvivesAChangeOfTick) {
  PriceLadder<std::int64_t> ladder(Side::buy);
  for (std::int64_t i = 1; i <= 1'000; ++i) ladder.obtain(RawPrice(i * 100)) = i;
  for (std::int64_t i = 1; i <= 1'000; ++i) ladder.obtain(RawPrice(i * 100 + 25)) = -i;
  EXPECT_EQ(ladder.size(), 2'000U);
  EXPECT_EQ(ladder.best_price().units, 100'025);
  for (std::int64_t i = 1; i <= 1'000; ++i) {
    ASSERT_EQ(ladder.value_or_none(RawPrice(i * 100)), i);
    ASSERT_EQ(ladder.value_or_none(RawPrice(i * 100 + 25)), -i);
    ASSERT_EQ(ladder.value_or_none(RawPrice(i * 100 + 50)), 0);
  }
}

TEST(PriceLadder, CopiesAreIndependent) {
  PriceLadder<std::int64_t> ladder(Side::buy);
  ladder.obtain(RawPrice(5)) = 1;
  auto copy = ladder;
  copy.erase(RawPrice(5));
  EXPECT_TRUE(copy.empty());
  EXPECT_EQ(ladder.value_or_none(RawPrice(5)), 1);
}

}  // namespace
}  // namespace kontor
