#pragma once

#include "base/time.hpp"
#include "model/instrument.hpp"
#include "model/order.hpp"
#include "risk/reasons.hpp"

namespace kontor::risk {

/// The price that an order's value is judged by: its limit, else its trigger, else the mark; zero if none is
/// known.
[[nodiscard]] inline RawPrice reference_price(const NewOrder& order, RawPrice mark) noexcept {
  if (has_limit_price(order.type)) return order.limit_price;
  if (has_trigger(order.type) && order.trigger_price.units != 0) return order.trigger_price;
  return mark;
}

/// The exchange's own rules for one order, so that nothing is sent that cannot be accepted: positive prices
/// on the tick grid, a quantity on the step grid between minimum and maximum, a notional of at least the
/// minimum (not asked of what only closes a perpetual), an expiry that lies ahead. Adds every rule that is
/// broken.
void check_filters(const Instrument& instrument, const NewOrder& order, RawPrice mark, TimeNs now,
                   Reasons& broken) noexcept;

/// `price × quantity` for values that nobody has checked yet: the largest amount where it cannot be
/// represented.
[[nodiscard]] Amount saturated_notional(const Instrument& instrument, RawPrice price,
                                        RawQuantity quantity) noexcept;

}  // namespace kontor::risk
