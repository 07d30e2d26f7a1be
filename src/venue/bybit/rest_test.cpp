#include "venue/bybit/rest.hpp"

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decimal;
using test::linear_request;
using test::spot_request;

constexpr TimeNs kFrom = 1'672'531'200'000 * kMillisecond;
constexpr TimeNs kTo = kFrom + kHour;

TEST(BybitRequests, PublicQuestions) {
  EXPECT_EQ(spot_request(venue::GetServerTime{}), "GET /v5/market/time");
  EXPECT_EQ(linear_request(venue::GetInstruments{}),
            "GET /v5/market/instruments-info?category=linear&limit=1000");
  EXPECT_EQ(
      linear_request(venue::GetInstruments{"BTCUSDT", "first%3DX%26last%3DY"}),
      "GET "
      "/v5/market/instruments-info?category=linear&symbol=BTCUSDT&limit=1000&cursor=first%3DX%26last%3DY");
  EXPECT_EQ(spot_request(venue::GetInstruments{}), "GET /v5/market/instruments-info?category=spot");
  EXPECT_EQ(spot_request(venue::GetTicker{"BTCUSDT"}), "GET /v5/market/tickers?category=spot&symbol=BTCUSDT");
  EXPECT_EQ(linear_request(venue::GetBook{"BTCUSDT"}),
            "GET /v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=200");
  EXPECT_EQ(linear_request(venue::GetBook{"BTCUSDT", 1000}),
            "GET /v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=1000");
  EXPECT_EQ(linear_request(venue::GetBook{"BTCUSDT", 1001}),
            "bybit linear gives at most 1000 at once, not 1001");
  EXPECT_EQ(spot_request(venue::GetTicker{}), "bybit spot needs a symbol, there is none");
}

TEST(BybitRequests, ACursorThatIsNotEncodedYetIs) {
  EXPECT_EQ(linear_request(venue::GetPositions{"", "a=b&c"}),
            "GET /v5/position/list?category=linear&settleCoin=USDT&limit=200&cursor=a%3Db%26c");
}

TEST(BybitRequests, CandlesEndBeforeTheInstantThatIsNotWanted) {
  EXPECT_EQ(
      linear_request(venue::GetCandles{"BTCUSDT", {kMinute}, kFrom, kTo, 1000}),
      "GET /v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=1672531200000&end=1672534799999"
      "&limit=1000");
  // Between two milliseconds the next one begins, and the one before is still wanted.
  EXPECT_EQ(
      spot_request(venue::GetCandles{"BTCUSDT", {kDay}, kFrom + 1, kTo + 1}),
      "GET /v5/market/kline?category=spot&symbol=BTCUSDT&interval=D&start=1672531200001&end=1672534800000");
  EXPECT_EQ(spot_request(venue::GetCandles{"BTCUSDT", {kDay}}),
            "GET /v5/market/kline?category=spot&symbol=BTCUSDT&interval=D");
  EXPECT_EQ(spot_request(venue::GetCandles{"BTCUSDT", {kDay}, 0, 0, 1001}),
            "bybit spot gives at most 1000 at once, not 1001");
}

TEST(BybitRequests, IntervalsHaveBybitsNames) {
  struct Case {
    std::string_view ours;
    std::string_view theirs;
  };
  for (const Case& one : {Case{"1m", "1"},
                          {"3m", "3"},
                          {"5m", "5"},
                          {"15m", "15"},
                          {"30m", "30"},
                          {"1h", "60"},
                          {"2h", "120"},
                          {"4h", "240"},
                          {"6h", "360"},
                          {"12h", "720"},
                          {"1d", "D"},
                          {"1w", "W"}}) {
    const Timeframe interval = Timeframe::parse(one.ours).value();
    EXPECT_EQ(spot_request(venue::GetCandles{"X", interval}),
              fmt::format("GET /v5/market/kline?category=spot&symbol=X&interval={}", one.theirs));
  }
  for (const std::string_view missing : {"1s", "2m", "10m", "8h", "3d"}) {
    EXPECT_EQ(spot_request(venue::GetCandles{"X", Timeframe::parse(missing).value()}),
              fmt::format("bybit has candles of 1m 3m 5m 15m 30m 1h 2h 4h 6h 12h 1d 1w, not of {}", missing));
  }
}

