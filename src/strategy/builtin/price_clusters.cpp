#include "strategy/builtin/price_clusters.hpp"

#include <algorithm>
#include <functional>

namespace kontor::strategy {
namespace {

/// Adds every value that `beats` all of the `wing` values before it and is beaten by none of those after it,
/// so that a plateau counts once.
template <class Beats>
void add_turning_points(std::span<const double> values, std::size_t wing, Beats beats,
                        std::vector<double>& points) {
  for (std::size_t i = wing; i + wing < values.size(); ++i) {
    const double value = values[i];
    const auto before = values.subspan(i - wing, wing);
    const auto after = values.subspan(i + 1, wing);
    const bool turns = std::ranges::all_of(before, [&](double other) { return beats(value, other); }) &&
                       std::ranges::none_of(after, [&](double other) { return beats(other, value); });
    if (turns) points.push_back(value);
  }
}

}  // namespace

std::vector<double> price_clusters(std::span<const double> highs, std::span<const double> lows,
                                   const ClusterRule& rule) {
  std::vector<double> points;
  add_turning_points(highs, rule.wing, std::greater<>(), points);
  add_turning_points(lows, rule.wing, std::less<>(), points);
  std::ranges::sort(points);
  std::vector<double> clusters;
  for (std::size_t first = 0; first < points.size();) {
    std::size_t last = first + 1;
    double sum = points[first];
    while (last < points.size() && points[last] <= points[first] * (1 + rule.width)) sum += points[last++];
    const std::size_t touches = last - first;
    if (touches >= rule.least_touches) clusters.push_back(sum / static_cast<double>(touches));
    first = last;
  }
  return clusters;
}

}  // namespace kontor::strategy
