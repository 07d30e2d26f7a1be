#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/breaker.hpp"
#include "model/event.hpp"

namespace kontor::risk {

// The triggers of the safety chain (M1) as data. What is absent is not watched. A cooldown of 0 means that
// only the operator ends it. Fractions: 0.1 is 10 %.

/// Errors of the venue in answer to our requests: `threshold` of them within `window`. Successes between them
/// clear nothing.
struct ErrorBurstBreaker {
  std::uint32_t threshold = 5;
  DurationNs window = kMinute;
  BreakerLevel action = BreakerLevel::restricted;
  DurationNs cooldown = 0;
};
/// The fall from the highest equity as a fraction of it, with a tier for each level. A tier of 0 is none.
struct DrawdownBreaker {
  Decimal warning{10, 2};
  Decimal restricted{15, 2};
  Decimal halted{20, 2};
  Decimal flattening{30, 2};
  DurationNs cooldown = 0;
};
/// The loss since the start of the UTC day, or of the week from Monday on, as a fraction of the equity then.
/// It ends with the period, and not before the cooldown.
struct LossBreaker {
  Decimal threshold{5, 2};
  BreakerLevel action = BreakerLevel::restricted;
  DurationNs cooldown = kDay;
  DurationNs boundary = 0;  ///< how long after midnight UTC the period begins
};
/// So many losing round trips one after the other, costs included.
struct LosingStreakBreaker {
  std::uint32_t threshold = 3;
  BreakerLevel action = BreakerLevel::restricted;
  DurationNs cooldown = 48 * kHour;
};
/// A price that differs from the one before by this fraction.
struct PriceShockBreaker {
  Decimal threshold{10, 2};
  BreakerLevel action = BreakerLevel::restricted;
  DurationNs cooldown = 15 * kMinute;
};
/// A move within `window` of more than `threshold` times the mean true range of the last `periods` windows.
struct PriceMoveBreaker {
  Decimal threshold{6, 0};
  DurationNs window = kMinute;
  std::uint32_t periods = 14;
  BreakerLevel action = BreakerLevel::restricted;
  DurationNs cooldown = 15 * kMinute;
};
/// A stream that is silent for so long. Ends when it is heard again.
struct ConnectionBreaker {
  DurationNs restricted_after = 30 * kSecond;
  DurationNs halted_after = 120 * kSecond;
};
/// A clock that is further off than this, either way. Ends with a measurement that is not.
struct ClockOffsetBreaker {
  DurationNs threshold = kSecond;
  BreakerLevel action = BreakerLevel::restricted;
};
/// The hard stop of the equity: the smaller of the drawdown and its exponential average over `smoothing`,
/// looked at once a minute. Yellow warns, orange restricts, red (the threshold) flattens and restarts after
/// the cooldown, unless the drawdown from the highest equity ever is `no_restart`.
struct EquityStopBreaker {
  Decimal threshold{15, 2};
  Decimal yellow{5, 1};   ///< of the threshold
  Decimal orange{75, 2};  ///< of the threshold
  DurationNs smoothing = 720 * kMinute;
  DurationNs cooldown = 36 * kHour;
  Decimal no_restart{30, 2};
};
/// The last price of an instrument is so old. Ends with the next price.
struct DataAgeBreaker {
  DurationNs threshold = kMinute;
  BreakerLevel action = BreakerLevel::restricted;
};

/// The breakers of one scope. Not every kind makes sense everywhere: docs/risk.md has the table. What the
/// account has of price_shock, price_move and data_age holds for every instrument that has none of its own.
struct Breakers {
  std::optional<ErrorBurstBreaker> error_burst{};
  std::optional<DrawdownBreaker> drawdown{};
  std::optional<LossBreaker> daily_loss{};
  std::optional<LossBreaker> weekly_loss{};
  std::optional<LosingStreakBreaker> losing_streak{};
  std::optional<PriceShockBreaker> price_shock{};
  std::optional<PriceMoveBreaker> price_move{};
  std::optional<ConnectionBreaker> connection{};
  std::optional<ClockOffsetBreaker> clock_offset{};
  std::optional<EquityStopBreaker> equity_stop{};
  std::optional<DataAgeBreaker> data_age{};

  [[nodiscard]] bool any() const noexcept {
    return error_burst || drawdown || daily_loss || weekly_loss || losing_streak || price_shock ||
           price_move || connection || clock_offset || equity_stop || data_age;
  }
};

/// The breakers of all scopes; nothing is watched unless it is asked for.
struct BreakerSettings {
  Breakers account{};
  std::vector<Breakers> strategies{};   ///< by StrategyId; empty: none
  std::vector<Breakers> instruments{};  ///< by InstrumentId; empty: none
};

/// What a level means for orders.
[[nodiscard]] constexpr TradingState trading_at(BreakerLevel level) noexcept {
  switch (level) {
    case BreakerLevel::normal:
    case BreakerLevel::warning: return TradingState::running;
    case BreakerLevel::restricted: return TradingState::restricted;
    case BreakerLevel::halted: return TradingState::halted;
    case BreakerLevel::flattening: return TradingState::flattening;
  }
  return TradingState::flattening;
}

/// The one that allows less.
[[nodiscard]] constexpr TradingState stricter(TradingState a, TradingState b) noexcept {
  return a < b ? b : a;
}

}  // namespace kontor::risk
