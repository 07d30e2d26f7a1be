#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>

namespace kontor {

/// xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded by splitmix64: the same numbers on every machine.
/// The seed enters as configuration; nothing here asks for chance.
class Prng {
 public:
  explicit constexpr Prng(std::uint64_t seed) noexcept {
    for (auto& word : state_) {
      seed += 0x9E3779B97F4A7C15ULL;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
      word = z ^ (z >> 31U);
    }
  }

  constexpr std::uint64_t next() noexcept {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound), bound > 0. Lemire's multiply-shift; the bias is below 2^-64 × bound.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    __extension__ using wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<wide>(next()) * bound) >> 64U);
  }

  /// Uniform in [0, 1) with 53 random bits.
  constexpr double uniform() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  /// Never reached from a seed: such a state would give zeros for ever.
  [[nodiscard]] constexpr bool is_stuck() const noexcept {
    return (state_[0] | state_[1] | state_[2] | state_[3]) == 0;
  }

 private:
  static constexpr std::uint64_t rotate_left(std::uint64_t value, unsigned bits) noexcept {
    return (value << bits) | (value >> (64U - bits));
  }

  std::uint64_t state_[4] = {};
  BOOST_DESCRIBE_CLASS(Prng, (), (), (), (state_))
};

}  // namespace kontor
