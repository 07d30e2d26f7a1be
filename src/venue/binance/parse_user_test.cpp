// Events of the private stream: what becomes of orders, money and settings.

#include <gtest/gtest.h>

#include "venue/binance/parse_test_support.hpp"

namespace kontor::binance {
namespace {

using test::Lines;

/// An execution report of spot: a buy of 2 at 100, with what the test is about in front of the rest.
std::string execution_report(std::string_view fields) {
  return fmt::format(
      R"({{"e":"executionReport","E":1700000000001,"s":"AB",{},"S":"BUY","f":"GTC","q":"2","p":"100","P":"0",)"
      R"("F":"0","g":-1,"i":77,"n":"0.001","N":"BNB","T":1700000000000,"I":5,"M":false,"O":1,"Z":"0","Y":"0",)"
      R"("Q":"0","V":"NONE"}})",
      fields);
}

Lines spot_report(std::string_view fields) { return test::decoded(execution_report(fields), test::spot()); }

TEST(BinanceUserStream, AnExecutionOfSpotComesBeforeItsOrder) {
  EXPECT_EQ(
      spot_report(R"("c":"k-1","C":"","o":"LIMIT","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","l":"0.5",)"
                  R"("z":"1.5","L":"99.9","t":901,"w":true,"m":true)"),
      (Lines{"fill symbol=AB client_order_id=k-1 venue_order_id=77 trade_id=901 ts_venue=1700000000000000000 "
             "price=99.9 quantity=0.5 fee=0.001 fee_asset=BNB liquidity=maker",
             "order symbol=AB client_order_id=k-1 venue_order_id=77 ts_venue=1700000000000000000 type=limit "
             "status=partially_filled quantity=2 filled=1.5 price=100"}));
}

TEST(BinanceUserStream, ACancelNamesTheOrderByTheNameThatItHad) {
  EXPECT_EQ(
      spot_report(R"("c":"name-of-the-cancel","C":"k-1","o":"LIMIT_MAKER","x":"CANCELED","X":"CANCELED",)"
                  R"("r":"NONE","l":"0","z":"0","L":"0","t":-1,"w":false,"m":false)"),
      Lines{"order symbol=AB client_order_id=k-1 venue_order_id=77 ts_venue=1700000000000000000 type=limit "
            "status=canceled post_only=true quantity=2 price=100"});
}

/// Whether a stop of spot has fired is told by when it began to stand in the book, even when it is gone
/// again.
TEST(BinanceUserStream, AStopOfSpotHasFiredOnceItHasWorked) {
  const auto stop = [](std::string_view type, std::string_view state) {
    return spot_report(
               fmt::format(
                   R"("c":"k","C":"","o":"{}","x":"NEW","r":"NONE","l":"0","L":"0","t":-1,"m":false,{})",
                   type, state))
        .back();
  };
  constexpr std::string_view kHead =
      "order symbol=AB client_order_id=k venue_order_id=77 ts_venue=1700000000000000000 type=";
  const auto line = [&](std::string_view rest) { return std::string(kHead) + std::string(rest); };
  EXPECT_EQ(stop("STOP_LOSS_LIMIT", R"("X":"NEW","z":"0","w":false)"),
            line("stop_limit is_conditional=true quantity=2 price=100"));
  EXPECT_EQ(stop("STOP_LOSS_LIMIT", R"("X":"NEW","z":"0","w":true,"W":1699999999999)"),
            line("stop_limit is_triggered=true quantity=2 price=100"));
  EXPECT_EQ(stop("STOP_LOSS_LIMIT", R"("X":"CANCELED","z":"0","w":false,"W":1699999999999)"),
            line("stop_limit status=canceled is_triggered=true quantity=2 price=100"));
  EXPECT_EQ(stop("STOP_LOSS", R"("X":"FILLED","z":"2","w":false)"),
            line("stop_market status=filled is_triggered=true quantity=2 filled=2 price=100"));
  EXPECT_EQ(stop("STOP_LOSS", R"("X":"NEW","z":"0","w":false,"d":100,"D":1699999999999)"),
            line("trailing_stop is_conditional=true quantity=2 price=100"));
  EXPECT_EQ(stop("TAKE_PROFIT", R"("X":"NEW","z":"0","w":false)"),
            line("take_profit_market is_conditional=true quantity=2 price=100"));
}

TEST(BinanceUserStream, WhyAnOrderOfSpotWasRejectedIsSaid) {
  const auto rejected = [](std::string_view word) {
    return spot_report(
               fmt::format(R"("c":"k","C":"","o":"LIMIT_MAKER","x":"REJECTED","X":"REJECTED","r":"{}",)"
                           R"("l":"0","z":"0","L":"0","t":-1,"w":false,"m":false)",
                           word))
        .back();
  };
  EXPECT_TRUE(rejected("WOULD_MATCH_IMMEDIATELY")
                  .ends_with("reason=post_only_would_take reason_text=WOULD_MATCH_IMMEDIATELY"));
  EXPECT_TRUE(rejected("INSUFFICIENT_BALANCES")
                  .ends_with("reason=insufficient_balance reason_text=INSUFFICIENT_BALANCES"));
  EXPECT_TRUE(rejected("STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY").contains("reason=stop_would_trigger "));
  EXPECT_TRUE(rejected("OCO_BAD_PRICES").ends_with("price=100 reason_text=OCO_BAD_PRICES"));
}

/// An order of USDⓈ-M that sells 3.
std::string order_update(std::string_view fields) {
  return fmt::format(
      R"({{"e":"ORDER_TRADE_UPDATE","E":1700000000009,"T":1700000000008,"o":{{"s":"ABUSDT","S":"SELL","q":"3",)"
      R"("p":"50","ap":"49.5","sp":"0","i":88,"l":"1","z":"2","L":"49.4","N":"USDT","n":"-0.01",)"
      R"("T":1700000000007,"t":902,"b":"0","a":"0","m":true,"R":true,"wt":"MARK_PRICE","ot":"LIMIT","ps":"SHORT",)"
      R"("cp":false,"rp":"1.25","pP":false,"si":0,"ss":0,"V":"NONE","pm":"NONE","gtd":0,{}}}}})",
      fields);
}

TEST(BinanceUserStream, AnExecutionOfUsdmSaysFeeAndProfit) {
  EXPECT_EQ(
      test::decoded(order_update(R"("c":"k-2","o":"LIMIT","f":"GTX","x":"TRADE","X":"PARTIALLY_FILLED")"),
                    test::linear()),
      (Lines{"fill symbol=ABUSDT client_order_id=k-2 venue_order_id=88 trade_id=902 "
             "ts_venue=1700000000007000000 side=sell price=49.4 quantity=1 fee=-0.01 fee_asset=USDT "
             "liquidity=maker realised=some 1.25",
             "order symbol=ABUSDT client_order_id=k-2 venue_order_id=88 ts_venue=1700000000007000000 "
             "side=sell type=limit status=partially_filled post_only=true reduce_only=true "
             "position_side=short_side quantity=3 filled=2 average_price=49.5 price=50"}));
}

TEST(BinanceUserStream, LiquidationsAreFillsToo) {
  const Lines lines = test::decoded(
      order_update(R"("c":"autoclose-1","o":"LIQUIDATION","f":"IOC","x":"CALCULATED","X":"FILLED")"),
      test::linear());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines.front(),
            "fill symbol=ABUSDT client_order_id=autoclose-1 venue_order_id=88 trade_id=902 "
            "ts_venue=1700000000007000000 side=sell price=49.4 quantity=1 fee=-0.01 fee_asset=USDT "
            "liquidity=maker is_liquidation=true realised=some 1.25");
}

/// A conditional order of USDⓈ-M in a state.
std::string algo_line(std::string_view state) {
  return test::decoded(
             fmt::format(
                 R"({{"e":"ALGO_UPDATE","T":1700000000005,"E":1700000000006,"o":{{"caid":"k-3","aid":5001,)"
                 R"("at":"CONDITIONAL","o":"STOP_MARKET","s":"ABUSDT","S":"SELL","ps":"LONG","f":"GTX",)"
                 R"("q":"2","tp":"45","p":"0","wt":"MARK_PRICE","pm":"NONE","cp":false,"pP":false,)"
                 R"("R":true,"tt":0,"gtd":0,{}}}}})",
                 state),
             test::linear())
      .back();
}

TEST(BinanceUserStream, AConditionalOrderOfUsdmBecomesAnother) {
  const auto line = [](std::string_view middle, std::string_view rest) {
    return fmt::format(
        "order symbol=ABUSDT client_order_id=k-3 venue_order_id=5001{} ts_venue=1700000000005000000 "
        "side=sell type=stop_market{}",
        middle, rest);
  };
  EXPECT_EQ(algo_line(R"("X":"NEW","ai":"","ap":"0","aq":"0")"),
            line("",
                 " post_only=true reduce_only=true is_conditional=true position_side=long_side quantity=2 "
                 "trigger_price=45"));
  EXPECT_EQ(algo_line(R"("X":"TRIGGERED","ai":"9009","ap":"0","aq":"0")"),
            line(" working_order_id=9009",
                 " post_only=true reduce_only=true is_triggered=true is_conditional=true "
                 "position_side=long_side quantity=2 trigger_price=45"));
  EXPECT_EQ(algo_line(R"("X":"FINISHED","ai":"9009","ap":"44.9","aq":"2")"),
            line(" working_order_id=9009",
                 " status=filled post_only=true reduce_only=true is_triggered=true is_conditional=true "
                 "position_side=long_side quantity=2 filled=2 average_price=44.9 trigger_price=45"));
  // It has fired, and what it became was canceled half filled.
  EXPECT_TRUE(algo_line(R"("X":"FINISHED","ai":"9009","ap":"44.9","aq":"1")").contains(" status=canceled "));
  EXPECT_TRUE(algo_line(R"("X":"REJECTED","ai":"","ap":"0","aq":"0","rm":"margin")")
                  .ends_with("trigger_price=45 reason_text=margin"));
  EXPECT_TRUE(algo_line(R"("X":"EXPIRED","ai":"","ap":"0","aq":"0")").contains(" status=expired "));
}

TEST(BinanceUserStream, MoneyAndSettings) {
  EXPECT_EQ(test::decoded(R"({"e":"outboundAccountPosition","E":2,"u":1700000000001,"B":[)"
                          R"({"a":"BTC","f":"1.5","l":"0.25"},{"a":"USDT","f":"0","l":"0"}]})",
                          test::spot()),
            (Lines{"balance asset=BTC ts_venue=1700000000001000000 total=1.75 free=some 1.5 locked=some 0.25",
                   "balance asset=USDT ts_venue=1700000000001000000 free=some 0 locked=some 0"}));
  EXPECT_EQ(
      test::decoded(R"({"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"AB","l":7}})", test::linear()),
      Lines{"setting symbol=AB leverage=some 7"});
  EXPECT_EQ(test::decoded(R"({"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ai":{"j":true}})", test::linear()),
            Lines{"stream status=other topic=ACCOUNT_CONFIG_UPDATE"});
  EXPECT_EQ(test::decoded(R"({"e":"listenKeyExpired","E":1,"listenKey":"x"})", test::linear()),
            Lines{"stream status=expired"});
}

}  // namespace
}  // namespace kontor::binance
