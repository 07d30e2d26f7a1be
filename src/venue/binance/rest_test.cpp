#include "venue/binance/rest.hpp"

#include <array>

#include <gtest/gtest.h>

#include "venue/binance/protocol.hpp"
#include "venue/binance/sign.hpp"
#include "venue/binance/stream.hpp"
#include "venue/parse_action.hpp"

namespace kontor::binance {
namespace {

using venue::Product;

// The keys of the venue's own documentation.
const venue::Credentials kDocumented = {
    .key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    .secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"};

/// What `kontor venue encode` would print for the action, as `METHOD target` without key, time and signature.
std::string plain(std::string_view product, std::string_view action, std::string_view params) {
  const auto request = venue::parse_encode_request(
      std::string(R"({"venue":"binance","product":")") + std::string(product) + R"(","action":")" +
      std::string(action) + R"(","params":)" + std::string(params) +
      R"(,"clock_ms":1499827319559,"key":"key","secret":"secret"})");
  if (!request) return request.error().message;
  const auto encoded = build_request(
      request->action,
      {.product = request->product, .clock = request->clock, .credentials = &request->credentials});
  if (!encoded) return encoded.error().message;
  EXPECT_TRUE(encoded->body.empty());
  std::string text = std::string(net::method_name(encoded->method)) + " " + encoded->url;
  const auto tail = text.find("recvWindow=");
  EXPECT_EQ(tail != std::string::npos, text.contains("&signature="));
  EXPECT_EQ(tail != std::string::npos || text.contains("listenKey"), !encoded->headers.empty());
  if (tail != std::string::npos) text.resize(tail - 1);
  return text;
}

TEST(BinanceSign, GoldenVectors) {
  const auto signature_of = [](std::string query) {
    const std::string text = signed_query(std::move(query), 1499827319559 * kMillisecond, kDocumented.secret);
    return text.substr(text.find("&signature=") + 11);
  };
  EXPECT_EQ(signature_of("symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"),
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71");
  EXPECT_EQ(signature_of("symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&"
                         "timeInForce=GTC&quantity=1&price=0.1"),
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3");
}

TEST(BinanceRest, TheDocumentedOrderIsWrittenLetterByLetter) {
  venue::PlaceOrder order{
      .symbol = "LTCBTC", .side = Side::buy, .type = OrderType::limit, .quantity = {1, 0}};
  order.price = Decimal{10, 2};
  const venue::RequestContext context = {
      .product = Product::spot, .clock = 1499827319559 * kMillisecond, .credentials = &kDocumented};
  const auto request = build_request(order, context);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url,
            "https://api.binance.com/api/v3/"
            "order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price="
            "0.1&recvWindow=5000&timestamp=1499827319559&signature="
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71");
  EXPECT_EQ(request->headers.at(0).value, kDocumented.key);
  // A symbol in other letters is encoded before it is signed.
  order.symbol = "１２３４５６";
  EXPECT_TRUE(build_request(order, context)
                  ->url.ends_with("e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"));
}

TEST(BinanceRest, OrdersOfSpot) {
  const auto place = [](std::string_view params) { return plain("spot", "place", params); };
  constexpr std::string_view kOrder = "POST https://api.binance.com/api/v3/order?";
  const auto order = [&](std::string_view query) { return std::string(kOrder) + std::string(query); };
  EXPECT_EQ(
      place(
          R"({"symbol":"BTCUSDT","side":"sell","type":"market","quantity":"0.50","client_order_id":"k-1"})"),
      order("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.5&newClientOrderId=k-1"));
  EXPECT_EQ(
      place(R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"50000.10","time_in_force":"fok"})"),
      order("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=1&price=50000.1"));
  EXPECT_EQ(place(R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"50000","post_only":true})"),
            order("symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=50000"));
  EXPECT_EQ(
      place(R"({"symbol":"BTCUSDT","side":"sell","type":"stop","quantity":"1","trigger_price":"40000"})"),
      order("symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&stopPrice=40000"));
  EXPECT_EQ(
      place(R"({"symbol":"BTCUSDT","side":"sell","type":"stop_limit","quantity":"1","trigger_price":"40000",
                      "price":"39900"})"),
      order("symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=39900&stopPrice="
            "40000"));
  EXPECT_EQ(
      place(
          R"({"symbol":"BTCUSDT","side":"sell","type":"take_profit","quantity":"1","trigger_price":"60000"})"),
      order("symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&quantity=1&stopPrice=60000"));
  EXPECT_EQ(
      place(R"({"symbol":"BTCUSDT","side":"sell","type":"trailing","quantity":"1","trailing_rate":"0.01"})"),
      order("symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=1&trailingDelta=100"));
}

TEST(BinanceRest, ExitsAreAttachedOnSpotAsAnOrderList) {
  EXPECT_EQ(
      plain("spot", "place", R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"50000",
      "stop_loss":{"trigger_price":"49000"},"take_profit":{"trigger_price":"52000","limit_price":"52010"},
      "client_order_id":"k"})"),
      "POST "
      "https://api.binance.com/api/v3/orderList/otoco?symbol=BTCUSDT&listClientOrderId=k&workingType=LIMIT&"
      "workingSide=BUY&workingClientOrderId=k&workingPrice=50000&workingQuantity=1&workingTimeInForce=GTC&"
      "pendingSide=SELL&pendingQuantity=1&pendingAboveType=TAKE_PROFIT_LIMIT&pendingAboveClientOrderId=k.t&"
      "pendingAboveStopPrice=52000&pendingAbovePrice=52010&pendingAboveTimeInForce=GTC&"
      "pendingBelowType=STOP_LOSS&pendingBelowClientOrderId=k.s&pendingBelowStopPrice=49000");
  // What was sold is stopped above and taken below.
  EXPECT_TRUE(plain("spot", "place", R"({"symbol":"BTCUSDT","side":"sell","type":"limit","quantity":"1",
      "price":"50000","stop_loss":{"trigger_price":"51000"},"take_profit":{"trigger_price":"48000"}})")
                  .ends_with("pendingAboveType=STOP_LOSS&pendingAboveStopPrice=51000&"
                             "pendingBelowType=TAKE_PROFIT&pendingBelowStopPrice=48000"));
  EXPECT_TRUE(
      plain("spot", "place", R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"50000",
      "stop_loss":{"trigger_price":"49000"}})")
          .ends_with("pendingSide=SELL&pendingQuantity=1&pendingType=STOP_LOSS&pendingStopPrice=49000"));
}

