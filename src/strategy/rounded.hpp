#pragma once

#include <cmath>
#include <cstdint>

#include "base/decimal.hpp"

namespace kontor::strategy {

/// The decimal of that many places that is nearest to a number, such as a parameter's; halves away from zero.
[[nodiscard]] inline Decimal rounded(double value, std::uint8_t places) noexcept {
  return {std::llround(value * static_cast<double>(kPowersOfTen[places])), places};
}

}  // namespace kontor::strategy
