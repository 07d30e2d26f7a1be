#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/int128.hpp"
#include "base/result.hpp"

namespace kontor {

/// How a value that does not fit its grid is brought onto it. Every rounding names its mode.
enum class Rounding : std::uint8_t {
  down,       ///< towards zero
  up,         ///< away from zero
  floor,      ///< towards minus infinity
  ceiling,    ///< towards plus infinity
  half_even,  ///< to the nearest, ties to the even neighbour
  half_up,    ///< to the nearest, ties away from zero
};

/// `numerator / denominator` rounded by `mode`; denominator > 0.
[[nodiscard]] int128 divide_rounded(int128 numerator, int128 denominator, Rounding mode) noexcept;

namespace detail {

/// A decimal number as it was written, before it is put into a type: ±digits × 10^-places.
struct DecimalDigits {
  uint128 digits = 0;
  std::uint8_t places = 0;  ///< 18 at the most
  bool negative = false;
};

/// The grammar that Decimal::parse and Amount::parse share.
[[nodiscard]] Result<DecimalDigits> parse_digits(std::string_view text);

}  // namespace detail

/// An exact decimal number: `units × 10^-scale`, scale 0 … 18. Two numbers that are equal in value compare
/// equal whatever their scales. Arithmetic reports overflow instead of wrapping.
struct Decimal {
  std::int64_t units = 0;
  std::uint8_t scale = 0;

  /// Reads `-12.345`, `.5`, `7.`, `+7`, `1e-7`, `2.5E+3`. Refuses anything else, and values beyond 64 bits or
  /// 18 places.
  [[nodiscard]] static Result<Decimal> parse(std::string_view text);

  /// The plain form with exactly `scale` places, never an exponent: parse(format(x)) == x.
  [[nodiscard]] std::string format() const;

  /// The same value at another scale; `mode` says what happens to places that are lost.
  [[nodiscard]] Result<Decimal> rescaled(std::uint8_t new_scale, Rounding mode) const;

  /// The same value without trailing zeros after the point.
  [[nodiscard]] Decimal normalized() const noexcept;

  [[nodiscard]] double to_double() const noexcept;  // analytics

  [[nodiscard]] bool is_zero() const noexcept { return units == 0; }
  /// False for a scale that no arithmetic may see; the codec asks.
  [[nodiscard]] bool is_valid() const noexcept { return scale <= kMaxScale; }

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;
  friend bool operator==(const Decimal& a, const Decimal& b) noexcept { return (a <=> b) == 0; }
};

/// Exact sum and difference at the larger of both scales; overflow is an error.
[[nodiscard]] Result<Decimal> add(const Decimal& a, const Decimal& b);
[[nodiscard]] Result<Decimal> subtract(const Decimal& a, const Decimal& b);
/// Exact product at the sum of both scales (18 at the most, then rounded by `mode`); overflow is an error.
[[nodiscard]] Result<Decimal> multiply(const Decimal& a, const Decimal& b, Rounding mode);

namespace detail {

/// A Decimal with a meaning of its own: no implicit way in or out.
template <class Tag>
struct TaggedDecimal {
  Decimal value;

  constexpr TaggedDecimal() noexcept = default;
  constexpr explicit TaggedDecimal(Decimal d) noexcept : value(d) {}
  [[nodiscard]] static Result<TaggedDecimal> parse(std::string_view text) {
    TRY(const Decimal parsed, Decimal::parse(text));
    return TaggedDecimal(parsed);
  }
  [[nodiscard]] std::string format() const { return value.format(); }
  friend std::strong_ordering operator<=>(const TaggedDecimal& a, const TaggedDecimal& b) noexcept {
    return a.value <=> b.value;
  }
  friend bool operator==(const TaggedDecimal& a, const TaggedDecimal& b) noexcept {
    return a.value == b.value;
  }
};

}  // namespace detail

/// A price in quote asset per base unit, as people and venues write it.
using Price = detail::TaggedDecimal<struct PriceTag>;
/// A quantity in base units or contracts, as people and venues write it.
using Quantity = detail::TaggedDecimal<struct QuantityTag>;

}  // namespace kontor
