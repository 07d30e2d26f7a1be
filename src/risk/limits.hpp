#pragma once

#include <vector>

#include "base/ids.hpp"
#include "model/limits.hpp"
#include "risk/breakers.hpp"

namespace kontor::risk {

using kontor::Limits;

/// The limits of all scopes. A backtest starts without any: then only the instrument's filters hold.
struct RiskSettings {
  Limits account;
  std::vector<Limits> strategies;   ///< by StrategyId; empty: none
  std::vector<Limits> instruments;  ///< by InstrumentId; empty: none
  /// Spot instruments of which the venue lends the coins that are sold short; elsewhere spot never goes
  /// short.
  std::vector<InstrumentId> spot_margin{};
  /// By InstrumentId, at least 1: positions on margin tie up their value divided by it. Missing: 1.
  std::vector<Decimal> leverages{};
  BreakerSettings breakers{};
};

/// The limits of `settings`, scope by scope; those that limit nothing are left out.
[[nodiscard]] std::vector<ScopedLimits> scoped_limits_of(const RiskSettings& settings);

}  // namespace kontor::risk
