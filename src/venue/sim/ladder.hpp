#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/types.hpp"
#include "venue/sim/id_index.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::sim {

/// Nothing is known about the queue at this price: only a trade through it fills.
inline constexpr RawQuantity kUnknownQueue{INT64_MAX};

/// One resting order of ours, with what the matching of market data needs close together.
struct Rung {
  std::int64_t key = 0;  ///< price for a buy, minus the price for a sell: larger is better on both sides
  RawQuantity ahead;     ///< quantity of others before us at this price
  RawQuantity traded;    ///< traded at this price since the level was last reported
  Slot slot = kNoSlot;
  bool crossed = false;  ///< has had its share of what the opposite side shows at or beyond its price
};

/// Our resting orders of one side of one instrument: contiguous, worst first, best and oldest last.
class Ladder {
 public:
  explicit Ladder(Side side) noexcept : sign_(sign_of(side)) {}

  [[nodiscard]] std::int64_t key_of(RawPrice price) const noexcept { return sign_ * price.units; }
  [[nodiscard]] RawPrice price_of(const Rung& rung) const noexcept { return RawPrice(sign_ * rung.key); }
  [[nodiscard]] bool empty() const noexcept { return rungs_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return rungs_.size(); }
  [[nodiscard]] const Rung& best() const noexcept { return rungs_.back(); }
  /// Worst first; walk it backwards for price-time priority.
  [[nodiscard]] std::vector<Rung>& rungs() noexcept { return rungs_; }
  [[nodiscard]] const std::vector<Rung>& rungs() const noexcept { return rungs_; }

  void insert(RawPrice price, RawQuantity ahead, Slot slot) {
    const std::int64_t key = key_of(price);
    auto at = rungs_.end();
    while (at != rungs_.begin() && (at - 1)->key >= key) --at;
    rungs_.insert(at, Rung{key, ahead, RawQuantity(), slot, false});
    filter_ |= bit_of(key);
  }

  void erase(RawPrice price, Slot slot) {
    auto* rung = find(price, slot);
    if (rung == nullptr) return;
    rungs_.erase(rungs_.begin() + (rung - rungs_.data()));
    rebuild_filter();
  }

  [[nodiscard]] Rung* find(RawPrice price, Slot slot) noexcept {
    const std::int64_t key = key_of(price);
    for (std::size_t i = rungs_.size(); i > 0 && rungs_[i - 1].key >= key; --i) {
      if (rungs_[i - 1].slot == slot && rungs_[i - 1].key == key) return &rungs_[i - 1];
    }
    return nullptr;
  }

  /// False: surely no order of ours at this price.
  [[nodiscard]] bool may_hold(RawPrice price) const noexcept {
    return (filter_ & bit_of(key_of(price))) != 0;
  }

  /// The book's level at `price` went from `before` to `after`.
  void level_changed(RawPrice price, RawQuantity before, RawQuantity after, QueueModel model) noexcept;

 private:
  [[nodiscard]] static std::uint64_t bit_of(std::int64_t key) noexcept {
    return std::uint64_t{1} << ((static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15ULL) >> 58U);
  }
  void rebuild_filter() noexcept {
    filter_ = 0;
    for (const Rung& rung : rungs_) filter_ |= bit_of(rung.key);
  }

  std::vector<Rung> rungs_;
  std::uint64_t filter_ = 0;
  std::int64_t sign_;
};

/// What stands before an order after its level went from `before` to `after`, of which `traded` was reported
/// as trades already. The probabilistic rule is the power-2 model of hftbacktest: a cancelled unit was behind
/// us with probability behind² / (behind² + ahead²).
[[nodiscard]] RawQuantity queue_after_change(QueueModel model, RawQuantity ahead, RawQuantity before,
                                             RawQuantity after, RawQuantity traded) noexcept;

}  // namespace kontor::sim
