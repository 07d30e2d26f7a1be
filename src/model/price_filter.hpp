#pragma once

#include <cstdint>

#include "model/types.hpp"

namespace kontor {

/// Says of most prices at once that they are not among the few that were added: a bit per price in one word,
/// which several prices may share. What it denies is not there; what it does not deny has to be looked for.
class PriceFilter {
 public:
  constexpr void add(RawPrice price) noexcept { bits_ |= bit_of(price); }
  constexpr void clear() noexcept { bits_ = 0; }
  [[nodiscard]] constexpr bool may_hold(RawPrice price) const noexcept {
    return (bits_ & bit_of(price)) != 0;
  }

 private:
  static constexpr std::uint64_t bit_of(RawPrice price) noexcept {
    constexpr std::uint64_t kSpread =
        0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio: neighbours fall far apart
    return std::uint64_t{1} << ((static_cast<std::uint64_t>(price.units) * kSpread) >> 58U);
  }

  std::uint64_t bits_ = 0;
};

}  // namespace kontor
