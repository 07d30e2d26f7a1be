#include "venue/live/listed_rules.hpp"

#include <algorithm>

namespace kontor::live {
namespace {

/// Venues count fees that are taken in the base asset to eight places.
constexpr int kFeePlaces = 8;

struct QuantityRules {
  Decimal step;
  Decimal min_quantity;
  Decimal max_quantity;  ///< zero: none
};

/// True where every multiple of `coarse` is one of `fine`.
bool is_multiple(const Decimal& coarse, const Decimal& fine) {
  const std::uint8_t scale = std::max(coarse.scale, fine.scale);
  const auto dividend = coarse.rescaled(scale, Rounding::down);
  const auto divisor = fine.rescaled(scale, Rounding::down);
  return dividend && divisor && divisor->units > 0 && dividend->units % divisor->units == 0;
}

QuantityRules quantity_rules_of(const venue::InstrumentListed& listed) {
  QuantityRules rules{listed.step, std::max(listed.min_quantity, listed.market_min_quantity),
                      listed.max_quantity};
  if (listed.market_step.units > 0 && is_multiple(listed.market_step, listed.step))
    rules.step = listed.market_step;
  const Decimal& market = listed.market_max_quantity;
  if (market.units > 0 && (rules.max_quantity.is_zero() || market < rules.max_quantity))
    rules.max_quantity = market;
  return rules;
}

std::int64_t units_at_scale(const Decimal& value, std::uint8_t scale, Rounding mode) noexcept {
  const auto scaled = value.rescaled(scale, mode);
  return scaled ? scaled->units : 0;
}

}  // namespace

std::int64_t least_units(const Decimal& value, std::uint8_t scale) noexcept {
  return units_at_scale(value, scale, Rounding::ceiling);
}

std::int64_t most_units(const Decimal& value, std::uint8_t scale) noexcept {
  return units_at_scale(value, scale, Rounding::floor);
}

InstrumentSpecification specification_of(const venue::InstrumentListed& listed, InstrumentName name,
                                         InstrumentKind kind) {
  const QuantityRules rules = quantity_rules_of(listed);
  InstrumentSpecification made;
  made.name = std::move(name);
  made.kind = kind;
  made.base = listed.base;
  made.quote = listed.quote;
  made.tick = listed.tick.normalized();
  made.step = rules.step.normalized();
  const int places_of_fees =
      kind == InstrumentKind::spot ? std::min<int>(kFeePlaces, kMaxScale - made.tick.scale) : 0;
  made.data_quantity_scale =
      std::max(static_cast<std::uint8_t>(places_of_fees), listed.step.normalized().scale);
  const std::uint8_t scale = std::max(made.step.scale, made.data_quantity_scale);
  made.min_quantity = Decimal{least_units(rules.min_quantity, scale), scale};
  made.max_quantity = Decimal{most_units(rules.max_quantity, scale), scale};
  made.min_notional = listed.min_notional;
  made.multiplier = listed.multiplier;
  if (listed.max_leverage.units > 0) made.max_leverage = listed.max_leverage;
  return made;
}

Result<InstrumentTerms> terms_of(const Instrument& instrument, const venue::InstrumentListed& listed) {
  const QuantityRules rules = quantity_rules_of(listed);
  InstrumentTerms terms;
  TRY(terms.tick, instrument.raw_price(listed.tick));
  TRY(terms.step, instrument.raw_quantity(rules.step));
  terms.min_quantity = RawQuantity(least_units(rules.min_quantity, instrument.quantity_scale()));
  terms.max_quantity = RawQuantity(most_units(rules.max_quantity, instrument.quantity_scale()));
  terms.min_notional = Amount::from_decimal(listed.min_notional);
  terms.is_trading = listed.status == venue::InstrumentStatus::trading;
  return terms;
}

}  // namespace kontor::live