TEST(BinanceRest, OrdersOfLinear) {
  const auto place = [](std::string_view params) { return plain("usdm", "place", params); };
  const auto order = [](std::string_view query) {
    return "POST https://fapi.binance.com/fapi/v1/order?" + std::string(query);
  };
  const auto conditional = [](std::string_view query) {
    return "POST https://fapi.binance.com/fapi/v1/algoOrder?algoType=CONDITIONAL&" + std::string(query);
  };
  EXPECT_EQ(
      place(
          R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"5","post_only":true,"reduce_only":true,
                      "client_order_id":"k"})"),
      order("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=5&reduceOnly=true&"
            "newClientOrderId=k"));
  EXPECT_EQ(place(R"({"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"5","time_in_force":"gtd",
                      "expire_at":1700000000000,"position_side":"short","side":"sell"})"),
            order("symbol=BTCUSDT&side=SELL&positionSide=SHORT&type=LIMIT&timeInForce=GTD&quantity=1&price=5&"
                  "goodTillDate="
                  "1700000000000"));
  EXPECT_EQ(
      place(R"({"symbol":"BTCUSDT","side":"sell","type":"stop_market","quantity":"1","trigger_price":"4",
                      "trigger_source":"mark","reduce_only":true,"client_order_id":"k"})"),
      conditional("symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=1&reduceOnly=true&clientAlgoId=k&"
                  "triggerPrice=4&workingType=MARK_PRICE"));
  EXPECT_EQ(
      place(
          R"({"symbol":"BTCUSDT","side":"sell","type":"take_profit_limit","quantity":"1","trigger_price":"6",
                      "price":"5.9"})"),
      conditional(
          "symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&timeInForce=GTC&quantity=1&price=5.9&triggerPrice=6&"
          "workingType=CONTRACT_PRICE"));
  EXPECT_EQ(
      place(
          R"({"symbol":"BTCUSDT","side":"sell","type":"trailing_stop","quantity":"1","trailing_rate":"0.015",
                      "trigger_price":"6"})"),
      conditional(
          "symbol=BTCUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=1&activatePrice=6&callbackRate=1.5&"
          "workingType=CONTRACT_PRICE"));
}

