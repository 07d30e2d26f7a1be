#include "emulator/binance/front_test_support.hpp"

namespace kontor::emulator::binance::test {
namespace {

TEST(BinanceStreams, TradesComeAsTheyHappen) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws/btcusdt@trade");
  stand.trade(stand.spot, "50000.5", "0.25", Side::buy).wait(0);
  EXPECT_EQ(line.heard(),
            R"({"e":"trade","E":1700000000000,"s":"BTCUSDT","t":2,"p":"50000.50000000","q":"0.25000000",)"
            R"("T":1700000000000,"m":false,"M":true})"
            "\n");
}

TEST(BinanceStreams, CombinedStreamsAreWrapped) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::linear, "/public/stream?streams=btcusdt@trade/btcusdt@bookTicker");
  stand.trade(stand.linear, "50000.5", "0.25", Side::buy).wait(0);
  EXPECT_THAT(line.heard(), StartsWith(R"({"stream":"btcusdt@trade","data":{"e":"trade")"));
}

TEST(BinanceStreams, SubscriptionsAreMadeListedAndEnded) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws");
  line.say(R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth"],"id":1})");
  EXPECT_EQ(line.heard(), "{\"result\":null,\"id\":1}\n");
  line.say(R"({"method":"LIST_SUBSCRIPTIONS","id":"two"})");
  EXPECT_EQ(line.heard(), "{\"result\":[\"btcusdt@aggTrade\",\"btcusdt@depth\"],\"id\":\"two\"}\n");
  line.say(R"({"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":3})");
  EXPECT_EQ(line.heard(), "{\"result\":null,\"id\":3}\n");
  stand.trade(stand.spot, "50000.5", "0.25", Side::buy).wait(2 * kSecond);
  EXPECT_THAT(line.heard(), testing::AllOf(HasSubstr("aggTrade"), Not(HasSubstr("depthUpdate"))));
}

TEST(BinanceStreams, WhatIsNoRequestIsRefusedInTheVenuesWords) {
  Stand stand;
  const Line line = stand.connect(Product::spot, "/ws");
  line.say("hello");
  EXPECT_EQ(line.heard(), "{\"code\":3,\"msg\":\"Invalid JSON: expected value at line 1 column 1\"}\n");
  line.say(R"({"id":1})");
  EXPECT_THAT(line.heard(), HasSubstr("missing field `method`"));
  line.say(R"({"method":"SUBSCRIBE","params":[],"id":-1})");
  EXPECT_THAT(line.heard(), HasSubstr("request ID must be an unsigned integer"));
  line.say(R"({"method":"LISTEN","id":1})");
  EXPECT_THAT(line.heard(), HasSubstr("unknown variant `LISTEN`"));
}

TEST(BinanceStreams, WhoAsksTooOftenIsCutOff) {
  Stand stand;
  const Line line = stand.connect(Product::spot, "/ws");
  for (int i = 0; i < 5; ++i) line.say(R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  EXPECT_TRUE(line.socket->is_open());
  line.say(R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  EXPECT_EQ(line.socket->close_code, 1008);
}

TEST(BinanceStreams, BookChangesFollowEachOtherWithoutAGap) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::linear, "/public/ws/btcusdt@depth@100ms");
  const std::string snapshot = stand.get("/fapi/v1/depth", "symbol=BTCUSDT");
  const Instrument& instrument = stand.venue->exchange().listings().instrument(stand.linear);
  const auto change = [&](std::string_view price, std::string_view quantity) {
    const BookLevelChange level{instrument.raw_price(number(price)).value(),
                                instrument.raw_quantity(number(quantity)).value(), Side::buy};
    stand.feed->add(stand.now, ScriptedFeed::BookStep{stand.linear, false, {level}});
    stand.wait(0);
  };
  const std::uint64_t before = stand.venue->exchange().market(stand.linear).book_id();
  EXPECT_THAT(snapshot, HasSubstr("\"lastUpdateId\":" + std::to_string(before)));
  change("49999.5", "3");
  change("49999.5", "4");
  stand.wait(100 * kMillisecond);
  EXPECT_THAT(line.heard(), HasSubstr(fmt::format(R"("U":{},"u":{},"pu":{},"b":[["49999.5","3.000"]],"a":[])",
                                                  before + 1, before + 1, before)));
  change("49999.5", "0");
  stand.wait(100 * kMillisecond);
  const std::string second = line.heard();
  EXPECT_THAT(second, HasSubstr(fmt::format(R"("u":{},"pu":{})", before + 3, before + 2)));
}

TEST(BinanceStreams, ABookThatBeginsAnewIsToldLevelByLevel) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws/btcusdt@depth@100ms");
  stand.market("60000", "60001").wait(kSecond);
  const std::string heard = line.heard();
  EXPECT_THAT(heard, HasSubstr(R"(["50000.00000000","0.00000000"])"));
  EXPECT_THAT(heard, HasSubstr(R"(["60000.00000000","10.00000000"])"));
}

