#include "research/config_complete.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "research/config.hpp"
#include "research/run_result_test_support.hpp"

namespace kontor::research {
namespace {

using testing::HasSubstr;

RunResult run_of(std::string_view text) {
  RunResult result = test::empty_run();
  const auto config = parse_config(text, "a.toml", {});
  EXPECT_TRUE(config) << config.error().message;
  if (config) result.config_toml = config->effective_toml;
  return result;
}

constexpr std::string_view kSmallestWithName =
    "[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT@binance']\n[backtest]\nname = 'mine'\n";

TEST(ConfigComplete, SaysWhatOnlyTheDataTold) {
  RunResult result = run_of(kSmallestWithName);
  ASSERT_TRUE(complete_config(result));
  for (const char* line : {"equity_interval = '1h'", "tick = '0.01'", "step = '0.00001'",
                           "min_notional = '0'", "maker_fee = '0'", "max_quantity = '0'"}) {
    EXPECT_THAT(result.config_toml, HasSubstr(line));
  }
  EXPECT_EQ(result.config_sha256, sha256_hex(result.config_toml));
}

TEST(ConfigComplete, TheCompletedTextIsAConfigurationThatCompletesToItself) {
  RunResult result = run_of(kSmallestWithName);
  ASSERT_TRUE(complete_config(result));
  RunResult again = run_of(result.config_toml);
  ASSERT_TRUE(complete_config(again));
  EXPECT_EQ(again.config_toml, result.config_toml);
}

TEST(ConfigComplete, KeepsWhatWasGiven) {
  RunResult result =
      run_of(std::string(kSmallestWithName) +
             "equity_interval = '15m'\n[[instrument]]\nname = 'BTCUSDT@binance'\ntick = '0.5'\n");
  ASSERT_TRUE(complete_config(result));
  EXPECT_THAT(result.config_toml, HasSubstr("equity_interval = '15m'"));
  EXPECT_THAT(result.config_toml, HasSubstr("tick = '0.5'"));
}

TEST(ConfigComplete, FindsTheName) {
  EXPECT_EQ(name_in_config(run_of(kSmallestWithName).config_toml), "mine");
  EXPECT_EQ(name_in_config("seed = 1\n"), "");
}

}  // namespace
}  // namespace kontor::research
