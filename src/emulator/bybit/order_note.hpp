#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

namespace kontor::emulator::bybit {

/// Where an order comes from: a request for it, or a protection of a position that the venue keeps as orders.
BOOST_DEFINE_FIXED_ENUM_CLASS(OrderSource, std::uint8_t, user, take_profit, stop_loss, trailing_stop)
/// What the quantity of a spot market order counted, where the request said so.
BOOST_DEFINE_FIXED_ENUM_CLASS(QuantityUnit, std::uint8_t, unsaid, base, quote)

/// What the protocol asked for and the core has no word for. Kept in the label of the order.
struct OrderNote {
  OrderSource source = OrderSource::user;
  QuantityUnit unit = QuantityUnit::unsaid;
  bool is_partial = false;    ///< protects a part of a position, not whatever is held
  bool is_spot_tpsl = false;  ///< orderFilter tpslOrder
  bool closes_on_trigger = false;
  bool borrows = false;        ///< isLeverage
  std::uint8_t direction = 0;  ///< triggerDirection: 1 rise, 2 fall, 0 none

  [[nodiscard]] std::string text() const;
  /// A label that this front did not write is a plain order's.
  [[nodiscard]] static OrderNote parse(std::string_view label) noexcept;
  bool operator==(const OrderNote&) const noexcept = default;
};

}  // namespace kontor::emulator::bybit
