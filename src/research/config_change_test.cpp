#include "research/config_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::research {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBegun = R"(
[risk]
max_orders_per_day = 5
[[instrument]]
name = "BTCUSDT@binance"
[instrument.limits]
cooldown = "1h"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@binance", "ETHUSDT@binance"]
fast = 5
slow = 20
[[strategy]]
type = "rsi"
instruments = ["BTCUSDT@binance"]
)";

class ConfigChange : public testing::Test {
 protected:
  ConfigChange() {
    auto config = parse_config(kBegun, "begun.toml", {});
    EXPECT_TRUE(config) << config.error().message;
    in_force_ = config->effective_toml;
    InstrumentTable table;
    for (const char* coin : {"BTC", "ETH"}) {
      auto specification = kontor::test::spot(coin);
      specification.name = InstrumentName{"binance", std::string(coin) + "USDT"};
      EXPECT_TRUE(table.add(specification));
    }
    auto prepared = PreparedBacktest::without_data(std::move(*config), std::move(table));
    EXPECT_TRUE(prepared) << prepared.error().message;
    prepared_ = std::move(*prepared);
  }

  Result<std::optional<SettingsChanged>> change(const std::vector<std::string>& overrides) {
    const auto wanted = parse_config(kBegun, "now.toml", overrides);
    EXPECT_TRUE(wanted) << wanted.error().message;
    return settings_change(*prepared_, in_force_, *wanted);
  }
  SettingsChanged made(const std::vector<std::string>& overrides) {
    auto outcome = change(overrides);
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome && *outcome);
    return outcome && *outcome ? std::move(**outcome) : SettingsChanged();
  }
  std::string refused(const std::vector<std::string>& overrides) {
    const auto outcome = change(overrides);
    EXPECT_FALSE(outcome);
    if (outcome) return {};
    EXPECT_EQ(outcome.error().kind, ErrorKind::usage);
    return outcome.error().message;
  }

  std::string in_force_;
  std::unique_ptr<const PreparedBacktest> prepared_;
};

std::vector<std::string> keys_of(const SettingsChanged& change) {
  std::vector<std::string> keys;
  for (const auto& one : change.changes) keys.push_back(one.key + " " + one.before + " " + one.after);
  return keys;
}

TEST_F(ConfigChange, TheRampToRealMoneyIsNoneOfARunningSessionsMatters) {
  const auto outcome = change({"live.phase=alpha"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(*outcome);
}

TEST_F(ConfigChange, NothingIsNoChange) {
  const auto outcome = change({});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(*outcome);
}

TEST_F(ConfigChange, LimitsOfEveryScopeAreTakenOverAndThoseThatStayAreThere) {
  const auto change = made({"risk.max_orders_per_day=3", "strategy[1].limits.max_open_orders=4",
                            "strategy[0].limits.cooldown=\"5m\""});
  EXPECT_THAT(keys_of(change), testing::UnorderedElementsAre("risk.max_orders_per_day 5 3",
                                                             "strategy[1].limits.max_open_orders  4",
                                                             HasSubstr("strategy[0].limits.cooldown")));
  ASSERT_EQ(change.limits.size(), 5U);
  EXPECT_EQ(change.limits[0].scope, LimitScope::account);
  EXPECT_EQ(change.limits[0].limits.max_orders_per_day, 3U);
  // The first [[strategy]] is two strategies, one for each of its instruments.
  for (const std::uint32_t i : {0U, 1U}) {
    EXPECT_EQ(change.limits[1 + i].scope, LimitScope::strategy);
    EXPECT_EQ(change.limits[1 + i].index, i);
    EXPECT_EQ(change.limits[1 + i].limits.cooldown, 5 * kMinute);
  }
  EXPECT_EQ(change.limits[3].index, 2U);
  EXPECT_EQ(change.limits[4].scope, LimitScope::instrument);
  EXPECT_EQ(change.limits[4].limits.cooldown, kHour);
  EXPECT_TRUE(change.strategies.empty());
}

TEST_F(ConfigChange, ParametersComeWholeForEveryInstrumentOfTheirStrategy) {
  const auto change = made({"strategy[0].fast=7"});
  EXPECT_THAT(keys_of(change), ElementsAre("strategy[0].fast 5 7"));
  ASSERT_EQ(change.strategies.size(), 2U);
  for (const std::uint32_t i : {0U, 1U}) {
    EXPECT_EQ(change.strategies[i].strategy, StrategyId(i));
    const auto parameters = strategy::Parameters::recorded(change.strategies[i].parameters);
    EXPECT_EQ(parameters.integer("fast"), 7);
    EXPECT_EQ(parameters.integer("slow"), 20);
    EXPECT_EQ(parameters.text("sizer"), "percent_of_equity");
  }
  EXPECT_THAT(change.configuration, HasSubstr("fast = 7"));
  EXPECT_EQ(change.configuration_hash, sha256_hex(change.configuration));
}

TEST_F(ConfigChange, GoesFromChangeToChange) {
  in_force_ = made({"strategy[0].fast=7", "risk.max_orders_per_day=3"}).configuration;
  EXPECT_THAT(keys_of(made({"risk.max_orders_per_day=3"})), ElementsAre("strategy[0].fast 7 5"));
}

TEST_F(ConfigChange, WhatCannotChangeIsNamedKeyByKeyAndNothingIsDone) {
  EXPECT_THAT(refused({"account.balance=5", "venue.slippage_bps=3", "risk.max_orders_per_day=3"}),
              AllOf(HasSubstr("account.balance"), HasSubstr("venue.slippage_bps"), HasSubstr("new session"),
                    Not(HasSubstr("max_orders_per_day"))));
  EXPECT_THAT(refused({"strategy[1].timeframe=\"5m\""}), HasSubstr("strategy[1].timeframe"));
  EXPECT_THAT(refused({"strategy[1].label=\"x\""}), HasSubstr("strategy[1].label"));
  EXPECT_THAT(refused({"backtest.seed=4"}), HasSubstr("backtest.seed (1 → 4)"));
  EXPECT_THAT(refused({"instrument[0].maker_fee=\"0.01\""}), HasSubstr("instrument[0].maker_fee"));
}

TEST_F(ConfigChange, AStrategyMoreOrLessIsSaidInOneWord) {
  const auto with = [&](std::string_view text) {
    const auto wanted = parse_config(text, "now.toml", {});
    EXPECT_TRUE(wanted) << wanted.error().message;
    const auto outcome = settings_change(*prepared_, in_force_, *wanted);
    EXPECT_FALSE(outcome);
    return outcome ? std::string() : outcome.error().message;
  };
  const std::string more =
      std::string(kBegun) + "[[strategy]]\ntype = 'dca'\ninstruments = ['BTCUSDT@binance']\n";
  EXPECT_THAT(with(more), AllOf(HasSubstr("strategy[2] (added)"), Not(HasSubstr("strategy[2]."))));
  const std::string less(kBegun.substr(0, kBegun.rfind("[[strategy]]")));
  EXPECT_THAT(with(less), AllOf(HasSubstr("strategy[1] (removed)"), Not(HasSubstr("strategy[1]."))));
}

}  // namespace
}  // namespace kontor::research
