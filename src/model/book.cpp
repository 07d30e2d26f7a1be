#include "model/book.hpp"

#include <algorithm>

namespace kontor {
namespace {

/// True if `a` is a worse price than `b` for its side.
template <Side kSide>
bool is_worse(RawPrice a, RawPrice b) noexcept {
  return kSide == Side::buy ? a < b : a > b;
}

/// First level that is not worse than `price`, searched from the best end where nearly all changes are.
template <Side kSide, class Levels>
auto position_of(Levels& levels, RawPrice price) noexcept {
  auto end = levels.end();
  std::ptrdiff_t step = 1;
  while (end - levels.begin() > step && !is_worse<kSide>((end - step)->price, price)) step *= 2;
  auto first = end - levels.begin() > step ? end - step : levels.begin();
  return std::lower_bound(first, end, price,
                          [](const BookLevel& level, RawPrice p) { return is_worse<kSide>(level.price, p); });
}

template <Side kSide>
RawQuantity set_level(std::vector<BookLevel>& levels, RawPrice price, RawQuantity quantity) {
  const auto at = position_of<kSide>(levels, price);
  const bool exists = at != levels.end() && at->price == price;
  const RawQuantity before = exists ? at->quantity : RawQuantity();
  if (quantity.is_zero()) {
    if (exists) levels.erase(at);
  } else if (exists) {
    at->quantity = quantity;
  } else {
    levels.insert(at, BookLevel{price, quantity});
  }
  return before;
}

}  // namespace

RawQuantity Book::set(Side side, RawPrice price, RawQuantity quantity) {
  return side == Side::buy ? set_level<Side::buy>(bids_, price, quantity)
                           : set_level<Side::sell>(asks_, price, quantity);
}

void Book::apply(const BookUpdate& update) {
  if (update.snapshot) clear();
  for (const auto& change : update.changes) set(change.side, change.price, change.quantity);
}

RawQuantity Book::quantity_at(Side side, RawPrice price) const noexcept {
  const auto found = [&](const auto& levels, auto at) {
    return at != levels.end() && at->price == price ? at->quantity : RawQuantity();
  };
  return side == Side::buy ? found(bids_, position_of<Side::buy>(bids_, price))
                           : found(asks_, position_of<Side::sell>(asks_, price));
}

}  // namespace kontor
