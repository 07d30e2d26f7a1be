#include "base/amount.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/numbers.hpp"

namespace kontor {
namespace {

using test::decimal;

TEST(Amount, FormatsWithoutTrailingZeros) {
  EXPECT_EQ(Amount::parse("-12.50").value().format(), "-12.5");
  EXPECT_EQ(Amount::parse("100").value().format(), "100");
  EXPECT_EQ(Amount::parse("0.000000000000000001").value().format(), "0.000000000000000001");
  EXPECT_EQ(Amount::parse("1.005").value().format_fixed(2), "1.00");
  EXPECT_EQ(Amount::parse("1.015").value().format_fixed(2), "1.02");
}

TEST(Amount, TimesKeepsFullPrecision) {
  const auto notional = Amount::parse("123456789.123456789").value();
  EXPECT_EQ(notional.times(decimal("0.001"), Rounding::half_even).format(), "123456.789123456789");
  EXPECT_EQ((-notional).times(decimal("-0.001"), Rounding::half_even).format(), "123456.789123456789");
}

TEST(Amount, ShareIsExactThrough192Bits) {
  const auto cost = Amount::from_units(static_cast<int128>(INT64_MAX) * INT64_MAX / 3);
  const auto part = cost.share(INT64_MAX - 2, INT64_MAX - 1);
  EXPECT_LT(part, cost);
  EXPECT_GT(part, cost.share(INT64_MAX - 3, INT64_MAX - 1));
  EXPECT_EQ(cost.share(7, 7), cost);
  EXPECT_EQ(cost.share(0, 7), Amount());
}

TEST(Amount, ShareAgreesWithPlainDivisionWhereThatFits) {
  Prng prng(4);
  for (int i = 0; i < 200'000; ++i) {
    const auto units = static_cast<std::int64_t>(prng.next() >> 2U);
    const auto denominator = static_cast<std::int64_t>(prng.below(1U << 30U)) + 1;
    const auto numerator = static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(denominator) + 1));
    const int128 expected = static_cast<int128>(units) * numerator / denominator;
    ASSERT_TRUE(Amount::from_units(units).share(numerator, denominator).units() == expected);
    ASSERT_TRUE(Amount::from_units(-static_cast<int128>(units)).share(numerator, denominator).units() ==
                -expected);
  }
}

TEST(Amount, FormatsTheLargestAndTheSmallest) {
  EXPECT_EQ(Amount::from_units(kInt128Max).format(), "170141183460469231731.687303715884105727");
  EXPECT_EQ(Amount::from_units(kInt128Min).format(), "-170141183460469231731.687303715884105728");
  EXPECT_EQ(Amount::from_units(kInt128Max).format_fixed(0), "170141183460469231732");
  EXPECT_EQ(Amount::from_units(kInt128Min).format_fixed(18), "-170141183460469231731.687303715884105728");
}

TEST(Amount, NeverShowsANegativeZero) {
  EXPECT_EQ(Amount().format(), "0");
  EXPECT_EQ((-Amount()).format(), "0");
  EXPECT_EQ(Amount::parse("-0.00").value().format(), "0");
  EXPECT_EQ(Amount::parse("-0.001").value().format_fixed(2), "0.00");
  EXPECT_EQ(Amount::parse("-0.4").value().format_fixed(0), "0");
  EXPECT_EQ(Amount::parse("-0.006").value().format_fixed(2), "-0.01");
}

TEST(Amount, ParseUndoesFormatOverItsWholeRange) {
  Prng prng(5);
  for (int i = 0; i < 200'000; ++i) {
    const auto wide = (static_cast<uint128>(prng.next()) << 64U) | prng.next();
    const auto units = static_cast<int128>(wide) >> static_cast<unsigned>(prng.below(127));
    const auto amount = Amount::from_units(units);
    ASSERT_EQ(Amount::parse(amount.format()).value(), amount) << amount.format();
    ASSERT_EQ(Amount::parse(amount.format_fixed(18)).value(), amount);
  }
  EXPECT_EQ(Amount::parse(Amount::from_units(kInt128Min).format()).value().units(), kInt128Min);
}

TEST(Amount, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(Amount::parse("170141183460469231731.687303715884105728"));
  EXPECT_FALSE(Amount::parse("-170141183460469231731.687303715884105729"));
  EXPECT_FALSE(Amount::parse("1e21"));
  EXPECT_FALSE(Amount::parse("0.0000000000000000001"));
  EXPECT_FALSE(Amount::parse("1,5"));
}

TEST(Amount, TimesRoundsTheWholeProduct) {
  // The product is made of an exact part and a rest; half to even must look at the parity of their sum.
  Prng prng(6);
  for (int i = 0; i < 200'000; ++i) {
    const auto units = static_cast<std::int64_t>(prng.next());
    const Decimal rate{static_cast<std::int64_t>(prng.below(2'001)) - 1'000,
                       static_cast<std::uint8_t>(prng.below(5))};
    for (const Rounding mode : {Rounding::down, Rounding::up, Rounding::floor, Rounding::ceiling,
                                Rounding::half_even, Rounding::half_up}) {
      const int128 expected =
          divide_rounded(static_cast<int128>(units) * rate.units, kPowersOfTen[rate.scale], mode);
      ASSERT_EQ(Amount::from_units(units).times(rate, mode), Amount::from_units(expected))
          << units << rate.format();
    }
  }
  EXPECT_EQ(Amount::from_units(15).times(Decimal{1, 1}, Rounding::half_even).units(), 2);
  EXPECT_EQ(Amount::from_units(25).times(Decimal{1, 1}, Rounding::half_even).units(), 2);
  EXPECT_EQ(Amount::from_units(15).times(Decimal{11, 1}, Rounding::half_even).units(), 16);
  EXPECT_EQ(Amount::from_units(5).times(Decimal{11, 1}, Rounding::half_even).units(), 6);
}

TEST(Amount, MultiplyDivideUsesAllBits) {
  EXPECT_TRUE(multiply_divide(~static_cast<uint128>(0), UINT64_MAX, UINT64_MAX) == ~static_cast<uint128>(0));
  EXPECT_TRUE(multiply_divide(~static_cast<uint128>(0), 1, 1) == ~static_cast<uint128>(0));
  EXPECT_TRUE(multiply_divide(0, UINT64_MAX, 1) == 0);
}

TEST(AmountDeathTest, OverflowEndsTheProcess) {
  const auto largest = Amount::from_units(kInt128Max);
  EXPECT_DEATH((void)(largest + Amount::from_units(1)), "assertion_failed");
  EXPECT_DEATH((void)(-Amount::from_units(kInt128Min)), "assertion_failed");
  EXPECT_DEATH((void)largest.times(Decimal{2, 0}, Rounding::down), "assertion_failed");
}

}  // namespace
}  // namespace kontor
