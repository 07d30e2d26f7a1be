#include "venue/sim/liquidation_distance.hpp"

#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

/// BTCPERP at leverage 10, maintenance 0.5 %, no fees, on 100 USDT.
class LiquidationDistance : public ::testing::Test {
 protected:
  LiquidationDistance() {
    InstrumentRules& rules = scenario_.rules("BTCPERP");
    rules.leverage = Decimal{10, 0};
    rules.maker_fee = rules.taker_fee = rules.liquidation_fee = Decimal{0, 0};
    scenario_.use("BTCPERP");
  }
  void holding(std::string_view order) {
    scenario_.deposit("100 USDT").bar("100 100 100 100").order(order).bar("100 100 100 100");
  }
  [[nodiscard]] std::optional<double> distance() { return scenario_.venue().liquidation_distance(); }
  Scenario scenario_;
};

TEST_F(LiquidationDistance, ThereIsNoneWithoutAPosition) {
  scenario_.deposit("100 USDT").bar("100 100 100 100");
  EXPECT_FALSE(distance());
}

TEST_F(LiquidationDistance, LongOnTheWholeBalance) {
  holding("1 buy 9 market");
  // Equity meets maintenance at 800 / 8.955 = 89.3355, which is 10.6645 % below 100.
  EXPECT_NEAR(distance().value(), 1 - 800 / 8.955 / 100, 1e-12);
  scenario_.bar("100 100 95 95");
  EXPECT_NEAR(distance().value(), 1 - 800 / 8.955 / 95, 1e-12);
}

TEST_F(LiquidationDistance, ShortOnTheWholeBalance) {
  holding("1 sell 9 market");
  // 100 − 9 (p − 100) = 0.045 p at p = 1000 / 9.045 = 110.5583.
  EXPECT_NEAR(distance().value(), 1000 / 9.045 / 100 - 1, 1e-12);
}

TEST_F(LiquidationDistance, IsolatedStandsOnItsOwnMargin) {
  scenario_.rules("BTCPERP").margin = MarginMode::isolated;
  holding("1 buy 5 market");
  // 50 allotted: 50 + 5 (p − 100) = 0.025 p at p = 450 / 4.975 = 90.4523.
  EXPECT_NEAR(distance().value(), 1 - 450 / 4.975 / 100, 1e-12);
}

TEST_F(LiquidationDistance, ALongThatCannotBeLiquidatedIsAWholeAway) {
  holding("1 buy 0.5 market");
  EXPECT_EQ(distance().value(), 1.0);
}

}  // namespace
}  // namespace kontor::sim::test
