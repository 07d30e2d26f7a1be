#include "venue/bybit/parse_order.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decoded;
using test::linear;
using test::linear_stream;
using test::Lines;
using test::spot;
using test::spot_stream;
using venue::MessageKind;

std::string order_answer(std::string_view result, std::string_view extra = "{}") {
  return fmt::format(R"({{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{},"time":1672217093461}})",
                     result, extra);
}

/// A message of the private stream with one order: the usual fields and some that replace or add to them.
std::string order_message(std::string_view fields) {
  return fmt::format(R"({{"id":"1","topic":"order","creationTime":1672364262474,"data":[{{"category":"linear",
    "symbol":"ETHUSDT","orderId":"fd43","orderLinkId":"mine","side":"Sell","orderType":"Limit","timeInForce":"GTC",
    "orderStatus":"New","stopOrderType":"","qty":"0.10","cumExecQty":"0","price":"1600.00","avgPrice":"",
    "triggerPrice":"","triggerDirection":0,"positionIdx":0,"reduceOnly":false,"rejectReason":"EC_NoError",
    "cancelType":"UNKNOWN","createdTime":"1672364262444","updatedTime":"1672364262457",{}}}]}})",
                     fields);
}

std::string order_line(std::string_view fields) {
  const Lines lines = decoded(order_message(fields), linear_stream());
  return lines.size() == 1 ? lines.front() : fmt::format("{} lines", lines.size());
}

constexpr std::string_view kOrderHead =
    "order symbol=ETHUSDT client_order_id=mine venue_order_id=fd43 ts_venue=1672364262457000000 side=sell";

std::string order_with(std::string_view fields) { return std::string(kOrderHead).append(" ").append(fields); }

TEST(BybitOrderMessages, ARestingOrder) {
  EXPECT_EQ(order_line(R"("x":1)"), order_with("type=limit quantity=0.10 price=1600.00"));
}

TEST(BybitOrderMessages, EveryStatus) {
  struct Case {
    std::string_view word;
    std::string_view line;
  };
  for (const Case& one :
       {Case{"New", "type=limit"}, Case{"Created", "type=limit"}, Case{"Active", "type=limit"},
        Case{"Triggered", "type=limit"}, Case{"PartiallyFilled", "type=limit status=partially_filled"},
        Case{"Filled", "type=limit status=filled"}, Case{"Cancelled", "type=limit status=canceled"},
        Case{"PartiallyFilledCanceled", "type=limit status=canceled"},
        Case{"Deactivated", "type=limit status=canceled"}, Case{"Rejected", "type=limit status=rejected"},
        Case{"Untriggered", "type=limit is_conditional=true"}}) {
    EXPECT_EQ(order_line(fmt::format(R"("orderStatus":"{}")", one.word)),
              order_with(fmt::format("{} quantity=0.10 price=1600.00", one.line)));
  }
}

TEST(BybitOrderMessages, EveryKindOfStop) {
  struct Case {
    std::string_view fields;
    std::string_view type;
  };
  for (const Case& one : {
           Case{R"("stopOrderType":"StopLoss","orderType":"Market")", "stop_market"},
           Case{R"("stopOrderType":"PartialStopLoss")", "stop_limit"},
           Case{R"("stopOrderType":"TakeProfit","orderType":"Market")", "take_profit_market"},
           Case{R"("stopOrderType":"PartialTakeProfit")", "take_profit_limit"},
           Case{R"("stopOrderType":"TrailingStop","orderType":"Market")", "trailing_stop"},
           // The price has to fall for a stop to sell, to rise for a target.
           Case{R"("stopOrderType":"Stop","triggerDirection":2)", "stop_limit"},
           Case{R"("stopOrderType":"Stop","triggerDirection":1)", "take_profit_limit"},
           Case{R"("stopOrderType":"Stop","triggerDirection":1,"side":"Buy")", "stop_limit"},
           Case{R"("stopOrderType":"Stop","triggerDirection":2,"side":"Buy")", "take_profit_limit"},
           // Spot shows where the price was instead.
           Case{R"("stopOrderType":"tpslOrder","basePrice":"2000")", "stop_limit"},
           Case{R"("stopOrderType":"tpslOrder","basePrice":"1000")", "take_profit_limit"},
           Case{R"("stopOrderType":"OcoOrder")", "stop_limit"},
       }) {
    const std::string line =
        order_line(fmt::format(R"("orderStatus":"Untriggered","triggerPrice":"1550",{})", one.fields));
    EXPECT_NE(line.find(fmt::format(" type={} ", one.type)), std::string::npos) << one.fields << "\n" << line;
    EXPECT_NE(line.find(" is_conditional=true "), std::string::npos) << line;
    EXPECT_NE(line.find(" trigger_price=1550"), std::string::npos) << line;
  }
}

