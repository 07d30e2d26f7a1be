#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <boost/describe/class.hpp>

namespace kontor::strategy {

/// The last values of a series of finite numbers in a ring.
class RecentValues {
 public:
  explicit RecentValues(std::size_t capacity = 1) : values_(capacity) {}
  void push(double value) noexcept {
    values_[next_] = value;
    if (++next_ == values_.size()) next_ = 0;
    if (count_ < values_.size()) ++count_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return values_.size(); }
  /// Oldest first.
  [[nodiscard]] std::vector<double> in_order() const {
    std::vector<double> ordered;
    ordered.reserve(count_);
    const std::size_t first = count_ < values_.size() ? 0 : next_;
    for (std::size_t i = 0; i < count_; ++i) ordered.push_back(values_[(first + i) % values_.size()]);
    return ordered;
  }
  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    return next_ < values_.size() && count_ <= values_.size() &&
           (count_ == values_.size() || next_ == count_) &&
           std::ranges::all_of(values_, [](double value) { return std::isfinite(value); });
  }

 private:
  std::vector<double> values_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;

  BOOST_DESCRIBE_CLASS(RecentValues, (), (), (), (values_, next_, count_))
};

}  // namespace kontor::strategy
