#include "research/config_record.hpp"

#include <gtest/gtest.h>

namespace kontor::research {
namespace {

FlatConfig flat(std::string_view toml) {
  auto config = flatten_config(toml, "a.toml");
  EXPECT_TRUE(config);
  return config.value_or(FlatConfig());
}

constexpr std::string_view kWanted =
    "[backtest]\nseed = 1\n[live]\nphase = 'alpha'\n[[instrument]]\nname = 'X'\n[[strategy]]\nfast = 5\n";

TEST(ConfigRecord, WhatNoOrderDependsOnMayDiffer) {
  EXPECT_TRUE(trades_alike(flat(kWanted), flat(kWanted)));
  EXPECT_TRUE(trades_alike(flat(kWanted), flat("[backtest]\nseed = 2\nname = 'other'\n[report]\ntrials = 3\n"
                                               "[[instrument]]\nname = 'X'\n[[strategy]]\nfast = 5\n")));
}

TEST(ConfigRecord, AnotherParameterIsAnotherRecord) {
  EXPECT_FALSE(trades_alike(flat(kWanted), flat("[[instrument]]\nname = 'X'\n[[strategy]]\nfast = 6\n")));
  EXPECT_FALSE(trades_alike(flat(kWanted), flat("[risk]\ncooldown = '1m'\n[[instrument]]\nname = 'X'\n"
                                                "[[strategy]]\nfast = 5\n")));
}

TEST(ConfigRecord, WhatTheDataToldIsNoDifferenceAndWhatTheUserWroteIs) {
  const auto completed = flat("[[instrument]]\nname = 'X'\ntick = '0.01'\n[[strategy]]\nfast = 5\n");
  EXPECT_TRUE(trades_alike(flat(kWanted), completed));
  EXPECT_FALSE(
      trades_alike(flat("[[instrument]]\nname = 'X'\ntick = '0.1'\n[[strategy]]\nfast = 5\n"), completed));
  EXPECT_FALSE(trades_alike(completed, flat(kWanted))) << "a record without what was written is none";
}

}  // namespace
}  // namespace kontor::research