TEST(BybitRequests, PublicTradesAreTheLatestOnly) {
  EXPECT_EQ(spot_request(venue::GetTrades{"BTCUSDT"}),
            "GET /v5/market/recent-trade?category=spot&symbol=BTCUSDT");
  EXPECT_EQ(spot_request(venue::GetTrades{"BTCUSDT", 60}),
            "GET /v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=60");
  EXPECT_EQ(spot_request(venue::GetTrades{"BTCUSDT", 61}), "bybit spot gives at most 60 at once, not 61");
  EXPECT_EQ(linear_request(venue::GetTrades{"BTCUSDT", 1000}),
            "GET /v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000");
  EXPECT_EQ(linear_request(venue::GetTrades{.symbol = "BTCUSDT", .from = kFrom}),
            "bybit linear gives the latest public trades only: not those of a time or since an id");
  EXPECT_EQ(linear_request(venue::GetTrades{.symbol = "BTCUSDT", .from_id = "1"}),
            "bybit linear gives the latest public trades only: not those of a time or since an id");
}

TEST(BybitRequests, QuestionsAboutTheAccount) {
  EXPECT_EQ(linear_request(venue::GetBalance{}), "GET /v5/account/wallet-balance?accountType=UNIFIED");
  EXPECT_EQ(linear_request(venue::GetPositions{"BTCUSDT"}),
            "GET /v5/position/list?category=linear&symbol=BTCUSDT&limit=200");
  EXPECT_EQ(spot_request(venue::GetPositions{}), "bybit spot has no positions");
  EXPECT_EQ(linear_request(venue::GetOpenOrders{}),
            "GET /v5/order/realtime?category=linear&settleCoin=USDT&openOnly=0&limit=50");
  EXPECT_EQ(spot_request(venue::GetOpenOrders{"BTCUSDT", true, "page_args%3Dx%26"}),
            "GET /v5/order/realtime?category=spot&symbol=BTCUSDT&openOnly=0&orderFilter=StopOrder&limit=50"
            "&cursor=page_args%3Dx%26");
  EXPECT_EQ(spot_request(venue::GetOpenOrders{}), "GET /v5/order/realtime?category=spot&openOnly=0&limit=50");
  EXPECT_EQ(
      linear_request(venue::GetOrder{{.symbol = "BTCUSDT", .client_order_id = "a", .venue_order_id = "b"}}),
      "GET /v5/order/realtime?category=linear&symbol=BTCUSDT&orderLinkId=a");
  EXPECT_EQ(linear_request(venue::GetOrder{{.symbol = "BTCUSDT", .venue_order_id = "b"}}),
            "GET /v5/order/realtime?category=linear&symbol=BTCUSDT&orderId=b");
  EXPECT_EQ(linear_request(venue::GetOrder{{.symbol = "BTCUSDT", .client_order_id = "a", .is_ended = true}}),
            "GET /v5/order/history?category=linear&symbol=BTCUSDT&orderLinkId=a");
  EXPECT_EQ(spot_request(venue::GetFees{}), "GET /v5/account/fee-rate?category=spot");
  EXPECT_EQ(spot_request(venue::GetKeyPermissions{}), "GET /v5/user/query-api");
  EXPECT_EQ(linear_request(venue::ManageListenKey{}),
            "bybit linear has no listen keys: the private stream is signed in to on the socket");
}

