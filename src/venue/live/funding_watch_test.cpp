#include "venue/live/funding_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::live {
namespace {

constexpr TimeNs kAt = 1'735'689'600 * kSecond;

class FundingWatchTest : public testing::Test {
 protected:
  FundingWatchTest() { kontor::test::add(table_, kontor::test::perpetual("BTC")); }
  std::optional<FundingRate> hear(const venue::Ticker& ticker) {
    const auto settled = watch_.take(table_[InstrumentId(0)], ticker, ticker.ts_venue);
    EXPECT_TRUE(settled);
    return settled ? *settled : std::nullopt;
  }
  InstrumentTable table_;
  FundingWatch watch_;
};

TEST_F(FundingWatchTest, TheRateThatWasToldLastIsSettled) {
  EXPECT_FALSE(hear(
      {.symbol = "A", .ts_venue = kAt - 2 * kSecond, .funding_rate = Decimal{1, 4}, .next_funding_at = kAt}));
  EXPECT_FALSE(hear({.symbol = "A",
                     .ts_venue = kAt - kSecond,
                     .mark = Decimal{123'456'789, 5},
                     .funding_rate = Decimal{2, 4}}));
  const auto settled = hear({.symbol = "A",
                             .ts_venue = kAt + kSecond,
                             .funding_rate = Decimal{9, 4},
                             .next_funding_at = kAt + 8 * kHour});
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->ts_venue, kAt);
  EXPECT_EQ(settled->rate, (Decimal{2, 4}));
  EXPECT_EQ(settled->mark, kontor::test::price(table_[InstrumentId(0)], "1234.6"));
  EXPECT_FALSE(hear({.symbol = "A", .ts_venue = kAt + 2 * kSecond})) << "once";
}

TEST_F(FundingWatchTest, ATickerWithoutFundingBringsNone) {
  EXPECT_FALSE(hear({.symbol = "A", .ts_venue = kAt, .bid = Decimal{1, 0}, .ask = Decimal{2, 0}}));
  EXPECT_FALSE(hear({.symbol = "A", .ts_venue = kAt + kHour}));
}

}  // namespace
}  // namespace kontor::live
