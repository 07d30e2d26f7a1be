#include "strategy/builtin/quote_ladder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

/// Three orders of 0.1 on each side, the first one dollar from the middle, two dollars apart.
Given three(const Given& more = {}) {
  Given all = {{"levels", std::int64_t{3}},
               {"distance_ticks", std::int64_t{10}},
               {"spacing_ticks", std::int64_t{20}},
               {"order_quantity", 0.1}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

StrategyHarness ladder_on_perpetual(const Given& more = {}) {
  return {{test::perpetual("BTC")}, "quote_ladder", three(more)};
}

TEST(QuoteLadder, QuotesBothSidesOnItsGridOfPrices) {
  auto harness = ladder_on_perpetual();
  harness.quote("50000.0", "50000.4");  // middle 50000.2
  EXPECT_THAT(harness.open_orders(),
              ElementsAre("buy 0.100 @ 49994.0", "buy 0.100 @ 49996.0", "buy 0.100 @ 49998.0",
                          "sell 0.100 @ 50002.0", "sell 0.100 @ 50004.0", "sell 0.100 @ 50006.0"));
}

TEST(QuoteLadder, IsSilentWhileTheBestPricesStand) {
  auto harness = ladder_on_perpetual();
  harness.quote("50000.0", "50000.4");
  EXPECT_EQ(harness.asked().size(), 6U);
  harness.quote("50000.0", "50000.4");
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.quote("50000.1", "50000.5");  // moves, but not to other lines
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(QuoteLadder, MovesOnlyTheEndsOfTheLadder) {
  auto harness = ladder_on_perpetual();
  harness.quote("50000.0", "50000.4");
  EXPECT_EQ(harness.asked().size(), 6U);
  harness.quote("50002.0", "50002.4");
  EXPECT_THAT(harness.asked(),
              testing::UnorderedElementsAre("amend to buy 0.100 @ 50000.0", "amend to sell 0.100 @ 50008.0"));
}

TEST(QuoteLadder, NeverCrossesAWideSpreadOrATightOne) {
  auto harness =
      ladder_on_perpetual({{"distance_ticks", std::int64_t{0}}, {"spacing_ticks", std::int64_t{1}}});
  harness.quote("50000.0", "50000.1");
  EXPECT_THAT(harness.open_orders(), testing::Contains("buy 0.100 @ 50000.0"));
  EXPECT_THAT(harness.open_orders(), testing::Contains("sell 0.100 @ 50000.1"));
  EXPECT_THAT(harness.open_orders(), testing::Not(testing::Contains("buy 0.100 @ 50000.1")));
}

TEST(QuoteLadder, WithdrawsWithoutAMarket) {
  auto harness = ladder_on_perpetual();
  harness.quote("50000.0", "50000.4");
  harness.quote("50001.0", "50000.4");  // crossed
  EXPECT_THAT(harness.open_orders(), IsEmpty());
  harness.quote("50000.0", "50000.4");
  EXPECT_EQ(harness.open_orders().size(), 6U);
}

TEST(QuoteLadder, CutsTheSideThatWouldExceedItsInventory) {
  auto harness = ladder_on_perpetual({{"max_inventory", 0.25}});
  harness.quote("50000.0", "50000.4");  // two orders of 0.1 fit into 0.25 on each side
  EXPECT_THAT(harness.open_orders(), ElementsAre("buy 0.100 @ 49996.0", "buy 0.100 @ 49998.0",
                                                 "sell 0.100 @ 50002.0", "sell 0.100 @ 50004.0"));
  harness.fill(harness.open_order(Side::buy, "49998.0")->id(), "0.1");
  // 0.1 held: one more purchase, three sales.
  EXPECT_THAT(harness.open_orders(), ElementsAre("buy 0.100 @ 49998.0", "sell 0.100 @ 50002.0",
                                                 "sell 0.100 @ 50004.0", "sell 0.100 @ 50006.0"));
}

TEST(QuoteLadder, FillsUpWhatWasFilledInPart) {
  auto harness = ladder_on_perpetual();
  harness.quote("50000.0", "50000.4");
  EXPECT_EQ(harness.asked().size(), 6U);
  harness.fill(harness.open_order(Side::buy, "49998.0")->id(), "0.04");
  // Inventory 0.04 of 0.3: two purchases of 0.1 still fit; what is left of the first order counts for
  // neither.
  EXPECT_THAT(harness.open_orders(),
              ElementsAre("buy 0.100 @ 49996.0", "buy 0.100 @ 49998.0", "sell 0.100 @ 50002.0",
                          "sell 0.100 @ 50004.0", "sell 0.100 @ 50006.0"));
}

TEST(QuoteLadder, OnSpotOffersOnlyWhatItHolds) {
  StrategyHarness harness({test::spot("BTC"), Timeframe{kHour}, "100000"}, "quote_ladder", three());
  harness.quote("50000.00", "50000.04");
  EXPECT_EQ(harness.open_orders().size(), 3U);
  harness.fill(harness.open_order(Side::buy, "49999.80")->id(), "0.1");
  EXPECT_THAT(harness.open_orders(), testing::Contains("sell 0.10000 @ 50000.20"));
  EXPECT_EQ(harness.open_orders().size(), 3U);
}

TEST(QuoteLadder, LeavesOutLevelsBelowTheMinimumAndSaysSoOnce) {
  auto harness = ladder_on_perpetual({{"order_quantity", 0.001}});
  harness.quote("50000.0", "50000.4");  // 0.001 is worth 50, the minimum is 100
  harness.quote("50100.0", "50100.4");
  EXPECT_THAT(harness.asked(),
              ElementsAre("skip: order_quantity is worth less than the instrument's minimum notional"));
  harness.quote("100000.0", "100000.4");  // here 99,998 and lower are too small, but the sales are not
  EXPECT_THAT(harness.open_orders(),
              ElementsAre("sell 0.001 @ 100002.0", "sell 0.001 @ 100004.0", "sell 0.001 @ 100006.0"));
}

TEST(QuoteLadder, RefusesAnOrderSizeBelowTheMinimum) {
  InstrumentTable table;
  const InstrumentId id = test::add(table, test::perpetual("BTC"));
  const auto made =
      StrategyHarness::make({table, id, Timeframe{kHour}}, "quote_ladder", {{"order_quantity", 0.0005}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "order_quantity: expected at least 0.001 for BTCUSDTPERP@test, found 0.0005");
}

TEST(QuoteLadder, ContinuesFromItsState) {
  auto straight = ladder_on_perpetual();
  auto restarted = ladder_on_perpetual();
  Prng random(31);
  std::int64_t bid = 500'000;
  for (int i = 0; i < 300; ++i) {
    bid += test::between(random, -15, 15);
    const std::string low = fmt::format("{}.{}", bid / 10, bid % 10);
    const std::string high = fmt::format("{}.{}", (bid + 3) / 10, (bid + 3) % 10);
    straight.quote(low, high);
    if (i % 37 == 5) restarted.restart();
    restarted.quote(low, high);
    ASSERT_EQ(straight.asked(), restarted.asked()) << i;
    ASSERT_EQ(straight.open_orders().size(), 6U);
  }
}

}  // namespace
}  // namespace kontor::strategy
