#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "model/market_data.hpp"
#include "model/price_ladder.hpp"
#include "model/types.hpp"

namespace kontor {

class Encoder;
class Decoder;

/// One price level: raw units with the instrument's scales.
struct BookLevel {
  RawPrice price;
  RawQuantity quantity;
  bool operator==(const BookLevel&) const noexcept = default;
};

/// An order book by price level, built from level changes. A level with quantity zero does not exist. The two
/// sides are independent: what a venue sends may be crossed in the middle of a message.
class Book {
 public:
  void clear() {
    for (auto& side : sides_) side.clear();
  }
  /// Sets the total quantity at a price; zero removes it. Returns the quantity that was there before.
  RawQuantity set(Side side, RawPrice price, RawQuantity quantity) {
    return ladder(side).exchange(price, quantity, !quantity.is_zero());
  }
  /// Applies all changes of a message; a snapshot replaces what was there.
  void apply(const BookUpdate& update);

  [[nodiscard]] bool has_bid() const noexcept { return !ladder(Side::buy).empty(); }
  [[nodiscard]] bool has_ask() const noexcept { return !ladder(Side::sell).empty(); }
  /// A zero level if there is none.
  [[nodiscard]] BookLevel best_bid() const noexcept { return best(Side::buy); }
  [[nodiscard]] BookLevel best_ask() const noexcept { return best(Side::sell); }
  [[nodiscard]] BookLevel best(Side side) const noexcept {
    const auto& levels = ladder(side);
    return levels.empty() ? BookLevel{} : BookLevel{levels.best_price(), levels.best()};
  }
  /// Number of levels on a side.
  [[nodiscard]] std::size_t size(Side side) const noexcept { return ladder(side).size(); }
  /// The n-th best level, 0 is the best; a zero level if there are fewer. To read several, use
  /// for_each_level.
  [[nodiscard]] BookLevel level(Side side, std::size_t depth) const noexcept;
  [[nodiscard]] RawQuantity quantity_at(Side side, RawPrice price) const noexcept {
    return ladder(side).value_or_none(price);
  }
  /// Calls `visit(const BookLevel&)` for the best `depth` levels of a side, best first; a visit that returns
  /// false is the last.
  template <class Visit>
  void for_each_level(Side side, std::size_t depth, Visit&& visit) const {
    if (depth == 0) return;
    ladder(side).for_each([&](RawPrice price, RawQuantity quantity) {
      if constexpr (std::is_same_v<decltype(visit(BookLevel{})), bool>) {
        if (!visit(BookLevel{price, quantity})) return false;
      } else {
        visit(BookLevel{price, quantity});
      }
      return --depth != 0;
    });
  }
  /// All levels of a side, best first, until a visit returns false.
  template <class Visit>
  void for_each_level(Side side, Visit&& visit) const {
    for_each_level(side, SIZE_MAX, std::forward<Visit>(visit));
  }

  /// The levels of both sides, best first: equal books give equal bytes, however they came about.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  using Ladder = PriceLadder<RawQuantity>;
  [[nodiscard]] Ladder& ladder(Side side) noexcept { return sides_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Ladder& ladder(Side side) const noexcept {
    return sides_[static_cast<std::size_t>(side)];
  }

  std::array<Ladder, 2> sides_{Ladder(Side::buy), Ladder(Side::sell)};  ///< by Side
};

}  // namespace kontor
