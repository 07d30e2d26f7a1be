#pragma once

#include "risk/limit_checks.hpp"

namespace kontor::risk {

/// Adds max_exposure, max_leverage and reserve where the order would break them: what all positions of the
/// scope amount to, as if everything open were going to fill, against the equity of the account.
///   exposure  the value of every position
///   leverage  the value of what is held on margin: perpetuals, and spot that is sold short
///   reserve   what positions tie up: the value of spot that is held, and of what is on margin its value
///             divided by the leverage that is set for the instrument
/// An order that does not make its own instrument's part larger breaks none of them.
void check_equity_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                         Reasons& broken) noexcept;

}  // namespace kontor::risk