TEST(BinanceRest, BatchesOfLinear) {
  const std::string url = plain("usdm", "batch_place", R"({"orders":[
      {"symbol":"BTCUSDT","type":"limit","quantity":"1","price":"5","client_order_id":"a:1"},
      {"symbol":"ETHUSDT","side":"sell","quantity":"2"}]})");
  // Encoded once: the list as JSON, then the JSON as a part of the query.
  EXPECT_EQ(url,
            "POST "
            "https://fapi.binance.com/fapi/v1/"
            "batchOrders?batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22"
            "%3A%22BUY%22%2C%22type%22%3A%22LIMIT%22%2C%22timeInForce%22%3A%22GTC%22%2C%22quantity%22%3A%221%"
            "22%2C%22price"
            "%22%3A%225%22%2C%22newClientOrderId%22%3A%22a%3A1%22%7D%2C%7B%22symbol%22%3A%22ETHUSDT%22%2C%"
            "22side%22%3A%22"
            "SELL%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%222%22%7D%5D");
  EXPECT_EQ(plain("usdm", "batch_cancel", R"({"orders":[{"symbol":"BTCUSDT","client_order_id":"a"},
      {"symbol":"BTCUSDT","client_order_id":"b"}]})"),
            "DELETE "
            "https://fapi.binance.com/fapi/v1/"
            "batchOrders?symbol=BTCUSDT&origClientOrderIdList=%5B%22a%22%2C%22b%22%5D");
  EXPECT_EQ(plain("usdm", "batch_cancel", R"({"orders":[{"symbol":"BTCUSDT","venue_order_id":"7"}]})"),
            "DELETE https://fapi.binance.com/fapi/v1/batchOrders?symbol=BTCUSDT&orderIdList=%5B7%5D");
}

struct Form {
  std::string_view product, action, params, request;
};

