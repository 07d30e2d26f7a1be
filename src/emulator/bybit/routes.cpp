#include "emulator/bybit/routes.hpp"

#include "emulator/bybit/account_requests.hpp"
#include "emulator/bybit/market_answers.hpp"
#include "emulator/bybit/order_queries.hpp"
#include "emulator/bybit/order_requests.hpp"
#include "emulator/bybit/position_requests.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr Access kOpen = Access::everybody;
constexpr Access kReads = Access::reader;
constexpr Access kTrades = Access::trader;

constexpr Route kRoutes[] = {
    {"GET", "/v5/market/time", kOpen, "", answer_time},
    {"GET", "/v5/market/instruments-info", kOpen, "", answer_instruments},
    {"GET", "/v5/market/tickers", kOpen, "", answer_tickers},
    {"GET", "/v5/market/kline", kOpen, "", answer_candles},
    {"GET", "/v5/market/mark-price-kline", kOpen, "", answer_mark_candles},
    {"GET", "/v5/market/index-price-kline", kOpen, "", answer_index_candles},
    {"GET", "/v5/market/orderbook", kOpen, "", answer_order_book},
    {"GET", "/v5/market/recent-trade", kOpen, "", answer_recent_trades},
    {"GET", "/v5/market/funding/history", kOpen, "", answer_funding_history},
    {"GET", "/v5/market/risk-limit", kOpen, "", answer_risk_limits},
    {"GET", "/v5/system/status", kOpen, "", answer_system_status},
    {"POST", "/v5/order/create", kTrades, "order_create", create_order, "order.create", true},
    {"POST", "/v5/order/amend", kTrades, "order_amend", amend_order, "order.amend"},
    {"POST", "/v5/order/cancel", kTrades, "order_cancel", cancel_order, "order.cancel"},
    {"POST", "/v5/order/create-batch", kTrades, "order_create_batch", create_orders, "order.create-batch",
     true},
    {"POST", "/v5/order/amend-batch", kTrades, "order_amend_batch", amend_orders, "order.amend-batch"},
    {"POST", "/v5/order/cancel-batch", kTrades, "order_cancel_batch", cancel_orders, "order.cancel-batch"},
    {"POST", "/v5/order/cancel-all", kTrades, "order_cancel_all", cancel_all_orders},
    {"POST", "/v5/order/disconnected-cancel-all", kTrades, "order_disconnected", set_disconnect_guard},
    {"GET", "/v5/order/realtime", kReads, "order_realtime", answer_open_orders},
    {"GET", "/v5/order/history", kReads, "order_history", answer_order_history},
    {"GET", "/v5/execution/list", kReads, "execution_list", answer_executions},
    {"GET", "/v5/position/list", kReads, "position_list", answer_positions},
    {"GET", "/v5/position/closed-pnl", kReads, "position_closed_pnl", answer_closed_results},
    {"POST", "/v5/position/set-leverage", kTrades, "position_set_leverage", set_leverage},
    {"POST", "/v5/position/switch-mode", kTrades, "position_switch_mode", switch_position_mode},
    {"POST", "/v5/position/switch-isolated", kTrades, "position_switch_isolated", switch_isolated},
    {"POST", "/v5/position/trading-stop", kTrades, "position_trading_stop", set_trading_stop},
    {"GET", "/v5/account/wallet-balance", kReads, "wallet_balance", answer_wallet},
    {"GET", "/v5/account/info", kReads, "account_info", answer_account_info},
    {"GET", "/v5/account/fee-rate", kReads, "account_fee_rate", answer_fee_rates},
    {"GET", "/v5/account/transaction-log", kReads, "account_transaction_log", answer_transaction_log},
    {"GET", "/v5/account/query-dcp-info", kReads, "account_query_dcp", answer_disconnect_guard},
    {"GET", "/v5/account/instruments-info", kReads, "account_instruments", answer_instruments},
    {"POST", "/v5/account/set-margin-mode", kTrades, "account_set_margin_mode", set_account_margin_mode},
    {"GET", "/v5/user/query-api", kReads, "user_query_api", answer_key},
    {"GET", "/v5/asset/coin/query-info", kReads, "asset_coin_info", answer_coins},
    {"GET", "/v5/asset/transfer/query-account-coins-balance", kReads, "asset_coins_balance",
     answer_account_coins},
};

}  // namespace

FoundRoute find_route(std::string_view method, std::string_view path) noexcept {
  FoundRoute found;
  for (const Route& route : kRoutes) {
    if (route.path != path) continue;
    found.is_known_path = true;
    if (route.method == method) found.route = &route;
  }
  return found;
}

const Route* find_operation(std::string_view operation) noexcept {
  for (const Route& route : kRoutes) {
    if (!route.operation.empty() && route.operation == operation) return &route;
  }
  return nullptr;
}

}  // namespace kontor::emulator::bybit
