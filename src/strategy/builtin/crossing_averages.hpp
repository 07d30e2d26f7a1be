#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/assert.hpp"
#include "base/int128.hpp"

namespace kontor::strategy {

/// Two simple moving averages of raw prices, compared exactly: kept is only the spread
/// Σfast × slow − Σslow × fast, an integer with the sign of (fast average − slow average). No rounding
/// decides a crossing, and nothing drifts however long it runs.
class CrossingAverages {
 public:
  CrossingAverages() : CrossingAverages(1, 2) {}
  CrossingAverages(std::size_t fast, std::size_t slow)
      : ring_(slow), fast_(static_cast<std::int64_t>(fast)), slow_(static_cast<std::int64_t>(slow)) {
    ASSERT(fast > 0 && fast < slow && slow <= kMaxPeriod);
    oldest_of_fast_ = slow - fast;
  }

  /// |spread| stays below 2 × 2^62 × 2^20 × 2^20, well within 127 bits.
  static constexpr std::size_t kMaxPeriod = std::size_t{1} << 20U;
  /// Prices beyond it count as this, so that the difference of two has 63 bits.
  static constexpr std::int64_t kLargest = (std::int64_t{1} << 62U) - 1;

  /// Adds a price. +1 if the fast average is above the slow one, -1 if below, 0 if equal or not known yet.
  int push(std::int64_t price) noexcept {
    price = std::clamp(price, -kLargest, kLargest);
    spread_ += static_cast<int128>(price - ring_[oldest_of_fast_]) * slow_ -
               static_cast<int128>(price - ring_[oldest_]) * fast_;
    ring_[oldest_] = price;
    if (++oldest_ == ring_.size()) [[unlikely]] {
      oldest_ = 0;
      full_ = true;
    }
    if (++oldest_of_fast_ == ring_.size()) [[unlikely]]
      oldest_of_fast_ = 0;
    return side();
  }
  /// What the last push() has returned.
  [[nodiscard]] int side() const noexcept {
    if (!full_) [[unlikely]]
      return 0;
    return (spread_ > 0 ? 1 : 0) - (spread_ < 0 ? 1 : 0);
  }

  [[nodiscard]] std::size_t warmup() const noexcept { return ring_.size(); }
  [[nodiscard]] bool is_like(const CrossingAverages& other) const noexcept {
    return fast_ == other.fast_ && slow_ == other.slow_;
  }

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept {
    const std::size_t size = ring_.size();
    if (size > kMaxPeriod || slow_ != static_cast<std::int64_t>(size) || fast_ <= 0 || fast_ >= slow_)
      return false;
    return oldest_ < size && oldest_of_fast_ == (oldest_ + size - static_cast<std::size_t>(fast_)) % size &&
           std::ranges::all_of(
               ring_, [](std::int64_t price) { return price >= -kLargest && price <= kLargest; });
  }

 private:
  std::vector<std::int64_t> ring_;  ///< the last `slow` prices; zero where there was none yet
  std::int64_t fast_ = 1;
  std::int64_t slow_ = 2;
  int128 spread_ = 0;
  std::size_t oldest_ = 0;
  std::size_t oldest_of_fast_ = 0;
  bool full_ = false;

  BOOST_DESCRIBE_CLASS(CrossingAverages, (), (), (),
                       (ring_, fast_, slow_, spread_, oldest_, oldest_of_fast_, full_))
};

}  // namespace kontor::strategy
