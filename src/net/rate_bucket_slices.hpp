#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace kontor::net {

/// Counts by slice of time, each kept for 31 whole slices after its own has ended. No pointers and no
/// padding: it lies in shared memory as it is.
class RateSlices {
 public:
  static constexpr std::int64_t kSlots = 32;
  static constexpr std::int64_t kKept = kSlots - 1;

  /// The slice from which on nothing is left of what was counted in `slice`.
  static constexpr std::int64_t end_of(std::int64_t slice) noexcept { return slice + kSlots; }

  /// Nothing counted, at this slice.
  void clear(std::int64_t slice) noexcept {
    counts_.fill(0);
    total_ = 0;
    current_ = slice;
  }
  /// Goes on to a later slice and lets go of what is too old.
  void advance(std::int64_t slice) noexcept {
    if (slice - current_ >= kSlots) return clear(slice);
    for (; current_ < slice; ++current_) {
      std::uint32_t& oldest = counts_[slot_of(current_ + 1)];
      total_ -= oldest;
      oldest = 0;
    }
  }
  /// Counts in a slice that is still kept. A slot that is full stays full.
  void add(std::int64_t slice, std::uint64_t count) noexcept {
    std::uint32_t& slot = counts_[slot_of(std::clamp(slice, current_ - kKept, current_))];
    const std::uint64_t added = std::min<std::uint64_t>(count, UINT32_MAX - slot);
    slot += static_cast<std::uint32_t>(added);
    total_ += added;
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] std::int64_t current() const noexcept { return current_; }
  /// What was counted in this slice and later.
  [[nodiscard]] std::uint64_t since(std::int64_t slice) const noexcept {
    std::uint64_t sum = 0;
    for (std::int64_t one = std::max(slice, current_ - kKept); one <= current_; ++one)
      sum += counts_[slot_of(one)];
    return sum;
  }
  /// What will be left at a later slice when nothing is added.
  [[nodiscard]] std::uint64_t left_at(std::int64_t slice) const noexcept { return since(slice - kKept); }

 private:
  /// Negative slices, too: the bits of a two's complement count on.
  static constexpr std::size_t slot_of(std::int64_t slice) noexcept {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(slice) % static_cast<std::uint64_t>(kSlots));
  }

  std::int64_t current_ = 0;
  std::uint64_t total_ = 0;
  std::array<std::uint32_t, kSlots> counts_{};
};

}  // namespace kontor::net
