#include "research/config_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "research/config.hpp"

namespace kontor::research {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTraded = "[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT@binance']\n";

Result<BacktestConfig> logged(const std::string& table) {
  return parse_config(kTraded + table, "a.toml", {});
}

TEST(ConfigLog, EverythingHasADefault) {
  const auto config = logged("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->log, LogSettings());
}

TEST(ConfigLog, ReadsEveryKey) {
  const auto config = logged(
      "[log]\nlevel = 'warning'\nconsole = 'off'\nfolder = 'logs'\nsize = '500KB'\ncount = 3\n"
      "[log.levels]\nrisk = 'debug'\ncontrol = 'info'\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->log.levels.text(), "warning risk=debug control=info");
  EXPECT_EQ(config->log.console, LogLevel::off);
  EXPECT_EQ(config->log.folder, "logs");
  EXPECT_EQ(config->log.size, 500'000U);
  EXPECT_EQ(config->log.count, 3U);
}

TEST(ConfigLog, FaultsHaveTheirLine) {
  const auto config =
      logged("[log]\nlevel = 'loud'\nsize = 10\ncount = 0\ncolour = 1\n[log.levels]\nrist = 'debug'\n");
  ASSERT_FALSE(config);
  const auto& text = config.error().message;
  EXPECT_EQ(config.error().kind, ErrorKind::usage);
  for (const auto* fault : {"a.toml:5: log.level", "a.toml:6: log.size", "a.toml:7: log.count",
                            "a.toml:8: log.colour", "a.toml:10: log.levels.rist"})
    EXPECT_THAT(text, HasSubstr(fault));
}

TEST(ConfigLog, IsNoPartOfWhatIsTraded) {
  const auto quiet = logged("[log]\nlevel = 'off'\n");
  const auto loud = logged("[log]\nlevel = 'debug'\n[log.levels]\nrisk = 'error'\n");
  ASSERT_TRUE(quiet && loud);
  EXPECT_EQ(quiet->effective_toml, loud->effective_toml);
  EXPECT_THAT(loud->effective_toml, Not(HasSubstr("debug")));
}

}  // namespace
}  // namespace kontor::research
