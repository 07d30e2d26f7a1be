#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/int128.hpp"

namespace kontor {

/// An exact amount of some asset in units of 1e-18, ±1.7e20 whole units. The asset is known from the context;
/// where it is not, use Money. Sums are checked: an overflow is a broken invariant, not a wrapped number.
class Amount {
 public:
  static constexpr int kScale = 18;

  constexpr Amount() noexcept = default;
  [[nodiscard]] static constexpr Amount from_units(int128 units) noexcept { return Amount(units); }
  [[nodiscard]] static Amount from_decimal(const Decimal& decimal) noexcept {
    return Amount(static_cast<int128>(decimal.units) * kPowersOfTen[kScale - decimal.scale]);
  }
  /// Reads what Decimal::parse reads, over the full range of an amount: parse(format(x)) == x.
  [[nodiscard]] static Result<Amount> parse(std::string_view text);

  [[nodiscard]] constexpr int128 units() const noexcept { return units_; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return units_ == 0; }
  [[nodiscard]] constexpr bool is_negative() const noexcept { return units_ < 0; }

  /// Plain decimal without trailing zeros: `-12.5`, `0`, `100`.
  [[nodiscard]] std::string format() const;
  /// Plain decimal with exactly `places` places, half to even.
  [[nodiscard]] std::string format_fixed(int places) const;
  [[nodiscard]] double to_double() const noexcept {
    return static_cast<double>(units_) * 1e-18;
  }  // analytics

  constexpr Amount& operator+=(Amount other) noexcept {
    ASSERT(!__builtin_add_overflow(units_, other.units_, &units_));
    return *this;
  }
  constexpr Amount& operator-=(Amount other) noexcept {
    ASSERT(!__builtin_sub_overflow(units_, other.units_, &units_));
    return *this;
  }
  friend constexpr Amount operator+(Amount a, Amount b) noexcept { return a += b; }
  friend constexpr Amount operator-(Amount a, Amount b) noexcept { return a -= b; }
  constexpr Amount operator-() const noexcept { return Amount() - *this; }
  constexpr auto operator<=>(const Amount&) const noexcept = default;
  [[nodiscard]] constexpr Amount absolute() const noexcept { return units_ < 0 ? -*this : *this; }

  /// `this × rate`, rounded to 1e-18 by `mode`; the fee of a notional, say.
  [[nodiscard]] Amount times(const Decimal& rate, Rounding mode) const noexcept;
  /// `this × numerator / denominator` through 192 bits, rounded towards zero; denominator > 0, numerator ≥ 0.
  [[nodiscard]] Amount share(std::int64_t numerator, std::int64_t denominator) const noexcept;

 private:
  constexpr explicit Amount(int128 units) noexcept : units_(units) {}

  int128 units_ = 0;
};

/// An amount with its asset: what a ledger posts and a fee is paid in.
struct Money {
  Amount amount;
  AssetId asset;
  bool operator==(const Money&) const noexcept = default;
};

/// `a × b / divisor` with a 192-bit product, rounded towards zero. All non-negative, divisor > 0.
/// The caller guarantees that the result fits; otherwise the invariant is broken and the process ends.
[[nodiscard]] uint128 multiply_divide(uint128 a, std::uint64_t b, std::uint64_t divisor) noexcept;

}  // namespace kontor
