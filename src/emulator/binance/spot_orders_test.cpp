#include "emulator/binance/front_test_support.hpp"

namespace kontor::emulator::binance::test {
namespace {

constexpr std::string_view kSpotOrder = "/api/v3/order";

TEST(BinanceSpotOrders, AMarketOrderIsAnsweredWithItsFills) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(
      stand.ask("POST", kSpotOrder, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1&newClientOrderId=a"),
      R"({"symbol":"BTCUSDT","orderId":1,"orderListId":-1,"clientOrderId":"a","transactTime":1700000000000,)"
      R"("price":"0.00000000","origQty":"0.10000000","executedQty":"0.10000000","origQuoteOrderQty":"0.00000000",)"
      R"("cummulativeQuoteQty":"5000.10000000","status":"FILLED","timeInForce":"GTC","type":"MARKET","side":"BUY",)"
      R"("workingTime":1700000000000,"fills":[{"price":"50001.00000000","qty":"0.10000000",)"
      R"("commission":"0.00010000","commissionAsset":"BTC","tradeId":1}],"selfTradePreventionMode":"EXPIRE_MAKER"})");
  EXPECT_THAT(stand.ask("GET", "/api/v3/account"),
              HasSubstr(R"({"asset":"USDT","free":"94999.90000000","locked":"0.00000000"})"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/myTrades", "symbol=BTCUSDT"),
              HasSubstr(R"("quoteQty":"5000.10000000","commission":"0.00010000")"));
}

TEST(BinanceSpotOrders, AQuoteQuantitySpendsThatMuch) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kSpotOrder, "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100"),
              testing::AllOf(HasSubstr(R"("executedQty":"0.00199000")"),
                             HasSubstr(R"("origQuoteOrderQty":"100.00000000")")));
}

