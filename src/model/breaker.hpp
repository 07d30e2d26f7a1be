#pragma once

#include <cstdint>
#include <optional>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

namespace kontor {

/// What a breaker of the safety chain (M1) watches. docs/risk.md says when each trips.
BOOST_DEFINE_FIXED_ENUM_CLASS(BreakerKind, std::uint8_t, error_burst, drawdown, daily_loss, weekly_loss,
                              losing_streak, price_shock, price_move, connection, clock_offset, equity_stop,
                              data_age)

/// How much a breaker takes away, from nothing to everything. A warning takes nothing.
BOOST_DEFINE_FIXED_ENUM_CLASS(BreakerLevel, std::uint8_t, normal, warning, restricted, halted, flattening)

/// Why a breaker is at another level.
BOOST_DEFINE_FIXED_ENUM_CLASS(BreakerReason, std::uint8_t,
                              tripped,    // a threshold was reached
                              recovered,  // what it watches is well again
                              elapsed,    // its time was over
                              flattened,  // nothing is left to close: it goes on as halted
                              reset)      // the operator's word

/// A breaker went from one level to another. Decided by the engine, before the commands that follow from it.
struct BreakerChanged {
  std::uint64_t cause = 0;  ///< seq of the event that led to it
  BreakerKind breaker{};
  std::optional<StrategyId> strategy{};      ///< the scope: a strategy's, …
  std::optional<InstrumentId> instrument{};  ///< … an instrument's, or with neither the account's
  BreakerLevel from = BreakerLevel::normal;
  BreakerLevel to = BreakerLevel::normal;
  BreakerReason reason = BreakerReason::tripped;
  Amount value;      ///< what was measured: a fraction, a number of times, or seconds
  Amount threshold;  ///< that it was compared with
  TimeNs until = 0;  ///< when it ends by itself; 0: not by time
  bool operator==(const BreakerChanged&) const = default;
  BOOST_DESCRIBE_CLASS(BreakerChanged, (),
                       (cause, breaker, strategy, instrument, from, to, reason, value, threshold, until), (),
                       ())
};

}  // namespace kontor
