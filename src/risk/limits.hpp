#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "risk/breakers.hpp"

namespace kontor::risk {

/// Limits of one scope (the account, a strategy, an instrument). Absent means: this scope does not limit it.
/// Where several scopes limit the same thing, the strictest wins, because all of them are checked.
struct Limits {
  std::optional<Amount> max_order_notional;     ///< quote asset
  std::optional<Amount> max_position_notional;  ///< |position| of the scope in one instrument after the order
  std::optional<Decimal> max_exposure;  ///< Σ |position value| after the order, as a fraction of equity
  std::optional<Decimal> max_leverage;  ///< Σ |value of what is held on margin| / equity after the order
  std::optional<Decimal> reserve;       ///< fraction of the equity that positions must not tie up
  std::optional<Decimal> max_price_deviation;  ///< |limit − mark| / mark
  /// Positions at once; each strategy's own in each instrument is one. Counts what open orders would open.
  std::optional<std::uint32_t> max_open_positions;
  std::optional<std::uint32_t> max_open_orders;
  std::optional<std::uint32_t> max_orders_per_day;     ///< UTC days, entries only
  std::optional<std::uint32_t> max_orders_per_second;  ///< in any second; orders and amendments
  std::optional<std::uint32_t> max_orders_per_minute;  ///< in any minute
  std::optional<DurationNs> cooldown;                  ///< least time between two entries in an instrument

  [[nodiscard]] bool any() const noexcept {
    return max_order_notional || max_position_notional || max_exposure || max_leverage || reserve ||
           max_price_deviation || max_open_positions || max_open_orders || counts_entries() || limits_rate();
  }
  /// True if entries have to be remembered to hold these limits.
  [[nodiscard]] bool counts_entries() const noexcept { return max_orders_per_day || cooldown; }
  /// True if every order has to be remembered.
  [[nodiscard]] bool limits_rate() const noexcept { return max_orders_per_second || max_orders_per_minute; }
};

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

}  // namespace kontor::risk
