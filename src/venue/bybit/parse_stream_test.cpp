#include "venue/bybit/parse_stream.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decoded;
using test::linear_stream;
using test::Lines;
using test::spot_stream;

TEST(BybitPublicStream, Trades) {
  EXPECT_EQ(decoded(R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[
      {"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f4","BT":false},
      {"T":"1672304486866","s":"BTCUSDT","S":"Sell","v":2,"p":16578.5,"i":77,"seq":1783284617,"RPI":true}]})",
                    linear_stream()),
            (Lines{"trade symbol=BTCUSDT ts_venue=1672304486865000000 id=20f4 price=16578.50 quantity=0.001",
                   "trade symbol=BTCUSDT ts_venue=1672304486866000000 id=77 price=16578.5 quantity=2 "
                   "aggressor=sell"}));
  EXPECT_EQ(decoded(R"({"topic":"publicTrade.A","data":[{"s":"A","S":"Buy","v":"1","p":"1","i":"x"}]})",
                    linear_stream()),
            Lines{R"(bybit: expected the fields T s S v p i in data, found "A")"});
}

TEST(BybitPublicStream, BooksWholeAndInParts) {
  EXPECT_EQ(
      decoded(R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1672304484978,"data":{"s":"BTCUSDT",
      "b":[["16493.50","0.006"],["16493.00","0.100"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724},
      "cts":1672304484976})",
              linear_stream()),
      Lines{"book symbol=BTCUSDT ts_venue=1672304484976000000 is_snapshot=true first_id=18521288 "
            "last_id=18521288 bids=0.006@16493.50,0.100@16493.00 asks=0.029@16611.00"});
  EXPECT_EQ(
      decoded(R"({"topic":"orderbook.50.BTCUSDT","ts":1687940967466,"type":"delta","data":{"s":"BTCUSDT",
      "b":[],"a":[["30248.70","0"]],"u":177400507,"seq":66544703342}})",
              linear_stream()),
      Lines{"book symbol=BTCUSDT ts_venue=1687940967466000000 first_id=177400507 last_id=177400507 "
            "asks=0@30248.70"});
}

TEST(BybitPublicStream, TheFirstUpdateIsASnapshotWhateverItSays) {
  EXPECT_EQ(
      decoded(R"({"topic":"orderbook.50.A","type":"delta","ts":1,"data":{"s":"A","b":[],"a":[],"u":1}})",
              linear_stream()),
      Lines{"book symbol=A ts_venue=1000000 is_snapshot=true first_id=1 last_id=1"});
}

TEST(BybitPublicStream, ABookIsReadInAnyOrderOfItsFields) {
  const Lines expected = {"book symbol=A ts_venue=2000000 first_id=9 last_id=9 bids=2@1"};
  EXPECT_EQ(decoded(R"({"data":{"u":9,"b":[["1","2"]],"a":[],"s":"A"},"cts":2,"ts":1,"type":"delta",
      "topic":"orderbook.50.A"})",
                    spot_stream()),
            expected);
  EXPECT_EQ(
      decoded(R"({"type":"delta","topic":"orderbook.50.A","data":{"u":9,"b":[["1","2"]],"a":[]},"cts":2})",
              spot_stream()),
      expected);
}

TEST(BybitPublicStream, ABookThatSaysSomethingElseIsRefused) {
  EXPECT_EQ(decoded(R"({"topic":"orderbook.50.A","type":"guess","data":{"s":"A","u":5,"b":[],"a":[]}})",
                    spot_stream()),
            Lines{R"(bybit: expected snapshot or delta in type, found "guess")"});
  EXPECT_EQ(decoded(R"({"topic":"orderbook.50.A","type":"delta","data":{"s":"A","u":5,"b":[["1"]],"a":[]}})",
                    spot_stream()),
            Lines{R"(bybit: expected price and quantity in b, found "")"});
  EXPECT_EQ(
      decoded(R"({"topic":"orderbook.50.A","type":"delta","data":{"s":"A","u":5,"b":["Ellipsis"],"a":[]}})",
              spot_stream()),
      Lines{R"(bybit: expected a list in b, found ""Ellipsis"")"});
  EXPECT_EQ(decoded(R"({"topic":"orderbook.50.A","type":"delta"})", spot_stream()),
            Lines{R"(bybit: expected a field in data, found "none")"});
}