TEST(BybitRequests, FillsOfATimeOrOfAnOrder) {
  EXPECT_EQ(
      linear_request(venue::GetFills{.symbol = "BTCUSDT", .from = kFrom, .to = kTo}),
      "GET /v5/execution/list?category=linear&symbol=BTCUSDT&startTime=1672531200000&endTime=1672534799999"
      "&limit=100");
  EXPECT_EQ(spot_request(venue::GetFills{.client_order_id = "mine", .cursor = "1%3A2%2C3", .limit = 5}),
            "GET /v5/execution/list?category=spot&orderLinkId=mine&limit=5&cursor=1%3A2%2C3");
  EXPECT_EQ(spot_request(venue::GetFills{.from_id = "1"}),
            "bybit spot gives fills of a time or of an order, not since an id");
  EXPECT_EQ(spot_request(venue::GetFills{.from = kFrom, .to = kFrom + 8 * kDay}),
            "bybit spot gives at most 7 days at once, not 8d 0h");
  EXPECT_EQ(spot_request(venue::GetFills{.limit = 101}), "bybit spot gives at most 100 at once, not 101");
}

TEST(BybitRequests, Settings) {
  EXPECT_EQ(linear_request(venue::SetLeverage{"BTCUSDT", decimal("12.50")}),
            R"(POST /v5/position/set-leverage {"category":"linear","symbol":"BTCUSDT","buyLeverage":"12.5",)"
            R"("sellLeverage":"12.5"})");
  EXPECT_EQ(linear_request(venue::SetLeverage{"BTCUSDT", decimal("0")}),
            "bybit linear needs a positive leverage, found 0");
  EXPECT_EQ(spot_request(venue::SetLeverage{"BTCUSDT", decimal("2")}), "bybit spot has no leverage to set");
  EXPECT_EQ(linear_request(venue::SetMarginMode{"", venue::MarginMode::isolated}),
            R"(POST /v5/account/set-margin-mode {"setMarginMode":"ISOLATED_MARGIN"})");
  EXPECT_EQ(linear_request(venue::SetMarginMode{"", venue::MarginMode::cross}),
            R"(POST /v5/account/set-margin-mode {"setMarginMode":"REGULAR_MARGIN"})");
  EXPECT_EQ(linear_request(venue::SetMarginMode{"BTCUSDT", venue::MarginMode::cross}),
            "bybit linear sets the margin mode of the whole unified account, not of one symbol");
  EXPECT_EQ(spot_request(venue::SetMarginMode{}), "bybit spot has no margin mode");
  EXPECT_EQ(linear_request(venue::SetPositionMode{venue::PositionMode::hedge}),
            R"(POST /v5/position/switch-mode {"category":"linear","coin":"USDT","mode":3})");
  EXPECT_EQ(linear_request(venue::SetPositionMode{venue::PositionMode::one_way}),
            R"(POST /v5/position/switch-mode {"category":"linear","coin":"USDT","mode":0})");
  EXPECT_EQ(spot_request(venue::SetPositionMode{}), "bybit spot has no position mode");
}

TEST(BybitRequests, Funding) {
  EXPECT_EQ(linear_request(venue::GetFundingRate{}), "GET /v5/market/tickers?category=linear");
  EXPECT_EQ(linear_request(venue::GetFundingRate{"BTCUSDT"}),
            "GET /v5/market/tickers?category=linear&symbol=BTCUSDT");
  EXPECT_EQ(spot_request(venue::GetFundingRate{}), "bybit spot has no funding");
  EXPECT_EQ(linear_request(venue::GetFundingHistory{"BTCUSDT", kFrom, kTo, 200}),
            "GET /v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=1672531200000"
            "&endTime=1672534799999&limit=200");
  // Bybit refuses a beginning without an end: it is now.
  EXPECT_EQ(linear_request(venue::GetFundingHistory{"BTCUSDT", kFrom}),
            "GET /v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=1672531200000"
            "&endTime=1699999999999");
  EXPECT_EQ(linear_request(venue::GetFundingPayments{"BTCUSDT", kFrom, kTo, "21963%3A1%2C14954%3A1"}),
            "GET /v5/account/transaction-log?accountType=UNIFIED&category=linear&type=SETTLEMENT"
            "&startTime=1672531200000&endTime=1672534799999&limit=50&cursor=21963%3A1%2C14954%3A1");
}

}  // namespace
}  // namespace kontor::bybit
