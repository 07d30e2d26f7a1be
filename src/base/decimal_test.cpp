#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/numbers.hpp"

namespace kontor {
namespace {

using test::decimal;

TEST(Decimal, ReadsPlainAndScientificForms) {
  EXPECT_EQ(decimal("12.340").units, 12340);
  EXPECT_EQ(decimal("12.340").scale, 3);
  EXPECT_EQ(decimal("-.5"), (Decimal{-5, 1}));
  EXPECT_EQ(decimal("7e-7"), (Decimal{7, 7}));
  EXPECT_EQ(decimal("2.5E+3"), (Decimal{2500, 0}));
  EXPECT_EQ(decimal("0.000000000000000000000"), (Decimal{0, 0}));
  EXPECT_EQ(decimal("+7."), (Decimal{7, 0}));
  EXPECT_EQ(decimal("100e-20"), (Decimal{1, 18}));
  EXPECT_EQ(decimal("9.000000000000000000000000000000000000000000000000000000000"), (Decimal{9, 0}));
  EXPECT_EQ(decimal("0e99999999999"), (Decimal{0, 0}));
}

TEST(Decimal, RefusesWhatIsNoNumberOrDoesNotFit) {
  for (const auto* text :
       {"", "-", ".", "1.2.3", "1e", "1e+", "abc", "1 ", " 1", "0x10", "nan", "inf", "1,5", "--1"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_FALSE(Decimal::parse("9223372036854775808"));
  EXPECT_TRUE(Decimal::parse("9223372036854775807"));
  EXPECT_EQ(decimal("-9223372036854775808").units, INT64_MIN);
  EXPECT_FALSE(Decimal::parse("-9223372036854775809"));
  EXPECT_FALSE(Decimal::parse("1e19"));
  EXPECT_FALSE(Decimal::parse("1e-19"));
  EXPECT_FALSE(Decimal::parse("1e99999999999"));
  EXPECT_FALSE(Decimal::parse("1e-99999999999"));
  EXPECT_EQ(Decimal::parse("1e19").error().kind, ErrorKind::overflow);
  EXPECT_EQ(Decimal::parse("1 ").error().kind, ErrorKind::bad_data);
  EXPECT_FALSE(Decimal::parse("0.0000000000000000001"));
  EXPECT_FALSE(Decimal::parse("99999999999999999999999999999999999999999999999"));
}

TEST(Decimal, ParseUndoesFormatOverAMillionRandomValues) {
  Prng prng(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const auto shift = static_cast<unsigned>(prng.below(63));
    const Decimal value{static_cast<std::int64_t>(prng.next()) >> shift,
                        static_cast<std::uint8_t>(prng.below(19))};
    const auto parsed = Decimal::parse(value.format());
    ASSERT_TRUE(parsed) << value.format();
    ASSERT_EQ(parsed->units, value.units);
    ASSERT_EQ(parsed->scale, value.scale);
  }
}

TEST(Decimal, ObeysTheLawsOfArithmetic) {
  Prng prng(2);
  const auto random = [&] {
    return Decimal{static_cast<std::int64_t>(prng.below(2'000'000'000)) - 1'000'000'000,
                   static_cast<std::uint8_t>(prng.below(7))};
  };
  for (int i = 0; i < 100'000; ++i) {
    const Decimal a = random();
    const Decimal b = random();
    const Decimal c = random();
    ASSERT_EQ(add(a, b).value(), add(b, a).value());
    ASSERT_EQ(add(add(a, b).value(), c).value(), add(a, add(b, c).value()).value());
    ASSERT_EQ(subtract(add(a, b).value(), b).value(), a);
    ASSERT_EQ(multiply(a, b, Rounding::down).value(), multiply(b, a, Rounding::down).value());
    ASSERT_EQ(a < b, !(a >= b));
    ASSERT_EQ(a < b, subtract(a, b).value().units < 0);
  }
}

TEST(Decimal, MultiplicationDistributesOverAddition) {
  Prng prng(3);
  for (int i = 0; i < 100'000; ++i) {
    const Decimal a{static_cast<std::int64_t>(prng.below(1'000'000)), 3};
    const Decimal b{static_cast<std::int64_t>(prng.below(1'000'000)), 2};
    const Decimal c{static_cast<std::int64_t>(prng.below(1'000'000)), 4};
    const auto left = multiply(a, add(b, c).value(), Rounding::down).value();
    const auto right =
        add(multiply(a, b, Rounding::down).value(), multiply(a, c, Rounding::down).value()).value();
    ASSERT_EQ(left, right);
  }
}

TEST(Decimal, RefusesOverflowInsteadOfWrapping) {
  const Decimal largest{INT64_MAX, 0};
  EXPECT_FALSE(add(largest, Decimal{1, 0}));
  EXPECT_FALSE(subtract(Decimal{INT64_MIN, 0}, Decimal{1, 0}));
  EXPECT_FALSE(multiply(largest, Decimal{2, 0}, Rounding::down));
  EXPECT_FALSE(largest.rescaled(1, Rounding::down));
  EXPECT_FALSE(add(largest, Decimal{1, 18}));
}

TEST(Decimal, NeverShowsANegativeZero) {
  EXPECT_EQ(decimal("-0").format(), "0");
  EXPECT_EQ(decimal("-0.000").format(), "0.000");
  EXPECT_EQ((Decimal{-5, 2}.format()), "-0.05");
  EXPECT_EQ((Decimal{-5, 2}.rescaled(1, Rounding::down).value().format()), "0.0");
}

TEST(Decimal, HandlesQuantitiesAsOfShib) {
  // A quadrillion of tokens at a price with eight places: the product is exact, the sum of scales is eight.
  const Decimal quantity = decimal("999999999999999");
  const Decimal price = decimal("0.00000881");
  EXPECT_EQ(multiply(quantity, price, Rounding::half_even).value().format(), "8809999999.99999119");
}

TEST(Decimal, DividesTheLargestNumbers) {
  for (const Rounding mode : {Rounding::down, Rounding::up, Rounding::floor, Rounding::ceiling,
                              Rounding::half_even, Rounding::half_up}) {
    EXPECT_TRUE(divide_rounded(kInt128Min, 1, mode) == kInt128Min);
    EXPECT_TRUE(divide_rounded(kInt128Max, kInt128Max, mode) == 1);
    const int128 whole = divide_rounded(kInt128Max, 2, mode);
    EXPECT_TRUE(whole == kInt128Max / 2 || whole == kInt128Max / 2 + 1);
  }
}

struct RoundingCase {
  std::int64_t numerator;
  Rounding mode;
  std::int64_t expected;
};

class RoundingModes : public testing::TestWithParam<RoundingCase> {};

TEST_P(RoundingModes, DivideByTen) {
  EXPECT_TRUE(divide_rounded(GetParam().numerator, 10, GetParam().mode) == GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Decimal, RoundingModes,
    testing::Values(RoundingCase{25, Rounding::down, 2}, RoundingCase{-25, Rounding::down, -2},
                    RoundingCase{21, Rounding::up, 3}, RoundingCase{-21, Rounding::up, -3},
                    RoundingCase{-21, Rounding::floor, -3}, RoundingCase{21, Rounding::floor, 2},
                    RoundingCase{-29, Rounding::ceiling, -2}, RoundingCase{21, Rounding::ceiling, 3},
                    RoundingCase{25, Rounding::half_even, 2}, RoundingCase{35, Rounding::half_even, 4},
                    RoundingCase{-25, Rounding::half_even, -2}, RoundingCase{26, Rounding::half_even, 3},
                    RoundingCase{25, Rounding::half_up, 3}, RoundingCase{-25, Rounding::half_up, -3},
                    RoundingCase{24, Rounding::half_up, 2}, RoundingCase{30, Rounding::up, 3}));

}  // namespace
}  // namespace kontor
