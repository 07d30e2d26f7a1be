#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"

/// Rolling mean, weighted mean and variance.
///
/// Same blocks as WindowFold, with every value taken relative to a pivot: the last value of the previous
/// block. The pivot lies inside (or, for the very last window of a block, is the newest value of) the
/// window it serves, so differences are small, a constant series gives exactly its value and a variance of
/// exactly zero, and there is no cancellation of squares as in E[x²] - E[x]².
namespace kontor::strategy::indicators {

/// Arithmetic mean of the last `period` values.
class WindowMean {
 public:
  WindowMean() : WindowMean(1) {}
  explicit WindowMean(std::size_t period) : slots_(period, 0.0), divisor_(static_cast<double>(period)) {
    ASSERT(period > 0);
  }

  /// Adds a value and returns the mean; meaningless until full().
  double push(double value) noexcept {
    slots_[position_] = value;
    head_ += value - pivot_;
    if (++position_ == slots_.size()) [[unlikely]] {
      return finish_block(value);
    }
    return pivot_ + (head_ + slots_[position_]) / divisor_;
  }

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t period() const noexcept { return slots_.size(); }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    return position_ < slots_.size() && divisor_ == static_cast<double>(slots_.size());
  }

 private:
  double finish_block(double newest) noexcept {
    pivot_ = newest;
    sum_tails();
    head_ = 0.0;
    position_ = 0;
    full_ = true;
    return pivot_ + slots_[0] / divisor_;
  }

  void sum_tails() noexcept {
    double* const slots = slots_.data();
    const double pivot = pivot_;
    double tail = 0.0;
    std::size_t end = slots_.size();
    for (std::size_t odd = end % 4; odd > 0; --odd) {
      --end;
      tail += slots[end] - pivot;
      slots[end] = tail;
    }
    while (end > 0) {  // four at a time shortens the chain of dependent additions
      end -= 4;
      double* const four = slots + end;
      const double fourth = four[3] - pivot;
      const double third = fourth + (four[2] - pivot);
      const double second = third + (four[1] - pivot);
      const double first = second + (four[0] - pivot);
      four[3] = tail + fourth;
      four[2] = tail + third;
      four[1] = tail + second;
      tail += first;
      four[0] = tail;
    }
  }

  std::vector<double> slots_;  ///< before position_: values of this block; from it on: tail sums of the last
  double divisor_;
  double pivot_ = 0.0;
  double head_ = 0.0;  ///< sum of (value - pivot) over this block
  std::size_t position_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(WindowMean, (), (), (), (slots_, divisor_, pivot_, head_, position_, full_))
};

/// Linearly weighted mean of the last `period` values: weight 1 for the oldest, `period` for the newest.
class WindowWeightedMean {
 public:
  WindowWeightedMean() : WindowWeightedMean(1) {}
  explicit WindowWeightedMean(std::size_t period)
      : slots_(period, 0.0), divisor_(static_cast<double>(period) * static_cast<double>(period + 1) / 2.0) {
    ASSERT(period > 0);
  }

  /// Adds a value and returns the weighted mean; meaningless until full().
  double push(double value) noexcept {
    slots_[position_] = value;
    const double difference = value - pivot_;
    head_ += difference;
    ++position_;
    weighted_head_ += static_cast<double>(position_) * difference;
    if (position_ == slots_.size()) [[unlikely]] {
      return finish_block(value);
    }
    // Inside the block the j-th value weighs j; the window gives it (period - position) more.
    const double extra = static_cast<double>(slots_.size() - position_) * head_;
    return pivot_ + (weighted_head_ + extra + slots_[position_]) / divisor_;
  }

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t period() const noexcept { return slots_.size(); }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return position_ < slots_.size() && divisor_ > 0.0; }

 private:
  double finish_block(double newest) noexcept {
    pivot_ = newest;
    double tail = 0.0;
    double weighted_tail = 0.0;
    double weighted_whole = 0.0;
    for (std::size_t end = slots_.size(); end > 0; --end) {
      const double difference = slots_[end - 1] - pivot_;
      tail += difference;
      weighted_tail += tail;
      weighted_whole += static_cast<double>(end) * difference;
      slots_[end - 1] = weighted_tail;
    }
    head_ = 0.0;
    weighted_head_ = 0.0;
    position_ = 0;
    full_ = true;
    return pivot_ + weighted_whole / divisor_;
  }

  std::vector<double>
      slots_;  ///< before position_: values of this block; from it on: weighted tails of the last
  double divisor_;
  double pivot_ = 0.0;
  double head_ = 0.0;           ///< sum of (value - pivot) over this block
  double weighted_head_ = 0.0;  ///< sum of j * (value - pivot), j = 1 for the block's first value
  std::size_t position_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(WindowWeightedMean, (), (), (),
                       (slots_, divisor_, pivot_, head_, weighted_head_, position_, full_))
};

