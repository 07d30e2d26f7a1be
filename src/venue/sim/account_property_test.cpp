#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "venue/sim/random_session_test_support.hpp"

namespace kontor::sim::test {
namespace {

/// Balances are deposits plus fills, less fees, plus funding, to the last 1e-18; orders end once; what orders
/// reserve goes with them. Each seed is one session of its own settings and feed.
TEST(AccountProperty, MoneyIsConservedAndNothingStaysReserved) {
  std::uint64_t fills = 0;
  std::uint64_t liquidations = 0;
  std::uint64_t rejections = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomSession session(seed);
    session.run(400);
    session.end();
    ASSERT_FALSE(HasFailure());
    fills += session.shadow().fills;
    liquidations += session.shadow().liquidations;
    rejections += session.shadow().rejections;
  }
  // The sessions must have been eventful, or they prove nothing.
  EXPECT_GT(fills, 5'000U);
  EXPECT_GT(liquidations, 25U);
  EXPECT_GT(rejections, 1'000U);
}

TEST(AccountProperty, TheSameCallsGiveTheSameReports) {
  const auto story = [] {
    Scenario world;
    world.settings.rules.slippage_bps = Decimal{5, 0};
    world.use("BTCPERP").deposit("1000 USDT").bar("100 100 100 100");
    std::string text;
    Prng prng(9);
    for (std::uint64_t id = 1; id < 300; ++id) {
      const auto price = static_cast<std::int64_t>(90 + prng.below(20));
      world.order(fmt::format("{} {} 0.5 limit {}", id, prng.below(2) == 0 ? "buy" : "sell", price));
      world.bar(fmt::format("100 {} {} 100", 100 + prng.below(12), 100 - prng.below(12)));
      text += world.said();
    }
    return text;
  };
  const std::string first = story();
  EXPECT_GT(first.size(), 1'000U);
  EXPECT_EQ(first, story());
}

}  // namespace
}  // namespace kontor::sim::test
