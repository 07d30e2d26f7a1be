#include "venue/sim/order_checks.hpp"

#include <cstdlib>

#include "venue/sim/execution.hpp"
#include "venue/sim/pricing.hpp"
#include "venue/sim/triggers.hpp"

namespace kontor::sim {
namespace {

RejectReason bad_quantity(const Instrument& instrument, RawQuantity quantity) noexcept {
  if (quantity.units <= 0 || quantity < instrument.min_quantity()) return RejectReason::below_min_quantity;
  if (instrument.max_quantity().units > 0 && quantity > instrument.max_quantity()) {
    return RejectReason::above_max_quantity;
  }
  return instrument.on_step(quantity) ? RejectReason::none : RejectReason::quantity_off_step;
}

RejectReason bad_price(const Instrument& instrument, RawPrice price) noexcept {
  if (price.units <= 0) return RejectReason::price_not_positive;
  return instrument.on_tick(price) ? RejectReason::none : RejectReason::price_off_tick;
}

RejectReason bad_trigger(const Instrument& instrument, const NewOrder& order) noexcept {
  if (order.type != OrderType::trailing_stop) return bad_price(instrument, order.trigger_price);
  const RejectReason offset = bad_price(instrument, order.trailing_offset);
  if (offset != RejectReason::none) return offset;
  return order.trigger_price.units == 0 ? RejectReason::none : bad_price(instrument, order.trigger_price);
}

bool out_of_band(const Market& market, RawPrice price) noexcept {
  if (market.price_band == 0 || market.last.units <= 0) return false;
  const int128 distance = static_cast<int128>(std::abs(price.units - market.last.units)) * kBillion;
  return distance > static_cast<int128>(market.last.units) * market.price_band;
}

/// The price that a notional is judged by; zero if none is known.
RawPrice judged_price(const Market& market, const NewOrder& order) noexcept {
  if (has_limit_price(order.type)) return order.limit_price;
  if (order.trigger_price.units != 0) return order.trigger_price;
  return reference_price(market, order.side);
}

bool contradicts_post_only(const NewOrder& order) noexcept {
  const bool immediate = order.time_in_force == TimeInForce::immediate_or_cancel ||
                         order.time_in_force == TimeInForce::fill_or_kill;
  return order.post_only && (immediate || !has_limit_price(order.type));
}

/// What waiting orders of the other side may still add to the position before a reduce-only order executes.
RawQuantity expected_additions(const VenueState& state, const Market& market, Side side) noexcept {
  RawQuantity sum;
  for (const Slot slot : market.waiting) {
    const WorkingOrder& other = state.orders[slot];
    if (other.order.side != side && !other.closes_only) sum += other.remaining();
  }
  return sum;
}

}  // namespace

RejectReason refusal_by_form(const Market& market, const NewOrder& order, TimeNs arrival) noexcept {
  const Instrument& instrument = *market.instrument;
  if (!instrument.is_trading()) return RejectReason::instrument_quarantined;
  if (const auto reason = bad_quantity(instrument, order.quantity); reason != RejectReason::none)
    return reason;
  if (has_limit_price(order.type)) {
    if (const auto reason = bad_price(instrument, order.limit_price); reason != RejectReason::none)
      return reason;
    if (out_of_band(market, order.limit_price)) return RejectReason::price_out_of_band;
  }
  if (has_trigger(order.type)) {
    if (const auto reason = bad_trigger(instrument, order); reason != RejectReason::none) return reason;
  }
  if (contradicts_post_only(order)) return RejectReason::post_only_would_take;
  if (order.time_in_force == TimeInForce::good_till_date && order.expire_at <= arrival) {
    return RejectReason::expiry_in_past;
  }
  if (market.open_orders >= market.rules.max_open_orders) return RejectReason::too_many_orders;
  const RawPrice price = judged_price(market, order);
  if (price.units <= 0) return RejectReason::no_market_price;
  const bool too_small = instrument.notional(price, order.quantity) < instrument.min_notional();
  return too_small && !order.reduce_only ? RejectReason::below_min_notional : RejectReason::none;
}

RejectReason refusal_by_market(const VenueState& state, const Market& market,
                               const WorkingOrder& order) noexcept {
  if (has_trigger(order.order.type)) {
    const RawPrice price = watched_price(market, order);
    if (order.order.type == OrderType::trailing_stop && price.units == 0)
      return RejectReason::no_market_price;
    const bool refuses = market.rules.reached_stop == ReachedStop::reject;
    return refuses && is_reached(order, price) ? RejectReason::stop_would_trigger : RejectReason::none;
  }
  if (order.order.post_only && is_marketable(market, order.order.side, order.order.limit_price)) {
    return RejectReason::post_only_would_take;
  }
  if (order.order.reduce_only && closable(state, market, order.order.side).is_zero() &&
      expected_additions(state, market, order.order.side).is_zero()) {
    return RejectReason::reduce_only_would_increase;
  }
  return RejectReason::none;
}

RejectReason refusal_of_amendment(const Market& market, const WorkingOrder& order, RawQuantity quantity,
                                  RawPrice limit_price) noexcept {
  const Instrument& instrument = *market.instrument;
  if (const auto reason = bad_quantity(instrument, quantity); reason != RejectReason::none) return reason;
  if (quantity <= order.filled) return RejectReason::below_min_quantity;
  if (!order.limited()) return RejectReason::none;
  if (const auto reason = bad_price(instrument, limit_price); reason != RejectReason::none) return reason;
  if (out_of_band(market, limit_price)) return RejectReason::price_out_of_band;
  const bool too_small = instrument.notional(limit_price, quantity) < instrument.min_notional();
  return too_small && !order.closes_only ? RejectReason::below_min_notional : RejectReason::none;
}

RawPrice basis_of(const Market& market, const WorkingOrder& order) noexcept {
  if (order.limited()) return order.order.limit_price;
  if (has_trigger(order.order.type)) return slipped(market, order.trigger, order.order.side);
  if (market.level == FeedLevel::book) return reference_price(market, order.order.side);
  return slipped(market, reference_price(market, order.order.side), order.order.side);
}

}  // namespace kontor::sim
