#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "model/types.hpp"

namespace kontor {

/// The price levels of one side of a book, best first, each with a Value: a quantity, a queue of orders.
///
/// A window of 262,144 grid steps around the touch is cut into pages of 64 slots, which exist where there are
/// levels: a price is found by one multiplication and two loads, the best one by three bit scans. What lies
/// behind the window waits in a sorted array. The grid step is the greatest one that all levels in the window
/// share, so nobody has to say what the tick is, and a change of tick in mid-stream costs one rebuild. The
/// window is laid anew when the touch leaves it. Any 64-bit price is legal. References to values hold until
/// the next non-const call. Value{} must mean "nothing": that is what an absent level reads as.
template <class Value>
class PriceLadder {
 public:
  explicit PriceLadder(Side side) noexcept
      : bias_((side == Side::buy ? ~std::uint64_t{0} : std::uint64_t{0}) ^ (std::uint64_t{1} << 63U)) {}

  [[nodiscard]] bool empty() const noexcept { return groups_in_use_ == 0; }
  /// Number of levels; counts them.
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t count = far_.size();
    for (const Page& page : pages_) count += static_cast<std::size_t>(std::popcount(page.levels));
    return count;
  }

  /// The best price and its value; the ladder must not be empty.
  [[nodiscard]] RawPrice best_price() const noexcept { return price_at(best_slot()); }
  [[nodiscard]] Value& best() noexcept { return value_at(best_slot()); }
  [[nodiscard]] const Value& best() const noexcept { return value_at(best_slot()); }

  /// The value at a price, or null.
  [[nodiscard]] Value* find(RawPrice price) noexcept {
    const std::uint64_t key = key_of(price);
    const std::uint64_t slot = slot_of(key);
    if (in_window(key, slot)) [[likely]] {
      Page& page = pages_[directory_[slot / kPage]];
      return (page.levels & bit_of(slot)) != 0 ? &page.values[slot % kPage] : nullptr;
    }
    const auto at = position_in(far_, key);
    return is_far_at(at, key) ? &at->value : nullptr;
  }
  [[nodiscard]] Value value_or_none(RawPrice price) const noexcept {
    const std::uint64_t key = key_of(price);
    const std::uint64_t slot = slot_of(key);
    if (in_window(key, slot)) [[likely]]
      return value_at(slot);
    const auto at = position_in(far_, key);
    return is_far_at(at, key) ? at->value : Value{};
  }

  /// The value at a price, made with Value{} if there was none.
  Value& obtain(RawPrice price) {
    const std::uint64_t key = key_of(price);
    std::uint64_t slot = slot_of(key);
    while (!in_window(key, slot)) [[unlikely]] {
      if (Value* far = obtain_far(key)) return *far;
      slot = slot_of(key);
    }
    Page& page = page_for(slot);
    mark(page, slot, true);
    return page.values[slot % kPage];
  }

  /// Removes a level if it is there.
  void erase(RawPrice price) { exchange(price, Value{}, false); }

  /// Makes a level `present` with `value`, or absent (then `value` must be Value{}); returns what was there.
  Value exchange(RawPrice price, Value value, bool present) {
    const std::uint64_t key = key_of(price);
    const std::uint64_t slot = slot_of(key);
    if (!in_window(key, slot)) [[unlikely]]
      return exchange_far(price, std::move(value), present);
    Page& page = page_for(slot);
    Value before = std::exchange(page.values[slot % kPage], std::move(value));
    if (!mark(page, slot, present)) [[unlikely]]
      follow_touch();
    return before;
  }

  /// Calls `visit(price, value)` from the best level to the worst until it returns false.
  template <class Visit>
  void for_each(Visit&& visit) const {
    if (!for_each_slot([&](std::uint64_t slot) { return visit(price_at(slot), value_at(slot)); })) return;
    for (std::size_t i = far_.size(); i-- > 0;) {
      if (!visit(price_of(far_[i].key), far_[i].value)) return;
    }
  }

  void clear() noexcept {
    empty_window([](std::uint64_t, Value) {});
    far_.clear();
  }

 private:
  /// 64 neighbouring slots; bit s of `levels` says that slot s is a level, otherwise its value is Value{}.
  struct Page {
    std::uint64_t levels = 0;
    std::array<Value, 64> values{};
  };
  struct Far {
    std::uint64_t key;
    Value value;
  };
  static constexpr std::uint64_t kPage = 64;
  static constexpr std::uint64_t kPages = 4096;
  static constexpr std::uint64_t kSlots = kPage * kPages;
  /// Slots that a new window leaves free before the best level, and the slot from which the touch is
  /// followed.
  static constexpr std::uint64_t kLead = kSlots / 4;
  static constexpr std::uint64_t kFollow = kSlots / 2;
  /// The step before any difference is known: a multiple of every decimal tick.
  static constexpr std::uint64_t kCoarsestStep = 1'000'000'000'000;
  static constexpr std::uint32_t kNoPage = 0;  ///< pages_[0] has no levels, ever

