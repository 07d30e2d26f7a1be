#include "emulator/binance/front_test_support.hpp"
#include "net/query.hpp"

namespace kontor::emulator::binance::test {
namespace {

constexpr std::string_view kLinearOrder = "/fapi/v1/order";
constexpr std::string_view kAlgoOrder = "/fapi/v1/algoOrder";

TEST(BinanceLinearOrders, AMarketOrderOpensAPosition) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kLinearOrder, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"),
              testing::AllOf(HasSubstr(R"("status":"NEW")"), HasSubstr(R"("executedQty":"0.000")")));
  EXPECT_THAT(stand.ask("POST", kLinearOrder,
                        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1&newOrderRespType=RESULT"),
              testing::AllOf(HasSubstr(R"("status":"FILLED")"), HasSubstr(R"("avgPrice":"50001.000")")));
  EXPECT_THAT(stand.ask("GET", "/fapi/v3/positionRisk"),
              testing::AllOf(HasSubstr(R"("positionAmt":"0.200","entryPrice":"50001.000")"),
                             HasSubstr(R"("markPrice":"50000.50000000","unRealizedProfit":"-0.10000000")")));
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT"),
              HasSubstr(R"("commission":"2.50005)"));
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/income", "incomeType=COMMISSION"),
              HasSubstr(R"("income":"-2.50005)"));
}

TEST(BinanceLinearOrders, ALimitOrderIsModifiedAndCanceled) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string placed = stand.ask(
      "POST", kLinearOrder,
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=0.1&price=49000&newClientOrderId=mine");
  EXPECT_THAT(placed, HasSubstr(R"("timeInForce":"GTX")"));
  EXPECT_THAT(stand.ask("PUT", kLinearOrder,
                        "symbol=BTCUSDT&side=BUY&quantity=0.2&price=48900&origClientOrderId=mine"),
              HasSubstr(R"("price":"48900.0","avgPrice":"0.000","origQty":"0.200")"));
  EXPECT_EQ(stand.ask("PUT", kLinearOrder,
                      "symbol=BTCUSDT&side=BUY&quantity=0.2&price=48900&origClientOrderId=mine"),
            R"({"code":-5027,"msg":"No need to modify the order."})");
  EXPECT_THAT(stand.ask("DELETE", kLinearOrder, "symbol=BTCUSDT&orderId=1"),
              HasSubstr(R"("status":"CANCELED")"));
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/openOrders"), "[]");
  EXPECT_EQ(stand.ask("DELETE", kLinearOrder, "symbol=BTCUSDT&orderId=1"),
            R"({"code":-2011,"msg":"Unknown order sent."})");
}

struct RefusedLinearOrder {
  std::string_view query;
  std::string_view answer;
};
class BinanceLinearRefusals : public testing::TestWithParam<RefusedLinearOrder> {};

TEST_P(BinanceLinearRefusals, AreInTheVenuesWords) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(stand.ask("POST", kLinearOrder, "symbol=BTCUSDT&" + std::string(GetParam().query)),
            GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    All, BinanceLinearRefusals,
    testing::Values(
        RefusedLinearOrder{"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000.01",
                           R"({"code":-1111,"msg":"Precision is over the maximum defined for this asset."})"},
        RefusedLinearOrder{
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=49000",
            R"({"code":-4164,"msg":"Order's notional must be no smaller than 100 (unless you choose reduce only)."})"},
        RefusedLinearOrder{"side=BUY&type=MARKET&quantity=200",
                           R"({"code":-4005,"msg":"Quantity greater than max quantity."})"},
        RefusedLinearOrder{"side=BUY&type=MARKET&quantity=100",
                           R"({"code":-2019,"msg":"Margin is insufficient."})"},
        RefusedLinearOrder{"side=BUY&type=MARKET&quantity=0",
                           R"({"code":-4003,"msg":"Quantity less than or equal to zero."})"},
        RefusedLinearOrder{
            "side=BUY&type=LIMIT&timeInForce=GTX&quantity=0.1&price=50002",
            R"({"code":-5022,"msg":"Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history"})"},
        RefusedLinearOrder{"side=SELL&type=MARKET&quantity=0.1&reduceOnly=true",
                           R"({"code":-2022,"msg":"ReduceOnly Order is rejected."})"},
        RefusedLinearOrder{"side=BUY&type=MARKET&quantity=0.1&positionSide=LONG",
                           R"({"code":-4061,"msg":"Order's position side does not match user's setting."})"},
        RefusedLinearOrder{
            "side=SELL&type=STOP_MARKET&quantity=0.1&stopPrice=49000",
            R"({"code":-4120,"msg":"Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."})"},
        RefusedLinearOrder{
            "side=BUY&type=LIMIT&timeInForce=GTD&quantity=0.1&price=49000&goodTillDate=1700000001000",
            R"({"code":-1130,"msg":"Data sent for parameter 'goodTillDate' is not valid."})"},
        RefusedLinearOrder{
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1",
            R"({"code":-1102,"msg":"Mandatory parameter 'price' was not sent, was empty/null, or malformed."})"}));

TEST(BinanceLinearOrders, AConditionalOrderIsNoOrderBeforeItTriggers) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kLinearOrder, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"),
              HasSubstr("NEW"));
  EXPECT_THAT(stand.ask("POST", kAlgoOrder,
                        "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=49000&"
                        "closePosition=true&clientAlgoId=stop"),
              testing::AllOf(HasSubstr(R"("algoId":4000000000002,"clientAlgoId":"stop")"),
                             HasSubstr(R"("algoStatus":"NEW")")));
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/openOrders"), "[]");
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/openAlgoOrders"), HasSubstr(R"("closePosition":true)"));
  stand.market("48990", "48991").wait(kSecond);
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/openAlgoOrders"), "[]");
  EXPECT_THAT(stand.ask("GET", kAlgoOrder, "clientAlgoId=stop"),
              testing::AllOf(HasSubstr(R"("algoStatus":"FINISHED")"), HasSubstr(R"("actualOrderId":"2")")));
  EXPECT_THAT(stand.ask("GET", kLinearOrder, "symbol=BTCUSDT&orderId=2"),
              testing::AllOf(HasSubstr(R"("status":"FILLED")"), HasSubstr(R"("type":"MARKET")"),
                             HasSubstr(R"("origType":"STOP_MARKET")")));
  EXPECT_EQ(stand.ask("GET", "/fapi/v3/positionRisk"), "[]");
}

