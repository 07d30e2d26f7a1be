#pragma once

#include <cstddef>

#include <boost/describe/class.hpp>

#include "model/types.hpp"
#include "strategy/recent_values.hpp"

namespace kontor::strategy {

/// The returns of the last bars, to know how bad the bad ones are.
class ReturnTail {
 public:
  explicit ReturnTail(std::size_t bars = 1) : returns_(bars) {}

  void update(double close) noexcept;
  [[nodiscard]] std::size_t warmup() const noexcept { return returns_.capacity() + 1; }
  [[nodiscard]] bool ready() const noexcept { return returns_.size() == returns_.capacity(); }

  /// Expected shortfall (conditional value at risk) of one bar by historical simulation: the mean loss of the
  /// worst ⌈(1 − confidence) × bars⌉ of the remembered returns, as a fraction of the position's value. For a
  /// position that is sold the worst returns are the highest. Not above zero: even those bars did not lose.
  /// Rockafellar and Uryasev, "Optimization of conditional value-at-risk" (2000).
  [[nodiscard]] double expected_shortfall(Side side, double confidence) const;

 private:
  RecentValues returns_;
  double previous_close_ = 0;

  BOOST_DESCRIBE_CLASS(ReturnTail, (), (), (), (returns_, previous_close_))
};

}  // namespace kontor::strategy
