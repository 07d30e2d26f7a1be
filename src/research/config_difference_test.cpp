#include "research/config_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::research {
namespace {

constexpr std::string_view kFirstConfig = R"(
seed = 1
[venue]
latency = "50ms"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@binance"]
fast = 10
)";

constexpr std::string_view kSecondConfig = R"(
seed = 1
[venue]
latency = "50ms"
slippage_bps = 5
[[strategy]]
type = "sma_cross"
instruments = ["ETHUSDT@binance"]
fast = 20
)";

TEST(ConfigDifference, FlattensTablesAndArraysOfTables) {
  const auto flat = flatten_config(kFirstConfig, "config.toml");
  ASSERT_TRUE(flat) << flat.error().message;
  ASSERT_EQ(flat->size(), 5U);
  EXPECT_EQ((*flat)[0], (std::pair<std::string, std::string>("seed", "1")));
  EXPECT_EQ((*flat)[1].first, "venue.latency");
  EXPECT_EQ((*flat)[4], (std::pair<std::string, std::string>("strategy[0].fast", "10")));
}

TEST(ConfigDifference, NamesOnlyWhatDiffers) {
  const auto differences =
      config_differences({*flatten_config(kFirstConfig, "a"), *flatten_config(kSecondConfig, "b")});
  ASSERT_EQ(differences.size(), 3U);
  EXPECT_EQ(differences[0].key, "strategy[0].instruments");
  EXPECT_EQ(differences[1].key, "strategy[0].fast");
  EXPECT_EQ(differences[1].values[1], "20");
  EXPECT_EQ(differences[2].key, "venue.slippage_bps");
  EXPECT_EQ(differences[2].values[0], std::nullopt);
  EXPECT_TRUE(
      config_differences({*flatten_config(kFirstConfig, "a"), *flatten_config(kFirstConfig, "a")}).empty());
}

TEST(ConfigDifference, NamesFileAndLineOfBrokenText) {
  const auto broken = flatten_config("a = 1\nb = \n", "runs/x/config.toml");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::bad_data);
  EXPECT_THAT(broken.error().message, ::testing::HasSubstr("runs/x/config.toml:2"));
}

}  // namespace
}  // namespace kontor::research
