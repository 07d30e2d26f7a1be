#include "strategy/return_tail.hpp"

#include <gtest/gtest.h>

#include "base/codec.hpp"

namespace kontor::strategy {
namespace {

/// Returns of −10 % … +9 % in an order of no meaning, one per bar.
ReturnTail twenty_returns() {
  ReturnTail tail(20);
  double close = 100;
  tail.update(close);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(tail.ready());
    close *= 1 + ((i * 7) % 20 - 10) / 100.0;
    tail.update(close);
  }
  return tail;
}

TEST(ReturnTail, IsTheMeanLossOfTheWorstBars) {
  const ReturnTail tail = twenty_returns();
  ASSERT_TRUE(tail.ready());
  EXPECT_EQ(tail.warmup(), 21U);
  EXPECT_NEAR(tail.expected_shortfall(Side::buy, 0.95), 0.10, 1e-12);   // the one worst of twenty
  EXPECT_NEAR(tail.expected_shortfall(Side::buy, 0.90), 0.095, 1e-12);  // −10 % and −9 %
  EXPECT_NEAR(tail.expected_shortfall(Side::buy, 0.80), 0.085, 1e-12);
  EXPECT_NEAR(tail.expected_shortfall(Side::buy, 0.94), 0.095, 1e-12);  // 1.2 bars are two
  EXPECT_NEAR(tail.expected_shortfall(Side::sell, 0.95), 0.09, 1e-12);  // what rises hurts a seller
  EXPECT_NEAR(tail.expected_shortfall(Side::sell, 0.90), 0.085, 1e-12);
}

TEST(ReturnTail, ForgetsWhatIsOld) {
  ReturnTail tail = twenty_returns();
  for (int i = 0; i < 21; ++i) tail.update(100);
  EXPECT_EQ(tail.expected_shortfall(Side::buy, 0.95), 0);
}

TEST(ReturnTail, IsNotPositiveWhereNothingLost) {
  ReturnTail tail(20);
  for (int i = 0; i < 21; ++i) tail.update(100 + i);
  EXPECT_LT(tail.expected_shortfall(Side::buy, 0.95), 0);
  EXPECT_EQ(ReturnTail(20).expected_shortfall(Side::buy, 0.95), 0);
}

TEST(ReturnTail, GoesOnFromItsBytes) {
  ReturnTail tail = twenty_returns();
  auto restored = decode<ReturnTail>(encode(tail));
  ASSERT_TRUE(restored);
  tail.update(50);
  restored->update(50);
  EXPECT_EQ(encode(*restored), encode(tail));
}

}  // namespace
}  // namespace kontor::strategy