TEST(BybitPublicStream, TickersSayWhatHasChanged) {
  EXPECT_EQ(
      decoded(R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","markPrice":"61875.06",
      "bid1Price":"61873.90","bid1Size":"3.543","nextFundingTime":"1715760000000"},"cs":176530004279,
      "ts":1715748763063})",
              linear_stream()),
      Lines{
          "ticker symbol=BTCUSDT ts_venue=1715748763063000000 bid=61873.90 bid_quantity=3.543 mark=61875.06 "
          "next_funding_at=1715760000000000000"});
}

TEST(BybitPublicStream, CandlesSayWhetherTheyAreClosed) {
  constexpr std::string_view message = R"({{"topic":"kline.{}.BTCUSDT","data":[{{"start":1672324800000,
      "end":1672325099999,"interval":"{}","open":"16649.5","close":"16677","high":"16680","low":"16608",
      "volume":"2.081","turnover":"34666.4005","confirm":{},"timestamp":1672324988882}}],"ts":1672324988882,
      "type":"snapshot"}})";
  EXPECT_EQ(
      decoded(fmt::format(message, "5", "5", "false"), linear_stream()),
      Lines{"candle symbol=BTCUSDT interval=5m ts_open=1672324800000000000 open=16649.5 high=16680 low=16608 "
            "close=16677 volume=2.081 turnover=34666.4005 is_closed=false"});
  EXPECT_EQ(
      decoded(fmt::format(message, "W", "W", "true"), linear_stream()),
      Lines{"candle symbol=BTCUSDT interval=1w ts_open=1672324800000000000 open=16649.5 high=16680 low=16608 "
            "close=16677 volume=2.081 turnover=34666.4005"});
  EXPECT_EQ(decoded(fmt::format(message, "M", "M", "true"), linear_stream()),
            Lines{R"(bybit: expected an interval in interval, found "M")"});
}

TEST(BybitPublicStream, ATopicThatNobodySubscribesToIsNamed) {
  EXPECT_EQ(decoded(R"({"topic":"greeks","data":[]})", linear_stream()),
            Lines{R"(bybit: expected a topic that can be subscribed to in topic, found "greeks")"});
}

TEST(BybitReplies, SubscriptionsAndPings) {
  EXPECT_EQ(
      decoded(R"({"success":true,"ret_msg":"subscribe","conn_id":"2324","req_id":"10001","op":"subscribe"})",
              spot_stream()),
      Lines{"stream request_id=10001"});
  EXPECT_EQ(decoded(R"({"success":true,"ret_msg":"","conn_id":"3cd8","req_id":"","op":"unsubscribe"})",
                    linear_stream()),
            Lines{"stream"});
  for (const std::string_view pong :
       {R"({"success":true,"ret_msg":"pong","conn_id":"0970","op":"ping"})",
        R"({"args":["1672916271846"],"op":"pong"})",
        R"({"retCode":0,"retMsg":"OK","op":"pong","data":["1711002002529"],"connId":"cnt5"})"}) {
    EXPECT_EQ(decoded(pong, linear_stream()), Lines{"stream status=pong"});
  }
  EXPECT_EQ(
      decoded(R"({"req_id":"test","op":"pong","args":["1675418560633"],"conn_id":"cfcb"})", linear_stream()),
      Lines{"stream status=pong request_id=test"});
}

