#include "portfolio/sizing.hpp"

#include <algorithm>

namespace kontor::portfolio {
namespace {

/// Below this a volatility target or an expected shortfall would ask for more than a thousand times the
/// equity; prices that stand still are no basis for a size.
constexpr Decimal kLeastVolatility{1, 4};
constexpr std::uint8_t kRatioScale = 9;

/// The largest quantity whose notional can be represented at all.
RawQuantity representable(const Instrument& instrument, RawPrice price) noexcept {
  return instrument.quantity_for(Amount::from_units(kInt128Max), price);
}

Sizing nothing(std::string_view reason) noexcept {
  return {RawQuantity(), reason, RawQuantity(), SizeBound::sizer};
}

/// `equity × fraction / measure`, rounded down.
Amount budget_per(const SizingRule& rule, const SizingInput& input, const Decimal& measure) noexcept {
  const auto fraction = rule.fraction.rescaled(kRatioScale, Rounding::down);
  const auto divisor = measure.rescaled(kRatioScale, Rounding::up);
  if (!fraction || !divisor || fraction->units <= 0) return {};
  return input.equity.share(fraction->units, divisor->units);
}

Sizing by_kelly(const Instrument& instrument, const SizingRule& rule, const SizingInput& input) noexcept {
  Amount budget;
  if (!input.kelly) {
    budget = input.equity.times(rule.start, Rounding::floor);
  } else if (input.kelly->units <= 0) {
    return nothing("the closed trades show no edge");
  } else {
    budget = input.equity.times(*input.kelly, Rounding::floor).times(rule.fraction, Rounding::floor);
  }
  const RawQuantity quantity = instrument.quantity_for(budget, input.entry);
  return {quantity, {}, quantity, SizeBound::sizer};
}

/// The quantity that the sizer alone comes to, or why it cannot say.
Sizing wanted(const Instrument& instrument, const SizingRule& rule, const SizingInput& input) noexcept {
  const auto sized = [](RawQuantity quantity) { return Sizing{quantity, {}, quantity, SizeBound::sizer}; };
  const auto share = [&] { return input.equity.times(rule.fraction, Rounding::floor); };
  switch (rule.kind) {
    case SizerKind::fixed_quantity:
      return sized(std::min(instrument.floor_to_step(rule.quantity), representable(instrument, input.entry)));
    case SizerKind::fixed_notional: return sized(instrument.quantity_for(rule.notional, input.entry));
    case SizerKind::percent_of_equity: return sized(instrument.quantity_for(share(), input.entry));
    case SizerKind::risk_percent:
      if (input.stop_distance.units <= 0) return nothing("the stop's distance is not known yet");
      return sized(std::min(instrument.quantity_for(share(), input.stop_distance),
                            representable(instrument, input.entry)));
    case SizerKind::volatility_target:
      if (input.volatility < kLeastVolatility)
        return nothing("the volatility is not known yet, or too small");
      return sized(instrument.quantity_for(budget_per(rule, input, input.volatility), input.entry));
    case SizerKind::cvar:
      if (input.shortfall < kLeastVolatility)
        return nothing("the expected shortfall is not known yet, or too small");
      return sized(instrument.quantity_for(budget_per(rule, input, input.shortfall), input.entry));
    case SizerKind::kelly: return by_kelly(instrument, rule, input);
    case SizerKind::wallet_exposure:
      if (input.wallet.units() <= 0) return nothing("no wallet balance left to size by");
      return sized(instrument.quantity_for(input.wallet.times(rule.fraction, Rounding::floor), input.entry));
  }
  return nothing("no sizer");
}

bool needs_equity(const SizingRule& rule) noexcept {
  switch (rule.kind) {
    case SizerKind::fixed_quantity:
    case SizerKind::fixed_notional:
    case SizerKind::wallet_exposure: return rule.max_fraction.has_value();
    case SizerKind::percent_of_equity:
    case SizerKind::risk_percent:
    case SizerKind::volatility_target:
    case SizerKind::cvar:
    case SizerKind::kelly: return true;
  }
  return true;
}

void cap(Sizing& sizing, RawQuantity limit, SizeBound bound) noexcept {
  if (limit >= sizing.quantity) return;
  sizing.quantity = limit;
  sizing.bound = bound;
}

void apply_caps(Sizing& sizing, const Instrument& instrument, const SizingRule& rule,
                const SizingInput& input) noexcept {
  if (rule.max_notional)
    cap(sizing, instrument.quantity_for(*rule.max_notional, input.entry), SizeBound::max_notional);
  if (rule.max_fraction) {
    const Amount budget = input.equity.times(*rule.max_fraction, Rounding::floor);
    cap(sizing, instrument.quantity_for(budget, input.entry), SizeBound::max_fraction);
  }
  if (!instrument.max_quantity().is_zero()) {
    cap(sizing, instrument.floor_to_step(instrument.max_quantity()), SizeBound::max_quantity);
  }
}

}  // namespace

std::string_view minimum_fault(const Instrument& instrument, RawQuantity quantity, RawPrice price) noexcept {
  if (quantity.units <= 0) return "the size is below one step";
  if (quantity < instrument.min_quantity()) return "the size is below the instrument's minimum quantity";
  if (instrument.notional(price, quantity) < instrument.min_notional()) {
    return "the size is below the instrument's minimum notional";
  }
  return {};
}

Sizing size_position(const Instrument& instrument, const SizingRule& rule,
                     const SizingInput& input) noexcept {
  if (input.entry.units <= 0) return nothing("no market price to size by");
  if (needs_equity(rule) && input.equity.units() <= 0) return nothing("no equity left to size by");
  Sizing sizing = wanted(instrument, rule, input);
  if (!sizing.reason.empty()) return sizing;
  apply_caps(sizing, instrument, rule, input);
  const RawPrice lowest =
      input.lowest_price.units == 0 ? input.entry : std::min(input.entry, input.lowest_price);
  sizing.reason = minimum_fault(instrument, sizing.quantity, lowest);
  if (!sizing.reason.empty()) sizing.quantity = RawQuantity();
  return sizing;
}

}  // namespace kontor::portfolio
