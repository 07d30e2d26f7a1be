#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strategy/strategy.hpp"
#include "tests/support/strategy_harness.hpp"

namespace kontor::strategy {
namespace {

TEST(Registry, ListsAllStrategiesByName) {
  std::vector<std::string_view> names;
  for (const auto& descriptor : builtin_strategies()) names.push_back(descriptor.name);
  EXPECT_THAT(names, testing::ElementsAre("buy_and_hold", "dca", "grid", "quote_ladder", "rsi", "sma_cross"));
}

TEST(Registry, FindsByNameAndSuggestsTheNearest) {
  const auto found = find_strategy("grid");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->name, "grid");
  const auto missing = find_strategy("sma_corss");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(missing.error().message,
            "expected one of the strategies buy_and_hold, dca, grid, quote_ladder, rsi, sma_cross, found "
            "'sma_corss'; did you mean 'sma_cross'?");
  EXPECT_EQ(find_strategy("zzzzzzzzzz").error().message.find("did you mean"), std::string::npos);
}

class EveryStrategy : public testing::TestWithParam<StrategyDescriptor> {};

TEST_P(EveryStrategy, DescribesItselfWell) {
  const StrategyDescriptor& descriptor = GetParam();
  EXPECT_GT(descriptor.summary.size(), 30U);
  EXPECT_EQ(descriptor.summary.back(), '.');
  std::set<std::string_view> names;
  for (const auto& parameter : descriptor.parameters) {
    EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name << " is described twice";
    EXPECT_EQ(fault_of(parameter, parameter.default_value), std::nullopt) << parameter.name;
    EXPECT_GT(parameter.meaning.size(), 10U) << parameter.name;
    EXPECT_EQ(parameter.meaning.back(), '.') << parameter.name;
    const bool bounded = parameter.type == ParameterType::boolean || parameter.type == ParameterType::text;
    EXPECT_TRUE(bounded || parameter.minimum < parameter.maximum) << parameter.name;
  }
}

TEST_P(EveryStrategy, IsMadeWithItsDefaultsOnSpotAndPerpetual) {
  for (const auto& specification : {test::spot("BTC"), test::perpetual("BTC"), test::pepe()}) {
    InstrumentTable table;
    const InstrumentId id = test::add(table, specification);
    std::map<std::string, ParameterValue> given;
    if (GetParam().name == "quote_ladder") given["order_quantity"] = 1.0;
    const auto made = test::StrategyHarness::make({table, id, Timeframe{kHour}}, GetParam().name, given);
    ASSERT_TRUE(made) << made.error().message;
    const Subscriptions wants = (*made)->subscriptions();
    EXPECT_FALSE(wants.bars.empty() && wants.books.empty() && wants.quotes.empty() && wants.trades.empty());
    for (const auto& bars : wants.bars) EXPECT_EQ(bars.timeframe, Timeframe{kHour});
  }
}

TEST_P(EveryStrategy, SavesAndLoadsTheSameState) {
  std::map<std::string, ParameterValue> given;
  if (GetParam().name == "quote_ladder") given["order_quantity"] = 0.5;
  test::StrategyHarness harness({test::spot("BTC")}, GetParam().name, given);
  Prng random(3);
  Bar bar;
  for (int i = 0; i < 300; ++i) {
    bar.open = bar.high = bar.low = bar.close = RawPrice(test::between(random, 9'000, 11'000));
    harness.bar(bar);
  }
  const auto before = harness.strategy_state();
  harness.restart();
  EXPECT_EQ(harness.strategy_state(), before);
  EXPECT_FALSE(before.empty());
}

INSTANTIATE_TEST_SUITE_P(Builtin, EveryStrategy, testing::ValuesIn(builtin_strategies()),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace kontor::strategy
