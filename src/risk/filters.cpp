#include "risk/filters.hpp"

#include <bit>

namespace kontor::risk {
namespace {

constexpr int kProductBits = 126;

int bits(std::int64_t value) noexcept {
  return 64 - std::countl_zero(static_cast<std::uint64_t>(value < 0 ? -(value + 1) : value));
}

/// Most instruments have a grid of one raw unit, and a division is the dearest thing here.
bool on_grid(std::int64_t value, std::int64_t grid) noexcept { return grid == 1 || value % grid == 0; }

void check_price(const Instrument& instrument, RawPrice price, Reasons& broken) noexcept {
  broken.add_if(price.units <= 0, RejectReason::price_not_positive);
  broken.add_if(!on_grid(price.units, instrument.tick().units), RejectReason::price_off_tick);
}

void check_quantity(const Instrument& instrument, RawQuantity quantity, Reasons& broken) noexcept {
  broken.add_if(quantity.units <= 0 || quantity < instrument.min_quantity(),
                RejectReason::below_min_quantity);
  broken.add_if(!on_grid(quantity.units, instrument.step().units), RejectReason::quantity_off_step);
  broken.add_if(!instrument.max_quantity().is_zero() && quantity > instrument.max_quantity(),
                RejectReason::above_max_quantity);
}

}  // namespace

Amount saturated_notional(const Instrument& instrument, RawPrice price, RawQuantity quantity) noexcept {
  const int product = bits(price.units) + bits(quantity.units) + bits(instrument.notional_unit());
  if (product <= kProductBits) return instrument.notional(price, quantity);
  const Amount largest = Amount::from_units(kInt128Max);
  if (price.units > 0 && quantity.units > 0 && quantity <= instrument.quantity_for(largest, price)) {
    return instrument.notional(price, quantity);
  }
  return largest;
}

void check_filters(const Instrument& instrument, const NewOrder& order, RawPrice mark, TimeNs now,
                   Reasons& broken) noexcept {
  check_quantity(instrument, order.quantity, broken);
  if (has_limit_price(order.type)) check_price(instrument, order.limit_price, broken);
  if (has_trigger(order.type)) {
    const bool trails = order.type == OrderType::trailing_stop;
    if (!trails || order.trigger_price.units != 0) check_price(instrument, order.trigger_price, broken);
    if (trails) check_price(instrument, order.trailing_offset, broken);
  }
  const bool dated = order.time_in_force == TimeInForce::good_till_date;
  broken.add_if(dated && order.expire_at <= now, RejectReason::expiry_in_past);
  const bool only_closes = order.reduce_only && !instrument.is_spot();
  const RawPrice reference = reference_price(order, mark);
  if (only_closes || reference.units <= 0) return;
  broken.add_if(saturated_notional(instrument, reference, order.quantity) < instrument.min_notional(),
                RejectReason::below_min_notional);
}

}  // namespace kontor::risk
