#include "research/config_symbol.hpp"

#include <gtest/gtest.h>

namespace kontor::research {
namespace {

TEST(SplitSymbol, SymbolsTellTheirAssets) {
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(split_symbol("BTCUSDT"), (Pair{"BTC", "USDT"}));
  EXPECT_EQ(split_symbol("BTCFDUSD"), (Pair{"BTC", "FDUSD"}));
  EXPECT_EQ(split_symbol("ETHBTC"), (Pair{"ETH", "BTC"}));
  EXPECT_EQ(split_symbol("BTC-USD"), (Pair{"BTC", "USD"}));
  EXPECT_EQ(split_symbol("SOL/EUR"), (Pair{"SOL", "EUR"}));
  EXPECT_EQ(split_symbol("BTC_USDT"), (Pair{"BTC", "USDT"}));
  EXPECT_FALSE(split_symbol("USDT"));
  EXPECT_FALSE(split_symbol("XYZ"));
  EXPECT_EQ(split_symbol("XBTUSD"), (Pair{"XBT", "USD"}));
  EXPECT_EQ(split_symbol("BNBUSD"), (Pair{"BNB", "USD"}));
  EXPECT_EQ(split_symbol("BTCTUSD"), (Pair{"BTC", "TUSD"}));
  EXPECT_FALSE(split_symbol("FOOTUSD")) << "FOO / TUSD or FOOT / USD";
  EXPECT_FALSE(split_symbol("BTC-PERPETUAL"));
  EXPECT_FALSE(split_symbol("-USD"));
  EXPECT_FALSE(split_symbol(""));
}

}  // namespace
}  // namespace kontor::research
