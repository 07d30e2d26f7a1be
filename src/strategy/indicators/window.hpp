#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"

/// Rolling windows for the indicators.
///
/// All folds use the block decomposition of van Herk (1992) and Gil-Werman (1993): time is cut into blocks
/// of one period, a window is the tail of the previous block plus the head of the current one, and at the
/// end of a block its tails are folded backwards in place. That is O(1) amortised without a data-dependent
/// branch, and because nothing is ever subtracted a sum cannot drift and no trace of an old value remains.
namespace kontor::strategy::indicators {

/// The last `capacity` values, unordered, for indicators that need the raw values back.
class FixedRing {
 public:
  FixedRing() : FixedRing(1) {}
  explicit FixedRing(std::size_t capacity) : values_(capacity, 0.0) { ASSERT(capacity > 0); }

  /// Replaces the oldest value by `value` and returns it: the one stored `capacity` calls before.
  /// Only meaningful when the ring was full before the call.
  double exchange(double value) noexcept {
    const double oldest = std::exchange(values_[position_], value);
    if (++position_ == values_.size()) {
      position_ = 0;
      full_ = true;
    }
    return oldest;
  }

  /// True once `capacity` values have been stored.
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return values_.size(); }
  /// The stored values in no particular order of time.
  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return position_ < values_.size(); }

 private:
  std::vector<double> values_;
  std::size_t position_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(FixedRing, (), (), (), (values_, position_, full_))
};

/// Associative operations for WindowFold.
namespace fold {

struct Sum {
  static constexpr double identity = 0.0;
  static double combine(double left, double right) noexcept { return left + right; }
};

struct Maximum {
  static constexpr double identity = -std::numeric_limits<double>::infinity();
  static double combine(double left, double right) noexcept { return left > right ? left : right; }
};

struct Minimum {
  static constexpr double identity = std::numeric_limits<double>::infinity();
  static double combine(double left, double right) noexcept { return left < right ? left : right; }
};

}  // namespace fold

/// Fold of the last `period` values with an associative operation: a rolling sum, maximum or minimum.
template <class Operation>
class WindowFold {
 public:
  WindowFold() : WindowFold(1) {}
  explicit WindowFold(std::size_t period) : slots_(period, Operation::identity) { ASSERT(period > 0); }

  /// Adds a value and returns the fold of the last `period` values (of all values while there are fewer).
  double push(double value) noexcept {
    slots_[position_] = value;
    head_ = Operation::combine(head_, value);
    if (++position_ == slots_.size()) [[unlikely]] {
      return finish_block();
    }
    return Operation::combine(slots_[position_], head_);
  }

  /// True once `period` values have been pushed.
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t period() const noexcept { return slots_.size(); }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return position_ < slots_.size(); }

 private:
  double finish_block() noexcept {
    const double whole = head_;
    fold_tails();
    head_ = Operation::identity;
    position_ = 0;
    full_ = true;
    return whole;
  }

  /// Turns every slot into the fold of itself and all later ones; four at a time shortens the chain.
  void fold_tails() noexcept {
    double* const slots = slots_.data();
    double tail = Operation::identity;
    std::size_t end = slots_.size();
    for (std::size_t odd = end % 4; odd > 0; --odd) {
      --end;
      tail = Operation::combine(slots[end], tail);
      slots[end] = tail;
    }
    while (end > 0) {
      end -= 4;
      double* const four = slots + end;
      const double third = Operation::combine(four[2], four[3]);
      const double second = Operation::combine(four[1], third);
      const double first = Operation::combine(four[0], second);
      four[3] = Operation::combine(four[3], tail);
      four[2] = Operation::combine(third, tail);
      four[1] = Operation::combine(second, tail);
      tail = Operation::combine(first, tail);
      four[0] = tail;
    }
  }

  std::vector<double>
      slots_;  ///< before position_: values of this block; from it on: tails of the last block
  double head_ = Operation::identity;  ///< fold of this block's values
  std::size_t position_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(WindowFold, (), (), (), (slots_, head_, position_, full_))
};

using WindowSum = WindowFold<fold::Sum>;
using WindowMaximum = WindowFold<fold::Maximum>;
using WindowMinimum = WindowFold<fold::Minimum>;

}  // namespace kontor::strategy::indicators
