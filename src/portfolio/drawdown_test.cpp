#include "portfolio/drawdown.hpp"

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::portfolio {
namespace {

Amount units(std::int64_t whole) { return Amount::from_decimal(Decimal{whole, 0}); }

TEST(Drawdown, IsTheDeepestFallFromThePeakBefore) {
  Drawdown drawdown;
  drawdown.start(units(100));
  EXPECT_EQ(drawdown.deepest(), 0);
  drawdown.take(units(80));
  EXPECT_DOUBLE_EQ(drawdown.deepest(), 0.2);
  drawdown.take(units(90));
  drawdown.take(units(200));
  drawdown.take(units(170));
  EXPECT_DOUBLE_EQ(drawdown.deepest(), 0.2) << "15 % from the higher peak";
  drawdown.take(units(150));
  EXPECT_DOUBLE_EQ(drawdown.deepest(), 0.25);
  drawdown.take(units(300));
  EXPECT_DOUBLE_EQ(drawdown.deepest(), 0.25);
}

TEST(Drawdown, OfNothingIsNone) {
  Drawdown drawdown;
  drawdown.start(Amount());
  drawdown.take(units(-5));
  EXPECT_EQ(drawdown.deepest(), 0);
}

TEST(Drawdown, EqualsTheRatioWorkedOutAtEveryStepAndGoesOnFromItsForm) {
  Prng chance(7);
  for (int run = 0; run < 50; ++run) {
    Drawdown drawdown;
    std::int64_t equity = 1'000'000;
    std::int64_t peak = equity;
    double deepest = 0;
    drawdown.start(units(equity));
    for (int step = 0; step < 400; ++step) {
      equity += static_cast<std::int64_t>(chance.below(20'001)) - 10'000;
      peak = std::max(peak, equity);
      deepest = std::max(deepest, static_cast<double>(peak - equity) / static_cast<double>(peak));
      drawdown.take(units(equity));
      ASSERT_NEAR(drawdown.deepest(), deepest, 1e-12);
      if (step % 50 == 0) drawdown = decode<Drawdown>(encode(drawdown)).value();
    }
  }
}

}  // namespace
}  // namespace kontor::portfolio