  // A key orders prices of either side from best (small) to worst (large).
  [[nodiscard]] std::uint64_t key_of(RawPrice price) const noexcept {
    return static_cast<std::uint64_t>(price.units) ^ bias_;
  }
  [[nodiscard]] RawPrice price_of(std::uint64_t key) const noexcept {
    return RawPrice(static_cast<std::int64_t>(key ^ bias_));
  }
  [[nodiscard]] RawPrice price_at(std::uint64_t slot) const noexcept {
    return price_of(origin_ + slot * step_);
  }

  /// `(key - origin) / step` where that is a whole number below kSlots, and some larger number elsewhere:
  /// division by multiplication with the inverse of the odd part modulo 2^64 (Granlund and Montgomery 1994,
  /// section 9).
  [[nodiscard]] std::uint64_t slot_of(std::uint64_t key) const noexcept {
    return std::rotr((key - origin_) * inverse_, shift_);
  }
  [[nodiscard]] bool in_window(std::uint64_t key, std::uint64_t slot) const noexcept {
    return slot < slots_ && key >= origin_;
  }
  [[nodiscard]] static std::uint64_t bit_of(std::uint64_t place) noexcept {
    return std::uint64_t{1} << (place % 64);
  }
  static void set_bit(std::uint64_t& word, std::uint64_t place, bool on) noexcept {
    word = (word & ~bit_of(place)) | (static_cast<std::uint64_t>(on) << (place % 64));
  }
  [[nodiscard]] static std::uint64_t lowest(std::uint64_t word) noexcept {
    return static_cast<std::uint64_t>(std::countr_zero(word));
  }
  [[nodiscard]] Value& value_at(std::uint64_t slot) noexcept {
    return pages_[directory_[slot / kPage]].values[slot % kPage];
  }
  [[nodiscard]] const Value& value_at(std::uint64_t slot) const noexcept {
    return pages_[directory_[slot / kPage]].values[slot % kPage];
  }
  [[nodiscard]] std::uint64_t best_slot() const noexcept {
    const std::uint64_t group = lowest(groups_in_use_);
    const std::uint64_t page = group * 64 + lowest(pages_in_use_[group]);
    return page * kPage + lowest(pages_[directory_[page]].levels);
  }

  /// Visits the slots that have a level from best to worst while `visit` returns true; false if it stopped.
  template <class Visit>
  bool for_each_slot(Visit&& visit) const {
    for (std::uint64_t groups = groups_in_use_; groups != 0; groups &= groups - 1) {
      const std::uint64_t group = lowest(groups);
      for (std::uint64_t pages = pages_in_use_[group]; pages != 0; pages &= pages - 1) {
        const std::uint64_t page = group * 64 + lowest(pages);
        for (std::uint64_t levels = pages_[directory_[page]].levels; levels != 0; levels &= levels - 1) {
          if (!visit(page * kPage + lowest(levels))) return false;
        }
      }
    }
    return true;
  }

  /// The page of a slot, made if need be.
  Page& page_for(std::uint64_t slot) {
    const std::uint32_t number = directory_[slot / kPage];
    return pages_[number != kNoPage ? number : add_page(slot / kPage)];
  }

  [[gnu::noinline]] std::uint32_t add_page(std::uint64_t page) {
    if (free_pages_.empty()) {
      free_pages_.push_back(static_cast<std::uint32_t>(pages_.size()));
      pages_.emplace_back();
    }
    directory_[page] = free_pages_.back();
    free_pages_.pop_back();
    return directory_[page];
  }

  /// Makes a slot a level or none; false if its group of pages has no level any more.
  bool mark(Page& page, std::uint64_t slot, bool present) noexcept {
    const bool was_empty = page.levels == 0;
    set_bit(page.levels, slot, present);
    if (!was_empty && page.levels != 0) [[likely]]
      return true;
    const std::uint64_t number = slot / kPage;
    const std::uint64_t group = number / 64;
    set_bit(pages_in_use_[group], number, page.levels != 0);
    set_bit(groups_in_use_, group, pages_in_use_[group] != 0);
    return pages_in_use_[group] != 0;
  }

  /// Lays the window anew when the touch has left it or gone far.
  [[gnu::noinline]] void follow_touch() {
    if (!far_.empty() && (empty() || best_slot() >= kFollow)) rebuild(std::nullopt);
  }