TEST(BybitReplies, RefusedSubscriptions) {
  EXPECT_EQ(
      decoded(
          R"({"success":false,"ret_msg":"error:handler not found,topic:x","req_id":"1","op":"subscribe"})",
          linear_stream()),
      Lines{"error error_class=invalid_request text=error:handler not found,topic:x "
            "meaning=the request was refused request_id=1"});
  EXPECT_EQ(
      decoded(
          R"({"success":false,"ret_msg":"error:already subscribed,topic:x","req_id":"","op":"subscribe"})",
          linear_stream()),
      Lines{"error error_class=ok text=error:already subscribed,topic:x meaning=subscribed already"});
  EXPECT_EQ(
      decoded(
          R"({"success":true,"data":{"failTopics":["a.B"],"successTopics":["c.D"]},"type":"COMMAND_RESP"})",
          linear_stream()),
      (Lines{"error error_class=invalid_request text=a.B meaning=no such topic", "stream"}));
}

TEST(BybitReplies, SigningIn) {
  EXPECT_EQ(decoded(R"({"success":true,"ret_msg":"","op":"auth","conn_id":"ceju"})", linear_stream()),
            Lines{"stream status=signed_in"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK","op":"auth","connId":"cnt5"})", linear_stream()),
            Lines{"stream status=signed_in"});
  EXPECT_EQ(
      decoded(R"({"success":false,"ret_msg":"Failed to authenticate","op":"auth","conn_id":"24068148"})",
              linear_stream()),
      Lines{"error error_class=auth text=Failed to authenticate meaning=signing in was refused"});
  EXPECT_EQ(decoded(R"({"retCode":10004,"retMsg":"Invalid sign","op":"auth"})", linear_stream()),
            Lines{"error error_class=auth code=10004 text=Invalid sign meaning=the signature is wrong"});
}

TEST(BybitReplies, OrdersOverASocket) {
  EXPECT_EQ(
      decoded(R"({"reqId":"test-005","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1",
      "orderLinkId":"mine"},"retExtInfo":{},"header":{"X-Bapi-Limit":"10","Timenow":"1711001595209"},"connId":"c"})",
              linear_stream()),
      (Lines{"acknowledged client_order_id=mine venue_order_id=a4c1 ts_venue=1711001595209000000",
             "stream request_id=test-005"}));
  EXPECT_EQ(
      decoded(R"({"reqId":"7","retCode":110007,"retMsg":"too little","op":"order.create","data":{},
      "retExtInfo":{}})",
              linear_stream()),
      Lines{"error error_class=insufficient_funds reason=insufficient_balance code=110007 text=too little "
            "meaning=too little available request_id=7"});
  EXPECT_EQ(
      decoded(R"({"reqId":"7","retCode":10016,"retMsg":"restarting","op":"order.amend"})", linear_stream()),
      Lines{"error error_class=unknown_outcome retry=after_question code=10016 text=restarting "
            "meaning=an error of the venue's server request_id=7"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK","op":"order.create-batch","data":{"list":[{"orderId":"1",
      "orderLinkId":"a","createAt":""},{"orderId":"","orderLinkId":"b","createAt":""}]},"retExtInfo":{"list":[
      {"code":0,"msg":"OK"},{"code":10001,"msg":"position idx not match position mode"}]},
      "header":{"Timenow":"5"}})",
                    linear_stream()),
            (Lines{"acknowledged client_order_id=a venue_order_id=1",
                   "error error_class=invalid_request code=10001 text=position idx not match position mode "
                   "meaning=a parameter is wrong client_order_id=b",
                   "stream"}));
}

TEST(BybitReplies, WhatIsNeitherTopicNorReplyIsRefused) {
  EXPECT_EQ(decoded(R"({"op":"subscribe","args":["order"]})", linear_stream()),
            Lines{R"(bybit: expected a topic or the outcome of a request, found "subscribe")"});
  EXPECT_EQ(decoded("[]", linear_stream()), Lines{R"(bybit: expected a whole JSON message, found "")"});
  EXPECT_EQ(decoded("", linear_stream()), Lines{R"(bybit: expected a whole JSON message, found "")"});
  EXPECT_EQ(decoded(R"("pong")", linear_stream()),
            Lines{R"(bybit: expected a whole JSON message, found "")"});
}

}  // namespace
}  // namespace kontor::bybit
