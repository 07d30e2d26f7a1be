#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace kontor::strategy {

/// How turning points of the price are gathered into supports and resistances.
struct ClusterRule {
  std::size_t wing = 5;  ///< a turning point is the extreme of this many bars before and after it
  double width = 0.005;  ///< turning points within this fraction of the lowest belong together
  std::size_t least_touches = 2;
};

/// Prices at which the market has turned more than once: the mean of each cluster of turning points,
/// ascending. The spans hold highs and lows of the same bars in order of time. Only bars that lie `wing` bars
/// back can be turning points, because only then is known what followed.
[[nodiscard]] std::vector<double> price_clusters(std::span<const double> highs, std::span<const double> lows,
                                                 const ClusterRule& rule);

}  // namespace kontor::strategy
