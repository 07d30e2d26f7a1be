#include "venue/bybit/parse_market.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decoded;
using test::linear;
using test::Lines;
using test::spot;
using venue::MessageKind;

std::string market_answer(std::string_view result) {
  return fmt::format(R"({{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{{}},"time":1672025956592}})",
                     result);
}

TEST(BybitMarket, ServerTimeIsTheFinestThatIsSaid) {
  EXPECT_EQ(decoded(market_answer(R"({"timeSecond":"1688639403","timeNano":"1688639403423213947"})"),
                    spot(MessageKind::server_time)),
            Lines{"server_time ts_venue=1688639403423213947"});
  EXPECT_EQ(decoded(market_answer(R"({"timeSecond":1688639403})"), spot(MessageKind::server_time)),
            Lines{"server_time ts_venue=1688639403000000000"});
  EXPECT_EQ(decoded(market_answer("{}"), spot(MessageKind::server_time)),
            Lines{R"(bybit: expected a time in timeNano, found "")"});
}

TEST(BybitMarket, LinearInstrumentsBringTheirFilters) {
  EXPECT_EQ(
      decoded(
          market_answer(R"({"category":"linear","list":[{"symbol":"BTCUSDT","contractType":"LinearPerpetual",
        "status":"Trading","baseCoin":"BTC","quoteCoin":"USDT","launchTime":"1585526400000","deliveryTime":"0",
        "leverageFilter":{"minLeverage":"1","maxLeverage":"100.00","leverageStep":"0.01"},
        "priceFilter":{"minPrice":"0.10","maxPrice":"199999.80","tickSize":"0.10"},
        "lotSizeFilter":{"maxOrderQty":"1190.000","minOrderQty":"0.001","qtyStep":"0.001",
          "postOnlyMaxOrderQty":"1190.000","maxMktOrderQty":"500.000","minNotionalValue":"5"},
        "unifiedMarginTrade":true,"fundingInterval":480,"settleCoin":"USDT","preListingInfo":null,
        "riskParameters":{"priceLimitRatioX":"0.01","priceLimitRatioY":"0.02"}}],"nextPageCursor":"x%3D1"})"),
          linear(MessageKind::instruments)),
      (Lines{
          "instrument symbol=BTCUSDT base=BTC quote=USDT settle=USDT is_perpetual=true status_text=Trading "
          "tick=0.10 min_price=0.10 max_price=199999.80 step=0.001 min_quantity=0.001 max_quantity=1190.000 "
          "market_max_quantity=500.000 min_notional=5 max_leverage=100.00 bid_price_up=1.02 "
          "ask_price_down=0.98 max_orders=500 max_conditional_orders=10 funding_interval_minutes=480 "
          "listed_at=1585526400000000000",
          "next_page cursor=x%3D1"}));
}

TEST(BybitMarket, SpotInstrumentsOfBothForms) {
  // The newer limits replace the older ones, which are listed and not checked any more.
  EXPECT_EQ(decoded(market_answer(
                        R"({"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT",
        "status":"Trading","lotSizeFilter":{"basePrecision":"0.000001","quotePrecision":"0.0000001",
        "minOrderQty":"0.000011","maxOrderQty":"83","minOrderAmt":"5","maxOrderAmt":"8000000",
        "maxLimitOrderQty":"83","maxMarketOrderQty":"41.5"},"priceFilter":{"tickSize":"0.1"}}]})"),
                    spot(MessageKind::instruments)),
            Lines{"instrument symbol=BTCUSDT base=BTC quote=USDT status_text=Trading tick=0.1 step=0.000001 "
                  "max_quantity=83 market_max_quantity=41.5 min_notional=5 max_orders=500 "
                  "max_conditional_orders=30"});
  EXPECT_EQ(decoded(market_answer(R"({"category":"spot","list":[{"symbol":"A","baseCoin":"B","quoteCoin":"C",
        "status":"Weird","lotSizeFilter":{"basePrecision":"1","minOrderQty":"2","maxOrderQty":"3",
        "minOrderAmt":"4","maxOrderAmt":"5"},"priceFilter":{"tickSize":"0.1"}}]})"),
                    spot(MessageKind::instruments)),
            Lines{"instrument symbol=A base=B quote=C status=unknown status_text=Weird tick=0.1 step=1 "
                  "min_quantity=2 max_quantity=3 min_notional=4 max_notional=5 max_orders=500 "
                  "max_conditional_orders=30"});
}

TEST(BybitMarket, AnInstrumentWithoutItsStepsIsNoInstrument) {
  EXPECT_EQ(
      decoded(market_answer(R"({"list":[{"symbol":"A","baseCoin":"B","quoteCoin":"C","status":"Trading"}]})"),
              spot(MessageKind::instruments)),
      Lines{R"(bybit: expected a field in priceFilter, found "none")"});
  EXPECT_EQ(decoded(market_answer(R"({"list":[{"symbol":"A","baseCoin":"B","quoteCoin":"C","status":"Trading",
        "priceFilter":{"tickSize":"0"},"lotSizeFilter":{"basePrecision":"1"}}]})"),
                    spot(MessageKind::instruments)),
            Lines{R"(bybit: expected positive steps of price and quantity in list, found "A")"});
}

