#include "strategy/builtin/grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

/// Lines at 950, 975, 1000, 1025 and 1050 after a quiet market at 1000, and 1000 to spend on each level.
Given four_levels(const Given& more = {}) {
  Given all = {{"capital", 4000.0},
               {"levels", std::int64_t{4}},
               {"spacing", std::string("arithmetic")},
               {"snap_percent", 0.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

/// Bars between 995 and 1005 that open and close at 1000: an average true range of 1 %.
void warm_up(StrategyHarness& harness, int bars = 200) {
  for (int i = 0; i < bars; ++i) harness.bar("1000", "1005", "995", "1000");
}

class GridTest : public testing::Test {
 protected:
  StrategyHarness harness{{test::spot("BTC")}, "grid", four_levels()};
};

TEST_F(GridTest, StartsWithBuysBelowThePriceOnceItIsWarm) {
  EXPECT_EQ(harness.strategy().warmup_bars(), 200U);
  warm_up(harness, 199);
  EXPECT_THAT(harness.asked(), IsEmpty());
  warm_up(harness, 1);
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.02564 @ 975.00", "buy 1.05263 @ 950.00"));
  warm_up(harness, 3);
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST_F(GridTest, TradesItsLevels) {
  warm_up(harness);
  EXPECT_FALSE(harness.asked().empty());
  harness.bar("1000", "1000", "974.99", "980");  // through 975
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.02564 @ 1000.00"));
  EXPECT_EQ(harness.held(), "1.02564");
  harness.bar("980", "1000.01", "980", "999");  // through 1000
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.02564 @ 975.00"));
  EXPECT_EQ(harness.held(), "0.00000");
  EXPECT_EQ(harness.equity(), test::amount("10025.641"));
  harness.bar("999", "1010", "999", "1010");  // above 1000: that level can be bought from now on
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000 @ 1000.00"));
}

TEST_F(GridTest, ATouchFillsNothingAndChangesNothing) {
  warm_up(harness);
  EXPECT_FALSE(harness.asked().empty());
  harness.bar("1000", "1000", "975.00", "975.00");
  EXPECT_THAT(harness.asked(), IsEmpty());
  EXPECT_EQ(harness.open_orders().size(), 2U);
}

TEST_F(GridTest, FollowsUpAPartialFillByWhatWasFilled) {
  warm_up(harness);
  EXPECT_FALSE(harness.asked().empty());
  harness.fill(harness.open_order(Side::buy, "975")->id(), "0.005");
  EXPECT_THAT(harness.asked(), IsEmpty());  // 5.00 at 1000: waits until it is worth 10
  harness.fill(harness.open_order(Side::buy, "975")->id(), "0.3");
  EXPECT_THAT(harness.asked(), ElementsAre("sell 0.30500 @ 1000.00"));
  harness.fill(harness.open_order(Side::buy, "975")->id(), "0.1");
  EXPECT_THAT(harness.asked(), ElementsAre("amend to sell 0.40500 @ 1000.00"));
}

TEST_F(GridTest, CarriesTheLevelInTheTag) {
  warm_up(harness);
  EXPECT_EQ(harness.open_order(Side::buy, "950")->request.tag % 256, 0U);
  EXPECT_EQ(harness.open_order(Side::buy, "975")->request.tag % 256, 1U);
  EXPECT_TRUE(harness.open_order(Side::buy, "975")->request.post_only);
}

TEST_F(GridTest, RebuildsNearAnEdgeAndCarriesItsInventory) {
  warm_up(harness);
  EXPECT_FALSE(harness.asked().empty());
  harness.bar("1000", "1000", "955.01", "955.01");  // within the last 5.01 % of the width
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.02564 @ 1000.00"));
  harness.bar("955", "955", "954.90", "954.90");
  // The old purchase at 950 is withdrawn, the sale at 1000 stays where it is, and a new grid lies around
  // 954.90: with three of its five lines below, because the fast average has fallen under the slow one.
  EXPECT_THAT(harness.asked(), ElementsAre("cancel buy 1.05263 @ 950.00", "buy 0.79265 @ 946.19",
                                           "buy 0.81775 @ 917.15", "buy 0.84448 @ 888.12"));
  EXPECT_THAT(harness.open_orders(), Contains("sell 1.02564 @ 1000.00"));
  EXPECT_EQ(harness.strategy().facts()[0].value, "2");
}

TEST_F(GridTest, DoesNotRebuildMoreOftenThanItMay) {
  StrategyHarness minutes({test::spot("BTC"), Timeframe{kMinute}}, "grid", four_levels());
  warm_up(minutes);
  EXPECT_FALSE(minutes.asked().empty());
  for (int i = 0; i < 59; ++i) minutes.bar("1060", "1060", "1060", "1060");
  EXPECT_EQ(minutes.strategy().facts()[0].value, "1");
  minutes.bar("1060", "1060", "1060", "1060");
  EXPECT_EQ(minutes.strategy().facts()[0].value, "2");
}

TEST_F(GridTest, SpendsWhatItsInventoryLeaves) {
  warm_up(harness);
  harness.bar("1000", "1000", "940", "940");  // buys at 975 and 950: 2,000 of 4,000 is spent
  EXPECT_EQ(harness.held(), "2.07827");
  Amount buys;
  for (const auto& line : harness.open_orders()) {
    if (!line.starts_with("buy")) continue;
    const auto at = line.find(" @ ");
    const RawQuantity size = test::quantity(harness.instrument(), line.substr(4, at - 4));
    buys += harness.instrument().notional(test::price(harness.instrument(), line.substr(at + 3)), size);
  }
  EXPECT_LE(buys, test::amount("2000.1"));
  EXPECT_GT(buys, test::amount("900"));
}

TEST_F(GridTest, SaysWhyItDoesNotStartAndTriesAgainLater) {
  StrategyHarness poor({test::spot("BTC")}, "grid", four_levels({{"capital", 20.0}}));
  warm_up(poor);
  EXPECT_THAT(poor.asked(), ElementsAre("skip: grid: fewer than two levels are large enough to be traded"));
  warm_up(poor, 1);
  EXPECT_EQ(poor.asked().size(), 1U);
  StrategyHarness dear({test::spot("BTC")}, "grid", four_levels({{"fee_safety", 100.0}}));
  warm_up(dear);
  EXPECT_THAT(dear.asked(),
              ElementsAre("skip: grid: fewer than two levels are wider than fees and ticks require"));
}

TEST_F(GridTest, APostOnlyOrderThatTheVenueRefusedWaitsForTheMarket) {
  warm_up(harness);
  EXPECT_FALSE(harness.asked().empty());
  harness.end(harness.open_order(Side::buy, "975")->id(), RejectReason::post_only_would_take);
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.bar("1000", "1000", "975.00", "975.00");
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.bar("975", "976", "975", "976");
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.02564 @ 975.00"));
}

TEST_F(GridTest, SellsWhatIsLeftAfterFeesInBase) {
  test::HarnessSettings settings{test::spot("BTC")};
  settings.fee = test::decimal("0.001");
  settings.fee_in_base = true;
  StrategyHarness base(settings, "grid", four_levels({{"buy_fee_in", std::string("base")}}));
  warm_up(base);
  EXPECT_FALSE(base.asked().empty());
  base.bar("1000", "1000", "974.99", "980");
  EXPECT_THAT(base.asked(), ElementsAre("sell 1.02461 @ 1000.00"));  // 1.02564 less 0.00103
  EXPECT_EQ(base.held(), "1.02461");
}

TEST_F(GridTest, TakesOverAPositionThatItFinds) {
  // Another run of the same strategy has left one coin behind: it is sold above its cost and the fees.
  StrategyHarness found({test::spot("BTC")}, "grid", four_levels());
  warm_up(found);
  found.bar("1000", "1000", "974.99", "980");
  EXPECT_EQ(found.held(), "1.02564");
  found.forget();  // a fresh strategy without state
  for (int i = 0; i < 200; ++i) found.bar("970", "974", "966", "970");
  EXPECT_THAT(found.open_orders(), Contains("sell 1.02564 @ 977.93"));  // 975 × 1.003003
}

TEST_F(GridTest, ReportsWhatItExpectsToEarn) {
  warm_up(harness);
  const auto facts = harness.strategy().facts();
  std::map<std::string, std::string> by_name;
  for (const auto& fact : facts) by_name[fact.name] = fact.value;
  EXPECT_EQ(by_name["levels"], "4 (0 too small)");
  EXPECT_EQ(by_name["range"], "±5.000 %");
  EXPECT_EQ(by_name["required spacing"], "0.3003 %");
  // The poorest level buys 0.97560 at 1025: 0.97560 × (1050 × 0.999 − 1025 × 1.001).
  EXPECT_EQ(by_name["least expected net per cycle"], "22.36563000");
  EXPECT_EQ(by_name["completed cycles"], "0");
}

TEST_F(GridTest, RefusesASingleLevel) {
  InstrumentTable table;
  const InstrumentId id = test::add(table, test::spot("BTC"));
  const auto made =
      StrategyHarness::make({table, id, Timeframe{kHour}}, "grid", {{"levels", std::int64_t{1}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "levels: expected 0 or at least 2, found 1");
}

// ---- over random markets

struct Walk {
  Prng random;
  std::int64_t price = 100'000;

  Bar next() {
    Bar bar;
    bar.open = RawPrice(price);
    price = std::max<std::int64_t>(price + test::between(random, -900, 900), 20'000);
    bar.close = RawPrice(price);
    bar.high = RawPrice(std::max(bar.open.units, price) + test::between(random, 0, 700));
    bar.low = RawPrice(std::min(bar.open.units, price) - test::between(random, 0, 700));
    return bar;
  }
};

TEST(GridWalk, KeepsItsBooksInStepWithTheAccount) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    test::HarnessSettings settings{test::spot("BTC")};
    settings.fee = test::decimal("0.001");
    settings.fee_in_base = seed % 2 == 0;
    const std::string fee_asset = settings.fee_in_base ? "base" : "quote";
    StrategyHarness harness(settings, "grid", {{"buy_fee_in", fee_asset}, {"capital_percent", 90.0}});
    Walk walk{Prng(seed)};
    for (int i = 0; i < 3'000; ++i) {
      harness.bar(walk.next());
      RawQuantity offered;
      for (const auto& line : harness.open_orders()) {
        const auto at = line.find(" @ ");
        const RawQuantity size =
            test::quantity(harness.instrument(), line.substr(line.find(' ') + 1, at - line.find(' ') - 1));
        const Amount value =
            harness.instrument().notional(test::price(harness.instrument(), line.substr(at + 3)), size);
        ASSERT_GE(value, test::amount("5")) << line;  // nothing that the instrument would refuse
        if (line.starts_with("sell")) offered += size;
      }
      ASSERT_LE(offered, harness.position().quantity)
          << "more offered than held, seed " << seed << " bar " << i;
      ASSERT_GE(harness.portfolio().ledger().cash(harness.instrument().quote()), Amount()) << "seed " << seed;
    }
    EXPECT_GT(harness.fills(), 200U) << seed;
  }
}

TEST(GridWalk, ContinuesFromItsStateAsIfNothingHadHappened) {
  test::HarnessSettings settings{test::spot("BTC")};
  settings.fee = test::decimal("0.001");
  StrategyHarness straight(settings, "grid", {});
  StrategyHarness restarted(settings, "grid", {});
  Walk walk{Prng(77)};
  for (int i = 0; i < 900; ++i) {
    const Bar bar = walk.next();
    straight.bar(bar);
    if (i == 30 || i % 111 == 100) restarted.restart();
    restarted.bar(bar);
    ASSERT_EQ(straight.asked(), restarted.asked()) << "bar " << i;
  }
  EXPECT_EQ(straight.strategy_state(), restarted.strategy_state());
  EXPECT_GT(straight.fills(), 50U);
}

TEST(GridWalk, EarnsWhatItExpectsOnEveryCompleteCycle) {
  // Up and down between two lines: every cycle earns exactly what was planned for that level.
  test::HarnessSettings settings{test::spot("BTC")};
  settings.fee = test::decimal("0.001");
  StrategyHarness harness(settings, "grid", four_levels());
  warm_up(harness);
  const Amount before = harness.equity();
  for (int cycle = 0; cycle < 10; ++cycle) {
    harness.bar("1000", "1000", "974.99", "990");
    harness.bar("990", "1000.01", "990", "1000");
  }
  // 1.02564 × (1000 × 0.999 − 975 × 1.001)
  EXPECT_EQ(harness.equity() - before, test::amount("236.15361"));
}

}  // namespace
}  // namespace kontor::strategy