TEST(BinanceStreams, ACandleIsToldWhileItGrowsAndWhenItCloses) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws/btcusdt@kline_1m");
  stand.trade(stand.spot, "50002", "0.5", Side::buy).wait(5 * kSecond);
  EXPECT_THAT(line.heard(), HasSubstr(R"("x":false)"));
  stand.wait(kMinute);
  EXPECT_THAT(line.heard(),
              HasSubstr(R"("h":"50002.00000000","l":"50000.00000000","v":"0.50100000","n":2,"x":true)"));
}

TEST(BinanceStreams, ARouteServesItsOwnStreamsOnly) {
  Stand stand;
  stand.market("50000", "50001");
  const Line market = stand.connect(Product::linear, "/market/ws/btcusdt@trade");
  const Line plain = stand.connect(Product::linear, "/ws/btcusdt@aggTrade");
  const Line right = stand.connect(Product::linear, "/market/ws/btcusdt@aggTrade");
  stand.trade(stand.linear, "50000.5", "0.25", Side::buy).wait(0);
  EXPECT_EQ(market.heard(), "");
  EXPECT_EQ(plain.heard(), "");
  EXPECT_THAT(right.heard(), HasSubstr("aggTrade"));
}

TEST(BinanceUserStreams, SpotOrdersAndBalancesAreTold) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws-api/v3");
  line.say(stand.call("userDataStream.subscribe.signature", {}));
  EXPECT_THAT(line.heard(), HasSubstr(R"("result":{"subscriptionId":0})"));
  EXPECT_THAT(
      stand.ask(
          "POST", "/api/v3/order",
          "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49990&newClientOrderId=a"),
      HasSubstr("NEW"));
  const std::string placed = line.heard();
  EXPECT_THAT(placed, HasSubstr(R"({"subscriptionId":0,"event":{"e":"executionReport")"));
  EXPECT_THAT(placed, HasSubstr(R"("x":"NEW","X":"NEW")"));
  EXPECT_THAT(placed, HasSubstr(R"({"a":"USDT","f":"95001.00000000","l":"4999.00000000"})"));
  stand.trade(stand.spot, "49989", "100", Side::sell).wait(0);
  const std::string filled = line.heard();
  EXPECT_THAT(filled, HasSubstr(R"("x":"TRADE","X":"FILLED")"));
  EXPECT_THAT(
      filled,
      HasSubstr(R"("l":"0.10000000","z":"0.10000000","L":"49990.00000000","n":"0.00010000","N":"BTC")"));
  EXPECT_THAT(filled, HasSubstr(R"("m":true)"));
  EXPECT_THAT(filled, HasSubstr(R"({"a":"BTC","f":"1.09990000","l":"0.00000000"})"));
}

TEST(BinanceUserStreams, ACancelIsNamed) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws-api/v3");
  line.say(stand.call("userDataStream.subscribe.signature", {}));
  stand.ask("POST", "/api/v3/order",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&newClientOrderId=a");
  line.heard();
  stand.ask("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=1&newClientOrderId=b");
  EXPECT_THAT(line.heard(),
              testing::AllOf(HasSubstr(R"("c":"b")"), HasSubstr(R"("C":"a","x":"CANCELED","X":"CANCELED")")));
}

TEST(BinanceUserStreams, LinearFillsAndPositionsAreTold) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string made = stand.send("POST", "/fapi/v1/listenKey", {}, {}, kKey).body;
  const std::string key = made.substr(14, 64);
  const Line line = stand.connect(Product::linear, "/private/ws?listenKey=" + key);
  stand.ask("POST", "/fapi/v1/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1");
  const std::string heard = line.heard();
  EXPECT_THAT(heard, HasSubstr(R"("x":"TRADE","X":"FILLED")"));
  EXPECT_THAT(heard,
              HasSubstr(R"({"a":"USDT","wb":"99997.49995000","cw":"99997.49995000","bc":"0.00000000"})"));
  EXPECT_THAT(heard, HasSubstr(R"({"s":"BTCUSDT","pa":"0.100","ep":"50001.000")"));
  stand.ask("POST", "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=49000&quantity=0.1&"
            "clientAlgoId=s");
  EXPECT_THAT(line.heard(), testing::AllOf(HasSubstr(R"("e":"ALGO_UPDATE")"), HasSubstr(R"("caid":"s")"),
                                           Not(HasSubstr("ORDER_TRADE_UPDATE"))));
  stand.market("48990", "48991").wait(kSecond);
  EXPECT_THAT(line.heard(), testing::AllOf(HasSubstr(R"("X":"TRIGGERING")"), HasSubstr(R"("X":"TRIGGERED")"),
                                           HasSubstr(R"("X":"FINISHED")"), HasSubstr(R"("x":"TRADE")")));
}

