#include "risk/limit_checks.hpp"

#include "risk/filters.hpp"
#include "risk/risk_engine.hpp"

namespace kontor::risk {
namespace {

/// A buy costs its limit at the most; a sale below the market still moves what the market says it is worth.
RawPrice value_price(const LimitCase& subject) noexcept {
  const RawPrice reference = reference_price(subject.order, subject.mark);
  return subject.order.side == Side::sell ? std::max(reference, subject.mark) : reference;
}

bool breaks_order_notional(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const Instrument& instrument = view.instruments[subject.order.instrument];
  return saturated_notional(instrument, value_price(subject), subject.order.quantity) >
         *limits.max_order_notional;
}

/// The larger end of what the position could become, without and with the order.
struct PositionSizes {
  RawQuantity without;
  RawQuantity with;
};

PositionSizes position_sizes(const RiskView& view, const LimitCase& subject,
                             InstrumentId instrument) noexcept {
  const RawQuantity position = position_of(view.portfolio, subject.part, instrument);
  const PendingQuantity pending = pending_quantity(view.orders, subject.part, instrument, subject.replaced);
  PositionSizes sizes;
  sizes.without = reach_of(position, pending).largest();
  sizes.with = sizes.without;
  if (instrument == subject.order.instrument) {
    sizes.with =
        reach_of(position, with_order(pending, subject.order.side, subject.order.quantity)).largest();
  }
  return sizes;
}

bool breaks_position_notional(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const Instrument& instrument = view.instruments[subject.order.instrument];
  const PositionSizes sizes = position_sizes(view, subject, subject.order.instrument);
  if (sizes.with <= sizes.without) return false;
  const RawPrice price = subject.mark.units > 0 ? subject.mark : value_price(subject);
  return saturated_notional(instrument, price, sizes.with) > *limits.max_position_notional;
}

Amount reported_value(const RiskView& view, const Instrument& instrument, RawQuantity size,
                      RawPrice fallback) noexcept {
  const RawPrice mark = view.market[instrument.id().index()].mark();
  const Amount value = saturated_notional(instrument, mark.units > 0 ? mark : fallback, size);
  return view.portfolio.reported(instrument.quote(), value);
}

bool breaks_exposure(const RiskView& view, const Limits& limits, const LimitCase& subject) noexcept {
  const Amount equity = view.portfolio.equity();
  const PositionSizes own = position_sizes(view, subject, subject.order.instrument);
  if (own.with <= own.without) return false;
  if (equity.units() <= 0) return true;
  const Amount limit = equity.times(*limits.max_exposure, Rounding::floor);
  Amount exposure;
  for (const Instrument& instrument : view.instruments.all()) {
    const RawQuantity size = position_sizes(view, subject, instrument.id()).with;
    if (size.is_zero()) continue;
    const Amount value = reported_value(view, instrument, size, value_price(subject));
    if (value > limit - exposure) return true;  // before the sum could overflow
    exposure += value;
  }
  return false;
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

}  // namespace

void check_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                  Reasons& broken) noexcept {
  if (limits.max_order_notional) {
    broken.add_if(breaks_order_notional(view, limits, subject), RejectReason::max_order_notional);
  }
  if (limits.max_position_notional) {
    broken.add_if(breaks_position_notional(view, limits, subject), RejectReason::max_position_notional);
  }
  if (limits.max_exposure) broken.add_if(breaks_exposure(view, limits, subject), RejectReason::max_exposure);
  if (limits.max_price_deviation && has_limit_price(subject.order.type)) {
    const bool comparable = subject.mark.units > 0 && subject.order.limit_price.units > 0;
    broken.add_if(subject.mark.units <= 0, RejectReason::no_market_price);
    broken.add_if(comparable && breaks_price_band(limits, subject), RejectReason::price_out_of_band);
  }
  if (limits.max_open_orders)
    broken.add_if(breaks_open_orders(view, limits, subject), RejectReason::max_open_orders);
}

}  // namespace kontor::risk
