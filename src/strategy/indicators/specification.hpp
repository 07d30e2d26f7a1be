#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "strategy/indicators/registry.hpp"

namespace kontor::strategy::indicators {

/// A specification read and checked against the descriptor it names.
struct Specification {
  const IndicatorDescriptor* descriptor = nullptr;
  std::vector<double> values;  ///< one per parameter, within its bounds

  /// `macd_12_26_9`: the name with its values, reals in their shortest form.
  [[nodiscard]] std::string name() const;
};

/// Reads `name[:arguments]`; see `make`.
[[nodiscard]] Result<Specification> parse_specification(std::string_view spec);

/// The candidate with the smallest edit distance (Levenshtein, 1966) to `text`; empty where none is near
/// enough to be a slip of the finger (distance at most 1 + length / 3).
[[nodiscard]] std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace kontor::strategy::indicators
