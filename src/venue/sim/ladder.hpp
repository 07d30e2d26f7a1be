#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/price_filter.hpp"
#include "model/types.hpp"
#include "venue/sim/id_index.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::sim {

/// A trade is reported less than this after the book that it changed.
inline constexpr DurationNs kTradeDelay = kSecond;

/// Nothing is known about the queue at this price: only a trade through it fills.
inline constexpr RawQuantity kUnknownQueue{INT64_MAX};

/// One resting order of ours, with what the matching of market data needs close together.
struct Rung {
  std::int64_t key = 0;  ///< price for a buy, minus the price for a sell: larger is better on both sides
  RawQuantity ahead;     ///< quantity of others before us at this price
  RawQuantity traded;    ///< traded at this price since the level was last reported
  RawQuantity advanced;  ///< by the book alone: trades that it has shown already must not advance us again
  TimeNs advanced_at = 0;
  Slot slot = kNoSlot;
  bool crossed = false;  ///< has had its share of what the opposite side shows at or beyond its price

  /// The book says at `now` that this much is before us.
  void report_ahead(RawQuantity reported, TimeNs now) noexcept {
    if (reported < ahead && ahead != kUnknownQueue) {
      forget_old(now);
      advanced += ahead - reported;
      advanced_at = now;
    }
    ahead = reported;
    traded = RawQuantity();
  }
  /// Of a trade at this price, what the book has not shown before.
  [[nodiscard]] RawQuantity news_of(RawQuantity quantity, TimeNs now) noexcept {
    forget_old(now);
    const RawQuantity known = std::min(quantity, advanced);
    advanced -= known;
    return quantity - known;
  }

 private:
  void forget_old(TimeNs now) noexcept {
    if (now - advanced_at >= kTradeDelay) advanced = RawQuantity();
  }
};

/// What became of the quantity of a level, and when.
struct LevelChange {
  RawQuantity before;
  RawQuantity after;
  TimeNs time = 0;
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
    Rung rung;
    rung.key = key;
    rung.ahead = ahead;
    rung.slot = slot;
    rungs_.insert(at, rung);
    filter_.add(price);
  }

  void erase(RawPrice price, Slot slot) {
    auto* rung = find(price, slot);
    if (rung == nullptr) return;
    rungs_.erase(rungs_.begin() + (rung - rungs_.data()));
    rebuild_filter();
  }
  /// Takes the place of all that is there; worst first.
  void assign(std::vector<Rung> rungs) {
    rungs_ = std::move(rungs);
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
  [[nodiscard]] bool may_hold(RawPrice price) const noexcept { return filter_.may_hold(price); }

  /// The book's level at `price` went as told.
  void level_changed(RawPrice price, const LevelChange& change, QueueModel model) noexcept;

 private:
  void rebuild_filter() noexcept {
    filter_.clear();
    for (const Rung& rung : rungs_) filter_.add(price_of(rung));
  }

  std::vector<Rung> rungs_;
  PriceFilter filter_;
  std::int64_t sign_;
};

/// What stands before an order after its level went from `before` to `after`, of which `traded` was reported
/// as trades already. The probabilistic rule is the power-2 model of hftbacktest: a cancelled unit was behind
/// us with probability behind² / (behind² + ahead²).
[[nodiscard]] RawQuantity queue_after_change(QueueModel model, RawQuantity ahead, RawQuantity before,
                                             RawQuantity after, RawQuantity traded) noexcept;

}  // namespace kontor::sim
