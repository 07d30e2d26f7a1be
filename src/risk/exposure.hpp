#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/amount.hpp"
#include "execution/order_manager.hpp"
#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "portfolio/portfolio.hpp"

namespace kontor::risk {

/// A part of the account: one strategy's books, one instrument, or with neither all of it.
struct Part {
  std::optional<StrategyId> strategy;
  std::optional<InstrumentId> instrument;

  [[nodiscard]] bool holds(const NewOrder& order) const noexcept {
    return (!strategy || *strategy == order.strategy) && (!instrument || *instrument == order.instrument);
  }
};

/// What open orders could still add on each side.
struct PendingQuantity {
  RawQuantity buys;
  RawQuantity sells;
};

/// True if an open order counts as if it were going to fill. Protective legs do not (they only close, and of
/// two only one), nor what is being canceled, nor the order that the one under judgement replaces.
[[nodiscard]] bool counts_as_pending(const execution::Order& order, OrderId replaced) noexcept;

/// The open orders of a part of the account in one instrument. An amendment on its way counts with the larger
/// size.
[[nodiscard]] PendingQuantity pending_quantity(const execution::OrderManager& orders, const Part& part,
                                               InstrumentId instrument, OrderId replaced) noexcept;

/// What one more protective leg of the strategy may close on the side of `leg`: its own position and what its
/// open entries can still add to it, less what the legs of its other groups close already (of a pair, one).
/// Not below zero.
[[nodiscard]] RawQuantity unprotected_quantity(const portfolio::Portfolio& portfolio,
                                               const execution::OrderManager& orders,
                                               const NewOrder& leg) noexcept;

/// The position of a part of the account in one instrument.
[[nodiscard]] RawQuantity position_of(const portfolio::Portfolio& portfolio, const Part& part,
                                      InstrumentId instrument) noexcept;

/// `a + b`, held at the ends of the range: quantities of unchecked orders must not wrap around.
[[nodiscard]] constexpr RawQuantity saturating_sum(RawQuantity a, RawQuantity b) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a.units, b.units, &sum) && sum != INT64_MIN) return RawQuantity(sum);
  return RawQuantity(b.units < 0 ? -INT64_MAX : INT64_MAX);
}

/// Both ends of where a position can come to if the open orders of one side fill.
struct PositionRange {
  RawQuantity lowest;
  RawQuantity highest;
  /// The larger of both sizes.
  [[nodiscard]] constexpr RawQuantity largest() const noexcept {
    return std::max(lowest.absolute(), highest.absolute());
  }
};

[[nodiscard]] constexpr PositionRange reach_of(RawQuantity position,
                                               const PendingQuantity& pending) noexcept {
  return {saturating_sum(position, -pending.sells), saturating_sum(position, pending.buys)};
}

/// The pending quantity with one order more; a quantity that is not positive adds nothing.
[[nodiscard]] constexpr PendingQuantity with_order(PendingQuantity pending, Side side,
                                                   RawQuantity quantity) noexcept {
  if (quantity.units <= 0) return pending;
  RawQuantity& total = side == Side::buy ? pending.buys : pending.sells;
  total = saturating_sum(total, quantity);
  return pending;
}

}  // namespace kontor::risk
