#include "emulator/orders.hpp"

namespace kontor::emulator {

Amount average_price(const Instrument& instrument, Amount turnover, RawQuantity quantity) noexcept {
  if (quantity.is_zero() || turnover.is_negative()) return {};
  return turnover.share(kPowersOfTen[instrument.quantity_scale()], quantity.absolute().units);
}

}  // namespace kontor::emulator
