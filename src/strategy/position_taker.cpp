#include "strategy/position_taker.hpp"

namespace kontor::strategy {
namespace {

std::int64_t sign(Direction direction) noexcept { return static_cast<std::int64_t>(direction); }

Direction direction_of(RawQuantity quantity) noexcept {
  if (quantity.is_zero()) return Direction::flat;
  return quantity.units > 0 ? Direction::up : Direction::down;
}

}  // namespace

RawQuantity PositionTaker::position(const View& view) const noexcept {
  RawQuantity quantity = view.position(instrument_).quantity;
  if (view.open_orders(instrument_) == 0) return quantity;
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    if (order.request.type != OrderType::market || order.status == OrderStatus::pending_cancel) return;
    quantity += RawQuantity(sign_of(order.request.side) * order.remaining().units);
  });
  return quantity;
}

Direction PositionTaker::held(const View& view, RawPrice price) const noexcept {
  const Instrument& instrument = view.instrument(instrument_);
  const RawQuantity quantity = position(view);
  const RawQuantity tradable = instrument.floor_to_step(quantity.absolute());
  return portfolio::minimum_fault(instrument, tradable, price).empty() ? direction_of(quantity)
                                                                       : Direction::flat;
}

void PositionTaker::order(const Instrument& instrument, RawQuantity signed_quantity, RawPrice price,
                          Intents& out) const {
  const RawQuantity quantity = instrument.floor_to_step(signed_quantity.absolute());
  if (quantity.is_zero()) return;
  if (const auto fault = portfolio::minimum_fault(instrument, quantity, price); !fault.empty()) {
    out.skip(fault);
  } else {
    out.market(instrument_, signed_quantity.units > 0 ? Side::buy : Side::sell, quantity);
  }
}

void PositionTaker::take(const View& view, Direction wanted, RawPrice price, Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  const RawQuantity current = position(view);
  const bool leaves = !current.is_zero() && direction_of(current) != wanted;
  if (sizer_.protects() && leaves) out.cancel_all(instrument_);
  if (wanted == Direction::flat) {
    order(instrument, -current, price, out);
  } else {
    enter(view, wanted, current, price, out);
  }
}

void PositionTaker::enter(const View& view, Direction wanted, RawQuantity current, RawPrice price,
                          Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  const Side side = wanted == Direction::up ? Side::buy : Side::sell;
  const bool opposite_held = !current.is_zero() && direction_of(current) != wanted;
  const SizedEntry entry = sizer_.size(view, instrument_, side, price);
  if (entry.quantity.is_zero()) {
    out.skip(entry.reason);
    if (opposite_held) order(instrument, -current, price, out);
    return;
  }
  if (!sizer_.protects()) {
    order(instrument, RawQuantity(sign(wanted) * entry.quantity.units) - current, price, out);
    return;
  }
  if (opposite_held) order(instrument, -current, price, out);
  if (held(view, price) == wanted) return;  // protected as it is
  PlaceBracket bracket;
  bracket.entry.instrument = instrument_;
  bracket.entry.side = side;
  bracket.entry.quantity = entry.quantity;
  bracket.stop_price = entry.stop_price;
  bracket.target_price = entry.target_price;
  out.place(bracket);
}

}  // namespace kontor::strategy