TEST(BinanceLinearOrders, AlgoOrdersAreCanceledByTheirOwnEndpoints) {
  Stand stand;
  stand.market("50000", "50001");
  const std::string stop =
      "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP&triggerPrice=49000&price=48900&quantity=0.1";
  EXPECT_THAT(stand.ask("POST", kAlgoOrder, stop), HasSubstr(R"("orderType":"STOP")"));
  EXPECT_EQ(stand.ask("DELETE", kLinearOrder, "symbol=BTCUSDT&orderId=1"),
            R"({"code":-2011,"msg":"Unknown order sent."})");
  EXPECT_THAT(stand.ask("DELETE", kAlgoOrder, "algoId=4000000000001"), HasSubstr(R"("msg":"success")"));
  EXPECT_THAT(stand.ask("GET", kAlgoOrder, "algoId=4000000000001"), HasSubstr(R"("algoStatus":"CANCELED")"));
  EXPECT_THAT(stand.ask("POST", kAlgoOrder, stop), HasSubstr("NEW"));
  EXPECT_THAT(stand.ask("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT"), HasSubstr("200"));
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/openAlgoOrders"), HasSubstr("STOP"));
  EXPECT_THAT(stand.ask("DELETE", "/fapi/v1/algoOpenOrders", "symbol=BTCUSDT"), HasSubstr("200"));
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/openAlgoOrders"), "[]");
  EXPECT_EQ(
      stand.ask(
          "POST", kAlgoOrder,
          "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=51000&quantity=0.1"),
      R"({"code":-2021,"msg":"Order would immediately trigger."})");
}

