#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

/// `GET /v5/order/realtime`: open orders, or with `openOnly` 1 the latest closed ones.
[[nodiscard]] Answer answer_open_orders(const Request& request);
/// `GET /v5/order/history`: closed orders.
[[nodiscard]] Answer answer_order_history(const Request& request);
/// `GET /v5/execution/list`
[[nodiscard]] Answer answer_executions(const Request& request);

}  // namespace kontor::emulator::bybit
