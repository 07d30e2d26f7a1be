#pragma once

#include <compare>
#include <cstdint>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/assert.hpp"

namespace kontor {

namespace detail {

/// Sums of raw units are checked: an overflow is a broken invariant, not a wrapped number.
constexpr std::int64_t checked_add(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  ASSERT(!__builtin_add_overflow(a, b, &sum));
  return sum;
}
constexpr std::int64_t checked_subtract(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t difference = 0;
  ASSERT(!__builtin_sub_overflow(a, b, &difference));
  return difference;
}

}  // namespace detail

/// A price as an integer of the instrument's price scale. Means nothing without its instrument, which
/// converts (`Instrument::price`, `Instrument::raw_price`). Negative prices are legal, zero means "none".
struct RawPrice {
  std::int64_t units = 0;
  using rep = std::int64_t;
  constexpr RawPrice() noexcept = default;
  constexpr explicit RawPrice(std::int64_t u) noexcept : units(u) {}
  constexpr auto operator<=>(const RawPrice&) const noexcept = default;
  constexpr RawPrice operator+(RawPrice other) const noexcept {
    return RawPrice(detail::checked_add(units, other.units));
  }
  constexpr RawPrice operator-(RawPrice other) const noexcept {
    return RawPrice(detail::checked_subtract(units, other.units));
  }
  BOOST_DESCRIBE_CLASS(RawPrice, (), (units), (), ())
};

/// A quantity as an integer of the instrument's quantity scale; signed where it is a position.
struct RawQuantity {
  std::int64_t units = 0;
  using rep = std::int64_t;
  constexpr RawQuantity() noexcept = default;
  constexpr explicit RawQuantity(std::int64_t u) noexcept : units(u) {}
  constexpr auto operator<=>(const RawQuantity&) const noexcept = default;
  constexpr RawQuantity operator+(RawQuantity other) const noexcept {
    return RawQuantity(detail::checked_add(units, other.units));
  }
  constexpr RawQuantity operator-(RawQuantity other) const noexcept {
    return RawQuantity(detail::checked_subtract(units, other.units));
  }
  constexpr RawQuantity operator-() const noexcept { return RawQuantity(detail::checked_subtract(0, units)); }
  constexpr RawQuantity& operator+=(RawQuantity other) noexcept { return *this = *this + other; }
  constexpr RawQuantity& operator-=(RawQuantity other) noexcept { return *this = *this - other; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return units == 0; }
  [[nodiscard]] constexpr RawQuantity absolute() const noexcept { return units < 0 ? -*this : *this; }
  BOOST_DESCRIBE_CLASS(RawQuantity, (), (units), (), ())
};

BOOST_DEFINE_FIXED_ENUM_CLASS(Side, std::uint8_t, buy, sell)
BOOST_DEFINE_FIXED_ENUM_CLASS(Liquidity, std::uint8_t, maker, taker)

constexpr Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }
/// +1 for buy, -1 for sell.
constexpr std::int64_t sign_of(Side side) noexcept { return side == Side::buy ? 1 : -1; }

}  // namespace kontor
