#pragma once

#include <boost/describe/class.hpp>
#include <cstddef>
#include <span>
#include <vector>

#include "model/market_data.hpp"
#include "model/types.hpp"

namespace kontor {

/// One price level: raw units with the instrument's scales.
struct BookLevel {
  RawPrice price;
  RawQuantity quantity;
  bool operator==(const BookLevel&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(BookLevel, (), (price, quantity), (), ())
};

/// An order book by price level: two contiguous arrays sorted so that the best level is the last element,
/// because nearly all changes happen there. A level with quantity zero does not exist.
class Book {
 public:
  void clear() noexcept {
    bids_.clear();
    asks_.clear();
  }
  /// Sets the total quantity at a price; zero removes it. Returns the quantity that was there before.
  RawQuantity set(Side side, RawPrice price, RawQuantity quantity);
  /// Applies all changes of a message; a snapshot replaces what was there.
  void apply(const BookUpdate& update);

  [[nodiscard]] bool has_bid() const noexcept { return !bids_.empty(); }
  [[nodiscard]] bool has_ask() const noexcept { return !asks_.empty(); }
  [[nodiscard]] BookLevel best_bid() const noexcept { return bids_.empty() ? BookLevel{} : bids_.back(); }
  [[nodiscard]] BookLevel best_ask() const noexcept { return asks_.empty() ? BookLevel{} : asks_.back(); }
  /// Worst level first, best level last.
  [[nodiscard]] std::span<const BookLevel> levels(Side side) const noexcept {
    return side == Side::buy ? bids_ : asks_;
  }
  /// The n-th best level, 0 is the best; a zero level if there are fewer.
  [[nodiscard]] BookLevel level(Side side, std::size_t depth) const noexcept {
    const auto all = levels(side);
    return depth < all.size() ? all[all.size() - 1 - depth] : BookLevel{};
  }
  [[nodiscard]] RawQuantity quantity_at(Side side, RawPrice price) const noexcept;

 private:
  std::vector<BookLevel> bids_;  ///< ascending prices
  std::vector<BookLevel> asks_;  ///< descending prices

  BOOST_DESCRIBE_CLASS(Book, (), (), (), (bids_, asks_))
};

}  // namespace kontor
