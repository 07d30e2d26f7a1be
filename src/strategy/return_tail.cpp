#include "strategy/return_tail.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kontor::strategy {

void ReturnTail::update(double close) noexcept {
  if (previous_close_ > 0 && close > 0) returns_.push(close / previous_close_ - 1);
  previous_close_ = close;
}

double ReturnTail::expected_shortfall(Side side, double confidence) const {
  std::vector<double> losses = returns_.in_order();
  if (losses.empty()) return 0;
  const double sign = side == Side::buy ? -1.0 : 1.0;
  for (double& value : losses) value *= sign;
  const double tail = (1 - confidence) * static_cast<double>(losses.size());
  // What is a whole number but for a double's noise is that number.
  const auto wanted = static_cast<std::size_t>(std::max(1.0, std::ceil(tail - 1e-9)));
  const std::size_t count = std::min(wanted, losses.size());
  const auto end = losses.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(losses.begin(), end, losses.end(), std::greater<>());
  return std::accumulate(losses.begin(), end, 0.0) / static_cast<double>(count);
}

}  // namespace kontor::strategy