TEST(BinanceSpotOrders, ALimitOrderRestsIsFoundAndCanceled) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string placed = stand.ask(
      "POST", kSpotOrder,
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&newClientOrderId=mine");
  EXPECT_THAT(placed, HasSubstr(R"("status":"NEW")"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/openOrders"), HasSubstr(R"("clientOrderId":"mine")"));
  EXPECT_THAT(stand.ask("GET", kSpotOrder, "symbol=BTCUSDT&origClientOrderId=mine"),
              HasSubstr(R"("isWorking":true)"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/account"),
              HasSubstr(R"("free":"95100.00000000","locked":"4900.00000000")"));
  EXPECT_THAT(stand.ask("DELETE", kSpotOrder, "symbol=BTCUSDT&orderId=1&newClientOrderId=away"),
              testing::AllOf(HasSubstr(R"("origClientOrderId":"mine","clientOrderId":"away")"),
                             HasSubstr(R"("status":"CANCELED")")));
  EXPECT_EQ(stand.ask("DELETE", kSpotOrder, "symbol=BTCUSDT&orderId=1"),
            R"({"code":-2011,"msg":"Unknown order sent."})");
  EXPECT_EQ(stand.ask("GET", kSpotOrder, "symbol=BTCUSDT&orderId=77"),
            R"({"code":-2013,"msg":"Order does not exist."})");
  EXPECT_EQ(stand.ask("GET", "/api/v3/openOrders"), "[]");
}

struct RefusedSpotOrder {
  std::string_view query;
  std::string_view answer;
};

class BinanceSpotRefusals : public testing::TestWithParam<RefusedSpotOrder> {};

TEST_P(BinanceSpotRefusals, AreInTheVenuesWords) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(stand.ask("POST", kSpotOrder, "symbol=BTCUSDT&" + std::string(GetParam().query)),
            GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    All, BinanceSpotRefusals,
    testing::Values(
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000.001",
                         R"({"code":-1013,"msg":"Filter failure: PRICE_FILTER"})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000.000000001",
                         R"({"code":-1111,"msg":"Parameter 'price' has too much precision."})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.000001&price=49000",
                         R"({"code":-1013,"msg":"Filter failure: LOT_SIZE"})"},
        RefusedSpotOrder{"side=BUY&type=MARKET&quantity=101",
                         R"({"code":-1013,"msg":"Filter failure: MARKET_LOT_SIZE"})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0001&price=49000",
                         R"({"code":-1013,"msg":"Filter failure: NOTIONAL"})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=300000",
                         R"({"code":-1013,"msg":"Filter failure: PERCENT_PRICE_BY_SIDE"})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=8&price=49000",
                         R"({"code":-2010,"msg":"Account has insufficient balance for requested action."})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT_MAKER&quantity=0.1&price=50001",
                         R"({"code":-2010,"msg":"Order would immediately match and take."})"},
        RefusedSpotOrder{"side=SELL&type=STOP_LOSS&quantity=0.1&stopPrice=50500",
                         R"({"code":-2010,"msg":"Order would trigger immediately."})"},
        RefusedSpotOrder{"side=UP&type=MARKET&quantity=1", R"({"code":-1117,"msg":"Invalid side."})"},
        RefusedSpotOrder{"side=BUY&type=ODD&quantity=1", R"({"code":-1116,"msg":"Invalid orderType."})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=DAY&quantity=1&price=1",
                         R"({"code":-1115,"msg":"Invalid timeInForce."})"},
        RefusedSpotOrder{"side=BUY&type=MARKET&quantity=1&price=5",
                         R"({"code":-1106,"msg":"Parameter 'price' sent when not required."})"},
        RefusedSpotOrder{
            "side=BUY&type=MARKET",
            R"({"code":-1102,"msg":"Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"})"},
        RefusedSpotOrder{"side=SELL&type=STOP_LOSS&quantity=0.1&trailingDelta=5",
                         R"({"code":-1013,"msg":"Filter failure: TRAILING_DELTA"})"},
        RefusedSpotOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&icebergQty=0.05",
                         R"({"code":-2010,"msg":"Iceberg orders are not supported for this symbol."})"},
        RefusedSpotOrder{
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&newClientOrderId=%20",
            R"({"code":-1100,"msg":"Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'."})"}));

TEST(BinanceSpotOrders, AClientIdIsUniqueAmongOpenOrders) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string query =
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000&newClientOrderId=a";
  EXPECT_THAT(stand.ask("POST", kSpotOrder, query), HasSubstr("NEW"));
  EXPECT_EQ(stand.ask("POST", kSpotOrder, query), R"({"code":-2010,"msg":"Duplicate order sent."})");
}

TEST(BinanceSpotOrders, AnImmediateOrderExpires) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kSpotOrder,
                        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.1&price=49000"),
              HasSubstr(R"("status":"EXPIRED")"));
}

TEST(BinanceSpotOrders, ATestedOrderIsNotPlaced) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(stand.ask("POST", "/api/v3/order/test", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"),
            "{}");
  EXPECT_EQ(stand.ask("GET", "/api/v3/allOrders", "symbol=BTCUSDT"), "[]");
}

TEST(BinanceSpotOrders, ACancelReplaceTellsOfBothHalves) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000";
  EXPECT_THAT(stand.ask("POST", kSpotOrder, order), HasSubstr("NEW"));
  const std::string path = "/api/v3/order/cancelReplace";
  EXPECT_THAT(
      stand.ask("POST", path, order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1"),
      StartsWith(R"({"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":{"symbol")"));
  EXPECT_EQ(
      stand.ask("POST", path, order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1"),
      R"({"code":-2022,"msg":"Order cancel-replace failed.","data":{"cancelResult":"FAILURE","newOrderResult":"NOT_ATTEMPTED","cancelResponse":{"code":-2011,"msg":"Unknown order sent."},"newOrderResponse":null}})");
  EXPECT_THAT(stand.ask("POST", path, order + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=1"),
              StartsWith(R"({"code":-2021,"msg":"Order cancel-replace partially failed.")"));
}

TEST(BinanceSpotOrders, AnAmendmentMakesAnOrderSmaller) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kSpotOrder,
                        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000"),
              HasSubstr("NEW"));
  const std::string path = "/api/v3/order/amend/keepPriority";
  EXPECT_EQ(stand.ask("PUT", path, "symbol=BTCUSDT&orderId=1&newQty=0.2"),
            R"({"code":-2038,"msg":"Order amend (quantity increase) is not supported."})");
  EXPECT_THAT(stand.ask("PUT", path, "symbol=BTCUSDT&orderId=1&newQty=0.05"),
              HasSubstr(R"("qty":"0.05000000")"));
  EXPECT_THAT(stand.ask("PUT", path, "symbol=BTCUSDT&orderId=1&newQty=0.05"),
              HasSubstr("would change no state"));
}

TEST(BinanceSpotOrders, OneOrderOfAnOcoCancelsTheOther) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string placed =
      stand.ask("POST", "/api/v3/orderList/oco",
                "symbol=BTCUSDT&side=SELL&quantity=0.1&aboveType=LIMIT_MAKER&abovePrice=51000&belowType=STOP_"
                "LOSS_LIMIT&"
                "belowStopPrice=49000&belowPrice=48900&belowTimeInForce=GTC&listClientOrderId=pair");
  EXPECT_THAT(placed,
              StartsWith(R"({"orderListId":1,"contingencyType":"OCO","listStatusType":"EXEC_STARTED")"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/openOrderList"), HasSubstr(R"("listClientOrderId":"pair")"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/account"),
              HasSubstr(R"({"asset":"BTC","free":"0.90000000","locked":"0.10000000"})"));
  stand.trade(stand.spot, "51001", "5", Side::buy).wait(kSecond);
  EXPECT_THAT(stand.ask("GET", "/api/v3/orderList", "orderListId=1"), HasSubstr("ALL_DONE"));
  EXPECT_THAT(stand.ask("GET", kSpotOrder, "symbol=BTCUSDT&orderId=1"), HasSubstr(R"("status":"EXPIRED")"));
  EXPECT_THAT(stand.ask("GET", kSpotOrder, "symbol=BTCUSDT&orderId=2"), HasSubstr(R"("status":"FILLED")"));
}

