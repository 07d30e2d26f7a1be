#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/prng.hpp"
#include "base/time.hpp"

namespace kontor::emulator {

/// Evenly spread words for the seeds of things that have a name (FNV-1a).
[[nodiscard]] std::uint64_t seed_of(std::uint64_t seed, std::string_view name) noexcept;

/// About normal, mean 0, deviation 1, within ±3.47: the sum of four uniform draws. Exact on every machine.
[[nodiscard]] double draw_deviate(Prng& prng) noexcept;

/// The price of one asset in dollars as a random walk in time, asked for at ascending times. Stays within a
/// fiftieth and fifty times its start. Additions, multiplications, divisions and square roots only, which
/// IEEE 754 defines exactly.
class PriceWalk {
 public:
  PriceWalk(double start_price, double daily_volatility, std::uint64_t seed, TimeNs start) noexcept;

  [[nodiscard]] double at(TimeNs now) noexcept;
  /// Moves the price at once; false, and it stays, if the walk may not go there.
  [[nodiscard]] bool scale(double factor) noexcept;
  void delay(DurationNs duration_ns) noexcept { now_ += duration_ns; }
  /// Deviation of the return over a time.
  [[nodiscard]] double deviation(DurationNs duration_ns) const noexcept;

 private:
  [[nodiscard]] double bounded(double price) const noexcept;

  double start_price_;
  double deviation_per_second_;  ///< of the return, times the square root of seconds
  double price_;
  TimeNs now_;
  Prng prng_;
};

}  // namespace kontor::emulator
