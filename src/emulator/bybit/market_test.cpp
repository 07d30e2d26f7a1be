#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::number_member;
using testing::HasSubstr;

TEST(BybitMarket, ListsItsInstruments) {
  Bench bench;
  const std::string spot = bench.get("/v5/market/instruments-info?category=spot");
  EXPECT_THAT(spot, HasSubstr(R"("symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT")"));
  EXPECT_THAT(spot, HasSubstr(R"("tickSize":"0.01")"));
  EXPECT_THAT(bench.get("/v5/market/instruments-info?category=linear"),
              HasSubstr(R"("contractType":"LinearPerpetual")"));
  for (const std::string_view category : {"inverse", "option"}) {
    EXPECT_THAT(bench.get(fmt::format("/v5/market/instruments-info?category={}&limit=1000", category)),
                HasSubstr(R"("list":[],"nextPageCursor":"")"));
  }
  EXPECT_EQ(number_member(bench.get("/v5/market/instruments-info"), "retCode"), 10001);
  EXPECT_EQ(number_member(bench.get("/v5/market/instruments-info?category=bond"), "retCode"), 10001);
}

TEST(BybitMarket, ShowsBookTickerAndTrades) {
  Bench bench;
  EXPECT_THAT(
      bench.get("/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=2"),
      HasSubstr(R"("s":"BTCUSDT","b":[["49999.9","1.000"],["49989.9","1.000"]],"a":[["50000.1","1.000"])"));
  EXPECT_THAT(bench.get("/v5/market/orderbook?category=spot&symbol=BTCUSDT"),
              HasSubstr(R"("b":[["49999.90","1.000000"]],"a":[["50000.10","1.000000"]])"));
  EXPECT_THAT(bench.get("/v5/market/tickers?category=linear&symbol=BTCUSDT"),
              HasSubstr(R"("lastPrice":"50000.0")"));
  EXPECT_THAT(bench.get("/v5/market/recent-trade?category=spot&symbol=BTCUSDT"),
              HasSubstr(R"("price":"50000.00","size":"0.100000","side":"Buy")"));
  EXPECT_EQ(
      number_member(bench.get("/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=1001"), "retCode"),
      10001);
  EXPECT_EQ(number_member(bench.get("/v5/market/orderbook?category=inverse&symbol=BTCUSD"), "retCode"),
            10001);
}

TEST(BybitMarket, ShowsCandlesNewestFirst) {
  Bench bench;
  bench.wait(kMinute).trade(bench.linear, "50100", "0.2", Side::sell);
  const std::string minutes = bench.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1");
  const std::size_t newer =
      minutes.find(R"(["1700000040000","50100.0","50100.0","50100.0","50100.0","0.200","10020"])");
  const std::size_t older =
      minutes.find(R"(["1699999980000","50000.0","50000.0","50000.0","50000.0","0.100","5000"])");
  EXPECT_NE(newer, std::string::npos) << minutes;
  EXPECT_NE(older, std::string::npos) << minutes;
  EXPECT_LT(newer, older);
  EXPECT_THAT(bench.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=1700000040000"),
              testing::Not(HasSubstr("1699999980000")));
  EXPECT_THAT(bench.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=M"),
              HasSubstr(R"(["1698796800000","50000.0","50100.0","50000.0","50100.0","0.300","15020"])"));
  EXPECT_EQ(number_member(bench.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=7"), "retCode"),
            10001);
  EXPECT_EQ(
      number_member(bench.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=5&end=4"),
                    "retCode"),
      10001);
}

}  // namespace
}  // namespace kontor::emulator::bybit