TEST(BinanceSpotOrders, TheLegsOfAnOcoStandOnBothSidesOfTheMarket) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string path = "/api/v3/orderList/oco";
  const std::string common = "symbol=BTCUSDT&side=SELL&quantity=0.1&";
  EXPECT_THAT(
      stand.ask("POST", path,
                common + "aboveType=LIMIT_MAKER&abovePrice=49900&belowType=STOP_LOSS&belowStopPrice=49000"),
      HasSubstr("The relationship of the prices for the orders is not correct."));
  EXPECT_THAT(
      stand.ask("POST", path,
                common + "aboveType=STOP_LOSS&aboveStopPrice=51000&belowType=STOP_LOSS&belowStopPrice=49000"),
      HasSubstr("-1197"));
  EXPECT_THAT(
      stand.ask("POST", path,
                common + "aboveType=LIMIT_MAKER&abovePrice=51000&belowType=LIMIT_MAKER&belowPrice=49000"),
      HasSubstr("-1168"));
}

TEST(BinanceSpotOrders, CancelingOneLegCancelsTheList) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(
      stand.ask("POST", "/api/v3/order/oco",
                "symbol=BTCUSDT&side=SELL&quantity=0.1&price=51000&stopPrice=49000&stopLimitPrice=48900&"
                "stopLimitTimeInForce=GTC"),
      HasSubstr("EXECUTING"));
  EXPECT_THAT(stand.ask("DELETE", kSpotOrder, "symbol=BTCUSDT&orderId=1"),
              testing::AllOf(HasSubstr("ALL_DONE"), HasSubstr("orderReports")));
  EXPECT_EQ(stand.ask("GET", "/api/v3/openOrders"), "[]");
}

TEST(BinanceSpotOrders, PendingOrdersBeginToWorkWithTheFillOfTheWorkingOne) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(
      stand.ask("POST", "/api/v3/orderList/otoco",
                "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=49990&workingQuantity=0.1&"
                "workingTimeInForce=GTC&pendingSide=SELL&pendingQuantity=0.1&pendingAboveType=LIMIT_MAKER&"
                "pendingAbovePrice=52000&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=48000"),
      testing::AllOf(HasSubstr(R"("contingencyType":"OTO")"), HasSubstr("PENDING_NEW")));
  stand.trade(stand.spot, "49989", "50", Side::sell).wait(kSecond);
  EXPECT_THAT(stand.ask("GET", "/api/v3/openOrders"), Not(HasSubstr("PENDING_NEW")));
  EXPECT_THAT(stand.ask("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"), HasSubstr("ALL_DONE"));
}

}  // namespace
}  // namespace kontor::emulator::binance::test
