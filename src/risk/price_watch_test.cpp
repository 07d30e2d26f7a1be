#include "risk/price_watch.hpp"

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/numbers.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;

PriceRange at(std::int64_t price) { return {RawPrice(price), RawPrice(price), RawPrice(price)}; }

TEST(PriceShockWatch, ComparesWithThePriceBefore) {
  PriceShockWatch watch(PriceShockBreaker{});
  EXPECT_FALSE(watch.look(at(1000), 0)) << "there is none before the first";
  EXPECT_FALSE(watch.look(at(1099), 0));
  EXPECT_FALSE(watch.look(at(1208), 0)) << "109 of 1099 is less than a tenth";
  const auto up = watch.look(at(1329), 5 * kSecond);
  ASSERT_TRUE(up) << "121 of 1208 is a tenth and a bit";
  EXPECT_EQ(up->level, BreakerLevel::restricted);
  EXPECT_EQ(up->until, 5 * kSecond + 15 * kMinute);
  EXPECT_TRUE(watch.look(at(1196), 0)) << "downwards as well";
}

TEST(PriceShockWatch, ExactlyTheThresholdIsOne) {
  PriceShockWatch watch(PriceShockBreaker{});
  EXPECT_FALSE(watch.look(at(1000), 0));
  const auto shock = watch.look(at(900), 0);
  ASSERT_TRUE(shock);
  EXPECT_EQ(shock->value, amount("0.1"));
}

TEST(PriceShockWatch, ABarsWickCounts) {
  PriceShockWatch watch(PriceShockBreaker{});
  EXPECT_FALSE(watch.look({RawPrice(900), RawPrice(1100), RawPrice(1000)}, 0));
  EXPECT_FALSE(watch.look({RawPrice(901), RawPrice(1099), RawPrice(1000)}, 0));
  EXPECT_TRUE(watch.look({RawPrice(900), RawPrice(1001), RawPrice(1000)}, 0));
}

TEST(PriceShockWatch, PricesBelowZeroHaveASizeToo) {
  PriceShockWatch watch(PriceShockBreaker{});
  EXPECT_FALSE(watch.look(at(-1000), 0));
  EXPECT_FALSE(watch.look(at(-1099), 0));
  EXPECT_TRUE(watch.look(at(-900), 0));
}

class PriceMove : public testing::Test {
 protected:
  PriceMoveWatch watch{PriceMoveBreaker{.threshold = decimal("3"), .periods = 2, .cooldown = 0}};
  /// Two windows of a true range of 10 each.
  void SetUp() override {
    EXPECT_FALSE(watch.look(at(1000), 0));
    EXPECT_FALSE(watch.look(at(1010), 30 * kSecond));
    EXPECT_FALSE(watch.look(at(1005), kMinute));
    EXPECT_FALSE(watch.look(at(1000), 90 * kSecond));
  }
};

TEST_F(PriceMove, MoreThanSoManyRangesWithinTheWindow) {
  EXPECT_FALSE(watch.look(at(1000), 2 * kMinute));
  EXPECT_FALSE(watch.look(at(1030), 150 * kSecond)) << "exactly three ranges";
  const auto move = watch.look(at(1031), 151 * kSecond);
  ASSERT_TRUE(move);
  EXPECT_EQ(move->value, amount("3.1"));
  EXPECT_EQ(move->threshold, amount("3"));
  EXPECT_EQ(move->until, 0);
}

TEST_F(PriceMove, TheWindowSlides) {
  EXPECT_FALSE(watch.look(at(1000), 2 * kMinute));
  EXPECT_FALSE(watch.look(at(1020), 150 * kSecond));
  // 1000 is more than a minute ago, 1020 is not; the range of the window that is over has become 20.
  EXPECT_FALSE(watch.look(at(1040), 3 * kMinute + 6 * kSecond));
  EXPECT_TRUE(watch.look(at(1066), 3 * kMinute + 25 * kSecond)) << "46 from 1020, of a mean of 15";
}

TEST_F(PriceMove, NothingIsLargeBeforeTheRangesAreKnown) {
  PriceMoveWatch fresh(PriceMoveBreaker{.periods = 3});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(fresh.look(at(1000 + 1000 * (i % 2)), i * kMinute));
}

TEST_F(PriceMove, GoesOnFromWhatItSaved) {
  Encoder encoder;
  watch.save(encoder);
  PriceMoveWatch other{PriceMoveBreaker{.threshold = decimal("3"), .periods = 2, .cooldown = 0}};
  Decoder decoder(encoder.buffer());
  other.load(decoder);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
  EXPECT_FALSE(other.look(at(1000), 2 * kMinute));
  EXPECT_TRUE(other.look(at(1031), 150 * kSecond));
}

TEST_F(PriceMove, MeasuresAnewAfterAPause) {
  EXPECT_FALSE(watch.look(at(1000), 2 * kMinute));
  watch.begin();
  EXPECT_FALSE(watch.look(at(1031), 150 * kSecond));
}

}  // namespace
}  // namespace kontor::risk
