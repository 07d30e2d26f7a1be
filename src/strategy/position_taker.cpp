#include "strategy/position_taker.hpp"

#include <algorithm>

namespace kontor::strategy {
namespace {

std::int64_t sign(Direction direction) noexcept { return static_cast<std::int64_t>(direction); }

Direction direction_of(RawQuantity quantity) noexcept {
  if (quantity.is_zero()) return Direction::flat;
  return quantity.units > 0 ? Direction::up : Direction::down;
}

/// True if it brings a protected position back to zero: entries that are protected have legs, exits have not.
bool is_exit(const execution::Order& order) noexcept {
  return order.request.type == OrderType::market && order.request.role == GroupRole::single;
}

RawQuantity signed_rest(const execution::Order& order) noexcept {
  return RawQuantity(sign_of(order.request.side) * order.remaining().units);
}

/// The side of a position; a rest that is too small to be sold is flat.
Direction tradable_side(const Instrument& instrument, RawQuantity quantity, RawPrice price) noexcept {
  const RawQuantity tradable = instrument.floor_to_step(quantity.absolute());
  return portfolio::minimum_fault(instrument, tradable, price).empty() ? direction_of(quantity)
                                                                       : Direction::flat;
}

}  // namespace

RawQuantity PositionTaker::position(const View& view) const noexcept {
  RawQuantity quantity = view.position(instrument_).quantity;
  if (view.open_orders(instrument_) == 0) return quantity;
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    if (order.request.type != OrderType::market || order.status == OrderStatus::pending_cancel) return;
    quantity += signed_rest(order);
  });
  return quantity;
}

Direction PositionTaker::held(const View& view, RawPrice price) const noexcept {
  return tradable_side(view.instrument(instrument_), position(view), price);
}

RawQuantity PositionTaker::order(const Instrument& instrument, RawQuantity signed_quantity, RawPrice price,
                                 Intents& out) const {
  const RawQuantity quantity = instrument.floor_to_step(signed_quantity.absolute());
  if (quantity.is_zero()) return {};
  if (const auto fault = portfolio::minimum_fault(instrument, quantity, price); !fault.empty()) {
    out.skip(fault);
    return {};
  }
  const Side side = signed_quantity.units > 0 ? Side::buy : Side::sell;
  out.market(instrument_, side, quantity);
  return RawQuantity(sign_of(side) * quantity.units);
}

bool PositionTaker::has_protection(const View& view) const noexcept {
  bool found = false;
  if (view.open_orders(instrument_) == 0) return found;
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    const GroupRole role = order.request.role;
    found = found || (role != GroupRole::single && role != GroupRole::flatten);
  });
  return found;
}

void PositionTaker::take(const View& view, Direction wanted, RawPrice price, Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  RawQuantity current = position(view);
  if (sizer_.protects() || has_protection(view)) {
    const bool leaves = !current.is_zero() && direction_of(current) != wanted;
    if (leaves) current = leave(view, price, out);
    if (wanted == Direction::flat) return;
    // Entered when entries were protected still, and on the right side: it stays as it is.
    const bool stays = !sizer_.protects() && tradable_side(instrument, current, price) == wanted;
    if (stays) return;
    sizer_.protects() ? enter_protected(view, wanted, current, price, out)
                      : enter(view, wanted, current, price, out);
  } else if (wanted == Direction::flat) {
    order(instrument, -current, price, out);
  } else {
    enter(view, wanted, current, price, out);
  }
}

/// What is filled is what has to go: the rest of an entry is canceled with its legs, and exits that are under
/// way already go on.
RawQuantity PositionTaker::leave(const View& view, RawPrice price, Intents& out) const {
  RawQuantity left = view.position(instrument_).quantity;
  view.for_each_order(instrument_, [&](const execution::Order& order) {
    if (order.status == OrderStatus::pending_cancel) return;
    if (is_exit(order)) {
      left += signed_rest(order);
    } else {
      out.cancel(order.id());
    }
  });
  return left + order(view.instrument(instrument_), -left, price, out);
}

void PositionTaker::enter(const View& view, Direction wanted, RawQuantity current, RawPrice price,
                          Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  const SizedEntry entry =
      sizer_.size(view, instrument_, wanted == Direction::up ? Side::buy : Side::sell, price);
  if (!entry.quantity.is_zero()) {
    order(instrument, RawQuantity(sign(wanted) * entry.quantity.units) - current, price, out);
    return;
  }
  out.skip(entry.reason);
  const bool opposite_held = !current.is_zero() && direction_of(current) != wanted;
  if (opposite_held) order(instrument, -current, price, out);
}

void PositionTaker::enter_protected(const View& view, Direction wanted, RawQuantity current, RawPrice price,
                                    Intents& out) const {
  const Instrument& instrument = view.instrument(instrument_);
  if (tradable_side(instrument, current, price) == wanted) return;  // protected as it is
  const Side side = wanted == Direction::up ? Side::buy : Side::sell;
  const SizedEntry entry = sizer_.size(view, instrument_, side, price);
  if (entry.quantity.is_zero()) return out.skip(entry.reason);
  // What is too small to be sold stays, and is a part of the next position on its side.
  const RawQuantity rest = direction_of(current) == wanted ? current.absolute() : RawQuantity();
  PlaceBracket bracket;
  bracket.entry.instrument = instrument_;
  bracket.entry.side = side;
  bracket.entry.quantity = instrument.floor_to_step(entry.quantity - std::min(rest, entry.quantity));
  bracket.stop_price = entry.stop_price;
  bracket.target_price = entry.target_price;
  bracket.stop_limit = entry.stop_limit;
  bracket.trailing_offset = entry.trailing_offset;
  const auto fault = portfolio::minimum_fault(instrument, bracket.entry.quantity, price);
  if (!fault.empty()) return out.skip(fault);
  out.place(bracket);
}

}  // namespace kontor::strategy