/// Every other request.
TEST(BinanceRest, Requests) {
  const std::vector<Form> forms = {
      {"spot", "server_time", "{}", "GET https://api.binance.com/api/v3/time"},
      {"linear", "server_time", "{}", "GET https://fapi.binance.com/fapi/v1/time"},
      {"spot", "instruments", R"({"symbol":"BTCUSDT"})",
       "GET https://api.binance.com/api/v3/exchangeInfo?symbol=BTCUSDT"},
      {"linear", "instruments", "{}", "GET https://fapi.binance.com/fapi/v1/exchangeInfo"},
      {"spot", "ticker", R"({"symbol":"BTCUSDT"})",
       "GET https://api.binance.com/api/v3/ticker/24hr?symbol=BTCUSDT"},
      {"spot", "candles", R"({"symbol":"BTCUSDT","interval":"1h","from":1000,"to":5000,"limit":10})",
       "GET "
       "https://api.binance.com/api/v3/"
       "klines?symbol=BTCUSDT&interval=1h&startTime=1000&endTime=4999&limit=10"},
      {"linear", "book", R"({"symbol":"BTCUSDT","depth":100})",
       "GET https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=100"},
      {"spot", "trades", R"({"symbol":"BTCUSDT","limit":5})",
       "GET https://api.binance.com/api/v3/trades?symbol=BTCUSDT&limit=5"},
      {"linear", "trades", R"({"symbol":"BTCUSDT","from_id":"77"})",
       "GET https://fapi.binance.com/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=77"},
      {"spot", "cancel", R"({"symbol":"BTCUSDT","client_order_id":"k"})",
       "DELETE https://api.binance.com/api/v3/order?symbol=BTCUSDT&origClientOrderId=k"},
      {"linear", "cancel", R"({"client_order_id":"k","is_conditional":true})",
       "DELETE https://fapi.binance.com/fapi/v1/algoOrder?clientAlgoId=k"},
      {"spot", "cancel_all", R"({"symbol":"BTCUSDT"})",
       "DELETE https://api.binance.com/api/v3/openOrders?symbol=BTCUSDT"},
      {"linear", "cancel_all", R"({"symbol":"BTCUSDT","is_conditional":true})",
       "DELETE https://fapi.binance.com/fapi/v1/algoOpenOrders?symbol=BTCUSDT"},
      {"spot", "amend", R"({"symbol":"BTCUSDT","client_order_id":"k","quantity":"0.5"})",
       "PUT "
       "https://api.binance.com/api/v3/order/amend/"
       "keepPriority?symbol=BTCUSDT&origClientOrderId=k&newClientOrderId=k&newQty=0.5"},
      {"linear", "amend",
       R"({"symbol":"BTCUSDT","client_order_id":"k","side":"sell","quantity":"0.5","price":"9"})",
       "PUT "
       "https://fapi.binance.com/fapi/v1/"
       "order?origClientOrderId=k&symbol=BTCUSDT&side=SELL&quantity=0.5&price=9"},
      {"linear", "countdown_cancel", R"({"symbol":"BTCUSDT","window_ms":30000})",
       "POST https://fapi.binance.com/fapi/v1/countdownCancelAll?symbol=BTCUSDT&countdownTime=30000"},
      {"spot", "balance", "{}", "GET https://api.binance.com/api/v3/account?omitZeroBalances=true"},
      {"linear", "balance", "{}", "GET https://fapi.binance.com/fapi/v3/balance"},
      {"linear", "positions", "{}", "GET https://fapi.binance.com/fapi/v2/positionRisk"},
      {"spot", "open_orders", R"({"symbol":"BTCUSDT"})",
       "GET https://api.binance.com/api/v3/openOrders?symbol=BTCUSDT"},
      {"linear", "open_orders", R"({"is_conditional":true})",
       "GET https://fapi.binance.com/fapi/v1/openAlgoOrders"},
      {"spot", "order", R"({"symbol":"BTCUSDT","venue_order_id":"5"})",
       "GET https://api.binance.com/api/v3/order?symbol=BTCUSDT&orderId=5"},
      {"spot", "fills", R"({"symbol":"BTCUSDT","from":1000})",
       "GET https://api.binance.com/api/v3/myTrades?symbol=BTCUSDT&startTime=1000"},
      {"linear", "leverage", R"({"symbol":"BTCUSDT","leverage":"20"})",
       "POST https://fapi.binance.com/fapi/v1/leverage?symbol=BTCUSDT&leverage=20"},
      {"linear", "margin_mode", R"({"symbol":"BTCUSDT","mode":"isolated"})",
       "POST https://fapi.binance.com/fapi/v1/marginType?symbol=BTCUSDT&marginType=ISOLATED"},
      {"linear", "position_mode", R"({"mode":"hedge"})",
       "POST https://fapi.binance.com/fapi/v1/positionSide/dual?dualSidePosition=true"},
      {"linear", "funding_rate", R"({"symbol":"BTCUSDT"})",
       "GET https://fapi.binance.com/fapi/v1/premiumIndex?symbol=BTCUSDT"},
      {"linear", "funding_history", R"({"symbol":"BTCUSDT","limit":100})",
       "GET https://fapi.binance.com/fapi/v1/fundingRate?symbol=BTCUSDT&limit=100"},
      {"linear", "funding_payments", "{}",
       "GET https://fapi.binance.com/fapi/v1/income?incomeType=FUNDING_FEE&limit=1000"},
      {"spot", "fees", R"({"symbol":"BTCUSDT"})",
       "GET https://api.binance.com/api/v3/account/commission?symbol=BTCUSDT"},
      {"linear", "key_permissions", "{}", "GET https://api.binance.com/sapi/v1/account/apiRestrictions"},
      {"linear", "listen_key", R"({"use":"keep_alive"})", "PUT https://fapi.binance.com/fapi/v1/listenKey"},
  };
  for (const Form& form : forms) EXPECT_EQ(plain(form.product, form.action, form.params), form.request);
}

