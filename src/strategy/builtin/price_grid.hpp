#pragma once

#include <cstdint>

#include "base/assert.hpp"
#include "base/time.hpp"

namespace kontor::strategy {

/// The multiples of a spacing. Remembers the one it gave last: most prices lie above the same one as the
/// price before, which then costs no division.
class PriceGrid {
 public:
  /// `spacing` is positive, in the units of the prices.
  explicit PriceGrid(std::int64_t spacing) noexcept : spacing_(spacing) { ASSERT(spacing > 0); }

  /// The largest multiple that is not above `price`.
  [[nodiscard]] std::int64_t floor(std::int64_t price) noexcept {
    const auto above = static_cast<std::uint64_t>(price) - static_cast<std::uint64_t>(last_);
    if (above >= static_cast<std::uint64_t>(spacing_)) [[unlikely]]
      last_ = floor_divide(price, spacing_) * spacing_;
    return last_;
  }
  /// The smallest multiple that is not below `price`.
  [[nodiscard]] std::int64_t ceiling(std::int64_t price) noexcept { return -floor(-price); }

 private:
  std::int64_t spacing_;
  std::int64_t last_ = 0;
};

}  // namespace kontor::strategy
