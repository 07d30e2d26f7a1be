// What documented messages say, to their last field.

#include <gtest/gtest.h>

#include "venue/binance/parse_test_support.hpp"

namespace kontor::binance {
namespace {

using test::Lines;
using venue::MessageKind;
using venue::Product;

/// A file, and everything that is read in it. What a line does not name has the value that says nothing.
struct DocumentedMessage {
  std::string_view path;
  Product product;
  MessageKind kind;
  Lines lines;
};

// tidy: allow(function-length): a table of messages; it has no branches to get lost in
const std::vector<DocumentedMessage>& documented_messages() {
  static const std::vector<DocumentedMessage> messages = {
      {"go-binance-tests/futures__account_service__TestGetAccountV3.2.json",
       Product::linear,
       MessageKind::balance,
       {"balance asset=USDT ts_venue=1625474304765000000 total=23.72469206 free=some 126.72469206",
        "balance asset=BUSD ts_venue=1625474304765000000 total=103.12345678 free=some 126.72469206"}},
      {"go-binance-tests/futures__account_service__TestGetBalance.0.json",
       Product::linear,
       MessageKind::balance,
       {"balance asset=USDT ts_venue=1617939110373000000 total=122607.35137903 free=some 23.72469206"}},
      {"go-binance-tests/futures__algo_order_service__TestCancelAlgoOrderService.2.json",
       Product::linear,
       MessageKind::cancel,
       {"acknowledged client_order_id=6B2I9XVcJpCjqPAJ4YoFX7 venue_order_id=2146760"}},
      {"go-binance-tests/futures__algo_order_service__TestCreateAlgoOrderService.0.json",
       Product::linear,
       MessageKind::place,
       {"order symbol=BNBUSDT client_order_id=6B2I9XVcJpCjqPAJ4YoFX7 venue_order_id=2146760 "
        "ts_venue=1750485492076000000 side=sell type=take_profit_limit is_conditional=true quantity=0.01 "
        "price=750.000 trigger_price=750.000"}},
      {"go-binance-tests/futures__commission_rate_service__TestCommissionRate.0.json",
       Product::linear,
       MessageKind::fees,
       {"fees symbol=BTCUSDT maker=0.001 taker=0.001"}},
      {"go-binance-tests/futures__exchange_info_service__TestExchangeInfo.0.json",
       Product::linear,
       MessageKind::instruments,
       {"rate_limit interval_ns=60000000000 limit=2400",
        "rate_limit kind=orders interval_ns=60000000000 limit=1200",
        "instrument symbol=BLZUSDT base=BLZ quote=USDT settle=USDT is_perpetual=true status_text=TRADING "
        "tick=0.0001 min_price=0.0001 max_price=300 step=1 min_quantity=1 max_quantity=10000000 "
        "market_step=1 market_min_quantity=1 market_max_quantity=590119 min_notional=5 bid_price_up=1.1500 "
        "bid_price_down=0.8500 ask_price_up=1.1500 ask_price_down=0.8500 max_orders=200 "
        "max_conditional_orders=100 listed_at=1598252400000000000"}},
      {"go-binance-tests/futures__mark_price__TestGetPremiumIndex.0.json",
       Product::linear,
       MessageKind::funding_rate,
       {"funding_rate symbol=BTCUSDT ts_venue=1562569200000000000 rate=-0.03750000 mark=some 11012.80409769",
        "ticker symbol=BTCUSDT ts_venue=1562566020000000000 mark=some 11012.80409769 index=some "
        "11781.80495970 funding_rate=some -0.03750000 next_funding_at=1562569200000000000"}},
      {"go-binance-tests/futures__mark_price__TestGetFundingRate.1.json",
       Product::linear,
       MessageKind::funding_history,
       {"funding_rate symbol=BTCUSDT ts_venue=1570608000000000000 rate=-0.03750000 mark=some 1576566020000",
        "funding_rate symbol=BTCUSDT ts_venue=1570636800000000000 rate=0.00010000 mark=some 1576566020000"}},
      {"go-binance-tests/futures__order_service__TestCreateBatchOrders.10.json",
       Product::linear,
       MessageKind::batch_place,
       {"error error_class=auth code=-2014 text=API-key format invalid. meaning=the key has the wrong form",
        "order symbol=BTCUSDT client_order_id=testOrder venue_order_id=22542179 ts_venue=1566818724722000000 "
        "type=trailing_stop position_side=short_side quantity=10 average_price=0.00000 price=100 "
        "trigger_price=9300",
        "error error_class=invalid_order reason=reduce_only_would_increase code=-2022 text=ReduceOnly Order "
        "is rejected. meaning=a reduce-only order would increase the position"}},
      {"go-binance-tests/futures__order_service__TestModifyOrder.6.json",
       Product::linear,
       MessageKind::amend,
       {"order symbol=BTCUSDT client_order_id=LJ9R4QZDihCaS8UAOOLpgW venue_order_id=20072994037 "
        "ts_venue=1629182711600000000 type=limit position_side=long_side quantity=1 average_price=0.0 "
        "price=30005"}},
      {"go-binance-tests/futures__position_risk__TestGetPositionRisk.1.json",
       Product::linear,
       MessageKind::positions,
       {"position symbol=BTCUSDT quantity=0.000 entry_price=0.0 mark=some 96658.09948227 unrealised=some "
        "0.00000000"}},
      {"go-binance-tests/futures__position_risk__TestGetPositionRiskV2.0.json",
       Product::linear,
       MessageKind::positions,
       {"position symbol=BTCUSDT quantity=0.003 entry_price=10359.38000 mark=some 10348.27548846 "
        "unrealised=some -0.03331353 leverage=some 125 liquidation_price=some 9332.61 margin_mode=some "
        "isolated"}},
      {"go-binance-tests/futures__position_service__TestChangeLeverage.0.json",
       Product::linear,
       MessageKind::leverage,
       {"setting symbol=BTCUSDT leverage=some 21"}},
      {"go-binance-tests/futures__position_service__TestGetPositionMode.4.json",
       Product::linear,
       MessageKind::position_mode,
       {"setting symbol=ASKED position_mode=some hedge"}},
      {"go-binance-tests/futures__ticker_service__TestPriceChangeStats.4.json",
       Product::linear,
       MessageKind::ticker,
       {"ticker symbol=BTCUSDT ts_venue=1499869899040000000 last=some 4.00000200 high_24h=some 100.00000000 "
        "low_24h=some 0.10000000 volume_24h=some 8913.30000000 turnover_24h=some 15.30000000"}},
      {"go-binance-tests/futures__trade_service__TestAccountTradeList.3.json",
       Product::linear,
       MessageKind::fills,
       {"fill symbol=BTCUSDT venue_order_id=25851813 trade_id=698759 ts_venue=1569514978020000000 side=sell "
        "price=7819.01 quantity=0.002 fee=-0.07819010 fee_asset=USDT realised=some -0.91539999"}},
      {"go-binance-tests/futures__user_stream_service__TestStartUserStream.0.json",
       Product::linear,
       MessageKind::listen_key,
       {"listen_key key=pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"}},
      {"go-binance-tests/futures__websocket_service__TestAggTradeServe.0.json",
       Product::linear,
       MessageKind::stream,
       {"trade symbol=BTCUSDT ts_venue=123456785000000 id=5933014 price=0.001 quantity=100 aggressor=sell"}},
      {"go-binance-tests/futures__websocket_service__TestBookTickerServe.14.json",
       Product::linear,
       MessageKind::stream,
       {"ticker symbol=BNBUSDT ts_venue=1568014460891000000 bid=some 25.35190000 bid_quantity=some "
        "31.21000000 ask=some 25.36520000 ask_quantity=some 40.66000000"}},
      {"go-binance-tests/futures__websocket_service__TestKlineServe.5.json",
       Product::linear,
       MessageKind::stream,
       {"candle symbol=BTCUSDT ts_open=123400000000000 open=0.0010 high=0.0025 low=0.0015 close=0.0020 "
        "volume=1000 turnover=1.0000 trades=100 is_closed=false"}},
      {"go-binance-tests/futures__websocket_service__TestMarketTickerServe.12.json",
       Product::linear,
       MessageKind::stream,
       {"ticker symbol=BTCUSDT ts_venue=123456789000000 last=some 0.0025 high_24h=some 0.0025 low_24h=some "
        "0.0010 volume_24h=some 10000 turnover_24h=some 18"}},
      {"go-binance-tests/futures__websocket_service__TestWsCombinedDiffDepthServe.20.json",
       Product::linear,
       MessageKind::stream,
       {"book symbol=BTCUSDT ts_venue=1628847117814000000 first_id=21925649843 last_id=21925649849 "
        "previous_id=21925649651 bids=46248.03x0.000 asks=46249.88x71.870"}},
      {"go-binance-tests/futures__websocket_service__testCombinedMarkPriceServe.4.json",
       Product::linear,
       MessageKind::stream,
       {"ticker symbol=BTCUSDT ts_venue=1681724175000000000 mark=some 29892.78738889 index=some "
        "29904.57564103 funding_rate=some 0.00010000 next_funding_at=1681747200000000000"}},
      {"go-binance-tests/futures__websocket_service__TestWsUserDataServeAccountConfigUpdate.28.json",
       Product::linear,
       MessageKind::stream,
       {"setting symbol=BTCUSDT leverage=some 25"}},
      {"go-binance-tests/futures__websocket_service__TestWsUserDataServeAccountUpdate.26.json",
       Product::linear,
       MessageKind::stream,
       {"balance asset=USDT ts_venue=1564745798938000000 total=122624.12345678",
        "balance asset=BNB ts_venue=1564745798938000000 total=1.00000000",
        "position symbol=BTCUSDT ts_venue=1564745798938000000 entry_price=0.00000 unrealised=some 0 "
        "margin_mode=some isolated",
        "position symbol=BTCUSDT ts_venue=1564745798938000000 position_side=long_side quantity=20 "
        "entry_price=6563.66500 unrealised=some 2850.21200 margin_mode=some isolated",
        "position symbol=BTCUSDT ts_venue=1564745798938000000 position_side=short_side quantity=-10 "
        "entry_price=6563.86000 unrealised=some -1423.15600 margin_mode=some isolated"}},
      {"go-binance-tests/futures__websocket_service__TestWsUserDataServeAlgoUpdate.30.json",
       Product::linear,
       MessageKind::stream,
       {"order symbol=BNBUSDT client_order_id=Q5xaq5EGKgXXa0fD7fs0Ip venue_order_id=2148719 "
        "ts_venue=1750515742297000000 side=sell type=take_profit_limit status=canceled is_conditional=true "
        "quantity=0.01 filled=0.00000 average_price=0.00000 price=750 trigger_price=750 reason_text=Reduce "
        "Only reject"}},
      {"go-binance-tests/futures__websocket_service__TestWsUserDataServeOrderTradeUpdate.27.json",
       Product::linear,
       MessageKind::stream,
       {"order symbol=BTCUSDT client_order_id=TEST venue_order_id=8886774 ts_venue=1568879465651000000 "
        "side=sell type=trailing_stop position_side=long_side quantity=0.001 trigger_price=7103.04"}},
      {"go-binance-tests/spot__account_service__TestGetAPIKeyPermission.2.json",
       Product::spot,
       MessageKind::key_permissions,
       {"permissions can_read=true can_transfer=true expires_at=1628985600000000000"}},
      {"go-binance-tests/spot__account_service__TestGetAccount.0.json",
       Product::spot,
       MessageKind::balance,
       {"balance asset=BTC ts_venue=123456789000000 total=4723846.89208129 free=some 4723846.89208129 "
        "locked=some 0.00000000",
        "balance asset=LTC ts_venue=123456789000000 total=4763368.68006011 free=some 4763368.68006011 "
        "locked=some 0.00000000"}},
      {"go-binance-tests/spot__exchange_info_service__TestExchangeInfo.0.json",
       Product::spot,
       MessageKind::instruments,
       {"rate_limit interval_ns=60000000000 limit=1200",
        "rate_limit kind=orders interval_ns=10000000000 limit=10",
        "rate_limit kind=orders interval_ns=86400000000000 limit=100000",
        "instrument symbol=ETHBTC base=ETH quote=BTC status_text=TRADING tick=0.00001000 "
        "min_price=0.00001000 max_price=922327.00000000 step=0.00010000 min_quantity=0.00010000 "
        "max_quantity=100000.00000000 market_step=0.00000000 market_min_quantity=0.00000000 "
        "market_max_quantity=3373.58569748 min_notional=0.00010000 max_notional=9000000.00000000 "
        "bid_price_up=5 bid_price_down=0.2 ask_price_up=5 ask_price_down=0.2 max_orders=200 "
        "max_conditional_orders=5"}},
      {"go-binance-tests/spot__kline_service__TestKlines.0.json",
       Product::spot,
       MessageKind::candles,
       {"candle symbol=ASKED interval=1h ts_open=1499040000000000000 open=0.01634790 high=0.80000000 "
        "low=0.01575800 close=0.01577100 volume=148976.11427815 turnover=2434.19055334 trades=308",
        "candle symbol=ASKED interval=1h ts_open=1499040000001000000 open=0.01634790 high=0.80000000 "
        "low=0.01575800 close=0.01577101 volume=148976.11427815 turnover=2434.19055334 trades=308"}},
      {"go-binance-tests/spot__server_service__TestServerTime.1.json",
       Product::spot,
       MessageKind::server_time,
       {"server_time ts_venue=1499827319559000000"}},
      {"go-binance-tests/spot__trade_service__TestListTrades.0.json",
       Product::spot,
       MessageKind::fills,
       {"fill symbol=BNBBTC venue_order_id=12345 trade_id=28457 ts_venue=1499865549590000000 "
        "price=4.00000100 quantity=12.00000000 fee=10.10000000 fee_asset=BNB"}},
      {"go-binance-tests/spot__trade_service__TestRecentTrades.3.json",
       Product::spot,
       MessageKind::trades,
       {"trade symbol=ASKED ts_venue=1499865549590000000 id=28457 price=4.00000100 quantity=12.00000000 "
        "aggressor=sell"}},
      {"go-binance-tests/spot__ticker_service__TestPriceChangeStats.6.json",
       Product::spot,
       MessageKind::ticker,
       {"ticker symbol=BNBBTC ts_venue=1499869899040000000 last=some 4.00000200 bid=some 4.00000000 "
        "bid_quantity=some 300.00000000 ask=some 4.00000200 ask_quantity=some 400.00000000 high_24h=some "
        "100.00000000 low_24h=some 0.10000000 volume_24h=some 8913.30000000"}},
      {"go-binance-tests/spot__websocket_service__TestCombinedPartialDepthServe.2.json",
       Product::spot,
       MessageKind::stream,
       {"book symbol=ETHUSDT is_snapshot=true last_id=160 bids=0.0024x10 asks=0.0026x100"}},
      {"go-binance-tests/spot__websocket_service__TestCombinedDepthServe.5.json",
       Product::spot,
       MessageKind::stream,
       {"book symbol=BTCUSDT ts_venue=1629769560797000000 first_id=13544035 last_id=13544037 "
        "bids=49095.23000000x0.01018500,49081.00000000x0.00000000 asks=49095.65000000x0.01018500"}},
      {"go-binance-tests/spot__websocket_service__TestWsTradeServe.19.json",
       Product::spot,
       MessageKind::stream,
       {"trade symbol=BNBBTC ts_venue=123456785000000 id=12345 price=0.001 quantity=100 aggressor=sell"}},
      {"go-binance-tests/spot__websocket_service__TestWsMarketStatServe.16.json",
       Product::spot,
       MessageKind::stream,
       {"ticker symbol=BNBBTC ts_venue=123456789000000 last=some 0.0025 bid=some 0.0024 bid_quantity=some 10 "
        "ask=some 0.0026 ask_quantity=some 100 high_24h=some 0.0026 low_24h=some 0.0010 volume_24h=some "
        "10000 turnover_24h=some 18"}},
      {"go-binance-tests/spot__websocket_service__TestWsUserDataServeAccountUpdate.12.json",
       Product::spot,
       MessageKind::stream,
       {"balance asset=LTC ts_venue=1629771130463000000 total=503.70000000 free=some 503.70000000 "
        "locked=some 0.00000000"}},
      {"go-binance-tests/spot__websocket_service__TestWsUserDataServeOrderUpdateWithTradeOrder.15.json",
       Product::spot,
       MessageKind::stream,
       {"fill symbol=FDUSDUSDT client_order_id=ios_54d9b18d8e7a4caf9d149573e16480ba venue_order_id=98534864 "
        "trade_id=73839999 ts_venue=1709393640518000000 price=0.99750000 quantity=100.00000000 "
        "fee=0.00000000 fee_asset=BNB",
        "order symbol=FDUSDUSDT client_order_id=ios_54d9b18d8e7a4caf9d149573e16480ba venue_order_id=98534864 "
        "ts_venue=1709393640518000000 type=limit status=filled quantity=100.00000000 filled=100.00000000 "
        "price=0.99750000 trigger_price=0.00000000"}},
      {"spot-api-docs/rest-api__Order_book.0.json",
       Product::spot,
       MessageKind::book,
       {"book symbol=ASKED is_snapshot=true last_id=1027024 bids=4.00000000x431.00000000 "
        "asks=4.00000200x12.00000000"}},
      {"spot-api-docs/rest-api__Cancel_All_Open_Orders_on_a_Symbol_TRADE.0.json",
       Product::spot,
       MessageKind::cancel_all,
       {"order symbol=BTCUSDT client_order_id=E6APeyTJvkMvLMYMqu1KQ4 venue_order_id=11 "
        "ts_venue=1684804350068000000 type=limit status=canceled quantity=0.178622 filled=0.000000 "
        "price=0.089853",
        "order symbol=BTCUSDT client_order_id=A3EF2HCwxgZPFMrfwbgrhv venue_order_id=13 "
        "ts_venue=1684804350069000000 type=limit status=canceled quantity=0.178622 filled=0.000000 "
        "price=0.090430",
        "order symbol=BTCUSDT client_order_id=CwOOIPHSmYywx6jZX77TdL venue_order_id=20 "
        "ts_venue=1688005070874000000 type=stop_limit status=canceled is_conditional=true quantity=0.690354 "
        "filled=0.000000 price=0.668611 trigger_price=0.378131",
        "order symbol=BTCUSDT client_order_id=461cPg51vQjV3zIMOXNz39 venue_order_id=21 "
        "ts_venue=1688005070874000000 type=limit status=canceled post_only=true quantity=0.690354 "
        "filled=0.000000 price=0.008791"}},
      {"spot-api-docs/rest-api__New_Order_list_OTOCO_TRADE.0.json",
       Product::spot,
       MessageKind::place,
       {"order symbol=LTCBTC client_order_id=fM9Y4m23IFJVCQmIrlUmMK venue_order_id=6 "
        "ts_venue=1712291372842000000 side=sell type=limit quantity=1.00000000 filled=0.00000000 "
        "price=1.00000000",
        "order symbol=LTCBTC client_order_id=6pcQbFIzTXGZQ1e2MkGDq4 venue_order_id=7 "
        "ts_venue=1712291372842000000 type=stop_limit time_in_force=immediate_or_cancel is_conditional=true "
        "quantity=5.00000000 filled=0.00000000 price=1.00000000 trigger_price=6.00000000",
        "order symbol=LTCBTC client_order_id=r4JMv9cwAYYUwwBZfbussx venue_order_id=8 "
        "ts_venue=1712291372842000000 type=limit post_only=true quantity=5.00000000 filled=0.00000000 "
        "price=3.00000000"}},
      {"spot-api-docs/rest-api__New_order_TRADE.0.json",
       Product::spot,
       MessageKind::place,
       {"acknowledged client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 "
        "ts_venue=1507725176595000000"}},
      {"spot-api-docs/rest-api__New_order_TRADE.2.json",
       Product::spot,
       MessageKind::place,
       {"fill symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 trade_id=56 "
        "ts_venue=1507725176595000000 side=sell price=4000.00000000 quantity=1.00000000 fee=4.00000000 "
        "fee_asset=USDT",
        "fill symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 trade_id=57 "
        "ts_venue=1507725176595000000 side=sell price=3999.00000000 quantity=5.00000000 fee=19.99500000 "
        "fee_asset=USDT",
        "fill symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 trade_id=58 "
        "ts_venue=1507725176595000000 side=sell price=3998.00000000 quantity=2.00000000 fee=7.99600000 "
        "fee_asset=USDT",
        "fill symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 trade_id=59 "
        "ts_venue=1507725176595000000 side=sell price=3997.00000000 quantity=1.00000000 fee=3.99700000 "
        "fee_asset=USDT",
        "fill symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 trade_id=60 "
        "ts_venue=1507725176595000000 side=sell price=3995.00000000 quantity=1.00000000 fee=3.99500000 "
        "fee_asset=USDT",
        "order symbol=BTCUSDT client_order_id=6gCrw2kRUAF9CvJDGP16IP venue_order_id=28 "
        "ts_venue=1507725176595000000 side=sell status=filled quantity=10.00000000 filled=10.00000000 "
        "price=0.00000000"}},
      {"spot-api-docs/rest-api__Order_Amend_Keep_Priority_TRADE.0.json",
       Product::spot,
       MessageKind::amend,
       {"order symbol=BTCUSDT client_order_id=5xrgbMyg6z36NzBn2pbT8H venue_order_id=33 "
        "ts_venue=1741926410255000000 side=sell type=limit quantity=5.00000000 filled=0.00000000 "
        "price=6.00000000"}},
      {"spot-api-docs/rest-api__Query_order_USER_DATA.0.json",
       Product::spot,
       MessageKind::order,
       {"order symbol=LTCBTC client_order_id=myOrder1 venue_order_id=1 ts_venue=1499827319559000000 "
        "type=limit quantity=1.0 filled=0.0 price=0.1 trigger_price=0.0"}},
      {"spot-api-docs/rest-api__Query_Commission_Rates_USER_DATA.0.json",
       Product::spot,
       MessageKind::fees,
       {"fees symbol=BTCUSDT maker=0.01000122 taker=0.02000134"}},
      {"spot-api-docs/user-data-stream__Order_Update.0.json",
       Product::spot,
       MessageKind::stream,
       {"order symbol=ETHBTC client_order_id=mUvoqJxFIILMdfAW5iGSOW venue_order_id=4293153 "
        "ts_venue=1499405658657000000 type=limit quantity=1.00000000 filled=0.00000000 price=0.10264410 "
        "trigger_price=0.00000000"}},
      {"spot-api-docs/user-data-stream__Event_Stream_Terminated.0.json",
       Product::spot,
       MessageKind::stream,
       {"stream status=expired"}},
      {"spot-api-docs/web-socket-streams__Subscribe_to_a_stream.1.json",
       Product::spot,
       MessageKind::stream,
       {"stream request_id=1"}},
      {"spot-api-docs/web-socket-streams__Server_Shutdown.0.json",
       Product::spot,
       MessageKind::stream,
       {"stream status=closing"}},
      {"spot-api-docs/web-socket-api__Response_format.0.json",
       Product::spot,
       MessageKind::stream,
       {"stream request_id=e2a85d9f-07a5-4f94-8d5f-789dc3deb097"}},
      {"spot-api-docs/web-socket-api__Response_format.1.json",
       Product::spot,
       MessageKind::stream,
       {"error error_class=insufficient_funds reason=insufficient_balance code=-2010 text=Account has "
        "insufficient balance for requested action. meaning=the order was refused "
        "request_id=e2a85d9f-07a5-4f94-8d5f-789dc3deb097"}},
  };
  return messages;
}

TEST(BinanceValues, EveryFieldOfTheDocumentedMessagesIsRead) {
  REQUIRE_BINANCE_SAMPLES();
  for (const DocumentedMessage& message : documented_messages()) {
    SCOPED_TRACE(message.path);
    venue::MessageContext context = message.product == Product::spot ? test::spot() : test::linear();
    context.kind = message.kind;
    EXPECT_EQ(test::decoded(test::sample(message.path), context), message.lines);
  }
}

}  // namespace
}  // namespace kontor::binance