/// Mean and population variance of a window.
struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};

/// Mean and population variance of the last `period` values.
class WindowMoments {
 public:
  WindowMoments() : WindowMoments(1) {}
  explicit WindowMoments(std::size_t period) : slots_(period), scale_(1.0 / static_cast<double>(period)) {
    ASSERT(period > 0);
  }

  /// Adds a value and returns the moments; meaningless until full().
  Moments push(double value) noexcept {
    const double difference = value - pivot_;
    slots_[position_].sum = value;
    head_.sum += difference;
    head_.squares += difference * difference;
    if (++position_ == slots_.size()) [[unlikely]] {
      return finish_block(value);
    }
    const Sums& tail = slots_[position_];
    return moments(head_.sum + tail.sum, head_.squares + tail.squares);
  }

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::size_t period() const noexcept { return slots_.size(); }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept { return position_ < slots_.size() && scale_ > 0.0; }

 private:
  /// Sums of (value - pivot) and of its square.
  struct Sums {
    double sum = 0.0;
    double squares = 0.0;
    friend Sums operator+(const Sums& left, const Sums& right) noexcept {
      return {left.sum + right.sum, left.squares + right.squares};
    }
    BOOST_DESCRIBE_CLASS(Sums, (), (sum, squares), (), ())
  };

  [[nodiscard]] Moments moments(double sum, double squares) const noexcept {
    const double mean = sum * scale_;
    const double variance = squares * scale_ - mean * mean;
    return {pivot_ + mean, std::max(0.0, variance)};
  }

  Moments finish_block(double newest) noexcept {
    pivot_ = newest;
    sum_tails();
    head_ = {};
    position_ = 0;
    full_ = true;
    return moments(slots_[0].sum, slots_[0].squares);
  }

  void sum_tails() noexcept {
    Sums* const slots = slots_.data();
    const double pivot = pivot_;
    Sums tail;
    std::size_t end = slots_.size();
    for (std::size_t odd = end % 4; odd > 0; --odd) {
      --end;
      tail = tail + single(slots[end].sum - pivot);
      slots[end] = tail;
    }
    while (end > 0) {  // four at a time shortens the chain of dependent additions
      end -= 4;
      Sums* const four = slots + end;
      const Sums fourth = single(four[3].sum - pivot);
      const Sums third = fourth + single(four[2].sum - pivot);
      const Sums second = third + single(four[1].sum - pivot);
      const Sums first = second + single(four[0].sum - pivot);
      four[3] = tail + fourth;
      four[2] = tail + third;
      four[1] = tail + second;
      tail = tail + first;
      four[0] = tail;
    }
  }

  static Sums single(double difference) noexcept { return {difference, difference * difference}; }

  /// Before position_: values of this block (in sum); from it on: tails of the last block.
  std::vector<Sums> slots_;
  double scale_;
  double pivot_ = 0.0;
  Sums head_;
  std::size_t position_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(WindowMoments, (), (), (), (slots_, scale_, pivot_, head_, position_, full_))
};

}  // namespace kontor::strategy::indicators