  /// First far level that is not worse than `key`.
  template <class FarLevels>
  [[nodiscard]] static auto position_in(FarLevels& far, std::uint64_t key) noexcept {
    return std::lower_bound(far.begin(), far.end(), key,
                            [](const Far& level, std::uint64_t k) { return level.key > k; });
  }
  template <class Position>
  [[nodiscard]] bool is_far_at(Position at, std::uint64_t key) const noexcept {
    return at != far_.end() && at->key == key;
  }

  /// The value of a level behind the window, made if need be; null if the window was laid anew instead: then
  /// the level exists, on either side of the window's end.
  [[gnu::noinline]] Value* obtain_far(std::uint64_t key) {
    const bool behind = !empty() && key >= origin_ && (key - origin_) / step_ >= kSlots;
    if (!behind || best_slot() >= kFollow) {
      rebuild(key);
      return nullptr;
    }
    auto at = position_in(far_, key);
    if (!is_far_at(at, key)) at = far_.insert(at, Far{key, Value{}});
    return &at->value;
  }

  [[gnu::noinline]] Value exchange_far(RawPrice price, Value value, bool present) {
    if (present) return std::exchange(obtain(price), std::move(value));
    const std::uint64_t key = key_of(price);
    const auto at = position_in(far_, key);
    if (!is_far_at(at, key)) return Value{};
    Value before = std::move(at->value);
    far_.erase(at);
    return before;
  }

  /// Hands every level of the window to `take(key, value)`, best first, and removes it.
  template <class Take>
  void empty_window(Take&& take) {
    for_each_slot([&](std::uint64_t slot) {
      take(origin_ + slot * step_, std::exchange(value_at(slot), Value{}));
      return true;
    });
    for (std::uint32_t& number : directory_) {
      if (number == kNoPage) continue;
      pages_[number].levels = 0;
      free_pages_.push_back(std::exchange(number, kNoPage));
    }
    pages_in_use_ = {};
    groups_in_use_ = 0;
  }

  /// Lays the window anew around the best of all levels, on the coarsest grid that fits those near it.
  /// `joining` becomes a level if it was none. There must be a level in the end.
  [[gnu::noinline]] void rebuild(std::optional<std::uint64_t> joining) {
    if (slots_ == 0) {
      directory_.assign(kPages, kNoPage);
      pages_.resize(1);
      slots_ = kSlots;
    }
    const auto behind = static_cast<std::ptrdiff_t>(far_.size());
    empty_window([&](std::uint64_t key, Value value) { far_.push_back(Far{key, std::move(value)}); });
    std::reverse(far_.begin() + behind, far_.end());
    if (joining) far_.insert(position_in(far_, *joining), Far{*joining, Value{}});
    const std::uint64_t best = far_.back().key;
    std::uint64_t step = kCoarsestStep;
    for (std::size_t i = far_.size(); i-- > 0 && (far_[i].key - best) / step < kSlots;) {
      step = std::gcd(step, far_[i].key - best);
    }
    set_grid(step, best - std::min(kLead, best / step) * step);
    while (!far_.empty() && in_window(far_.back().key, slot_of(far_.back().key))) {
      obtain(price_of(far_.back().key)) = std::move(far_.back().value);
      far_.pop_back();
    }
  }

  void set_grid(std::uint64_t step, std::uint64_t origin) noexcept {
    origin_ = origin;
    step_ = step;
    shift_ = std::countr_zero(step);
    const std::uint64_t odd = step >> static_cast<unsigned>(shift_);
    inverse_ = odd;                                              // right in its lowest three bits,
    for (int i = 0; i < 5; ++i) inverse_ *= 2 - odd * inverse_;  // in twice as many after each Newton step
  }

  std::uint64_t bias_;
  std::uint64_t origin_ = 0;   ///< key of slot 0
  std::uint64_t step_ = 1;     ///< grid step in raw units: odd part × 2^shift
  std::uint64_t inverse_ = 1;  ///< inverse of the odd part of the step modulo 2^64
  std::uint64_t slots_ = 0;    ///< kSlots, or zero before the first level
  int shift_ = 0;
  std::uint64_t groups_in_use_ = 0;  ///< bit g: a page of group g has levels; zero only if all is empty
  std::array<std::uint64_t, 64> pages_in_use_{};  ///< bit p of word g: page 64 g + p has levels
  std::vector<std::uint32_t> directory_;          ///< page of the window -> its place in pages_, or kNoPage
  std::vector<Page> pages_;
  std::vector<std::uint32_t> free_pages_;
  std::vector<Far> far_;  ///< levels behind the window, worst first
};

}  // namespace kontor
