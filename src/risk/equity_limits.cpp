#include "risk/equity_limits.hpp"

#include <algorithm>

#include "risk/filters.hpp"
#include "risk/risk_engine.hpp"

namespace kontor::risk {
namespace {

enum class Measure : std::uint8_t { exposure, leverage, tied_up };

RawQuantity longest(const PositionRange& range) noexcept { return std::max(range.highest, RawQuantity()); }
RawQuantity shortest(const PositionRange& range) noexcept {
  return range.lowest.units < 0 ? range.lowest.absolute() : RawQuantity();
}

/// What a position anywhere in `range` amounts to at the most, in the reporting asset.
Amount amount_of(const RiskView& view, const LimitCase& subject, const Instrument& instrument,
                 const PositionRange& range, Measure measure) noexcept {
  const auto value = [&](RawQuantity size) {
    if (size.is_zero()) return Amount();
    const RawPrice mark = view.market[instrument.id().index()].mark();
    const RawPrice price = mark.units > 0 ? mark : value_price(subject);
    return view.portfolio.reported(instrument.quote(), saturated_notional(instrument, price, size));
  };
  const auto margin = [&](RawQuantity size) {
    const Decimal& leverage = subject.leverages[instrument.id().index()];
    return value(size).share(kPowersOfTen[leverage.scale], leverage.units);
  };
  switch (measure) {
    case Measure::exposure: return value(range.largest());
    case Measure::leverage: return value(instrument.is_spot() ? shortest(range) : range.largest());
    case Measure::tied_up:
      if (!instrument.is_spot()) return margin(range.largest());
      return std::max(value(longest(range)), margin(shortest(range)));
  }
  return {};
}

bool breaks(const RiskView& view, const LimitCase& subject, Measure measure, const Decimal& most) noexcept {
  const Instrument& own = view.instruments[subject.order.instrument];
  const PositionRanges ranges = position_ranges(view, subject, own.id());
  const Amount without = amount_of(view, subject, own, ranges.without, measure);
  if (amount_of(view, subject, own, ranges.with, measure) <= without) return false;
  const Amount equity = view.portfolio.equity();
  if (equity.units() <= 0) return true;
  const Amount limit = equity.times(most, Rounding::floor);
  Amount sum;
  for (const Instrument& instrument : view.instruments.all()) {
    const PositionRange range = position_ranges(view, subject, instrument.id()).with;
    const Amount value = amount_of(view, subject, instrument, range, measure);
    if (value > limit - sum) return true;  // before the sum could overflow
    sum += value;
  }
  return false;
}

/// What may be used where `reserve` stays unused.
Decimal rest_of(const Decimal& reserve) noexcept {
  return Decimal{kPowersOfTen[reserve.scale] - reserve.units, reserve.scale};
}

}  // namespace

void check_equity_limits(const RiskView& view, const Limits& limits, const LimitCase& subject,
                         Reasons& broken) noexcept {
  const auto check = [&](const std::optional<Decimal>& limit, Measure measure, RejectReason reason) {
    if (limit) broken.add_if(breaks(view, subject, measure, *limit), reason);
  };
  check(limits.max_exposure, Measure::exposure, RejectReason::max_exposure);
  check(limits.max_leverage, Measure::leverage, RejectReason::max_leverage);
  if (limits.reserve) check(rest_of(*limits.reserve), Measure::tied_up, RejectReason::reserve);
}

}  // namespace kontor::risk
