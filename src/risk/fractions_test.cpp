#include "risk/fractions.hpp"

#include <gtest/gtest.h>

#include "tests/support/numbers.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;

TEST(Fractions, AFallIsCountedInBillionthsAndRoundedDown) {
  EXPECT_EQ(fall_of(amount("90"), amount("100")), 100'000'000);
  EXPECT_EQ(fall_of(amount("90.0000001"), amount("100")), 99'999'999);
  EXPECT_EQ(fall_of(amount("89.9999999"), amount("100")), 100'000'001);
  EXPECT_EQ(fall_of(amount("100"), amount("100")), 0);
  EXPECT_EQ(fall_of(amount("101"), amount("100")), 0);
  EXPECT_EQ(fall_of(amount("-50"), amount("100")), 1'500'000'000) << "more than everything can be lost";
  EXPECT_EQ(fall_of(amount("-50"), amount("0")), 0) << "there is no fall as a fraction of nothing";
  EXPECT_EQ(fall_of(amount("900000000000"), amount("1000000000000")), 100'000'000);
}

TEST(Fractions, TheAlarmNeverComesTooLate) {
  for (const char* base : {"100", "1000.123456789012345678", "0.000000000123", "123456789012.5"}) {
    for (const std::int64_t fraction : {1, 50'000'000, 150'000'000, 999'999'999}) {
      const Amount alarm = alarm_below(amount(base), fraction);
      EXPECT_LT(fall_of(alarm + Amount::from_units(1), amount(base)), fraction) << base << " " << fraction;
      EXPECT_LE(alarm, amount(base));
    }
  }
  EXPECT_EQ(alarm_below(amount("100"), 100'000'000), amount("90"));
}

TEST(Fractions, ATransferChangesNoDrawdown) {
  const Amount peak = rescaled(amount("1000"), amount("900"), amount("90"));
  EXPECT_EQ(peak, amount("100"));
  EXPECT_EQ(fall_of(amount("90"), peak), fall_of(amount("900"), amount("1000")));
  EXPECT_EQ(rescaled(amount("1000"), amount("1"), amount("0.5")), amount("500"));
  const Amount huge = rescaled(amount("1000000000000"), amount("800000000000"), amount("400000000000"));
  EXPECT_LT((huge - amount("500000000000")).absolute(), amount("0.000001"));
}

TEST(Fractions, DecimalsOfAnyScale) {
  EXPECT_EQ(billionths(decimal("0.15")), 150'000'000);
  EXPECT_EQ(billionths(decimal("3")), 3'000'000'000);
  EXPECT_EQ(billionths(decimal("0.0000000019")), 1);
  EXPECT_EQ(fraction_amount(150'000'000), amount("0.15"));
}

}  // namespace
}  // namespace kontor::risk
