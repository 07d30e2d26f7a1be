#pragma once

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "venue/binance/parse_test_support.hpp"

namespace kontor::binance::test {

using venue::MessageKind;
using venue::Product;

/// Files by the beginning of their path, and the words that their lines may begin with; none: the venue says
/// that it is done, and nothing else.
struct SampleGroup {
  std::string_view path;
  Product product;
  MessageKind kind;
  std::string_view says;
};

inline constexpr SampleGroup kSampleGroups[] = {
    {"go-binance-tests/futures__account_service__TestGetA", Product::linear, MessageKind::balance, "balance"},
    {"go-binance-tests/futures__account_service__TestGetB", Product::linear, MessageKind::balance, "balance"},
    {"go-binance-tests/futures__account_service_ws", Product::linear, MessageKind::stream, "stream"},
    {"go-binance-tests/futures__algo_order_service__TestCancelAlgoOrderService.", Product::linear,
     MessageKind::cancel, "acknowledged"},
    {"go-binance-tests/futures__algo_order_service__TestCancelAllAlgoOpenOrdersService.", Product::linear,
     MessageKind::cancel_all, ""},
    {"go-binance-tests/futures__algo_order_service__TestCreateAlgoOrderService.", Product::linear,
     MessageKind::place, "order"},
    {"go-binance-tests/futures__algo_order_service__TestGetAlgoOrderService.", Product::linear,
     MessageKind::order, "order"},
    {"go-binance-tests/futures__algo_order_service__TestGetAllAlgoOrdersService.", Product::linear,
     MessageKind::open_orders, "order"},
    {"go-binance-tests/futures__algo_order_service__TestGetOpenAlgoOrdersService.", Product::linear,
     MessageKind::open_orders, "order"},
    {"go-binance-tests/futures__algo_order_service__TestCancelAlgoOrderServiceError", Product::linear,
     MessageKind::cancel, "error"},
    {"go-binance-tests/futures__algo_order_service__TestCancelAllAlgoOpenOrdersServiceError", Product::linear,
     MessageKind::cancel_all, "error"},
    {"go-binance-tests/futures__algo_order_service__TestCreateAlgoOrderServiceError", Product::linear,
     MessageKind::place, "error"},
    {"go-binance-tests/futures__algo_order_service__TestGetAlgoOrderServiceError", Product::linear,
     MessageKind::order, "error"},
    {"go-binance-tests/futures__algo_order_service__TestGetAllAlgoOrdersServiceError", Product::linear,
     MessageKind::open_orders, "error"},
    {"go-binance-tests/futures__algo_order_service__TestGetOpenAlgoOrdersServiceError", Product::linear,
     MessageKind::open_orders, "error"},
    {"go-binance-tests/futures__commission_rate_service", Product::linear, MessageKind::fees, "fees"},
    {"go-binance-tests/futures__kline_service", Product::linear, MessageKind::candles, "candle"},
    {"go-binance-tests/futures__continuous_kline_service", Product::linear, MessageKind::candles, "candle"},
    {"go-binance-tests/futures__mark_price_kline", Product::linear, MessageKind::candles, "candle"},
    {"go-binance-tests/futures__index_price_kline", Product::linear, MessageKind::candles, "candle"},
    {"go-binance-tests/futures__premium_index_kline", Product::linear, MessageKind::candles, "candle"},
    {"go-binance-tests/futures__depth_service", Product::linear, MessageKind::book, "book"},
    {"go-binance-tests/futures__exchange_info", Product::linear, MessageKind::instruments,
     "instrument rate_limit"},
    {"go-binance-tests/futures__income_history", Product::linear, MessageKind::funding_payments, ""},
    {"go-binance-tests/futures__mark_price__TestGetPremiumIndex", Product::linear, MessageKind::funding_rate,
     "funding_rate ticker"},
    {"go-binance-tests/futures__mark_price__TestGetFundingRate", Product::linear,
     MessageKind::funding_history, "funding_rate"},
    {"go-binance-tests/futures__order_service__TestCancelAllOpenOrders", Product::linear,
     MessageKind::cancel_all, ""},
    {"go-binance-tests/futures__order_service__TestCancelOrder", Product::linear, MessageKind::cancel,
     "order"},
    {"go-binance-tests/futures__order_service__TestCreateBatchOrders", Product::linear,
     MessageKind::batch_place, "order error"},
    {"go-binance-tests/futures__order_service__TestCreateOrder", Product::linear, MessageKind::place,
     "order"},
    {"go-binance-tests/futures__order_service__TestGetO", Product::linear, MessageKind::order, "order"},
    {"go-binance-tests/futures__order_service__TestListO", Product::linear, MessageKind::open_orders,
     "order"},
    {"go-binance-tests/futures__order_service__TestModify", Product::linear, MessageKind::amend,
     "order error"},
    {"go-binance-tests/futures__position_risk", Product::linear, MessageKind::positions, "position"},
    {"go-binance-tests/futures__position_service__TestChangeLeverage", Product::linear, MessageKind::leverage,
     "setting"},
    {"go-binance-tests/futures__position_service__TestChangeMarginType", Product::linear,
     MessageKind::margin_mode, "setting"},
    {"go-binance-tests/futures__position_service__TestChangePositionMode", Product::linear,
     MessageKind::position_mode, "setting"},
    {"go-binance-tests/futures__position_service__TestGetPositionMode", Product::linear,
     MessageKind::position_mode, "setting"},
    {"go-binance-tests/futures__server_service__TestServerTime.", Product::linear, MessageKind::server_time,
     "server_time"},
    {"go-binance-tests/futures__server_service__TestServerTimeBadRequest", Product::linear,
     MessageKind::server_time, "error"},
    {"go-binance-tests/futures__ticker_service", Product::linear, MessageKind::ticker, "ticker"},
    {"go-binance-tests/futures__trade_service__TestAccountTradeList", Product::linear, MessageKind::fills,
     "fill"},
    {"go-binance-tests/futures__trade_service__TestAgg", Product::linear, MessageKind::trades, "trade"},
    {"go-binance-tests/futures__trade_service__TestHist", Product::linear, MessageKind::trades, "trade"},
    {"go-binance-tests/futures__trade_service__TestRecent", Product::linear, MessageKind::trades, "trade"},
    {"go-binance-tests/futures__user_stream_service__TestStart", Product::linear, MessageKind::listen_key,
     "listen_key"},
    {"go-binance-tests/futures__user_stream_service__TestKeep", Product::linear, MessageKind::listen_key,
     "stream"},
    {"go-binance-tests/futures__user_stream_service__TestClose", Product::linear, MessageKind::listen_key,
     "stream"},
    {"go-binance-tests/futures__websocket_service__", Product::linear, MessageKind::stream,
     "balance book candle order position setting stream ticker trade"},
    {"go-binance-tests/spot__account_service__TestGetAPIKeyPermission", Product::spot,
     MessageKind::key_permissions, "permissions"},
    {"go-binance-tests/spot__account_service__TestGetAccount.", Product::spot, MessageKind::balance,
     "balance"},
    {"go-binance-tests/spot__depth_service", Product::spot, MessageKind::book, "book"},
    {"go-binance-tests/spot__exchange_info_service__TestExchangeInfo.0", Product::spot,
     MessageKind::instruments, "instrument rate_limit"},
    {"go-binance-tests/spot__exchange_info_service__TestExchangeInfoWith", Product::spot,
     MessageKind::instruments, "instrument rate_limit"},
    {"go-binance-tests/spot__kline_service", Product::spot, MessageKind::candles, "candle"},
    {"go-binance-tests/spot__margin_order_service__TestCreateOrder", Product::spot, MessageKind::place,
     "order fill"},
    {"go-binance-tests/spot__order_service__TestCancelOCO", Product::spot, MessageKind::cancel, "order"},
    {"go-binance-tests/spot__order_service__TestCancelOpenOrders", Product::spot, MessageKind::cancel_all,
     "order"},
    {"go-binance-tests/spot__order_service__TestCancelOrder", Product::spot, MessageKind::cancel, "order"},
    {"go-binance-tests/spot__order_service__TestCreate", Product::spot, MessageKind::place, "order fill"},
    {"go-binance-tests/spot__order_service__TestGetOrder", Product::spot, MessageKind::order, "order"},
    {"go-binance-tests/spot__order_service__TestListOpenOrders", Product::spot, MessageKind::open_orders,
     "order"},
    {"go-binance-tests/spot__order_service__TestListOrders", Product::spot, MessageKind::open_orders,
     "order"},
    {"go-binance-tests/spot__server_service__TestServerTime.", Product::spot, MessageKind::server_time,
     "server_time"},
    {"go-binance-tests/spot__server_service__TestServerTimeBadRequest", Product::spot,
     MessageKind::server_time, "error"},
    {"go-binance-tests/spot__ticker_service__TestListBook", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestListPriceC", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestListPrices.", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestListPricesForMultipleSymbols.3", Product::spot,
     MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestListS", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestMultiplePriceChangeStats.7", Product::spot,
     MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestPrice", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__ticker_service__TestSingle", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__trading_day_ticker", Product::spot, MessageKind::ticker, "ticker"},
    {"go-binance-tests/spot__trade_service__TestAgg", Product::spot, MessageKind::trades, "trade"},
    {"go-binance-tests/spot__trade_service__TestHist", Product::spot, MessageKind::trades, "trade"},
    {"go-binance-tests/spot__trade_service__TestRecent", Product::spot, MessageKind::trades, "trade"},
    {"go-binance-tests/spot__trade_service__TestListTrades", Product::spot, MessageKind::fills, "fill"},
    {"go-binance-tests/spot__websocket_service__", Product::spot, MessageKind::stream,
     "balance book candle order fill ticker trade"},
    {"spot-api-docs/rest-api__24hr", Product::spot, MessageKind::ticker, "ticker"},
    {"spot-api-docs/rest-api__Account_information", Product::spot, MessageKind::balance, "balance"},
    {"spot-api-docs/rest-api__Account_trade", Product::spot, MessageKind::fills, "fill"},
    {"spot-api-docs/rest-api__All_orders", Product::spot, MessageKind::open_orders, "order"},
    {"spot-api-docs/rest-api__Cancel_All", Product::spot, MessageKind::cancel_all, "order"},
    {"spot-api-docs/rest-api__Cancel_Order_list", Product::spot, MessageKind::cancel, "order"},
    {"spot-api-docs/rest-api__Cancel_order_TRADE.0", Product::spot, MessageKind::cancel, "order"},
    {"spot-api-docs/rest-api__Cancel_order_TRADE.1", Product::spot, MessageKind::cancel, "error"},
    {"spot-api-docs/rest-api__Cancel_order_TRADE.2", Product::spot, MessageKind::cancel, "error"},
    {"spot-api-docs/rest-api__Check_server_time", Product::spot, MessageKind::server_time, "server_time"},
    {"spot-api-docs/rest-api__Compressed", Product::spot, MessageKind::trades, "trade"},
    {"spot-api-docs/rest-api__Current_open_orders", Product::spot, MessageKind::open_orders, "order"},
    {"spot-api-docs/rest-api__Error_Codes", Product::spot, MessageKind::error, "error"},
    {"spot-api-docs/errors__top", Product::spot, MessageKind::error, "error"},
    {"spot-api-docs/rest-api__Exchange_information", Product::spot, MessageKind::instruments, "instrument"},
    {"spot-api-docs/rest-api__Historical_Block", Product::spot, MessageKind::trades, "trade"},
    {"spot-api-docs/rest-api__Kline", Product::spot, MessageKind::candles, "candle"},
    {"spot-api-docs/rest-api__UIKlines", Product::spot, MessageKind::candles, "candle"},
    {"spot-api-docs/rest-api__New_", Product::spot, MessageKind::place, "order fill acknowledged"},
    {"spot-api-docs/rest-api__Old_trade", Product::spot, MessageKind::trades, "trade"},
    {"spot-api-docs/rest-api__Order_Amend", Product::spot, MessageKind::amend, "order"},
    {"spot-api-docs/rest-api__Order_book", Product::spot, MessageKind::book, "book"},
    {"spot-api-docs/rest-api__Query_Commission", Product::spot, MessageKind::fees, "fees"},
    {"spot-api-docs/rest-api__Query_order", Product::spot, MessageKind::order, "order"},
    {"spot-api-docs/rest-api__Recent_trades", Product::spot, MessageKind::trades, "trade"},
    {"spot-api-docs/rest-api__Rolling", Product::spot, MessageKind::ticker, "ticker"},
    {"spot-api-docs/rest-api__Symbol", Product::spot, MessageKind::ticker, "ticker"},
    {"spot-api-docs/rest-api__Trading_Day", Product::spot, MessageKind::ticker, "ticker"},
    {"spot-api-docs/user-data-stream__", Product::spot, MessageKind::stream, "balance order stream"},
    {"spot-api-docs/web-socket-streams__", Product::spot, MessageKind::stream,
     "book candle stream ticker trade"},
    {"spot-api-docs/web-socket-api__", Product::spot, MessageKind::stream, "balance stream error"},
    {"xchange/__files/single-24hr-ticker.json", Product::spot, MessageKind::ticker, "ticker"},
    {"xchange/__files/open-orders.json", Product::spot, MessageKind::open_orders, "order"},
    {"xchange/__files/depth.json", Product::spot, MessageKind::book, "book"},
    {"xchange/org/knowm/xchange/binance/filled-market-order.json", Product::spot, MessageKind::order,
     "order fill"},
    {"xchange/info/bitrich/xchangestream/binance/dto/test", Product::spot, MessageKind::stream,
     "book candle ticker trade"},
};

/// What no socket sends: requests and their parts, updates of books without their numbers, leveraged tokens,
/// which are gone, and what announcements come as.
inline bool is_no_answer(std::string_view path, std::string_view text) {
  return text.contains(R"("method":)") ||
         path.contains("web-socket-api__Rolling_window_price_change_statistics.1") ||
         path.contains("testDepthEvent") || path.contains("All_Market_") || path.contains("TestBLVTKline") ||
         path.contains("TestWsAnnouncement");
}

/// All files below the samples' folder, by their paths from there, in order.
inline std::vector<std::string> sample_files() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(samples("")))
    if (entry.is_regular_file()) paths.push_back(entry.path().lexically_relative(samples("")).string());
  std::ranges::sort(paths);
  return paths;
}

/// Some of the files explain each value behind it, as JSON cannot.
inline std::string without_comments(const std::string& text) {
  std::string plain;
  for (const auto part : std::views::split(text, '\n')) {
    const std::string_view line(part);
    plain.append(line.substr(0, line.find(" //"))).append("\n");
  }
  return plain;
}

inline venue::MessageContext context_of(const SampleGroup& group) {
  return group.product == Product::spot ? spot(group.kind) : linear(group.kind);
}

}  // namespace kontor::binance::test
