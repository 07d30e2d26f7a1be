#pragma once

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
  Part part;  ///< the scope
};

/// Adds every limit of a scope that the order would break, those that count entries over time aside. A limit
/// that is broken already is no reason against an order that does not make it worse.
void check_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                  Reasons& broken) noexcept;

}  // namespace kontor::risk
