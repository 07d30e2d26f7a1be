#include "research/config_live.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/config.hpp"

namespace kontor::research {
namespace {

constexpr std::string_view kWithoutLive =
    "[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT@binance']\n";

Result<BacktestConfig> with_live(std::string_view keys) {
  return parse_config(std::string(kWithoutLive) + "[live]\n" + std::string(keys), "a.toml", {});
}

TEST(ConfigLive, WhatSaysNothingIsInThePaperPhaseAndKeepsItsText) {
  const auto config = parse_config(kWithoutLive, "a.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->live.phase, LivePhase::paper);
  EXPECT_EQ(config->effective_toml.find("[live]"), std::string::npos);
}

TEST(ConfigLive, EveryKeyIsReadAndStandsInTheEffectiveConfiguration) {
  const auto config = with_live(
      "phase = 'beta'\nalpha_cap = 0.1\nbeta_cap = 0.2\nproduction_cap = 0.5\nmin_balance = 250\n"
      "min_paper_time = '3d'\nmin_paper_trades = 7\nforeign_orders = 'cancel'\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->live.phase, LivePhase::beta);
  EXPECT_EQ(cap_of(config->live, LivePhase::alpha), (Decimal{1, 1}));
  EXPECT_EQ(cap_of(config->live, LivePhase::beta), (Decimal{2, 1}));
  EXPECT_EQ(cap_of(config->live, LivePhase::production), (Decimal{5, 1}));
  EXPECT_EQ(config->live.min_balance, (Decimal{250, 0}));
  EXPECT_EQ(config->live.min_paper_time, 3 * kDay);
  EXPECT_EQ(config->live.min_paper_trades, 7U);
  EXPECT_EQ(config->live.foreign_orders, ForeignOrderPolicy::cancel);
  EXPECT_NE(config->effective_toml.find("phase = 'beta'"), std::string::npos) << config->effective_toml;
}

TEST(ConfigLive, ARampGoesUp) {
  EXPECT_TRUE(with_live("alpha_cap = 0.25\nbeta_cap = 0.25\n"));
  const auto config = with_live("alpha_cap = 0.26\nbeta_cap = 0.25\nproduction_cap = 0.2\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::usage);
  EXPECT_THAT(config.error().message, testing::HasSubstr("a.toml:5: live.alpha_cap: expected at most"));
  EXPECT_THAT(config.error().message, testing::HasSubstr("a.toml:6: live.beta_cap: expected at most"));
}

TEST(ConfigLive, AnUnknownPhaseIsNamed) {
  const auto config = with_live("phase = 'gamma'\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, testing::HasSubstr("a.toml:5: live.phase: expected"));
}

}  // namespace
}  // namespace kontor::research
