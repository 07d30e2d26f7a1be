#include "venue/sim/group_flow.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {
namespace {

class Groups : public ::testing::Test {
 protected:
  Groups() { scenario_.use("BTCUSDT"); }
  Scenario& funded() { return scenario_.deposit("10000 USDT").bar("100 100 100 100"); }
  /// Buys `entry`, stop at 95, target at 105, and forgets the acceptances.
  Scenario& bracket(std::string_view entry) {
    scenario_.order(fmt::format("1 {} group=7 role=entry", entry));
    const std::string size = fmt::format("{}", std::string_view(entry).substr(4, entry.find(' ', 4) - 4));
    scenario_.order(fmt::format("2 sell {} stop 95 group=7 role=stop_loss", size));
    scenario_.order(fmt::format("3 sell {} limit 105 group=7 role=take_profit", size));
    scenario_.said();
    return scenario_;
  }
  Scenario scenario_;
};

TEST_F(Groups, LegsAreInactiveUntilTheEntryFills) {
  funded();
  bracket("buy 1 limit 90").bar("100 110 94 100");
  EXPECT_EQ(scenario_.said(), "");
  EXPECT_EQ(scenario_.reserved("BTC"), "0");
  EXPECT_EQ(scenario_.venue().open_orders(), 3U);
}

TEST_F(Groups, StopEndsTheBracket) {
  funded();
  bracket("buy 1 market").bar("100 101 99 100").bar("100 101 94 96");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "triggered 2\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n"
            "canceled 3 filled 0\n");
  EXPECT_EQ(scenario_.balance("BTC"), "0");
  EXPECT_EQ(scenario_.venue().open_orders(), 0U);
}

TEST_F(Groups, TargetEndsTheBracket) {
  funded();
  bracket("buy 1 market").bar("100 101 99 100").bar("100 106 99 104");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n"
            "canceled 2 filled 0\n");
}

TEST_F(Groups, StopComesFirstWhereABarReachesBoth) {
  funded();
  bracket("buy 1 market").bar("100 101 99 100").bar("100 106 94 104");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, TargetComesFirstOnTheFavourablePath) {
  scenario_.settings.rules.intrabar = IntrabarPath::favourable;
  funded();
  bracket("buy 1 market").bar("100 101 99 100").bar("100 106 94 104");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
}

