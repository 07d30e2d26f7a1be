#include "emulator/price_walk.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::emulator {
namespace {

constexpr double kFurthest = 50;
constexpr double kDeepestStep = 0.5;

}  // namespace

std::uint64_t seed_of(std::uint64_t seed, std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

double draw_deviate(Prng& prng) noexcept {
  constexpr double kRootOfThree = 1.7320508075688772;
  double sum = prng.uniform();
  for (int i = 0; i < 3; ++i) sum += prng.uniform();
  return (sum - 2) * kRootOfThree;
}

PriceWalk::PriceWalk(double start_price, double daily_volatility, std::uint64_t seed, TimeNs start) noexcept
    : start_price_(start_price),
      deviation_per_second_(daily_volatility / std::sqrt(86'400.0)),
      price_(start_price),
      now_(start),
      prng_(seed) {}

double PriceWalk::deviation(DurationNs duration_ns) const noexcept {
  return deviation_per_second_ * std::sqrt(static_cast<double>(duration_ns) * 1e-9);
}

double PriceWalk::bounded(double price) const noexcept {
  return std::clamp(price, start_price_ / kFurthest, start_price_ * kFurthest);
}

double PriceWalk::at(TimeNs now) noexcept {
  if (now <= now_) return price_;
  const double step = 1 + deviation(now - now_) * draw_deviate(prng_);
  price_ = bounded(price_ * std::max(step, kDeepestStep));
  now_ = now;
  return price_;
}

bool PriceWalk::scale(double factor) noexcept {
  const double moved = price_ * factor;
  if (!(factor > 0) || moved != bounded(moved)) return false;
  price_ = moved;
  return true;
}

}  // namespace kontor::emulator
