#include <gmock/gmock.h>

#include "emulator/bybit/bybit_test_support.hpp"

namespace kontor::emulator::bybit {
namespace {

using test::Bench;
using test::member;
using test::number_member;
using test::PaperMarket;
using test::PaperReader;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(BybitStreams, BookBeginsWithASnapshotAndGoesOnWithDeltas) {
  Bench bench;
  PaperMarket reader;
  bench.market->subscribe(reader, Product::linear, "orderbook.50.BTCUSDT");
  ASSERT_EQ(reader.messages.size(), 1U);
  EXPECT_THAT(
      reader.messages[0],
      HasSubstr(
          R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1700000000000,"data":{"s":"BTCUSDT","b":[["49999.9","1.000"])"));
  const std::int64_t first = number_member(reader.messages[0], "u");
  bench.feed->add(bench.now, test::ScriptedFeed::BookStep{bench.linear,
                                                          false,
                                                          {{RawPrice(499'999), RawQuantity(), Side::buy},
                                                           {RawPrice(500'000), RawQuantity(2), Side::buy}}});
  bench.step();
  ASSERT_EQ(reader.messages.size(), 2U);
  EXPECT_THAT(reader.messages[1], HasSubstr(R"("type":"delta")"));
  EXPECT_THAT(reader.messages[1], HasSubstr(R"("b":[["50000.0","0.002"],["49999.9","0"]],"a":[])"));
  EXPECT_EQ(number_member(reader.messages[1], "u"), first + 1);
  // A second reader begins where the first one is.
  PaperMarket late;
  bench.market->subscribe(late, Product::linear, "orderbook.50.BTCUSDT");
  EXPECT_EQ(number_member(late.messages.at(0), "u"), first + 1);
  EXPECT_EQ(reader.messages.size(), 2U);
  EXPECT_TRUE(bench.market->unsubscribe(reader, Product::linear, "orderbook.50.BTCUSDT"));
  EXPECT_FALSE(bench.market->unsubscribe(reader, Product::linear, "orderbook.50.BTCUSDT"));
  bench.market->forget(late);
  EXPECT_EQ(bench.market->topics(), 0U);
}

TEST(BybitStreams, BookKeepsTheVenuesPace) {
  Bench bench;
  PaperMarket reader;
  bench.market->subscribe(reader, Product::linear, "orderbook.200.BTCUSDT");
  for (int i = 0; i < 50; ++i) {
    bench.wait(10 * kMillisecond).book(bench.linear, fmt::format("{}", 49'900 + i), "50001");
  }
  EXPECT_GE(reader.messages.size(), 5U);
  EXPECT_LE(reader.messages.size(), 7U);
}

TEST(BybitStreams, BookOfOneLevelIsToldAsAWholeAndRepeated) {
  Bench bench;
  PaperMarket reader;
  bench.market->subscribe(reader, Product::spot, "orderbook.1.BTCUSDT");
  bench.wait(2 * kSecond);
  EXPECT_EQ(reader.messages.size(), 1U);
  bench.wait(2 * kSecond);
  ASSERT_EQ(reader.messages.size(), 2U);
  EXPECT_EQ(number_member(reader.messages[1], "u"), number_member(reader.messages[0], "u"));
  bench.book(bench.spot, "49998", "49999");
  EXPECT_THAT(reader.messages.back(),
              HasSubstr(R"("type":"snapshot","data":{"s":"BTCUSDT","b":[["49998.00","1.000000"]])"));
}

TEST(BybitStreams, TickerTellsWhatHasChanged) {
  Bench bench;
  PaperMarket linear;
  PaperMarket spot;
  bench.market->subscribe(linear, Product::linear, "tickers.BTCUSDT");
  bench.market->subscribe(spot, Product::spot, "tickers.BTCUSDT");
  for (const InstrumentId id : {bench.linear, bench.spot}) bench.trade(id, "50010", "0.1", Side::buy);
  EXPECT_THAT(linear.messages.at(0), HasSubstr(R"("type":"snapshot")"));
  EXPECT_THAT(
      linear.messages.at(1),
      HasSubstr(
          R"("type":"delta","data":{"symbol":"BTCUSDT","price24hPcnt":"0.0002","lastPrice":"50010.0","highPrice24h")"));
  EXPECT_EQ(linear.messages.at(1).find("ask1Price"), std::string::npos);
  EXPECT_THAT(spot.messages.back(),
              HasSubstr(R"("type":"snapshot","data":{"symbol":"BTCUSDT","lastPrice":"50010.00")"));
}

TEST(BybitStreams, TradesAndCandlesCome) {
  Bench bench;
  PaperMarket trades;
  PaperMarket candles;
  bench.market->subscribe(trades, Product::linear, "publicTrade.BTCUSDT");
  bench.market->subscribe(candles, Product::linear, "kline.1.BTCUSDT");
  bench.trade(bench.linear, "50020", "0.3", Side::sell);
  ASSERT_EQ(trades.messages.size(), 1U);
  EXPECT_THAT(trades.messages[0],
              HasSubstr(R"("s":"BTCUSDT","S":"Sell","v":"0.300","p":"50020.0","L":"PlusTick")"));
  EXPECT_THAT(candles.messages.back(), HasSubstr(R"("close":"50020.0")"));
  candles.messages.clear();
  bench.wait(kMinute);
  EXPECT_THAT(
      candles.messages.at(0),
      HasSubstr(
          R"({"topic":"kline.1.BTCUSDT","data":[{"start":1699999980000,"end":1700000039999,"interval":"1","open":"50000.0","close":"50020.0","high":"50020.0","low":"50000.0","volume":"0.400","turnover":"20006","confirm":true)"));
}

TEST(BybitStreams, UnknownTopicsAreRefused) {
  Bench bench;
  const auto complaint = [&](Product product, std::string_view topic) {
    const auto checked = bench.market->check(product, topic);
    return checked ? std::string() : checked.error();
  };
  EXPECT_EQ(complaint(Product::linear, "orderbook.50.BTCUSDT"), "");
  EXPECT_EQ(complaint(Product::linear, "orderbook.51.BTCUSDT"),
            "error:handler not found,topic:orderbook.51.BTCUSDT");
  EXPECT_EQ(complaint(Product::linear, "orderbook.50.NOPE"), "Invalid symbol :[orderbook.50.NOPE]");
  EXPECT_EQ(complaint(Product::linear, "kline.7.BTCUSDT"), "error:handler not found,topic:kline.7.BTCUSDT");
  for (const std::string_view topic : {"", ".", "orderbook", "orderbook.", "tickers", "nothing.BTCUSDT"}) {
    EXPECT_NE(complaint(Product::linear, topic), "") << topic;
  }
}

TEST(BybitStreams, AccountHearsOfItsOrdersInOrder) {
  Bench bench;
  PaperReader reader({"order", "execution", "position", "wallet"});
  bench.accounts->add(bench.account, reader);
  EXPECT_EQ(bench.code_of("linear", R"("side":"Buy","orderType":"Market","qty":"0.01")"), 0);
  EXPECT_THAT(reader.said(), HasSubstr("order New; order Filled; execution 0.010; "));
  EXPECT_EQ(
      bench.code_of("linear",
                    R"("side":"Sell","orderType":"Limit","qty":"0.01","price":"51000","orderLinkId":"up")"),
      0);
  EXPECT_THAT(reader.said(), HasSubstr("order New"));
  bench.book(bench.linear, "51100", "51200").trade(bench.linear, "51150", "1", Side::buy);
  const auto messages = reader.messages;
  const std::string said = reader.said();
  EXPECT_THAT(said, HasSubstr("order Filled; execution 0.010"));
  EXPECT_THAT(said, HasSubstr("position 0"));
  EXPECT_THAT(said, HasSubstr("wallet USDT"));
  EXPECT_THAT(messages.at(0), HasSubstr(R"("category":"linear","symbol":"BTCUSDT")"));
  EXPECT_THAT(messages.at(1), HasSubstr(R"("isMaker":true)"));
}

TEST(BybitStreams, CategoriesAndTheFastFormAreTopicsOfTheirOwn) {
  Bench bench;
  PaperReader spot({"order.spot", "execution.fast.spot"});
  PaperReader linear({"order.linear", "execution.fast"});
  bench.accounts->add(bench.account, spot);
  bench.accounts->add(bench.account, linear);
  EXPECT_EQ(bench.code_of("spot", R"("side":"Sell","orderType":"Market","qty":"0.01")"), 0);
  const std::string fast = spot.messages.back();
  EXPECT_THAT(spot.said(), HasSubstr("order.spot Filled; execution.fast.spot 0.010000"));
  EXPECT_EQ(linear.said(), "execution.fast 0.010000");
  EXPECT_EQ(fast.find("\"id\""), std::string::npos);
  EXPECT_THAT(fast, HasSubstr(R"("execPrice":"49999.90")"));
  bench.accounts->forget(spot);
  EXPECT_EQ(bench.accounts->readers(bench.account), 1U);
}

TEST(BybitStreams, OrdersPassThroughTriggered) {
  Bench bench;
  PaperReader reader({"order"});
  bench.accounts->add(bench.account, reader);
  EXPECT_EQ(
      bench.code_of(
          "linear",
          R"("side":"Buy","orderType":"Limit","qty":"0.01","price":"50500","triggerPrice":"51000","triggerDirection":1)"),
      0);
  EXPECT_EQ(reader.said(), "order Untriggered");
  bench.book(bench.linear, "51000", "51001").trade(bench.linear, "51000", "0.1", Side::buy);
  EXPECT_EQ(reader.said(), "order Triggered; order New");
}

TEST(BybitStreams, FundingIsAnExecution) {
  Bench bench;
  PaperReader reader({"execution"});
  EXPECT_EQ(bench.code_of("linear", R"("side":"Buy","orderType":"Market","qty":"0.01")"), 0);
  bench.accounts->add(bench.account, reader);
  bench.wait(9 * kHour);
  const std::string funding = bench.ask("/v5/execution/list?category=linear&execType=Funding");
  ASSERT_FALSE(bench.venue->exchange().market(bench.linear).fundings().empty());
  ASSERT_FALSE(reader.messages.empty());
  EXPECT_THAT(reader.messages[0], HasSubstr(R"("execType":"Funding")"));
  EXPECT_THAT(funding, HasSubstr(R"("execType":"Funding")"));
}

}  // namespace
}  // namespace kontor::emulator::bybit
