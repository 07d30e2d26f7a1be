#pragma once

#include <string>

#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

// Orders on USDⓈ-M.
[[nodiscard]] Answer<std::string> linear_place(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_test(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_place_batch(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_modify(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_modify_batch(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_order(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_open_order(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_cancel(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_cancel_batch(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_cancel_all(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_open_orders(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_all_orders(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_executions(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_countdown(Service& service, const Call& call);

// Conditional orders.
[[nodiscard]] Answer<std::string> algo_place(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> algo_order(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> algo_cancel(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> algo_cancel_all(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> algo_open_orders(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> algo_all_orders(Service& service, const Call& call);

}  // namespace kontor::emulator::binance
