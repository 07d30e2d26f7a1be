#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <compare>
#include <cstdint>

namespace kontor {

/// A price as an integer of the instrument's price scale. Means nothing without its instrument, which
/// converts (`Instrument::price`, `Instrument::raw_price`). Negative prices are legal, zero means "none".
struct RawPrice {
  std::int64_t units = 0;
  using rep = std::int64_t;
  constexpr RawPrice() noexcept = default;
  constexpr explicit RawPrice(std::int64_t u) noexcept : units(u) {}
  constexpr auto operator<=>(const RawPrice&) const noexcept = default;
  constexpr RawPrice operator+(RawPrice other) const noexcept { return RawPrice(units + other.units); }
  constexpr RawPrice operator-(RawPrice other) const noexcept { return RawPrice(units - other.units); }
  BOOST_DESCRIBE_CLASS(RawPrice, (), (units), (), ())
};

/// A quantity as an integer of the instrument's quantity scale; signed where it is a position.
struct RawQuantity {
  std::int64_t units = 0;
  using rep = std::int64_t;
  constexpr RawQuantity() noexcept = default;
  constexpr explicit RawQuantity(std::int64_t u) noexcept : units(u) {}
  constexpr auto operator<=>(const RawQuantity&) const noexcept = default;
  constexpr RawQuantity operator+(RawQuantity other) const noexcept { return RawQuantity(units + other.units); }
  constexpr RawQuantity operator-(RawQuantity other) const noexcept { return RawQuantity(units - other.units); }
  constexpr RawQuantity operator-() const noexcept { return RawQuantity(-units); }
  constexpr RawQuantity& operator+=(RawQuantity other) noexcept {
    units += other.units;
    return *this;
  }
  constexpr RawQuantity& operator-=(RawQuantity other) noexcept {
    units -= other.units;
    return *this;
  }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return units == 0; }
  [[nodiscard]] constexpr RawQuantity absolute() const noexcept { return RawQuantity(units < 0 ? -units : units); }
  BOOST_DESCRIBE_CLASS(RawQuantity, (), (units), (), ())
};

BOOST_DEFINE_FIXED_ENUM_CLASS(Side, std::uint8_t, buy, sell)
BOOST_DEFINE_FIXED_ENUM_CLASS(Liquidity, std::uint8_t, maker, taker)

constexpr Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }
/// +1 for buy, -1 for sell.
constexpr std::int64_t sign_of(Side side) noexcept { return side == Side::buy ? 1 : -1; }

}  // namespace kontor
