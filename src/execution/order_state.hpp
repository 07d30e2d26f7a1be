#pragma once

#include <boost/describe/class.hpp>

#include "model/order.hpp"

namespace kontor::execution {

/// One order with everything that is known of it. Changes only through the functions below, which let a
/// status go forward only and the cumulative fill only grow.
struct Order {
  NewOrder request;
  OrderStatus status = OrderStatus::intent;
  RejectReason reason = RejectReason::none;
  bool triggered = false;
  RawQuantity quantity;        ///< total, after amendments
  RawPrice limit_price;        ///< after amendments
  RawQuantity filled;          ///< cumulative
  Amount filled_notional;      ///< Σ price × quantity × multiplier of the fills, unsigned
  RawQuantity asked_quantity;  ///< of an amendment that is on its way
  RawPrice asked_price;
  TimeNs ts_created = 0;
  TimeNs ts_updated = 0;
  BOOST_DESCRIBE_CLASS(Order, (),
                       (request, status, reason, triggered, quantity, limit_price, filled, filled_notional,
                        asked_quantity, asked_price, ts_created, ts_updated),
                       (), ())

  [[nodiscard]] OrderId id() const noexcept { return request.id; }
  [[nodiscard]] bool is_open() const noexcept { return !is_terminal(status); }
  [[nodiscard]] RawQuantity remaining() const noexcept {
    return filled >= quantity ? RawQuantity() : quantity - filled;
  }
};

/// True if an order may go from one status to the other (M11). Forward only; `pending_*` and `unknown` may
/// return to what the venue says it is, terminal states are final.
[[nodiscard]] bool can_transition(OrderStatus from, OrderStatus to) noexcept;

/// What a working order is called when nothing is pending: acknowledged or partially filled.
[[nodiscard]] constexpr OrderStatus working_status(const Order& order) noexcept {
  return order.filled.is_zero() ? OrderStatus::acknowledged : OrderStatus::partially_filled;
}

}  // namespace kontor::execution
