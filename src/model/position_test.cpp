#include "model/position.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/numbers.hpp"

namespace kontor {
namespace {

using test::amount;
using test::decimal;

Instrument instrument(std::string_view tick, std::string_view step, std::string_view multiplier = "1") {
  InstrumentSpecification specification;
  specification.name = {"test", "BTCUSDT"};
  specification.base = "BTC";
  specification.quote = "USDT";
  specification.tick = decimal(tick);
  specification.step = decimal(step);
  specification.multiplier = decimal(multiplier);
  return Instrument::make(InstrumentId(0), AssetId(0), AssetId(1), specification).value();
}

TEST(Position, AveragesTheCostOfWhatItAdds) {
  const Instrument btc = instrument("0.01", "0.001");
  Position position;
  EXPECT_EQ(position.apply(btc, Side::buy, RawQuantity(1'000), RawPrice(10'000)), Amount());
  EXPECT_EQ(position.apply(btc, Side::buy, RawQuantity(3'000), RawPrice(20'000)), Amount());
  EXPECT_TRUE(position.is_long());
  EXPECT_EQ(position.cost, amount("700"));
  EXPECT_DOUBLE_EQ(position.average_price(btc), 175.0);
  EXPECT_EQ(position.unrealized(btc, RawPrice(18'000)), amount("20"));
}

TEST(Position, RealisesTheProfitOfWhatItCloses) {
  const Instrument btc = instrument("0.01", "0.001");
  Position position;
  position.apply(btc, Side::buy, RawQuantity(4'000), RawPrice(10'000));
  EXPECT_EQ(position.apply(btc, Side::sell, RawQuantity(1'000), RawPrice(12'000)), amount("20"));
  EXPECT_EQ(position.cost, amount("300"));
  EXPECT_EQ(position.apply(btc, Side::sell, RawQuantity(3'000), RawPrice(9'000)), amount("-30"));
  EXPECT_TRUE(position.is_flat());
  EXPECT_TRUE(position.cost.is_zero());
}

TEST(Position, AShortEarnsWhenThePriceFalls) {
  const Instrument btc = instrument("0.01", "0.001");
  Position position;
  position.apply(btc, Side::sell, RawQuantity(2'000), RawPrice(10'000));
  EXPECT_TRUE(position.is_short());
  EXPECT_EQ(position.cost, amount("-200"));
  EXPECT_DOUBLE_EQ(position.average_price(btc), 100.0);
  EXPECT_EQ(position.unrealized(btc, RawPrice(9'000)), amount("20"));
  EXPECT_EQ(position.apply(btc, Side::buy, RawQuantity(1'000), RawPrice(8'000)), amount("20"));
  EXPECT_EQ(position.apply(btc, Side::buy, RawQuantity(1'000), RawPrice(11'000)), amount("-10"));
  EXPECT_TRUE(position.is_flat());
}

TEST(Position, ALargerFillClosesAndOpensTheOtherSide) {
  const Instrument btc = instrument("0.01", "0.001");
  Position position;
  position.apply(btc, Side::buy, RawQuantity(1'000), RawPrice(10'000));
  EXPECT_EQ(position.apply(btc, Side::sell, RawQuantity(3'000), RawPrice(11'000)), amount("10"));
  EXPECT_EQ(position.quantity, RawQuantity(-2'000));
  EXPECT_EQ(position.cost, amount("-220"));
  EXPECT_EQ(position.apply(btc, Side::buy, RawQuantity(5'000), RawPrice(12'000)), amount("-20"));
  EXPECT_EQ(position.cost, amount("360"));
}

TEST(Position, CountsTheMultiplier) {
  const Instrument contract = instrument("0.1", "1", "0.001");
  Position position;
  position.apply(contract, Side::buy, RawQuantity(10), RawPrice(600'000));
  EXPECT_EQ(position.cost, amount("600"));
  EXPECT_DOUBLE_EQ(position.average_price(contract), 60'000.0);
  EXPECT_EQ(position.apply(contract, Side::sell, RawQuantity(10), RawPrice(610'000)), amount("10"));
}

TEST(Position, TakesNegativePrices) {
  const Instrument oil = instrument("0.01", "1");
  Position position;
  position.apply(oil, Side::buy, RawQuantity(2), RawPrice(-3'700));
  EXPECT_EQ(position.cost, amount("-74"));
  EXPECT_EQ(position.apply(oil, Side::sell, RawQuantity(2), RawPrice(100)), amount("76"));
}

/// Whatever the path: realised profit + unrealised profit = cash in - cash out + value of what is held.
TEST(Position, NeitherMakesNorLosesMoney) {
  const Instrument pepe = instrument("0.00000001", "1");
  Prng prng(3);
  for (int run = 0; run < 200; ++run) {
    Position position;
    Amount realized;
    Amount cash;
    for (int i = 0; i < 300; ++i) {
      const Side side = prng.below(2) == 0 ? Side::buy : Side::sell;
      const RawQuantity quantity(static_cast<std::int64_t>(prng.below(2'000'000'000)) + 1);
      const RawPrice price(static_cast<std::int64_t>(prng.below(2'000)) + 1);
      realized += position.apply(pepe, side, quantity, price);
      cash -= pepe.notional(price, RawQuantity(sign_of(side) * quantity.units));
      const RawPrice mark(static_cast<std::int64_t>(prng.below(2'000)) + 1);
      ASSERT_EQ(realized + position.unrealized(pepe, mark), cash + pepe.notional(mark, position.quantity));
      ASSERT_EQ(position.is_flat(), position.cost.is_zero());
      ASSERT_EQ(position.is_long(), position.cost > Amount());
    }
  }
}

TEST(PositionDeathTest, ATradeHasAQuantity) {
  const Instrument btc = instrument("0.01", "0.001");
  Position position;
  EXPECT_DEATH(position.apply(btc, Side::buy, RawQuantity(0), RawPrice(1)), "assertion_failed");
}

}  // namespace
}  // namespace kontor
