#pragma once

#include <cstdint>

namespace kontor {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/// Ten to the power of 0 … 18, the range in which a scale of a 64-bit number lies.
inline constexpr std::int64_t kPowersOfTen[19] = {1,
                                                  10,
                                                  100,
                                                  1'000,
                                                  10'000,
                                                  100'000,
                                                  1'000'000,
                                                  10'000'000,
                                                  100'000'000,
                                                  1'000'000'000,
                                                  10'000'000'000,
                                                  100'000'000'000,
                                                  1'000'000'000'000,
                                                  10'000'000'000'000,
                                                  100'000'000'000'000,
                                                  1'000'000'000'000'000,
                                                  10'000'000'000'000'000,
                                                  100'000'000'000'000'000,
                                                  1'000'000'000'000'000'000};

inline constexpr int kMaxScale = 18;

/// Largest value of an int128; std::numeric_limits does not know the type in strict mode.
inline constexpr int128 kInt128Max = static_cast<int128>((~static_cast<uint128>(0)) >> 1U);
inline constexpr int128 kInt128Min = -kInt128Max - 1;

constexpr uint128 magnitude(int128 value) noexcept {
  return value < 0 ? ~static_cast<uint128>(value) + 1U : static_cast<uint128>(value);
}

}  // namespace kontor