TEST(BybitOrderMessages, AStopThatFiredIsTriggeredAndOneThatWasTakenBackIsNot) {
  EXPECT_NE(order_line(R"("stopOrderType":"Stop","orderStatus":"New")").find("is_triggered=true"),
            std::string::npos);
  EXPECT_NE(order_line(R"("stopOrderType":"Stop","orderStatus":"Filled")").find("is_triggered=true"),
            std::string::npos);
  EXPECT_EQ(order_line(R"("stopOrderType":"Stop","orderStatus":"Deactivated")").find("is_triggered"),
            std::string::npos);
  EXPECT_EQ(order_line(R"("stopOrderType":"Stop","orderStatus":"Untriggered")").find("is_triggered"),
            std::string::npos);
}

TEST(BybitOrderMessages, TimesInForceAndSides) {
  EXPECT_EQ(order_line(R"("timeInForce":"PostOnly","reduceOnly":true,"positionIdx":2)"),
            order_with("type=limit post_only=true reduce_only=true position_side=short_side quantity=0.10 "
                       "price=1600.00"));
  EXPECT_EQ(order_line(R"("timeInForce":"IOC","orderType":"Market","positionIdx":1)"),
            order_with("time_in_force=immediate_or_cancel position_side=long_side quantity=0.10"));
  EXPECT_EQ(order_line(R"("timeInForce":"FOK")"),
            order_with("type=limit time_in_force=fill_or_kill quantity=0.10 price=1600.00"));
}

TEST(BybitOrderMessages, AnEndThatNobodyAskedForHasItsReason) {
  EXPECT_EQ(order_line(R"("orderStatus":"Cancelled","timeInForce":"PostOnly",
                          "rejectReason":"EC_PostOnlyWillTakeLiquidity")"),
            order_with("type=limit status=canceled post_only=true quantity=0.10 price=1600.00 "
                       "reason=post_only_would_take reason_text=EC_PostOnlyWillTakeLiquidity"));
  EXPECT_EQ(
      order_line(R"("orderStatus":"Cancelled","timeInForce":"FOK","rejectReason":"EC_NoEnoughQtyToFill")"),
      order_with("type=limit time_in_force=fill_or_kill status=canceled quantity=0.10 price=1600.00 "
                 "reason=fill_or_kill_unfilled reason_text=EC_NoEnoughQtyToFill"));
  EXPECT_EQ(order_line(R"("orderStatus":"Cancelled","cancelType":"CancelByReduceOnly")"),
            order_with("type=limit status=canceled quantity=0.10 price=1600.00 "
                       "reason=reduce_only_would_increase reason_text=CancelByReduceOnly"));
  EXPECT_EQ(order_line(R"("orderStatus":"Rejected","rejectReason":"EC_SomethingNew")"),
            order_with("type=limit status=rejected quantity=0.10 price=1600.00 reason_text=EC_SomethingNew"));
  EXPECT_EQ(order_line(R"("orderStatus":"Cancelled","cancelType":"CancelByUser",
                          "rejectReason":"EC_PerCancelRequest")"),
            order_with("type=limit status=canceled quantity=0.10 price=1600.00"));
}

TEST(BybitOrderMessages, TheWordsOfACancelThatCameTooLateAreNoReason) {
  EXPECT_EQ(order_line(R"("orderStatus":"Filled","cumExecQty":"0.10","cancelType":"CancelByUser",
                          "rejectReason":"EC_OrigClOrdIDDoesNotExist")"),
            order_with("type=limit status=filled quantity=0.10 filled=0.10 price=1600.00"));
}

TEST(BybitOrderMessages, AnOrderByValueIsOnlyAsLargeAsWhatItGot) {
  EXPECT_EQ(order_line(R"("orderType":"Market","timeInForce":"IOC","marketUnit":"quoteCoin","qty":"200",
                          "cumExecQty":"0.05","orderStatus":"Filled","avgPrice":"4000")"),
            order_with("time_in_force=immediate_or_cancel status=filled quantity=0.05 filled=0.05 "
                       "average_price=4000"));
}

