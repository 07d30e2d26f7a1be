#pragma once

#include <span>

#include "risk/exposure.hpp"
#include "risk/limits.hpp"
#include "risk/reasons.hpp"

namespace kontor::risk {

struct RiskView;

/// An order that adds risk, as the limits of one scope look at it.
struct LimitCase {
  const NewOrder& order;
  OrderId replaced;  ///< the order that an amendment changes; 0 for a new one
  RawPrice mark;
  Part part;                           ///< the scope
  std::span<const Decimal> leverages;  ///< by InstrumentId, of positions on margin
};

/// Where a position of the scope could come to, without and with the order.
struct PositionRanges {
  PositionRange without;
  PositionRange with;
};
[[nodiscard]] PositionRanges position_ranges(const RiskView& view, const LimitCase& subject,
                                             InstrumentId instrument) noexcept;

/// What an order is valued at: a buy costs its limit at the most; a sale below the market still moves what
/// the market says it is worth.
[[nodiscard]] RawPrice value_price(const LimitCase& subject) noexcept;

/// Adds every limit of a scope that the order would break, those that count entries over time aside. A limit
/// that is broken already is no reason against an order that does not make it worse.
void check_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                  Reasons& broken) noexcept;

}  // namespace kontor::risk
