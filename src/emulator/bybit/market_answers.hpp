#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

// `GET /v5/market/…`. Categories in which nothing is listed answer with empty lists.

[[nodiscard]] Answer answer_time(const Request& request);
[[nodiscard]] Answer answer_instruments(const Request& request);
[[nodiscard]] Answer answer_tickers(const Request& request);
[[nodiscard]] Answer answer_order_book(const Request& request);
[[nodiscard]] Answer answer_recent_trades(const Request& request);
[[nodiscard]] Answer answer_funding_history(const Request& request);
[[nodiscard]] Answer answer_risk_limits(const Request& request);
[[nodiscard]] Answer answer_candles(const Request& request);
[[nodiscard]] Answer answer_mark_candles(const Request& request);
[[nodiscard]] Answer answer_index_candles(const Request& request);
/// `GET /v5/system/status`: no maintenance is announced.
[[nodiscard]] Answer answer_system_status(const Request& request);

}  // namespace kontor::emulator::bybit