TEST(BybitOrderMessages, SpotAndLinearAreNotMixedUp) {
  const std::string message = order_message(R"("category":"spot")");
  EXPECT_EQ(decoded(message, linear_stream()), Lines{});
  EXPECT_EQ(decoded(message, spot_stream()).size(), 1U);
  EXPECT_EQ(decoded(order_message(R"("category":"option")"), spot_stream()).size(), 1U);
}

TEST(BybitOrderMessages, UnknownWordsAreNamed) {
  EXPECT_EQ(order_line(R"("orderStatus":"Sleeping")"),
            R"(bybit: expected an order status in orderStatus, found "Sleeping")");
  EXPECT_EQ(order_line(R"("side":"Both")"), R"(bybit: expected Buy or Sell in side, found "Both")");
  EXPECT_EQ(order_line(R"("orderType":"Iceberg")"),
            R"(bybit: expected Limit or Market in orderType, found "Iceberg")");
  EXPECT_EQ(order_line(R"("timeInForce":"GTX")"),
            R"(bybit: expected a time in force in timeInForce, found "GTX")");
  EXPECT_EQ(order_line(R"("stopOrderType":"Moon")"),
            R"(bybit: expected a kind of stop order in stopOrderType, found "Moon")");
  EXPECT_EQ(order_line(R"("positionIdx":3)"), R"(bybit: expected 0, 1 or 2 in positionIdx, found "ETHUSDT")");
  EXPECT_EQ(order_line(R"("qty":"many")"), R"(bybit: expected a decimal in qty, found "many")");
  EXPECT_EQ(order_line(R"("qty":"")"), R"(bybit: expected a decimal in qty, found "")");
}

TEST(BybitOrderMessages, AMissingFieldIsNamed) {
  EXPECT_EQ(
      decoded(R"({"topic":"order","creationTime":1,"data":[{"symbol":"A","orderId":"1"}]})", linear_stream()),
      Lines{R"(bybit: expected a field in side, found "none")"});
}

constexpr std::string_view kExecution =
    R"({{"topic":"execution","creationTime":1,"data":[{{"category":"linear",
  "symbol":"BTCUSDT","execFee":"-0.012","execId":"0ab1","execPrice":"95900.1","execQty":"0.5","orderId":"9aac",
  "orderLinkId":"mine","side":"Sell","execTime":"1746270400353","isMaker":true,{}}}]}})";

Lines execution_lines(std::string_view fields) {
  return decoded(fmt::format(fmt::runtime(kExecution), fields), linear_stream());
}

TEST(BybitExecutions, ATradeHasItsFeeAndItsProfit) {
  EXPECT_EQ(
      execution_lines(R"("execType":"Trade","execPnl":"0.05","feeCurrency":"USDT")"),
      Lines{"execution symbol=BTCUSDT client_order_id=mine venue_order_id=9aac trade_id=0ab1 "
            "ts_venue=1746270400353000000 side=sell price=95900.1 quantity=0.5 fee=-0.012 fee_asset=USDT "
            "liquidity=maker realised=0.05"});
}

TEST(BybitExecutions, LiquidationsAreTold) {
  for (const std::string_view kind : {"BustTrade", "AdlTrade"}) {
    EXPECT_NE(execution_lines(fmt::format(R"("execType":"{}")", kind)).front().find("is_liquidation=true"),
              std::string::npos);
  }
  for (const std::string_view kind :
       {"Trade", "BlockTrade", "MovePosition", "Settle", "Delivery", "FutureSpread"}) {
    const Lines lines = execution_lines(fmt::format(R"("execType":"{}")", kind));
    EXPECT_TRUE(lines.front().starts_with("execution ")) << lines.front();
    EXPECT_EQ(lines.front().find("is_liquidation"), std::string::npos);
  }
  EXPECT_EQ(execution_lines(R"("execType":"Gift")"),
            Lines{R"(bybit: expected a kind of execution in execType, found "Gift")"});
}

TEST(BybitExecutions, FundingIsNoTradeAndItsFeeIsWhatWePaid) {
  EXPECT_EQ(
      execution_lines(R"("execType":"Funding","execFee":"0.003676","feeCurrency":"USDT")"),
      Lines{"funding_paid symbol=BTCUSDT ts_venue=1746270400353000000 asset=USDT amount=-0.003676 id=0ab1"});
}

