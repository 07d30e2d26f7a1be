#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "model/instrument.hpp"
#include "model/types.hpp"

namespace kontor {

/// Signed quantity and signed cost by the average-cost method: cost = Σ notional of what is still held,
/// positive for a long, negative for a short. The average price is derived, never stored. Fees are not part
/// of the cost.
struct Position {
  RawQuantity quantity;
  Amount cost;
  BOOST_DESCRIBE_CLASS(Position, (), (quantity, cost), (), ())

  [[nodiscard]] bool is_flat() const noexcept { return quantity.is_zero(); }
  [[nodiscard]] bool is_long() const noexcept { return quantity.units > 0; }
  [[nodiscard]] bool is_short() const noexcept { return quantity.units < 0; }

  /// Books an execution and returns the profit that it realises (zero when it only opens or adds). A fill
  /// larger than the position closes it at its average cost and opens the rest on the other side.
  Amount apply(const Instrument& instrument, Side side, RawQuantity fill_quantity, RawPrice price) noexcept;

  /// Profit not yet realised at `mark`.
  [[nodiscard]] Amount unrealized(const Instrument& instrument, RawPrice mark) const noexcept {
    return instrument.notional(mark, quantity) - cost;
  }
  /// Average entry price in plain units; zero when flat.
  [[nodiscard]] double average_price(const Instrument& instrument) const noexcept;  // analytics
};

}  // namespace kontor
