#include "strategy/builtin/buy_and_hold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(BuyAndHold, BuysOnceOnTheFirstBar) {
  StrategyHarness harness({test::spot("BTC")}, "buy_and_hold", {});
  harness.close("50000");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 0.19000"));
  harness.closes({"51000", "40000", "60000"});
  EXPECT_THAT(harness.asked(), IsEmpty());
  EXPECT_EQ(harness.held(), "0.19000");
  EXPECT_EQ(harness.equity(), test::amount("11900"));  // bought at 50000, now 60000
}

TEST(BuyAndHold, TriesAgainWhenNothingWasBoughtButNotForEver) {
  StrategyHarness harness({test::spot("BTC")}, "buy_and_hold", {});
  for (int attempt = 0; attempt < 3; ++attempt) {
    harness.close("50000");
    EXPECT_THAT(harness.asked(), ElementsAre("buy 0.19000")) << attempt;
    harness.end(OrderId(static_cast<std::uint64_t>(attempt) + 1), RejectReason::insufficient_balance);
  }
  harness.closes({"50000", "50000"});
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(BuyAndHold, SaysWhyItDoesNotBuy) {
  StrategyHarness harness({test::spot("BTC"), Timeframe{kHour}, "5"}, "buy_and_hold", {});
  harness.closes({"50000", "50000"});
  EXPECT_THAT(harness.asked(), ElementsAre("skip: the size is below the instrument's minimum notional"));
}

TEST(BuyAndHold, WaitsForWhatItsSizerNeeds) {
  StrategyHarness harness({test::spot("BTC")}, "buy_and_hold",
                          {{"sizer", std::string("risk_percent")}, {"atr_period", std::int64_t{3}}});
  EXPECT_EQ(harness.strategy().warmup_bars(), 4U);
  harness.closes({"100", "101", "102"});
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("103");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 66.66666 stop 101.50 target 0.00"));
}

}  // namespace
}  // namespace kontor::strategy
