#include "model/position.hpp"

#include <algorithm>
#include <cstdlib>

namespace kontor {

Amount Position::apply(const Instrument& instrument, Side side, RawQuantity fill_quantity,
                       RawPrice price) noexcept {
  ASSERT(fill_quantity.units > 0);
  const RawQuantity signed_fill(sign_of(side) * fill_quantity.units);
  const bool opens = quantity.is_zero() || (quantity.units > 0) == (signed_fill.units > 0);
  if (opens) {
    cost += instrument.notional(price, signed_fill);
    quantity += signed_fill;
    return Amount();
  }
  const std::int64_t held = std::abs(quantity.units);
  const std::int64_t closing = std::min(held, fill_quantity.units);
  const RawQuantity signed_closing(sign_of(side) * closing);
  const Amount released = cost.share(closing, held);
  // A sale brings in notional and gives up cost; for a short both are negative, which is the same formula.
  const Amount realized = -instrument.notional(price, signed_closing) - released;
  cost -= released;
  quantity += signed_closing;
  const RawQuantity rest = signed_fill - signed_closing;
  if (!rest.is_zero()) {
    cost = instrument.notional(price, rest);
    quantity = rest;
  }
  return realized;
}

double Position::average_price(const Instrument& instrument) const noexcept {  // analytics
  if (is_flat()) return 0;
  const double size =
      instrument.to_double(quantity) * instrument.specification().multiplier.to_double();  // analytics
  return cost.to_double() / size;                                                          // analytics
}

}  // namespace kontor
