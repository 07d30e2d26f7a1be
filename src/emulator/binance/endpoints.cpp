#include "emulator/binance/endpoints.hpp"

#include <algorithm>
#include <span>

#include "emulator/binance/account_endpoints.hpp"
#include "emulator/binance/linear_account.hpp"
#include "emulator/binance/linear_orders.hpp"
#include "emulator/binance/market_endpoints.hpp"
#include "emulator/binance/spot_lists.hpp"
#include "emulator/binance/spot_orders.hpp"

namespace kontor::emulator::binance {
namespace {

using enum Security;
constexpr Product kSpot = Product::spot;
constexpr Product kLinear = Product::linear;

std::int64_t rows_asked(const Parameters& parameters, std::int64_t fallback) {
  const auto asked = parameters.integer("limit");
  return asked && *asked ? **asked : fallback;
}

std::int64_t spot_depth_weight(const Parameters& parameters) {
  const std::int64_t rows = rows_asked(parameters, 100);
  if (rows <= 100) return 5;
  if (rows <= 500) return 25;
  return rows <= 1'000 ? 50 : 250;
}

std::int64_t linear_depth_weight(const Parameters& parameters) {
  const std::int64_t rows = rows_asked(parameters, 500);
  if (rows <= 50) return 2;
  if (rows <= 100) return 5;
  return rows <= 500 ? 10 : 20;
}

std::int64_t linear_klines_weight(const Parameters& parameters) {
  const std::int64_t rows = rows_asked(parameters, 500);
  if (rows < 100) return 1;
  if (rows < 500) return 2;
  return rows <= 1'000 ? 5 : 10;
}

/// Tickers cost by how many symbols they cover.
std::int64_t spot_day_ticker_weight(const Parameters& parameters) {
  if (parameters.has("symbol")) return 2;
  const auto symbols = parameters.texts("symbols");
  if (!symbols || symbols->empty() || symbols->size() > 100) return 80;
  return symbols->size() <= 20 ? 2 : 40;
}
std::int64_t spot_ticker_weight(const Parameters& parameters) { return parameters.has("symbol") ? 2 : 4; }
std::int64_t linear_day_ticker_weight(const Parameters& parameters) {
  return parameters.has("symbol") ? 1 : 40;
}
std::int64_t linear_price_weight(const Parameters& parameters) { return parameters.has("symbol") ? 1 : 2; }
std::int64_t linear_book_ticker_weight(const Parameters& parameters) {
  return parameters.has("symbol") ? 2 : 5;
}
std::int64_t premium_weight(const Parameters& parameters) { return parameters.has("symbol") ? 1 : 10; }
std::int64_t spot_open_orders_weight(const Parameters& parameters) {
  return parameters.has("symbol") ? 6 : 80;
}
std::int64_t linear_open_orders_weight(const Parameters& parameters) {
  return parameters.has("symbol") ? 1 : 40;
}
std::int64_t spot_executions_weight(const Parameters& parameters) {
  return parameters.has("orderId") ? 5 : 20;
}

constexpr Endpoint kSpotEndpoints[] = {
    {"GET", "/api/v3/ping", kSpot, none, 1, &ping},
    {"GET", "/api/v3/time", kSpot, none, 1, &server_time},
    {"GET", "/api/v3/exchangeInfo", kSpot, none, 20, &exchange_info},
    {"GET", "/api/v3/depth", kSpot, none, 5, &depth, 0, &spot_depth_weight},
    {"GET", "/api/v3/trades", kSpot, none, 25, &trades},
    {"GET", "/api/v3/historicalTrades", kSpot, none, 25, &historical_trades},
    {"GET", "/api/v3/aggTrades", kSpot, none, 4, &aggregate_trades},
    {"GET", "/api/v3/klines", kSpot, none, 2, &klines},
    {"GET", "/api/v3/uiKlines", kSpot, none, 2, &klines},
    {"GET", "/api/v3/avgPrice", kSpot, none, 2, &average_price_of_minutes},
    {"GET", "/api/v3/ticker/24hr", kSpot, none, 2, &day_ticker, 0, &spot_day_ticker_weight},
    {"GET", "/api/v3/ticker/price", kSpot, none, 2, &price_ticker, 0, &spot_ticker_weight},
    {"GET", "/api/v3/ticker/bookTicker", kSpot, none, 2, &book_ticker, 0, &spot_ticker_weight},
    {"POST", "/api/v3/order", kSpot, signed_trade, 1, &spot_place, 1},
    {"POST", "/api/v3/order/test", kSpot, signed_trade, 1, &spot_test},
    {"GET", "/api/v3/order", kSpot, signed_read, 4, &spot_order},
    {"DELETE", "/api/v3/order", kSpot, signed_trade, 1, &spot_cancel},
    {"POST", "/api/v3/order/cancelReplace", kSpot, signed_trade, 1, &spot_cancel_replace, 1},
    {"PUT", "/api/v3/order/amend/keepPriority", kSpot, signed_trade, 4, &spot_amend},
    {"DELETE", "/api/v3/openOrders", kSpot, signed_trade, 1, &spot_cancel_all},
    {"GET", "/api/v3/openOrders", kSpot, signed_read, 6, &spot_open_orders, 0, &spot_open_orders_weight},
    {"GET", "/api/v3/allOrders", kSpot, signed_read, 20, &spot_all_orders},
    {"GET", "/api/v3/myTrades", kSpot, signed_read, 20, &spot_executions, 0, &spot_executions_weight},
    {"POST", "/api/v3/order/oco", kSpot, signed_trade, 1, &spot_oco_of_old, 2},
    {"POST", "/api/v3/orderList/oco", kSpot, signed_trade, 1, &spot_oco, 2},
    {"POST", "/api/v3/orderList/oto", kSpot, signed_trade, 1, &spot_oto, 2},
    {"POST", "/api/v3/orderList/otoco", kSpot, signed_trade, 1, &spot_otoco, 3},
    {"DELETE", "/api/v3/orderList", kSpot, signed_trade, 1, &spot_cancel_list},
    {"GET", "/api/v3/orderList", kSpot, signed_read, 4, &spot_list},
    {"GET", "/api/v3/openOrderList", kSpot, signed_read, 6, &spot_open_lists},
    {"GET", "/api/v3/allOrderList", kSpot, signed_read, 20, &spot_all_lists},
    {"GET", "/api/v3/account", kSpot, signed_read, 20, &spot_account},
    {"GET", "/api/v3/account/commission", kSpot, signed_read, 20, &spot_commission},
    {"GET", "/api/v3/rateLimit/order", kSpot, signed_read, 40, &order_rate},
    {"GET", "/sapi/v1/capital/config/getall", kSpot, signed_read, 10, &wallet_coins},
    {"GET", "/sapi/v1/account/apiRestrictions", kSpot, signed_read, 1, &wallet_restrictions},
    {"GET", "/sapi/v1/asset/tradeFee", kSpot, signed_read, 1, &wallet_trade_fees},
    {"POST", "/sapi/v1/asset/get-funding-asset", kSpot, signed_read, 1, &wallet_funding_assets},
    {"POST", "/sapi/v1/asset/transfer", kSpot, signed_trade, 1, &wallet_transfer},
    {"GET", "/sapi/v1/system/status", kSpot, none, 1, &wallet_status},
    {"GET", "/sapi/v1/margin/allPairs", kSpot, key, 1, &nothing_listed},
    {"GET", "/sapi/v1/margin/isolated/allPairs", kSpot, signed_read, 10, &nothing_listed},
    {"GET", "/dapi/v1/exchangeInfo", kSpot, none, 1, &empty_exchange_info},
    {"GET", "/dapi/v1/time", kSpot, none, 1, &server_time},
    {"GET", "/dapi/v1/ping", kSpot, none, 1, &ping},
    {"GET", "/eapi/v1/exchangeInfo", kSpot, none, 1, &empty_exchange_info},
};

constexpr Endpoint kLinearEndpoints[] = {
    {"GET", "/fapi/v1/ping", kLinear, none, 1, &ping},
    {"GET", "/fapi/v1/time", kLinear, none, 1, &server_time},
    {"GET", "/fapi/v1/exchangeInfo", kLinear, none, 1, &exchange_info},
    {"GET", "/fapi/v1/depth", kLinear, none, 10, &depth, 0, &linear_depth_weight},
    {"GET", "/fapi/v1/trades", kLinear, none, 5, &trades},
    {"GET", "/fapi/v1/historicalTrades", kLinear, key, 20, &historical_trades},
    {"GET", "/fapi/v1/aggTrades", kLinear, none, 20, &aggregate_trades},
    {"GET", "/fapi/v1/klines", kLinear, none, 2, &klines, 0, &linear_klines_weight},
    {"GET", "/fapi/v1/premiumIndex", kLinear, none, 1, &premium_index, 0, &premium_weight},
    {"GET", "/fapi/v1/fundingRate", kLinear, none, 1, &funding_rates},
    {"GET", "/fapi/v1/fundingInfo", kLinear, none, 1, &funding_info},
    {"GET", "/fapi/v1/openInterest", kLinear, none, 1, &open_interest},
    {"GET", "/fapi/v1/ticker/24hr", kLinear, none, 1, &day_ticker, 0, &linear_day_ticker_weight},
    {"GET", "/fapi/v1/ticker/price", kLinear, none, 1, &price_ticker, 0, &linear_price_weight},
    {"GET", "/fapi/v2/ticker/price", kLinear, none, 1, &price_ticker, 0, &linear_price_weight},
    {"GET", "/fapi/v1/ticker/bookTicker", kLinear, none, 2, &book_ticker, 0, &linear_book_ticker_weight},
    {"POST", "/fapi/v1/order", kLinear, signed_trade, 0, &linear_place, 1},
    {"POST", "/fapi/v1/order/test", kLinear, signed_trade, 1, &linear_test},
    {"GET", "/fapi/v1/order", kLinear, signed_read, 1, &linear_order},
    {"PUT", "/fapi/v1/order", kLinear, signed_trade, 1, &linear_modify, 1},
    {"DELETE", "/fapi/v1/order", kLinear, signed_trade, 1, &linear_cancel},
    {"POST", "/fapi/v1/batchOrders", kLinear, signed_trade, 5, &linear_place_batch, 5},
    {"PUT", "/fapi/v1/batchOrders", kLinear, signed_trade, 5, &linear_modify_batch, 5},
    {"DELETE", "/fapi/v1/batchOrders", kLinear, signed_trade, 1, &linear_cancel_batch},
    {"DELETE", "/fapi/v1/allOpenOrders", kLinear, signed_trade, 1, &linear_cancel_all},
    {"GET", "/fapi/v1/openOrder", kLinear, signed_read, 1, &linear_open_order},
    {"GET", "/fapi/v1/openOrders", kLinear, signed_read, 1, &linear_open_orders, 0,
     &linear_open_orders_weight},
    {"GET", "/fapi/v1/allOrders", kLinear, signed_read, 5, &linear_all_orders},
    {"GET", "/fapi/v1/userTrades", kLinear, signed_read, 5, &linear_executions},
    {"POST", "/fapi/v1/countdownCancelAll", kLinear, signed_trade, 10, &linear_countdown},
    {"POST", "/fapi/v1/algoOrder", kLinear, signed_trade, 0, &algo_place, 1},
    {"GET", "/fapi/v1/algoOrder", kLinear, signed_read, 1, &algo_order},
    {"DELETE", "/fapi/v1/algoOrder", kLinear, signed_trade, 1, &algo_cancel},
    {"GET", "/fapi/v1/openAlgoOrders", kLinear, signed_read, 1, &algo_open_orders, 0,
     &linear_open_orders_weight},
    {"GET", "/fapi/v1/allAlgoOrders", kLinear, signed_read, 5, &algo_all_orders},
    {"DELETE", "/fapi/v1/algoOpenOrders", kLinear, signed_trade, 1, &algo_cancel_all},
    {"GET", "/fapi/v2/balance", kLinear, signed_read, 5, &linear_balance},
    {"GET", "/fapi/v3/balance", kLinear, signed_read, 5, &linear_balance},
    {"GET", "/fapi/v2/account", kLinear, signed_read, 5, &linear_account_v2},
    {"GET", "/fapi/v3/account", kLinear, signed_read, 5, &linear_account_v3},
    {"GET", "/fapi/v1/accountConfig", kLinear, signed_read, 5, &account_settings},
    {"GET", "/fapi/v1/symbolConfig", kLinear, signed_read, 5, &symbol_settings},
    {"GET", "/fapi/v2/positionRisk", kLinear, signed_read, 5, &position_risk_v2},
    {"GET", "/fapi/v3/positionRisk", kLinear, signed_read, 5, &position_risk_v3},
    {"POST", "/fapi/v1/leverage", kLinear, signed_trade, 1, &set_leverage},
    {"POST", "/fapi/v1/marginType", kLinear, signed_trade, 1, &set_margin_type},
    {"GET", "/fapi/v1/positionSide/dual", kLinear, signed_read, 30, &position_mode},
    {"POST", "/fapi/v1/positionSide/dual", kLinear, signed_trade, 1, &set_position_mode},
    {"GET", "/fapi/v1/multiAssetsMargin", kLinear, signed_read, 30, &multi_assets_mode},
    {"POST", "/fapi/v1/multiAssetsMargin", kLinear, signed_trade, 1, &set_multi_assets_mode},
    {"GET", "/fapi/v1/income", kLinear, signed_read, 30, &linear_income},
    {"GET", "/fapi/v1/commissionRate", kLinear, signed_read, 20, &linear_commission},
    {"GET", "/fapi/v1/leverageBracket", kLinear, signed_read, 1, &leverage_brackets},
    {"GET", "/fapi/v1/rateLimit/order", kLinear, signed_read, 1, &order_rate},
    {"POST", "/fapi/v1/listenKey", kLinear, key, 1, &listen_key_open},
    {"PUT", "/fapi/v1/listenKey", kLinear, key, 1, &listen_key_renew},
    {"DELETE", "/fapi/v1/listenKey", kLinear, key, 1, &listen_key_close},
};

constexpr Endpoint kSpotMethods[] = {
    {"WS", "ping", kSpot, none, 1, &ping},
    {"WS", "time", kSpot, none, 1, &server_time},
    {"WS", "exchangeInfo", kSpot, none, 20, &exchange_info},
    {"WS", "depth", kSpot, none, 5, &depth, 0, &spot_depth_weight},
    {"WS", "trades.recent", kSpot, none, 25, &trades},
    {"WS", "trades.historical", kSpot, none, 25, &historical_trades},
    {"WS", "trades.aggregate", kSpot, none, 4, &aggregate_trades},
    {"WS", "klines", kSpot, none, 2, &klines},
    {"WS", "uiKlines", kSpot, none, 2, &klines},
    {"WS", "avgPrice", kSpot, none, 2, &average_price_of_minutes},
    {"WS", "ticker.24hr", kSpot, none, 2, &day_ticker, 0, &spot_day_ticker_weight},
    {"WS", "ticker.price", kSpot, none, 2, &price_ticker, 0, &spot_ticker_weight},
    {"WS", "ticker.book", kSpot, none, 2, &book_ticker, 0, &spot_ticker_weight},
    {"WS", "order.place", kSpot, signed_trade, 1, &spot_place, 1},
    {"WS", "order.test", kSpot, signed_trade, 1, &spot_test},
    {"WS", "order.status", kSpot, signed_read, 4, &spot_order},
    {"WS", "order.cancel", kSpot, signed_trade, 1, &spot_cancel},
    {"WS", "order.cancelReplace", kSpot, signed_trade, 1, &spot_cancel_replace, 1},
    {"WS", "order.amend.keepPriority", kSpot, signed_trade, 4, &spot_amend},
    {"WS", "openOrders.status", kSpot, signed_read, 6, &spot_open_orders, 0, &spot_open_orders_weight},
    {"WS", "openOrders.cancelAll", kSpot, signed_trade, 1, &spot_cancel_all},
    {"WS", "allOrders", kSpot, signed_read, 20, &spot_all_orders},
    {"WS", "myTrades", kSpot, signed_read, 20, &spot_executions, 0, &spot_executions_weight},
    {"WS", "orderList.place.oco", kSpot, signed_trade, 1, &spot_oco, 2},
    {"WS", "orderList.place.oto", kSpot, signed_trade, 1, &spot_oto, 2},
    {"WS", "orderList.place.otoco", kSpot, signed_trade, 1, &spot_otoco, 3},
    {"WS", "orderList.cancel", kSpot, signed_trade, 1, &spot_cancel_list},
    {"WS", "orderList.status", kSpot, signed_read, 4, &spot_list},
    {"WS", "openOrderLists.status", kSpot, signed_read, 6, &spot_open_lists},
    {"WS", "allOrderLists", kSpot, signed_read, 20, &spot_all_lists},
    {"WS", "account.status", kSpot, signed_read, 20, &spot_account},
    {"WS", "account.commission", kSpot, signed_read, 20, &spot_commission},
    {"WS", "account.rateLimits.orders", kSpot, signed_read, 40, &order_rate},
};

constexpr Endpoint kLinearMethods[] = {
    {"WS", "ping", kLinear, none, 1, &ping},
    {"WS", "time", kLinear, none, 1, &server_time},
    {"WS", "depth", kLinear, none, 10, &depth, 0, &linear_depth_weight},
    {"WS", "ticker.price", kLinear, none, 1, &price_ticker, 0, &linear_price_weight},
    {"WS", "ticker.book", kLinear, none, 2, &book_ticker, 0, &linear_book_ticker_weight},
    {"WS", "order.place", kLinear, signed_trade, 0, &linear_place, 1},
    {"WS", "order.modify", kLinear, signed_trade, 1, &linear_modify, 1},
    {"WS", "order.cancel", kLinear, signed_trade, 1, &linear_cancel},
    {"WS", "order.status", kLinear, signed_read, 1, &linear_order},
    {"WS", "algoOrder.place", kLinear, signed_trade, 0, &algo_place, 1},
    {"WS", "algoOrder.cancel", kLinear, signed_trade, 1, &algo_cancel},
    {"WS", "account.balance", kLinear, signed_read, 5, &linear_balance},
    {"WS", "v2/account.balance", kLinear, signed_read, 5, &linear_balance},
    {"WS", "account.status", kLinear, signed_read, 5, &linear_account_v2},
    {"WS", "v2/account.status", kLinear, signed_read, 5, &linear_account_v3},
    {"WS", "account.position", kLinear, signed_read, 5, &position_risk_v2},
    {"WS", "v2/account.position", kLinear, signed_read, 5, &position_risk_v3},
    {"WS", "userDataStream.start", kLinear, key, 5, &listen_key_open},
    {"WS", "userDataStream.ping", kLinear, key, 1, &listen_key_renew},
    {"WS", "userDataStream.stop", kLinear, key, 1, &listen_key_close},
};

const Endpoint* find_in(std::span<const Endpoint> table, std::string_view method,
                        std::string_view path) noexcept {
  for (const Endpoint& endpoint : table)
    if (endpoint.path == path && endpoint.method == method) return &endpoint;
  return nullptr;
}

}  // namespace

const Endpoint* find_endpoint(std::string_view method, std::string_view path) noexcept {
  if (const Endpoint* spot = find_in(kSpotEndpoints, method, path)) return spot;
  return find_in(kLinearEndpoints, method, path);
}

const Endpoint* find_socket_method(Product product, std::string_view name) noexcept {
  return product == Product::spot ? find_in(kSpotMethods, "WS", name) : find_in(kLinearMethods, "WS", name);
}

bool is_known_path(std::string_view path) noexcept {
  const auto has = [&](std::span<const Endpoint> table) {
    return std::ranges::any_of(table, [&](const Endpoint& endpoint) { return endpoint.path == path; });
  };
  return has(kSpotEndpoints) || has(kLinearEndpoints);
}

}  // namespace kontor::emulator::binance
