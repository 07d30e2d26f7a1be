#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

// `POST /v5/order/…` and the operations of the order entry socket.

/// One order each; the record holds until the next request of anybody.
[[nodiscard]] Checked<const OrderRecord*> create_one(const Request& request);
[[nodiscard]] Checked<const OrderRecord*> amend_one(const Request& request);
[[nodiscard]] Checked<const OrderRecord*> cancel_one(const Request& request);

[[nodiscard]] Answer create_order(const Request& request);
[[nodiscard]] Answer amend_order(const Request& request);
[[nodiscard]] Answer cancel_order(const Request& request);
[[nodiscard]] Answer create_orders(const Request& request);
[[nodiscard]] Answer amend_orders(const Request& request);
[[nodiscard]] Answer cancel_orders(const Request& request);
[[nodiscard]] Answer cancel_all_orders(const Request& request);
/// `disconnected-cancel-all`: how long the private socket may be gone.
[[nodiscard]] Answer set_disconnect_guard(const Request& request);

}  // namespace kontor::emulator::bybit
