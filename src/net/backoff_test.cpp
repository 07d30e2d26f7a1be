#include "net/backoff.hpp"

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

TEST(Backoff, CeilingsDoubleUpToTheCap) {
  Backoff backoff({}, 1);
  std::vector<DurationNs> ceilings;
  for (int i = 0; i < 8; ++i) {
    ceilings.push_back(backoff.ceiling() / kMillisecond);
    static_cast<void>(backoff.next());
  }
  EXPECT_EQ(ceilings, (std::vector<DurationNs>{500, 1000, 2000, 4000, 8000, 15000, 15000, 15000}));
}

TEST(Backoff, EveryWaitLiesBetweenZeroAndItsCeiling) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Prng random(seed);
    const BackoffSettings settings{.base_ns = static_cast<DurationNs>(random.below(2 * kSecond)),
                                   .cap_ns = static_cast<DurationNs>(random.below(20 * kSecond))};
    Backoff backoff(settings, seed);
    for (int attempt = 0; attempt < 100; ++attempt) {
      const DurationNs ceiling = backoff.ceiling();
      const DurationNs wait = backoff.next();
      ASSERT_GE(wait, 0);
      ASSERT_LE(wait, ceiling);
      ASSERT_LE(ceiling, settings.cap_ns);
    }
  }
}

TEST(Backoff, WaitsAreSpreadOverTheirWholeRange) {
  constexpr int kClients = 20'000;
  std::array<int, 10> tenths{};
  for (std::uint64_t seed = 0; seed < kClients; ++seed) {
    Backoff backoff({.base_ns = kSecond, .cap_ns = kSecond}, seed);
    ++tenths[static_cast<std::size_t>(std::min<DurationNs>(backoff.next() * 10 / kSecond, 9))];
  }
  // Chi square of nine degrees of freedom: beyond 33 one time in ten thousand. The seeds are fixed.
  double chi_square = 0;
  for (const int count : tenths) {
    const double expected = kClients / 10.0;
    chi_square += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_square, 33);
}

TEST(Backoff, TheSameSeedGivesTheSameWaitsAndAnotherSeedOthers) {
  Backoff a({}, 7);
  Backoff b({}, 7);
  Backoff c({}, 8);
  bool differs = false;
  for (int i = 0; i < 20; ++i) {
    const DurationNs wait = a.next();
    EXPECT_EQ(wait, b.next());
    differs = differs || wait != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Backoff, OnlyAConnectionThatHasLastedStartsItOver) {
  Backoff backoff({.steady_ns = 30 * kSecond}, 1);
  for (int i = 0; i < 4; ++i) static_cast<void>(backoff.next());
  backoff.ended_after(30 * kSecond - 1);
  EXPECT_EQ(backoff.attempts(), 4U);
  backoff.ended_after(30 * kSecond);
  EXPECT_EQ(backoff.attempts(), 0U);
  EXPECT_EQ(backoff.ceiling(), 500 * kMillisecond);
}

TEST(Backoff, SettingsThatMakeNoSenseNeverWaitLongerThanTheCap) {
  Backoff negative({.base_ns = -5, .cap_ns = -1}, 1);
  EXPECT_EQ(negative.next(), 0);
  Backoff upside_down({.base_ns = 10 * kSecond, .cap_ns = kSecond}, 1);
  EXPECT_EQ(upside_down.ceiling(), kSecond);
  Backoff huge({.base_ns = kTimeMax / 2 + 1, .cap_ns = kTimeMax - 1}, 1);
  for (int i = 0; i < 100; ++i) EXPECT_GE(huge.next(), 0);
}

}  // namespace
}  // namespace kontor::net