TEST_F(Groups, EntryAtTheOpenIsProtectedInItsOwnBar) {
  funded();
  bracket("buy 1 market").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, EntryAtTheOpenMayReachItsTargetInItsOwnBar) {
  funded();
  bracket("buy 1 market").bar("100 106 99 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
}

TEST_F(Groups, EntryInsideTheBarIsStoppedInItButNotTargeted) {
  funded();
  bracket("buy 1 limit 98").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 98 maker fee 0.098 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, EntryInsideTheBarWaitsWithItsTarget) {
  funded();
  bracket("buy 1 limit 98").bar("100 106 97 100");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 98 maker fee 0.098 USDT\n");
  scenario_.bar("100 106 97 100");
  EXPECT_EQ(scenario_.fills(), "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
}

TEST_F(Groups, FavourablePathReachesTheTargetOfALimitEntry) {
  scenario_.settings.rules.intrabar = IntrabarPath::favourable;
  funded();
  bracket("buy 1 limit 98").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 98 maker fee 0.098 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
}

TEST_F(Groups, FavourablePathStopsWhereNoPathAvoidsIt) {
  scenario_.settings.rules.intrabar = IntrabarPath::favourable;
  funded();
  bracket("buy 1 limit 98").bar("100 104 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 98 maker fee 0.098 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, StopEntryInsideTheBar) {
  funded();
  bracket("buy 1 stop 102").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 102 taker fee 0.204 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
  Scenario kind;
  kind.settings.rules.intrabar = IntrabarPath::favourable;
  kind.use("BTCUSDT")
      .deposit("10000 USDT")
      .bar("100 100 100 100")
      .order("1 buy 1 stop 102 group=7 role=entry");
  kind.order("2 sell 1 stop 95 group=7 role=stop_loss").bar("100 103 94 100");
  EXPECT_EQ(kind.fills(), "fill 1 buy 1 @ 102 taker fee 0.204 USDT\n");  // the low may have come before
  kind.bar("100 100 100 100").bar("96 96 94 96");
  EXPECT_EQ(kind.fills(), "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, LegsAreAsLargeAsTheEntrysFills) {
  funded();
  bracket("buy 4 limit 99").bar("100 100 98 99 1");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n");
  EXPECT_EQ(scenario_.reserved("BTC"), "1");
  scenario_.bar("99 99 98 98 2");
  EXPECT_EQ(scenario_.fills(), "fill 1 buy 2 @ 99 maker fee 0.198 USDT\n");
  EXPECT_EQ(scenario_.reserved("BTC"), "3");
  scenario_.between_bars().cancel(1);
  EXPECT_EQ(scenario_.said(),
            "canceled 1 filled 3\n"
            "amended 2 3 @ 0\n"
            "amended 3 3 @ 105\n");
  scenario_.bar("98 98 94 95");
  EXPECT_EQ(scenario_.said(),
            "triggered 2\n"
            "fill 2 sell 3 @ 95 taker fee 0.57 USDT\n"
            "canceled 3 filled 0\n");
}

TEST_F(Groups, LegThatClosedAPartialEntryWaitsForMore) {
  funded();
  bracket("buy 4 limit 99").bar("100 100 98 99 1").bar("99.5 106 99.5 100 1");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
  EXPECT_EQ(scenario_.venue().open_orders(), 3U);
  scenario_.bar("99.5 99.5 98 98 3").bar("100 100 94 95");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 3 @ 99 maker fee 0.297 USDT\n"
            "amended 2 3 @ 0\n"
            "triggered 2\n"
            "fill 2 sell 3 @ 95 taker fee 0.57 USDT\n"
            "canceled 3 filled 1\n");
}

TEST_F(Groups, PartialTargetShrinksTheStop) {
  funded();
  bracket("buy 4 market").bar("100 100 100 100").bar("100 106 100 105 1");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 4 @ 100 taker fee 0.8 USDT\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n"
            "amended 2 3 @ 0\n");
  scenario_.bar("100 100 94 95");
  EXPECT_EQ(scenario_.said(),
            "triggered 2\n"
            "fill 2 sell 3 @ 95 taker fee 0.57 USDT\n"
            "canceled 3 filled 1\n");
}

TEST_F(Groups, EntryThatEndsUnfilledTakesItsLegsAlong) {
  funded();
  bracket("buy 1 limit 90").between_bars().cancel(1);
  EXPECT_EQ(scenario_.said(), "canceled 1 filled 0\ncanceled 2 filled 0\ncanceled 3 filled 0\n");
}

TEST_F(Groups, LegsOfARefusedEntryAreRefused) {
  funded()
      .order("1 buy 1000 limit 90 group=7 role=entry")
      .order("2 sell 1000 stop 80 group=7 role=stop_loss");
  EXPECT_EQ(scenario_.said(), "rejected 1 insufficient_balance\nrejected 2 order_closed\n");
}

TEST_F(Groups, EntryMayFollowALegThatWasRefused) {
  scenario_.use("BTCPERP");
  funded().order("2 sell 0 stop 80 group=7 role=stop_loss").order("1 buy 1 market group=7 role=entry");
  scenario_.order("3 sell 1 stop 95 group=7 role=stop_loss").bar("100 100 94 95");
  EXPECT_EQ(scenario_.said(),
            "rejected 2 below_min_quantity\n"
            "accepted 1\n"
            "accepted 3\n"
            "fill 1 buy 1 @ 100 taker fee 0.05 USDT\n"
            "triggered 3\n"
            "fill 3 sell 1 @ 95 taker fee 0.0475 USDT\n");
}

TEST_F(Groups, EndedGroupsAreForgottenInTime) {
  funded().between_bars();
  for (std::uint64_t group = 1; group <= GroupStore::kMaxRetired + 10; ++group) {
    scenario_.order(fmt::format("{} buy 1 limit 90 group={} role=entry", group, group)).cancel(group).said();
  }
  const std::uint64_t next = GroupStore::kMaxRetired + 11;
  scenario_.deposit("2 BTC").order(fmt::format("{} sell 1 stop 80 group=1 role=stop_loss", next));
  scenario_.order(fmt::format("{} sell 1 stop 80 group={} role=stop_loss", next + 1, next - 1));
  EXPECT_EQ(scenario_.said(), fmt::format("accepted {}\nrejected {} order_closed\n", next, next + 1));
}

TEST_F(Groups, LegMayArriveAfterTheEntryFilled) {
  funded().order("1 buy 1 market group=7 role=entry").bar("100 100 100 100");
  scenario_.order("2 sell 1 stop 95 group=7 role=stop_loss").bar("100 100 94 95");
  EXPECT_EQ(scenario_.said(),
            "accepted 1\n"
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "accepted 2\n"
            "triggered 2\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, LegsThatArriveBeforeTheEntryWaitForIt) {
  scenario_.deposit("1 BTC");
  funded().order("2 sell 1 stop 95 group=7 role=stop_loss").order("3 buy 1 limit 99 group=7 role=entry");
  EXPECT_EQ(scenario_.reserved("BTC"), "0");
  scenario_.bar("100 100 98 99").bar("99 99 94 95");
  EXPECT_EQ(scenario_.fills(),
            "fill 3 buy 1 @ 99 maker fee 0.099 USDT\n"
            "fill 2 sell 1 @ 95 taker fee 0.19 USDT\n");
}

TEST_F(Groups, CanceledLegLeavesItsSiblingAlone) {
  funded();
  bracket("buy 1 market").bar("100 100 100 100").cancel(2).bar("100 106 94 100");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "canceled 2 filled 0\n"
            "fill 3 sell 1 @ 105 maker fee 0.105 USDT\n");
}

TEST_F(Groups, SecondOrderOfOneRoleIsRefused) {
  funded();
  bracket("buy 1 limit 90").order("4 sell 1 stop 94 group=7 role=stop_loss");
  EXPECT_EQ(scenario_.said(), "rejected 4 too_many_orders\n");
}

TEST_F(Groups, BaseFeeOfTheEntryShrinksTheLegs) {
  scenario_.settings.rules.fee_asset = FeeAsset::base;
  funded();
  bracket("buy 1 market").bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 1 @ 100 taker fee 0.002 BTC\n"
            "amended 2 0.998 @ 0\n"
            "amended 3 0.998 @ 105\n");
  scenario_.bar("100 106 100 105");
  EXPECT_EQ(scenario_.said(), "fill 3 sell 0.998 @ 105 maker fee 0.10479 USDT\ncanceled 2 filled 0\n");
  EXPECT_EQ(scenario_.balance("BTC"), "0");
}

TEST_F(Groups, AmendedLegStaysWithinItsEntry) {
  funded();
  bracket("buy 2 market").bar("100 100 100 100").between_bars().amend(3, "1", "104");
  EXPECT_EQ(scenario_.said(), "fill 1 buy 2 @ 100 taker fee 0.4 USDT\namended 3 1 @ 104\n");
  scenario_.bar("100 104.5 100 104");
  EXPECT_EQ(scenario_.said(), "fill 3 sell 1 @ 104 maker fee 0.104 USDT\namended 2 1 @ 0\n");
}

// --- OCO ---

TEST_F(Groups, OcoLegsAreActiveAtOnceAndReserveOnce) {
  scenario_.deposit("1 BTC").bar("100 100 100 100");
  scenario_.order("1 sell 1 stop 95 group=7 role=stop_loss")
      .order("2 sell 1 limit 105 group=7 role=take_profit");
  EXPECT_EQ(scenario_.said(), "accepted 1\naccepted 2\n");
  EXPECT_EQ(scenario_.reserved("BTC"), "1");
  scenario_.bar("100 106 100 105");
  EXPECT_EQ(scenario_.said(), "fill 2 sell 1 @ 105 maker fee 0.105 USDT\ncanceled 1 filled 0\n");
  EXPECT_EQ(scenario_.reserved("BTC"), "0");
}

TEST_F(Groups, OcoPartialFillTakesTheSameOffTheSibling) {
  scenario_.deposit("4 BTC").bar("100 100 100 100");
  scenario_.order("1 sell 4 stop 95 group=7 role=stop_loss")
      .order("2 sell 4 limit 105 group=7 role=take_profit");
  scenario_.said();
  scenario_.bar("100 106 100 105 1");
  EXPECT_EQ(scenario_.said(), "fill 2 sell 1 @ 105 maker fee 0.105 USDT\namended 1 3 @ 0\n");
  EXPECT_EQ(scenario_.reserved("BTC"), "3");
}

TEST_F(Groups, OcoOfBuysReservesTheDearerLeg) {
  funded()
      .order("1 buy 1 stop 110 group=7 role=stop_loss")
      .order("2 buy 1 limit 90 group=7 role=take_profit");
  EXPECT_EQ(scenario_.reserved("USDT"), "110.22");
  scenario_.cancel(1);
  EXPECT_EQ(scenario_.reserved("USDT"), "90.18");
}

// --- on a perpetual ---

TEST_F(Groups, LegsOnAPerpetualOnlyReduce) {
  scenario_.use("BTCPERP");
  funded();
  bracket("buy 2 market").bar("100 100 100 100");
  EXPECT_EQ(scenario_.reserved("USDT"), "0");
  scenario_.order("4 sell 2 market").bar("100 100 100 100");
  EXPECT_EQ(scenario_.said(),
            "fill 1 buy 2 @ 100 taker fee 0.1 USDT\n"
            "accepted 4\n"
            "fill 4 sell 2 @ 100 taker fee 0.1 USDT\n"
            "canceled 2 filled 0 reduce_only_would_increase\n"
            "canceled 3 filled 0 reduce_only_would_increase\n");
}

TEST_F(Groups, ShortBracketIsStoppedAbove) {
  scenario_.use("BTCPERP");
  funded().order("1 sell 1 market group=7 role=entry").order("2 buy 1 stop 105 group=7 role=stop_loss");
  scenario_.order("3 buy 1 limit 95 group=7 role=take_profit").bar("100 106 94 100");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 sell 1 @ 100 taker fee 0.05 USDT\n"
            "fill 2 buy 1 @ 105 taker fee 0.0525 USDT\n");
}

TEST_F(Groups, TrailingLegStartsAtTheEntry) {
  funded().order("1 buy 1 market group=7 role=entry").order("2 sell 1 trail 5 group=7 role=stop_loss");
  scenario_.bar("100 108 99 107").bar("107 107 103 104");
  EXPECT_EQ(scenario_.fills(),
            "fill 1 buy 1 @ 100 taker fee 0.2 USDT\n"
            "fill 2 sell 1 @ 103 taker fee 0.206 USDT\n");
}

}  // namespace
}  // namespace kontor::sim::test
