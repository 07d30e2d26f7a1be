#include "risk/limit_checks.hpp"

#include "risk/equity_limits.hpp"
#include "risk/filters.hpp"
#include "risk/risk_engine.hpp"

namespace kontor::risk {
namespace {

bool breaks_order_notional(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const Instrument& instrument = view.instruments[subject.order.instrument];
  return saturated_notional(instrument, value_price(subject), subject.order.quantity) >
         *limits.max_order_notional;
}

bool breaks_position_notional(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const Instrument& instrument = view.instruments[subject.order.instrument];
  const PositionRanges ranges = position_ranges(view, subject, subject.order.instrument);
  if (ranges.with.largest() <= ranges.without.largest()) return false;
  const RawPrice price = subject.mark.units > 0 ? subject.mark : value_price(subject);
  return saturated_notional(instrument, price, ranges.with.largest()) > *limits.max_position_notional;
}

bool breaks_price_band(const Limits& limits, const LimitCase& subject) noexcept {
  const std::int64_t distance = std::abs(subject.order.limit_price.units - subject.mark.units);
  const Decimal& allowed = *limits.max_price_deviation;
  return static_cast<int128>(distance) * kPowersOfTen[allowed.scale] >
         static_cast<int128>(subject.mark.units) * allowed.units;
}

bool breaks_open_orders(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  std::uint32_t open = 0;
  view.orders.for_each_open([&](const execution::Order& order) {
    if (subject.part.holds(order.request) && counts_as_pending(order, subject.replaced)) ++open;
  });
  return open >= *limits.max_open_orders;
}

/// True if a strategy has a position in an instrument, or orders that would open one. What is left of a spot
/// position and too small to be sold is none.
bool is_open_position(const RiskView& view, StrategyId strategy, const Instrument& instrument) noexcept {
  const RawQuantity held = view.portfolio.book(strategy, instrument.id()).position.quantity.absolute();
  if (!held.is_zero()) {
    if (!instrument.is_spot()) return true;
    const RawQuantity sellable = instrument.floor_to_step(held);
    const RawPrice mark = view.market[instrument.id().index()].mark();
    const bool too_small =
        mark.units > 0 && saturated_notional(instrument, mark, sellable) < instrument.min_notional();
    if (!sellable.is_zero() && sellable >= instrument.min_quantity() && !too_small) return true;
  }
  bool opens = false;
  view.orders.for_each_open([&](const execution::Order& order) {
    const NewOrder& request = order.request;
    if (request.strategy != strategy || request.instrument != instrument.id()) return;
    opens = opens || (!request.reduce_only && counts_as_pending(order, OrderId()));
  });
  return opens;
}

/// An amendment opens no position that its order would not have opened.
bool breaks_open_positions(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const NewOrder& order = subject.order;
  if (subject.replaced.value != 0) return false;
  if (is_open_position(view, order.strategy, view.instruments[order.instrument])) return false;
  std::uint32_t open = 0;
  for (std::uint32_t number = 0; number < view.portfolio.strategies(); ++number) {
    const StrategyId strategy(number);
    if (subject.part.strategy && *subject.part.strategy != strategy) continue;
    for (const Instrument& instrument : view.instruments.all()) {
      if (subject.part.instrument && *subject.part.instrument != instrument.id()) continue;
      if (is_open_position(view, strategy, instrument)) ++open;
    }
  }
  return open >= *limits.max_open_positions;
}

}  // namespace

RawPrice value_price(const LimitCase& subject) noexcept {
  const RawPrice reference = reference_price(subject.order, subject.mark);
  return subject.order.side == Side::sell ? std::max(reference, subject.mark) : reference;
}

PositionRanges position_ranges(const RiskView& view, const LimitCase& subject,
                               InstrumentId instrument) noexcept {
  const RawQuantity position = position_of(view.portfolio, subject.part, instrument);
  const PendingQuantity pending = pending_quantity(view.orders, subject.part, instrument, subject.replaced);
  const PositionRange without = reach_of(position, pending);
  if (instrument != subject.order.instrument) return {without, without};
  return {without, reach_of(position, with_order(pending, subject.order.side, subject.order.quantity))};
}

void check_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                  Reasons& broken) noexcept {
  if (limits.max_order_notional) {
    broken.add_if(breaks_order_notional(view, limits, subject), RejectReason::max_order_notional);
  }
  if (limits.max_position_notional) {
    broken.add_if(breaks_position_notional(view, limits, subject), RejectReason::max_position_notional);
  }
  check_equity_limits(view, limits, subject, broken);
  if (limits.max_open_positions) {
    broken.add_if(breaks_open_positions(view, limits, subject), RejectReason::max_open_positions);
  }
  if (limits.max_price_deviation && has_limit_price(subject.order.type)) {
    const bool comparable = subject.mark.units > 0 && subject.order.limit_price.units > 0;
    broken.add_if(subject.mark.units <= 0, RejectReason::no_market_price);
    broken.add_if(comparable && breaks_price_band(limits, subject), RejectReason::price_out_of_band);
  }
  if (limits.max_open_orders)
    broken.add_if(breaks_open_orders(view, limits, subject), RejectReason::max_open_orders);
}

}  // namespace kontor::risk
