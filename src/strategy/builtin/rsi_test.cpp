#include "strategy/builtin/rsi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

using test::StrategyHarness;
using testing::ElementsAre;
using testing::IsEmpty;
using Given = std::map<std::string, ParameterValue>;

/// A period of two makes the index easy to work out: Wilder's averages move half of the way.
Given with(const Given& more) {
  Given all = {{"period", std::int64_t{2}}, {"sizer", std::string("fixed_quantity")}, {"size", 1.0}};
  for (const auto& [name, value] : more) all.insert_or_assign(name, value);
  return all;
}

StrategyHarness rsi_on_spot(const Given& more = {}) { return {{test::spot("BTC")}, "rsi", with(more)}; }
StrategyHarness rsi_on_perpetual(Given more) {
  more.insert({"size", 2.0});
  return {{test::perpetual("BTC")}, "rsi", with(more)};
}

TEST(Rsi, BuysWeaknessAndSellsTheRecovery) {
  auto harness = rsi_on_spot();
  EXPECT_EQ(harness.strategy().warmup_bars(), 3U);
  harness.closes({"100", "101", "102"});  // gains 1, losses 0: index 100
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("101");  // gains 0.5, losses 0.5: 50
  harness.close("99");   // gains 0.25, losses 1.25: 16.7
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
  harness.close("98");  // 0.125, 1.125: 10: in already
  EXPECT_THAT(harness.asked(), IsEmpty());
  EXPECT_EQ(harness.held(), "1.00000");
  harness.close("98.50");  // 0.3125, 0.5625: 35.7, not yet
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.close("99");  // 0.40625, 0.28125: 59.1
  EXPECT_THAT(harness.asked(), ElementsAre("sell 1.00000"));
}

TEST(Rsi, DoesNotBuyOnAnIndexThatWasLowWhenItBecameKnown) {
  auto harness = rsi_on_spot();
  harness.closes({"100", "99", "98", "97", "96"});  // 0 from the beginning
  EXPECT_THAT(harness.asked(), IsEmpty());
  harness.closes({"98", "97", "95"});  // up into the middle, and down again
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
}

TEST(Rsi, EntersOncePerVisitEvenAfterAStop) {
  auto harness = rsi_on_spot({{"stop_atr", 1.0}, {"atr_period", std::int64_t{2}}});
  harness.closes({"100", "101", "102", "101", "99"});
  // Ranges 1, 1, then 1, then 2: averages 1, 1, 1.5; the stop lies 1.5 below.
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000 stop 97.50 target 0.00"));
  harness.closes({"97", "96", "95"});  // stopped out; the index stays low
  EXPECT_EQ(harness.held(), "0.00000");
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(Rsi, GoesShortOnStrengthWhereAllowed) {
  auto harness = rsi_on_perpetual({{"mode", std::string("long_short")}});
  harness.closes({"102", "101", "100"});
  harness.close("101");  // 50
  harness.close("103");  // gains 1.25, losses 0.25: 83.3
  EXPECT_THAT(harness.asked(), ElementsAre("sell 2.000"));
  harness.close("103");  // 0.625, 0.125: 83.3
  EXPECT_EQ(harness.held(), "-2.000");
  harness.close("102");  // 0.3125, 0.5625: 35.7, at most 50
  EXPECT_THAT(harness.asked(), ElementsAre("buy 2.000"));
}

TEST(Rsi, StaysOutOfStrengthWhereItMayNotGoShort) {
  auto harness = rsi_on_spot();
  harness.closes({"102", "101", "100", "101", "103", "105"});
  EXPECT_THAT(harness.asked(), IsEmpty());
}

TEST(Rsi, TurnsFromShortToLongInOneOrder) {
  auto harness =
      rsi_on_perpetual({{"mode", std::string("long_short")}, {"exit", 99.0}, {"overbought", 70.0}});
  harness.closes({"102", "101", "100", "101", "103"});
  EXPECT_THAT(harness.asked(), ElementsAre("sell 2.000"));
  harness.closes({"103", "90"});  // 0.3125, 6.5625: 4.5, above the short exit of 1
  EXPECT_THAT(harness.asked(), ElementsAre("buy 4.000"));
}

TEST(Rsi, TheTrendFilterForbidsBuyingBelowTheAverage) {
  const std::vector<std::string_view> falling = {"110", "111", "112", "111", "100"};
  auto unfiltered = rsi_on_spot();
  unfiltered.closes(falling);
  EXPECT_THAT(unfiltered.asked(), ElementsAre("buy 1.00000"));
  for (const char* kind : {"sma", "ema"}) {
    auto filtered = rsi_on_spot({{"trend_period", std::int64_t{4}}, {"trend_average", std::string(kind)}});
    EXPECT_EQ(filtered.strategy().warmup_bars(), 4U);
    filtered.closes(falling);
    EXPECT_THAT(filtered.asked(), IsEmpty()) << kind;
  }
}

TEST(Rsi, TheTrendFilterLetsBuyAboveTheAverage) {
  auto harness = rsi_on_spot({{"trend_period", std::int64_t{8}}});
  harness.closes({"50", "60", "70", "80", "90", "100", "101", "102", "101", "95"});
  EXPECT_THAT(harness.asked(), ElementsAre("buy 1.00000"));
}

TEST(Rsi, RefusesThresholdsThatDoNotGoTogether) {
  const auto fault = [](const Given& parameters) {
    InstrumentTable table;
    const InstrumentId id = test::add(table, test::perpetual("BTC"));
    const auto made = StrategyHarness::make({table, id, Timeframe{kHour}}, "rsi", parameters);
    return made ? "no fault" : made.error().message;
  };
  EXPECT_EQ(fault({{"oversold", 70.0}}), "oversold: expected less than overbought (70), found 70");
  EXPECT_EQ(fault({{"exit", 30.0}}), "oversold: expected less than exit (30), found 30");
  EXPECT_EQ(fault({{"mode", std::string("long_short")}, {"oversold", 10.0}, {"exit", 30.0}}),
            "exit: expected above 30 (100 - overbought), found 30");
  EXPECT_EQ(fault({}), "no fault");
}

TEST(Rsi, ContinuesFromItsStateAsIfNothingHadHappened) {
  Prng random(12);
  const Given parameters = {
      {"mode", std::string("long_short")}, {"trend_period", std::int64_t{40}}, {"stop_atr", 2.0}};
  auto straight = rsi_on_perpetual(parameters);
  auto restarted = rsi_on_perpetual(parameters);
  std::int64_t price = 10'000;
  for (int i = 0; i < 500; ++i) {
    price = std::max<std::int64_t>(price + test::between(random, -80, 80), 1'000);
    Bar bar;
    bar.open = bar.high = bar.low = bar.close = RawPrice(price);
    straight.bar(bar);
    if (i % 41 == 17) restarted.restart();
    restarted.bar(bar);
    ASSERT_EQ(straight.asked(), restarted.asked()) << "bar " << i;
  }
  EXPECT_GT(straight.fills(), 20U);
}

}  // namespace
}  // namespace kontor::strategy
