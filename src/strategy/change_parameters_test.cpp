// Other parameters while a strategy runs: what holds at once, what begins anew, what stays.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

Given averages(std::int64_t fast, std::int64_t slow, const Given& more = {}) {
  Given all = {{"fast", fast}, {"slow", slow}, {"sizer", "fixed_quantity"}, {"size", 1.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

TEST(ChangedSmaCross, ASizeHoldsForTheNextEntryAndTheAveragesGoOn) {
  StrategyHarness harness({test::spot("BTC")}, "sma_cross", averages(2, 4));
  harness.closes({"104", "103", "102", "101"});
  ASSERT_TRUE(harness.change(averages(2, 4, {{"size", 2.0}})));
  harness.closes({"104", "105"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 2.00000"));
}

TEST(ChangedSmaCross, OtherLengthsWarmUpAndThenAnotherSideIsACrossing) {
  StrategyHarness harness({test::spot("BTC")}, "sma_cross", averages(2, 4));
  harness.closes({"104", "103", "102", "101", "104", "105", "106"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  EXPECT_EQ(harness.held(), "1.00000");
  ASSERT_TRUE(harness.change(averages(1, 3)));
  EXPECT_EQ(harness.strategy().warmup_bars(), 3U);
  harness.closes({"100", "99"});  // below by any average, and nothing is known yet
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("98");
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.00000"));
}

TEST(ChangedSmaCross, WhatIsImpossibleChangesNothing) {
  StrategyHarness harness({test::spot("BTC")}, "sma_cross", averages(2, 4));
  harness.closes({"104", "103", "102"});
  const auto before = harness.strategy_state();
  EXPECT_FALSE(harness.change(averages(9, 4)));
  EXPECT_FALSE(harness.change(averages(2, 4, {{"mode", "long_short"}})));
  const std::vector<ParameterSetting> unknown = {{"speed", 2.0}};
  EXPECT_FALSE(harness.strategy().change_parameters(Parameters::recorded(unknown)));
  EXPECT_EQ(harness.strategy_state(), before);
  EXPECT_EQ(harness.strategy().parameters()->integer("fast"), 2);
}

TEST(ChangedSmaCross, APositionThatIsProtectedStaysSoUntilItIsLeftWithItsLegs) {
  const Given protection = {{"stop_atr", 20.0}, {"atr_period", std::int64_t{2}}};
  StrategyHarness harness({test::spot("BTC")}, "sma_cross", averages(2, 4, protection));
  harness.closes({"104", "103", "102", "101", "104", "105", "106"});
  EXPECT_EQ(harness.asked().size(), 1U);
  ASSERT_EQ(harness.open_orders().size(), 1U);
  ASSERT_TRUE(harness.change(averages(2, 4)));
  harness.close("106");
  EXPECT_EQ(harness.open_orders().size(), 1U);
  harness.closes({"100", "99", "98"});
  EXPECT_EQ(harness.held(), "0.00000");
  EXPECT_THAT(harness.open_orders(), IsEmpty());
}

Given index(const Given& more = {}) {
  Given all = {{"period", std::int64_t{2}}, {"sizer", "fixed_quantity"}, {"size", 1.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

TEST(ChangedRsi, AThresholdHoldsWithTheNextBar) {
  StrategyHarness harness({test::spot("BTC")}, "rsi", index());
  harness.closes({"100", "101", "102", "101", "99"});  // 16.7: bought
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  harness.closes({"98", "98.50"});  // 35.7: below the exit of 50
  EXPECT_THAT(harness.asked(), IsEmpty());
  ASSERT_TRUE(harness.change(index({{"exit", 33.0}})));
  harness.close("98.50");
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.00000"));
}

TEST(ChangedRsi, ANewTrendFilterKeepsEntriesBackAndLetsExitsThrough) {
  StrategyHarness harness({test::spot("BTC")}, "rsi", index());
  harness.closes({"100", "101", "102", "101", "99", "98"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  ASSERT_TRUE(harness.change(index({{"trend_period", std::int64_t{50}}})));
  harness.closes({"98.50", "99"});
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.00000"));
  harness.closes({"97", "90", "80"});
  EXPECT_THAT(harness.asked(), IsEmpty());
}

Given three_levels(const Given& more = {}) {
  Given all = {{"levels", std::int64_t{3}},
               {"distance_ticks", std::int64_t{10}},
               {"spacing_ticks", std::int64_t{20}},
               {"order_quantity", 0.1}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

TEST(ChangedQuoteLadder, IsDeclaredAnewWithTheNextQuoteEvenWhereNothingMoved) {
  StrategyHarness harness({test::perpetual("BTC")}, "quote_ladder", three_levels());
  harness.quote("50000.0", "50000.4");
  ASSERT_EQ(harness.open_orders().size(), 6U);
  ASSERT_TRUE(harness.change(three_levels({{"levels", std::int64_t{1}}})));
  harness.restart();
  harness.quote("50000.0", "50000.4");
  EXPECT_THAT(harness.open_orders(), ElementsAre("buy 0.100 @ 49998.0", "sell 0.100 @ 50002.0"));
  EXPECT_FALSE(harness.asked().empty());
  harness.quote("50000.0", "50000.4");
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(ChangedQuoteLadder, IsTakenAwayWhereNothingOfItFitsAnyMore) {
  StrategyHarness harness({test::perpetual("BTC")}, "quote_ladder", three_levels());
  harness.quote("50000.0", "50000.4");
  ASSERT_TRUE(harness.change(three_levels({{"max_inventory", 0.05}})));
  harness.quote("50000.0", "50000.4");
  EXPECT_THAT(harness.open_orders(), IsEmpty());
}

TEST(ChangedDca, TheNextPurchaseIsDueOneNewIntervalAfterTheLast) {
  Given given = {{"interval", std::int64_t{6 * kHour}}, {"notional", 100.0}};
  StrategyHarness harness({test::spot("BTC")}, "dca", given);
  harness.closes({"100", "100"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  given = {{"interval", std::int64_t{2 * kHour}}, {"notional", 50.0}};
  ASSERT_TRUE(harness.change(given));
  harness.close("100");  // two hours after the purchase
  EXPECT_THAT(harness.asked(), ElementsAre("buy 0.50000"));
}

Given four_lines(const Given& more = {}) {
  Given all = {
      {"capital", 4000.0}, {"levels", std::int64_t{4}}, {"spacing", "arithmetic"}, {"snap_percent", 0.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

TEST(ChangedGrid, IsBuiltAnewWithTheNextBarAndKeepsItsInventory) {
  StrategyHarness harness({test::spot("BTC")}, "grid", four_lines());
  for (int i = 0; i < 200; ++i) harness.bar("1000", "1005", "995", "1000");
  harness.bar("1000", "1000", "974.99", "980");  // buys at 975, to be sold at 1000
  ASSERT_EQ(harness.held(), "1.02564");
  EXPECT_FALSE(harness.asked().empty());
  ASSERT_TRUE(harness.change(four_lines({{"capital", 2000.0}})));
  harness.restart();
  harness.bar("980", "981", "979", "980");
  EXPECT_FALSE(harness.asked().empty());
  EXPECT_NE(harness.open_order(Side::sell, "1000"), nullptr);
  harness.bar("980", "1000.01", "980", "999");
  EXPECT_EQ(harness.held(), "0.00000");
}

TEST(ChangedGrid, WithOtherStatisticsTheOldGridGoesOnUntilTheyAreKnown) {
  StrategyHarness harness({test::spot("BTC")}, "grid", four_lines());
  for (int i = 0; i < 200; ++i) harness.bar("1000", "1005", "995", "1000");
  const auto before = harness.open_orders();
  ASSERT_FALSE(before.empty());
  ASSERT_TRUE(harness.change(four_lines({{"atr_period", std::int64_t{20}}})));
  harness.bar("1000", "1005", "995", "1000");
  EXPECT_EQ(harness.open_orders(), before);
  harness.bar("1000", "1000", "974.99", "980");
  EXPECT_EQ(harness.held(), "1.02564");
  EXPECT_NE(harness.open_order(Side::sell, "1000"), nullptr);
}

TEST(ChangedBuyAndHold, SizesWhatItHasNotBoughtYet) {
  StrategyHarness harness({test::spot("BTC")}, "buy_and_hold",
                          {{"sizer", "fixed_quantity"}, {"size", 1.0}, {"stop_atr", 1.0}});
  harness.close("100");
  ASSERT_TRUE(harness.change({{"sizer", "fixed_quantity"}, {"size", 3.0}}));
  harness.close("100");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 3.00000"));
  ASSERT_TRUE(harness.change({{"sizer", "fixed_quantity"}, {"size", 5.0}}));
  harness.closes({"100", "100"});
  EXPECT_EQ(harness.held(), "3.00000");
}

TEST(ChangedKelly, CountsTradesFromWhenItIsAskedForThem) {
  const Given kelly = {{"sizer", "kelly"}, {"size", 10.0}, {"kelly_trades", std::int64_t{2}}};
  StrategyHarness harness({test::spot("BTC")}, "sma_cross", averages(1, 2));
  for (int i = 0; i < 4; ++i) harness.closes({"100", "101", "100"});
  harness.close("100");
  EXPECT_EQ(harness.held(), "0.00000");
  static_cast<void>(harness.asked());
  ASSERT_TRUE(harness.change(averages(1, 2, kelly)));
  harness.closes({"100", "100", "101", "101"});  // by size, since nothing counts yet: 10 % of the equity
  ASSERT_FALSE(harness.asked().empty());
  EXPECT_LT(harness.position().quantity, test::quantity(harness.instrument(), "10"));
  EXPECT_GT(harness.position().quantity, test::quantity(harness.instrument(), "9"));
}

/// What a strategy is changed to and fro between while the market moves.
struct Pair {
  const char* name;
  Given one;
  Given other;
};

std::ostream& operator<<(std::ostream& out, const Pair& pair) { return out << pair.name; }

class AnyChange : public testing::TestWithParam<Pair> {};

void walk(StrategyHarness& harness, Prng& random, int bars) {
  for (int i = 0; i < bars; ++i) {
    const auto middle = static_cast<int>(1'000 + random.below(90));
    const auto text = [](int value) { return std::to_string(value); };
    harness.bar(text(middle), text(middle + 9), text(middle - 9),
                text(middle - 3 + static_cast<int>(random.below(7))));
  }
}

/// A strategy that was changed is the one that was made so and has loaded its state: what a restart makes.
TEST_P(AnyChange, IsWhatARestartMakesOfIt) {
  const auto& [name, one, other] = GetParam();
  Prng random(5);
  StrategyHarness changed({test::spot("BTC")}, name, one);
  walk(changed, random, 230);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(changed.change(i % 2 == 0 ? other : one));
    const auto state = changed.strategy_state();
    changed.restart();
    EXPECT_EQ(changed.strategy_state(), state);
    walk(changed, random, static_cast<int>(1 + random.below(40)));
  }
}

TEST_P(AnyChange, ToTheSameParametersChangesNoIndicator) {
  const auto& [name, one, other] = GetParam();
  if (std::string_view(name) == "grid" || std::string_view(name) == "buy_and_hold") return;  // begin anew
  Prng random(9);
  StrategyHarness harness({test::spot("BTC")}, name, one);
  walk(harness, random, 60);
  const auto state = harness.strategy_state();
  ASSERT_TRUE(harness.change(one));
  EXPECT_EQ(harness.strategy_state(), state);
}

INSTANTIATE_TEST_SUITE_P(
    Builtin, AnyChange,
    testing::Values(
        Pair{"sma_cross", averages(2, 4), averages(3, 9, {{"stop_atr", 2.0}})},
        Pair{"rsi", index(), index({{"period", std::int64_t{5}}, {"trend_period", std::int64_t{7}}})},
        Pair{"rsi", index({{"sizer", "cvar"}, {"cvar_bars", std::int64_t{20}}}),
             index({{"sizer", "kelly"}, {"target_atr", 3.0}})},
        Pair{"sma_cross", averages(2, 4, {{"sizer", "volatility_target"}}),
             averages(2, 4, {{"sizer", "volatility_target"}, {"volatility_bars", std::int64_t{7}}})},
        Pair{"buy_and_hold", {{"size", 50.0}}, {{"size", 70.0}, {"stop_atr", 2.0}}},
        Pair{"dca", {{"interval", std::int64_t{3 * kHour}}}, {{"interval", std::int64_t{kHour}}}},
        Pair{"grid", four_lines(), four_lines({{"capital", 500.0}, {"atr_period", std::int64_t{9}}})}));

}  // namespace
}  // namespace kontor::strategy
