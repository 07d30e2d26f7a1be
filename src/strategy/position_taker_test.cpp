#include "strategy/position_taker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;

/// A follower of the trend that turns often, in a market where an order needs several bars.
StrategyHarness turning(std::string_view mode, std::string_view volume_per_bar) {
  test::HarnessSettings settings{test::perpetual("BTC")};
  settings.balance = "1000000";
  settings.volume_per_bar = volume_per_bar;
  return {settings,
          "sma_cross",
          {{"fast", std::int64_t{2}},
           {"slow", std::int64_t{4}},
           {"mode", std::string(mode)},
           {"sizer", std::string("fixed_quantity")},
           {"size", 0.1},
           {"stop_atr", 8.0},
           {"atr_period", std::int64_t{2}}}};
}

TEST(PositionTaker, LeavesWithWhatIsFilledAndCancelsTheRestOfTheEntry) {
  auto harness = turning("long_flat", "0.03");
  harness.closes({"50040", "50030", "50020", "50010", "50060"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 0.100 stop 49820.0 target 0.0"));
  harness.close("49900");
  EXPECT_EQ(harness.held(), "0.030");
  EXPECT_THAT(harness.asked(), ElementsAre("cancel buy 0.100", "cancel sell 0.100", "sell 0.030"));
  harness.closes({"49900", "49900", "49900"});
  EXPECT_EQ(harness.held(), "0.000");
  EXPECT_TRUE(harness.open_orders().empty());
}

TEST(PositionTakerProperty, NeverHoldsMoreThanItsSizeHoweverThinTheMarket) {
  for (const std::string_view mode : {"long_flat", "long_short"}) {
    for (const std::string_view volume : {"0.002", "0.013", "0.03", "0.07"}) {
      auto harness = turning(mode, volume);
      Prng random(7);
      std::int64_t price = 50'000;
      std::int64_t largest = 0;
      for (int i = 0; i < 2'000; ++i) {
        price += test::between(random, -20, 20);
        harness.close(std::to_string(price));
        largest = std::max(largest, harness.position().quantity.absolute().units);
        ASSERT_LE(largest, 100) << mode << ", " << volume << " in a bar, bar " << i;
      }
      EXPECT_GT(largest, 0);
    }
  }
}

}  // namespace
}  // namespace kontor::strategy
