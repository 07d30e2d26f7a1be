#pragma once

#include <algorithm>
#include <cstdint>

#include "base/amount.hpp"
#include "base/decimal.hpp"

namespace kontor::risk {

// Fractions of money as whole billionths: exact to compare, and the same on every machine.

inline constexpr std::int64_t kBillion = 1'000'000'000;

/// A decimal as billionths, rounded towards zero.
[[nodiscard]] constexpr std::int64_t billionths(const Decimal& value) noexcept {
  return value.scale <= 9 ? value.units * static_cast<std::int64_t>(kPowersOfTen[9 - value.scale])
                          : value.units / static_cast<std::int64_t>(kPowersOfTen[value.scale - 9]);
}
/// Billionths as they are told.
[[nodiscard]] constexpr Amount fraction_amount(std::int64_t fraction) noexcept {
  return Amount::from_units(static_cast<int128>(fraction) * kBillion);
}
/// How far `equity` is below `base`, in billionths of it, rounded down; 0 where it is not below, or the base
/// is nothing to lose from. Exact to 1e-12 of money.
[[nodiscard]] constexpr std::int64_t fall_of(Amount equity, Amount base) noexcept {
  constexpr int128 kDropped = 1'000'000;
  if (base.units() <= 0 || equity >= base) return 0;
  const int128 whole = base.units() / kDropped;
  const int128 lost = (base - equity).units() / kDropped;
  if (whole == 0) return 0;
  return static_cast<std::int64_t>(std::min<int128>(lost * kBillion / whole, INT64_MAX));
}
/// An equity at or below which the fall from `base` can be `fraction`: never too low.
[[nodiscard]] constexpr Amount alarm_below(Amount base, std::int64_t fraction) noexcept {
  if (base.units() <= 0) return Amount::from_units(kInt128Min);
  return base - Amount::from_units(base.units() / kBillion * fraction);
}
/// `amount × after / before` for positive `before` and `after`: what an equity of the past is worth in
/// comparison once money has come or gone.
[[nodiscard]] inline Amount rescaled(Amount amount, Amount before, Amount after) noexcept {
  int128 denominator = before.units();
  int128 numerator = after.units();
  while (denominator > INT64_MAX || numerator > INT64_MAX) {
    denominator /= 2;
    numerator /= 2;
  }
  if (denominator == 0) return after;
  return amount.share(static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator));
}

}  // namespace kontor::risk