TEST(BinanceUserStreams, AListenKeyExpiresUnlessItIsRenewed) {
  Stand stand;
  const std::string key = stand.send("POST", "/fapi/v1/listenKey", {}, {}, kKey).body.substr(14, 64);
  const Line line = stand.connect(Product::linear, "/private/ws/" + key);
  stand.wait(50 * kMinute);
  EXPECT_THAT(stand.send("PUT", "/fapi/v1/listenKey", {}, {}, kKey).body, HasSubstr(key));
  stand.wait(50 * kMinute);
  EXPECT_EQ(line.heard(), "");
  stand.wait(11 * kMinute);
  EXPECT_THAT(line.heard(), HasSubstr(R"("e":"listenKeyExpired")"));
  EXPECT_EQ(stand.send("PUT", "/fapi/v1/listenKey", {}, {}, kKey).body,
            R"({"code":-1125,"msg":"This listenKey does not exist."})");
}

TEST(BinanceApiSocket, OrdersArePlacedAndRefused) {
  Stand stand;
  stand.market("50000", "50001");
  const Line line = stand.connect(Product::spot, "/ws-api/v3");
  line.say(stand.call("order.place",
                      {{"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.1"}}));
  EXPECT_THAT(line.heard(),
              testing::AllOf(StartsWith(R"({"id":"x","status":200,"result":{"symbol":"BTCUSDT","orderId":1)"),
                             HasSubstr(R"("rateLimits":[{"rateLimitType":"REQUEST_WEIGHT")")));
  line.say(stand.call("order.place",
                      {{"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "9"}}));
  EXPECT_THAT(line.heard(), HasSubstr(R"("status":400,"error":{"code":-2010)"));
  line.say(stand.call("order.nothing", {}));
  EXPECT_THAT(line.heard(), HasSubstr("-1020"));
  line.say("[]");
  EXPECT_THAT(line.heard(), HasSubstr("-1135"));
  line.say(R"({"id":5,"method":"time","params":{"returnRateLimits":false}})");
  EXPECT_EQ(line.heard(), "{\"id\":5,\"status\":200,\"result\":{\"serverTime\":1700000000000}}\n");
}

TEST(BinanceApiSocket, ASignatureCoversAllParametersByName) {
  Stand stand;
  const Line line = stand.connect(Product::spot, "/ws-api/v3");
  std::string message = stand.call("account.status", {});
  line.say(message);
  EXPECT_THAT(line.heard(), HasSubstr("balances"));
  message.replace(message.find("\"signature\""), 0, R"("omitZeroBalances":"true",)");
  line.say(message);
  EXPECT_THAT(line.heard(), HasSubstr("-1022"));
}

TEST(BinanceFaults, MessagesAreDroppedAndDoubled) {
  Stand dropping("drop_private=1");
  dropping.market("50000", "50001");
  const Line silent = dropping.connect(Product::spot, "/ws-api/v3");
  silent.say(dropping.call("userDataStream.subscribe.signature", {}));
  silent.heard();
  dropping.ask("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1");
  EXPECT_EQ(silent.heard(), "");
  Stand doubling("duplicate_market=1");
  doubling.market("50000", "50001");
  const Line twice = doubling.connect(Product::spot, "/ws/btcusdt@trade");
  doubling.trade(doubling.spot, "50000", "1", Side::buy).wait(0);
  EXPECT_EQ(twice.socket->take().size(), 2U);
}

TEST(BinanceFaults, SocketsFallSilentOrClose) {
  Stand stale("stale_socket=1");
  const Line silent = stale.connect(Product::spot, "/ws/btcusdt@trade");
  stale.wait(2 * kSecond);
  EXPECT_TRUE(silent.socket->is_deaf);
  EXPECT_TRUE(silent.socket->is_open());
  stale.trade(stale.spot, "50000", "1", Side::buy).wait(0);
  EXPECT_EQ(silent.heard(), "");
  Stand closing("close_socket=1");
  const Line closed = closing.connect(Product::spot, "/ws/btcusdt@trade");
  closing.wait(2 * kSecond);
  EXPECT_FALSE(closed.socket->is_open());
}

TEST(BinanceFaults, MaintenanceClosesSocketsAndRefusesNewOnes) {
  Stand stand("maintenance=30s@1m");
  const Line line = stand.connect(Product::spot, "/ws/btcusdt@trade");
  stand.wait(61 * kSecond);
  EXPECT_THAT(line.heard(), HasSubstr("serverShutdown"));
  EXPECT_FALSE(line.socket->is_open());
  net::ServerRequest request;
  request.target = "/ws";
  EXPECT_TRUE(std::holds_alternative<net::HttpResponse>(stand.front->upgrade(Product::spot, request)));
  stand.wait(30 * kSecond);
  EXPECT_TRUE(std::holds_alternative<net::SocketHandlers>(stand.front->upgrade(Product::spot, request)));
}

TEST(BinanceFaults, TheVenuesClockMayGoWrong) {
  Stand stand("clock_skew_ms=-3000");
  EXPECT_EQ(stand.get("/api/v3/time"), R"({"serverTime":1699999997000})");
  EXPECT_THAT(stand.ask("GET", "/api/v3/account"), HasSubstr("-1021"));
}

}  // namespace
}  // namespace kontor::emulator::binance::test