TEST(BinanceLinearOrders, ABatchAnswersForEachOrder) {
  Stand stand;
  stand.market("50000", "50001");
  net::Query encoded;
  encoded.add(
      "batchOrders",
      R"([{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.1","price":49000},)"
      R"({"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"0.1","price":"49000"}])");
  EXPECT_THAT(stand.ask("POST", "/fapi/v1/batchOrders", encoded.text()),
              testing::AllOf(StartsWith(R"([{"orderId":1)"), testing::EndsWith(R"(malformed."}])")));
  net::Query ids;
  ids.add("symbol", "BTCUSDT").add("orderIdList", "[1,9]");
  EXPECT_THAT(stand.ask("DELETE", "/fapi/v1/batchOrders", ids.text()),
              testing::AllOf(HasSubstr(R"("status":"CANCELED")"),
                             testing::EndsWith(R"({"code":-2011,"msg":"Unknown order sent."}])")));
}

TEST(BinanceLinearOrders, ACountdownCancelsEverythingWhenItRunsOut) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kLinearOrder,
                        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=49000"),
              HasSubstr("NEW"));
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/countdownCancelAll", "symbol=BTCUSDT&countdownTime=5000"),
            R"({"symbol":"BTCUSDT","countdownTime":"5000"})");
  stand.wait(4 * kSecond);
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/openOrders"), HasSubstr("NEW"));
  stand.wait(2 * kSecond);
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/openOrders"), "[]");
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/allOrders", "symbol=BTCUSDT"), HasSubstr("CANCELED"));
}

TEST(BinanceLinearAccount, SettingsAreKept) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=25"),
            R"({"symbol":"BTCUSDT","leverage":25,"maxNotionalValue":"50000000"})");
  EXPECT_THAT(stand.ask("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=25"), HasSubstr("25"));
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=500"),
            R"({"code":-4028,"msg":"Leverage 500 is not valid"})");
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/marginType", "symbol=BTCUSDT&marginType=CROSSED"),
            R"({"code":-4046,"msg":"No need to change margin type."})");
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/marginType", "symbol=BTCUSDT&marginType=ISOLATED"),
            R"({"code":200,"msg":"success"})");
  EXPECT_THAT(stand.ask("GET", "/fapi/v1/symbolConfig", "symbol=BTCUSDT"),
              HasSubstr(R"("marginType":"ISOLATED","isAutoAddMargin":false,"leverage":25)"));
  EXPECT_EQ(stand.ask("GET", "/fapi/v1/positionSide/dual"), R"({"dualSidePosition":false})");
  EXPECT_EQ(stand.ask("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=false"),
            R"({"code":-4059,"msg":"No need to change position side."})");
}

TEST(BinanceLinearAccount, WhatIsOwnedAddsUp) {
  Stand stand;
  stand.market("50000", "50001");
  EXPECT_THAT(stand.ask("POST", kLinearOrder, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"),
              HasSubstr("NEW"));
  // 100,000 less the fee of 0.05 % of 5000.1.
  EXPECT_THAT(stand.ask("GET", "/fapi/v3/balance"), HasSubstr(R"("balance":"99997.49995000")"));
  EXPECT_THAT(stand.ask("GET", "/fapi/v2/account"),
              testing::AllOf(HasSubstr(R"("totalWalletBalance":"99997.49995000")"),
                             HasSubstr(R"("positionAmt":"0.100")")));
  EXPECT_THAT(stand.ask("POST", "/sapi/v1/asset/transfer", "type=UMFUTURE_MAIN&asset=USDT&amount=97.49995"),
              HasSubstr("tranId"));
  EXPECT_THAT(stand.ask("GET", "/fapi/v3/balance"), HasSubstr(R"("balance":"99900.00000000")"));
  EXPECT_THAT(stand.ask("GET", "/api/v3/account"), HasSubstr(R"("free":"100097.49995000")"));
}

}  // namespace
}  // namespace kontor::emulator::binance::test