/// What the venue cannot do never leaves.
TEST(BinanceRest, WhatTheVenueCannotDoIsRefusedWithAReason) {
  const std::vector<Form> forms = {
      {"spot", "place", R"({"symbol":"A","quantity":"1","reduce_only":true})",
       "binance spot has no reduce-only orders"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","position_side":"long"})",
       "binance spot has no position sides"},
      {"spot", "place", R"({"symbol":"A","quantity":"0"})", "binance place: the quantity must be positive"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","type":"limit"})",
       "binance place: this order type needs a price"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","trigger_price":"3"})",
       "binance place: this order type takes no trigger price"},
      {"spot", "place",
       R"({"symbol":"A","quantity":"1","type":"stop","trigger_price":"3","trigger_source":"mark"})",
       "binance spot triggers by the last price only"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","type":"trailing","trailing_offset":"3"})",
       "binance trails by a rate of the price (trailing_rate), not by an offset"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","type":"trailing","trailing_rate":"0.00015"})",
       "binance place: a trailing_rate of 1 to 2000 basis points in whole ones, found 1.5 basis points"},
      {"spot", "place", R"({"symbol":"A","quantity":"1","client_order_id":"a b"})",
       "binance place: a client order id has up to 36 letters, digits or .:/_-, found \"a b\""},
      {"spot", "place", R"({"symbol":"A","quantity":"1","stop_loss":{"trigger_price":"3"}})",
       "binance spot attaches exits to limit orders only"},
      {"linear", "place", R"({"symbol":"A","quantity":"1","stop_loss":{"trigger_price":"3"}})",
       "binance USDⓈ-M attaches no exits to an order: they are placed when it fills"},
      {"linear", "place", R"({"symbol":"A","quantity":"1","reduce_only":true,"position_side":"long"})",
       "binance USDⓈ-M: with a position side, side and position side say whether an order reduces"},
      {"spot", "batch_place", R"({"orders":[{"symbol":"A","quantity":"1"}]})",
       "binance spot takes orders one by one"},
      {"spot", "amend", R"({"symbol":"A","client_order_id":"k","price":"1"})",
       "binance spot cannot amend the price of an order: cancel it and place another"},
      {"spot", "countdown_cancel", R"({"symbol":"A","window_ms":1})",
       "binance spot has no dead man's switch"},
      {"spot", "positions", "{}", "binance spot has no positions; what is held stands in the balance"},
      {"spot", "candles", R"({"symbol":"A","interval":"7m"})", "binance has no candles of 7m"},
      {"spot", "candles", R"({"symbol":"A","limit":1001})",
       "binance candles: at most 1000 at once, 1001 were asked for"},
      {"linear", "leverage", R"({"symbol":"A","leverage":"1.5"})",
       "binance leverage: a whole number from 1 to 125, found 1.5"},
      {"spot", "cancel", R"({"symbol":"A"})", "binance the order has no id"},
  };
  for (const Form& form : forms) EXPECT_EQ(plain(form.product, form.action, form.params), form.request);
}

TEST(BinanceRest, NothingIsSignedWithoutAKey) {
  const auto refused = build_request(venue::GetBalance{}, {.product = Product::spot});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "binance wants a key for this");
}

TEST(BinanceRest, TheIdOfTheRequestNamesAnOrderThatHasNone) {
  const venue::RequestContext context = {
      .product = Product::spot, .credentials = &kDocumented, .id = "from-request"};
  const auto request = build_request(venue::PlaceOrder{.symbol = "A", .quantity = {1, 0}}, context);
  EXPECT_TRUE(request->url.contains("newClientOrderId=from-request&"));
}

TEST(BinanceStream, TopicsAndAddresses) {
  const auto protocol = make_protocol();
  const venue::Subscription book{.channel = venue::Channel::book, .symbol = "BTCUSDT"};
  const venue::Subscription mark{.channel = venue::Channel::mark, .symbol = "BTCUSDT"};
  EXPECT_EQ(protocol->topic(Product::spot, book).value(), "btcusdt@depth@100ms");
  EXPECT_EQ(protocol->topic(Product::linear, mark).value(), "btcusdt@markPrice@1s");
  EXPECT_FALSE(protocol->topic(Product::spot, mark));
  const auto& place = protocol->endpoints(Product::linear);
  EXPECT_EQ(protocol->stream_url(Product::linear, std::array{book}, place).value(),
            "wss://fstream.binance.com/public/stream");
  EXPECT_EQ(protocol->stream_url(Product::linear, std::array{mark}, place).value(),
            "wss://fstream.binance.com/market/stream");
  const venue::Subscription trades{.channel = venue::Channel::trades, .symbol = "BTCUSDT"};
  EXPECT_EQ(protocol->stream_url(Product::linear, std::array{trades, mark}, place).value(),
            "wss://fstream.binance.com/market/stream");
  EXPECT_FALSE(protocol->stream_url(Product::linear, std::array{book, mark}, place));
  EXPECT_EQ(protocol->subscribe_text(std::array{std::string("a@trade"), std::string("b@trade")}, 7, true),
            R"({"method":"SUBSCRIBE","params":["a@trade","b@trade"],"id":7})");
}

/// The text that is signed has its parameters in the order of their names.
TEST(BinanceStream, SpotSignsInOnItsSocket) {
  const auto greeting = private_greeting(
      {.product = Product::spot, .clock = 1747385641636 * kMillisecond, .credentials = &kDocumented}, 3);
  ASSERT_EQ(greeting.size(), 1U);
  const auto parameters = signed_parameters({}, 1747385641636 * kMillisecond, kDocumented);
  EXPECT_EQ(greeting.front(),
            R"({"id":"3","method":"userDataStream.subscribe.signature","params":{"apiKey":")" +
                kDocumented.key + R"(","timestamp":1747385641636,"signature":")" + parameters.back().second +
                R"("}})");
}

}  // namespace
}  // namespace kontor::binance