TEST(BybitExecutions, ALinearFeeWithoutAnAssetIsPaidInWhatTheContractIsSettledIn) {
  const auto asset_of = [](std::string_view symbol, std::string_view category) {
    const std::string line = execution_lines(fmt::format(R"("execType":"Trade","feeCurrency":"","symbol":"{}",
        "category":"{}")",
                                                         symbol, category))
                                 .front();
    const std::size_t at = line.find(" fee_asset=");
    return at == std::string::npos ? "" : line.substr(at + 11, line.find(' ', at + 1) - at - 11);
  };
  EXPECT_EQ(asset_of("BTCUSDT", "linear"), "USDT");
  EXPECT_EQ(asset_of("BTCUSDT-26JUN26", "linear"), "USDT");
  EXPECT_EQ(asset_of("BTCPERP", "linear"), "USDC");
  EXPECT_EQ(asset_of("BTC-26JUN26", "linear"), "USDC");
  EXPECT_EQ(asset_of("BTCUSD", "inverse"), "");
}

TEST(BybitExecutions, PagesOfFills) {
  EXPECT_EQ(decoded(order_answer(R"({"nextPageCursor":"1%3A2","category":"linear","list":[]})"),
                    linear(MessageKind::fills)),
            Lines{"next_page cursor=1%3A2"});
  EXPECT_EQ(decoded(order_answer(R"({"nextPageCursor":null,"list":[]})"), linear(MessageKind::fills)),
            Lines{"next_page"});
}

TEST(BybitOrderAnswers, RequestsAreAcknowledged) {
  for (const MessageKind kind : {MessageKind::place, MessageKind::amend, MessageKind::cancel}) {
    EXPECT_EQ(
        decoded(order_answer(R"({"orderId":"c6f0","orderLinkId":"linear-004"})"), linear(kind)),
        Lines{"acknowledged client_order_id=linear-004 venue_order_id=c6f0 ts_venue=1672217093461000000"});
  }
  // A trailing stop has no id: it is a setting of the position.
  EXPECT_EQ(decoded(order_answer("{}"), linear(MessageKind::place)),
            Lines{"acknowledged ts_venue=1672217093461000000"});
}

TEST(BybitOrderAnswers, EachOrderOfABatchHasItsOwnOutcome) {
  EXPECT_EQ(
      decoded(order_answer(
                  R"({"list":[{"symbol":"BTCUSDT","orderId":"1","orderLinkId":"a","createAt":"1713434102752"},
                             {"symbol":"ATOMUSDT","orderId":"","orderLinkId":"b","createAt":""}]})",
                  R"({"list":[{"code":0,"msg":"OK"},{"code":170213,"msg":"Order does not exist."}]})"),
              spot(MessageKind::batch_cancel)),
      (Lines{"acknowledged client_order_id=a venue_order_id=1 ts_venue=1713434102752000000",
             "error error_class=not_found reason=unknown_order code=170213 text=Order does not exist. "
             "meaning=no such order client_order_id=b"}));
  EXPECT_EQ(decoded(order_answer(R"({"list":[{"orderLinkId":"a"},{"orderLinkId":"b"}]})",
                                 R"({"list":[{"code":0,"msg":""}]})"),
                    spot(MessageKind::batch_place))
                .back(),
            R"(bybit: expected an outcome of each order in retExtInfo, found "none")");
  EXPECT_EQ(decoded(order_answer(R"({"list":[]})", R"({"list":[{"code":0,"msg":""}]})"),
                    spot(MessageKind::batch_place)),
            Lines{R"(bybit: expected as many orders as outcomes in list, found "fewer")"});
}

TEST(BybitOrderAnswers, CancelingAllNamesWhatItCanceled) {
  EXPECT_EQ(decoded(order_answer(R"({"list":[{"orderId":"1","orderLinkId":"a"}],"success":"1"})"),
                    linear(MessageKind::cancel_all)),
            Lines{"acknowledged client_order_id=a venue_order_id=1 ts_venue=1672217093461000000"});
  EXPECT_EQ(decoded(order_answer(R"({"list":[],"success":"0"})"), linear(MessageKind::cancel_all)),
            Lines{"error error_class=unknown_outcome retry=after_question text=success: 0 "
                  "meaning=not all orders could be canceled"});
}

TEST(BybitOrderAnswers, AnOrderThatIsNotAtHandIsNotProvenToBeNone) {
  EXPECT_EQ(decoded(order_answer(R"({"list":[],"nextPageCursor":"","category":"linear"})"),
                    linear(MessageKind::order)),
            Lines{"error error_class=not_found retry=after_question reason=unknown_order "
                  "meaning=neither open nor among the latest that have ended"});
}

}  // namespace
}  // namespace kontor::bybit