TEST(BybitMarket, ATickerHasTheTimeOfItsAnswerThoughThatComesLast) {
  EXPECT_EQ(
      decoded(market_answer(R"({"category":"spot","list":[{"symbol":"BTCUSDT","bid1Price":"20517.96",
        "bid1Size":"2","ask1Price":"20527.77","ask1Size":"1.862172","lastPrice":"20533.13",
        "prevPrice24h":"20393.48","price24hPcnt":"0.0068","highPrice24h":"21128.12","lowPrice24h":"20318.89",
        "turnover24h":"243765620.65899866","volume24h":"11801.27771","usdIndexPrice":""}]})"),
              spot(MessageKind::ticker)),
      Lines{"ticker symbol=BTCUSDT ts_venue=1672025956592000000 last=20533.13 bid=20517.96 bid_quantity=2 "
            "ask=20527.77 ask_quantity=1.862172 high_24h=21128.12 low_24h=20318.89 "
            "volume_24h=11801.27771 turnover_24h=243765620.65899866"});
}

TEST(BybitMarket, FundingRatesAreReadFromTickers) {
  EXPECT_EQ(decoded(market_answer(
                        R"({"list":[{"symbol":"BTCUSDT","markPrice":"61875.25","fundingRate":"-0.00008055",
        "nextFundingTime":"1715760000000"},{"symbol":"BTC-26JUN26","markPrice":"1","fundingRate":"",
        "nextFundingTime":"0"}]})"),
                    linear(MessageKind::funding_rate)),
            Lines{"funding_rate symbol=BTCUSDT ts_venue=1715760000000000000 rate=-0.00008055 mark=61875.25"});
  EXPECT_EQ(decoded(market_answer(R"({"list":[{"symbol":"ETHPERP","fundingRate":"0.0001",
        "fundingRateTimestamp":"1672041600000"}]})"),
                    linear(MessageKind::funding_history)),
            Lines{"funding_rate symbol=ETHPERP ts_venue=1672041600000000000 rate=0.0001"});
}

TEST(BybitMarket, CandlesAreTurnedOldestFirst) {
  venue::MessageContext context = linear(MessageKind::candles);
  context.interval = {kHour};
  context.symbol = "ASKED";
  const Lines expected = {
      "candle symbol=BTCUSD interval=1h ts_open=1670601600000000000 open=17086.5 high=17088 low=16978 "
      "close=17071.5 volume=6356 turnover=0.37288112",
      "candle symbol=BTCUSD interval=1h ts_open=1670605200000000000 open=17071.5 high=17071.5 low=17061 "
      "close=17071 volume=4177 turnover=0.24469757"};
  constexpr std::string_view newer =
      R"(["1670605200000","17071.5","17071.5","17061","17071","4177","0.24469757"])";
  constexpr std::string_view older =
      R"(["1670601600000","17086.5","17088","16978","17071.5","6356","0.37288112"])";
  EXPECT_EQ(
      decoded(market_answer(fmt::format(R"({{"symbol":"BTCUSD","list":[{},{}]}})", newer, older)), context),
      expected);
  EXPECT_EQ(
      decoded(market_answer(fmt::format(R"({{"list":[{},{}],"symbol":"BTCUSD"}})", older, newer)), context),
      expected);
  EXPECT_EQ(
      decoded(market_answer(R"({"list":[["1670601600000",1,2.50,"0.5",1,7,0]]})"), context),
      Lines{"candle symbol=ASKED interval=1h ts_open=1670601600000000000 open=1 high=2.50 low=0.5 close=1 "
            "volume=7"});
  EXPECT_EQ(decoded(market_answer(R"({"list":[["1670601600000","1","2","3","4"]]})"), context),
            Lines{R"(bybit: expected seven columns in list, found "")"});
  EXPECT_EQ(decoded(market_answer(R"({"list":[]})"), context), Lines{});
}

TEST(BybitMarket, TradesAndBooks) {
  EXPECT_EQ(
      decoded(market_answer(R"({"category":"spot","list":[{"execId":"2100000000007764263","symbol":"BTCUSDT",
        "price":"16618.49","size":"0.00012","side":"Sell","time":"1672052955758","isBlockTrade":false}]})"),
              spot(MessageKind::trades)),
      Lines{"trade symbol=BTCUSDT ts_venue=1672052955758000000 id=2100000000007764263 price=16618.49 "
            "quantity=0.00012 aggressor=sell"});
  EXPECT_EQ(
      decoded(market_answer(R"({"s":"BTCUSDT","a":[["65557.7","16.606555"]],"b":[["65485.47","47.081829"],
        ["65485","0.5"]],"ts":1716863719031,"u":230704,"seq":1432604333,"cts":1716863718905})"),
              spot(MessageKind::book)),
      Lines{"book symbol=BTCUSDT ts_venue=1716863718905000000 is_snapshot=true first_id=230704 "
            "last_id=230704 bids=47.081829@65485.47,0.5@65485 asks=16.606555@65557.7"});
  EXPECT_EQ(decoded(market_answer(R"({"s":"BTCUSDT","a":[],"b":[]})"), spot(MessageKind::book)),
            Lines{R"(bybit: expected a field in u, found "none")"});
}

}  // namespace
}  // namespace kontor::bybit
