#include "base/prng.hpp"

#include <array>

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(Prng, GivesTheNumbersOfTheReferenceImplementation) {
  // xoshiro256** seeded by splitmix64, as published by its authors and used by rand_xoshiro's seed_from_u64.
  Prng zero(0);
  EXPECT_EQ(zero.next(), 0x99EC5F36CB75F2B4ULL);
  EXPECT_EQ(zero.next(), 0xBF6E1F784956452AULL);
  EXPECT_EQ(zero.next(), 0x1A5F849D4933E6E0ULL);
  Prng answer(42);
  EXPECT_EQ(answer.next(), 0x15780B2E0C2EC716ULL);
  EXPECT_EQ(answer.next(), 0x6104D9866D113A7EULL);
}

TEST(Prng, IsKnownAtCompileTime) {
  constexpr auto first = [] { return Prng(0).next(); }();
  static_assert(first == 0x99EC5F36CB75F2B4ULL);
  EXPECT_EQ(Prng(0).next(), first);
}

TEST(Prng, StaysBelowTheBoundAndReachesEveryValue) {
  Prng prng(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) ++seen.at(prng.below(7));
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 500);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(prng.below(1), 0U);
  EXPECT_LT(prng.below(UINT64_MAX), UINT64_MAX);
}

TEST(Prng, UniformNumbersFillTheUnitInterval) {
  Prng prng(2);
  double sum = 0;
  double smallest = 1;
  double largest = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = prng.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
  EXPECT_LT(smallest, 0.001);
  EXPECT_GT(largest, 0.999);
}

}  // namespace
}  // namespace kontor
