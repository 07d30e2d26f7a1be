#include "model/instrument.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kontor {
namespace {

Result<std::int64_t> units_at(const Decimal& value, std::uint8_t scale, const InstrumentName& name,
                              std::string_view what) {
  const auto rescaled = value.rescaled(scale, Rounding::down);
  if (!rescaled) {
    return fail(ErrorKind::overflow,
                fmt::format("{}: expected a {} within 64 bits at {} decimal places, found {}", name.format(),
                            what, scale, value.format()));
  }
  if (*rescaled != value) {
    return fail(ErrorKind::usage,
                fmt::format("{}: expected a {} with {} decimal places at the most, found {}", name.format(),
                            what, scale, value.format()));
  }
  return rescaled->units;
}

Result<void> check(const InstrumentSpecification& specification) {
  const auto bad = [&](std::string_view what, const Decimal& value) {
    return fail(ErrorKind::usage,
                fmt::format("{}: expected {}, found {}", specification.name.format(), what, value.format()));
  };
  if (specification.tick.units <= 0) return bad("a tick above zero", specification.tick);
  if (specification.step.units <= 0) return bad("a step above zero", specification.step);
  if (specification.multiplier.units <= 0) return bad("a multiplier above zero", specification.multiplier);
  if (specification.min_quantity.units < 0)
    return bad("a min_quantity of zero or more", specification.min_quantity);
  if (specification.max_quantity.units < 0)
    return bad("a max_quantity of zero or more", specification.max_quantity);
  if (!specification.max_quantity.is_zero() && specification.max_quantity < specification.min_quantity) {
    return bad("a max_quantity not below min_quantity, or zero", specification.max_quantity);
  }
  if (specification.min_notional.units < 0)
    return bad("a min_notional of zero or more", specification.min_notional);
  const Decimal limit{1, 1};
  for (const Decimal& fee : {specification.maker_fee, specification.taker_fee}) {
    if (fee > limit || fee < Decimal{-1, 1})
      return bad("a fee between -0.1 and 0.1 (a fraction, 0.001 is 0.1 %)", fee);
  }
  if (specification.max_leverage < Decimal{1, 0})
    return bad("a max_leverage of 1 or more", specification.max_leverage);
  return {};
}

/// Four times a value in raw units: the quarter says on which side of a unit and of its middle the value
/// lies, so that every rounding mode can be applied once, to whatever grid. A value within a few units in the
/// last place of a whole or half number, or within 1e-9, is that number: 0.1 × 3 must not be rounded down to
/// 0.2. Not a number is zero.
int128 quarters(double value) noexcept {  // analytics
  constexpr double kLimit = 9.0e18;       // analytics
  if (std::isnan(value)) return 0;
  value = std::clamp(value, -kLimit, kLimit);
  const double nearest = std::round(value);                          // analytics
  const double noise = std::max(1e-9, std::abs(value) * 0x1.0p-50);  // analytics
  if (std::abs(value - nearest) <= noise) return static_cast<int128>(nearest) * 4;
  const double below = std::floor(value);                                     // analytics
  const double part = value - below;                                          // analytics
  const int quarter = part < 0.5 - noise ? 1 : (part > 0.5 + noise ? 3 : 2);  // analytics
  return static_cast<int128>(below) * 4 + quarter;
}

}  // namespace

Result<InstrumentName> InstrumentName::parse(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
      text.find('@', at + 1) != text.npos) {
    return fail(ErrorKind::usage,
                fmt::format("expected an instrument such as BTCUSDT@binance, found '{}'", text));
  }
  return InstrumentName{std::string(text.substr(at + 1)), std::string(text.substr(0, at))};
}

Result<Instrument> Instrument::make(InstrumentId id, AssetId base, AssetId quote,
                                    const InstrumentSpecification& specification) {
  TRY_VOID(check(specification));
  Instrument instrument;
  instrument.id_ = id;
  instrument.base_ = base;
  instrument.quote_ = quote;
  instrument.specification_ = specification;
  const Decimal tick = specification.tick.normalized();
  const Decimal step = specification.step.normalized();
  const Decimal multiplier = specification.multiplier.normalized();
  instrument.price_scale_ = std::max(tick.scale, specification.data_price_scale);
  instrument.quantity_scale_ = std::max(step.scale, specification.data_quantity_scale);
  const int places = instrument.price_scale_ + instrument.quantity_scale_ + multiplier.scale;
  if (places > kMaxScale) {
    return fail(
        ErrorKind::usage,
        fmt::format("{}: expected price, quantity and multiplier with 18 decimal places together at the "
                    "most, found {} + {} + {}",
                    specification.name.format(), instrument.price_scale_, instrument.quantity_scale_,
                    multiplier.scale));
  }
  const int128 unit = static_cast<int128>(kPowersOfTen[kMaxScale - places]) * multiplier.units;
  if (unit > INT64_MAX) {
    return fail(ErrorKind::usage, fmt::format("{}: expected a smaller multiplier, found {}",
                                              specification.name.format(), multiplier.format()));
  }
  instrument.notional_unit_ = static_cast<std::int64_t>(unit);
  instrument.notional_limit_ = kInt128Max / unit;
  instrument.quantity_unit_ = kPowersOfTen[kMaxScale - instrument.quantity_scale_];
  TRY(instrument.terms_.tick.units, units_at(tick, instrument.price_scale_, specification.name, "tick"));
  TRY(instrument.terms_.step.units, units_at(step, instrument.quantity_scale_, specification.name, "step"));
  TRY(instrument.terms_.min_quantity.units,
      units_at(specification.min_quantity, instrument.quantity_scale_, specification.name, "min_quantity"));
  TRY(instrument.terms_.max_quantity.units,
      units_at(specification.max_quantity, instrument.quantity_scale_, specification.name, "max_quantity"));
  instrument.terms_.min_notional = Amount::from_decimal(specification.min_notional);
  instrument.price_factor_ = 1.0 / static_cast<double>(kPowersOfTen[instrument.price_scale_]);  // analytics
  instrument.quantity_factor_ =
      1.0 / static_cast<double>(kPowersOfTen[instrument.quantity_scale_]);  // analytics
  return instrument;
}

bool Instrument::change(const InstrumentTerms& terms) noexcept {
  const bool can_be = terms.tick.units > 0 && terms.step.units > 0 && terms.min_quantity.units >= 0 &&
                      terms.min_notional >= Amount() &&
                      (terms.max_quantity.units == 0 || terms.max_quantity >= terms.min_quantity);
  if (can_be) terms_ = terms;
  return can_be;
}

Result<RawPrice> Instrument::raw_price(const Decimal& price) const {
  TRY(const std::int64_t units, units_at(price, price_scale_, name(), "price"));
  return RawPrice(units);
}

Result<RawQuantity> Instrument::raw_quantity(const Decimal& quantity) const {
  TRY(const std::int64_t units, units_at(quantity, quantity_scale_, name(), "quantity"));
  return RawQuantity(units);
}

RawPrice Instrument::round_to_tick(RawPrice price, Rounding mode) const noexcept {
  return tick_at(divide_rounded(price.units, terms_.tick.units, mode));
}

RawPrice Instrument::round_price(double price, Rounding mode) const noexcept {    // analytics
  const double scaled = price * static_cast<double>(kPowersOfTen[price_scale_]);  // analytics
  return tick_at(divide_rounded(quarters(scaled), static_cast<int128>(terms_.tick.units) * 4, mode));
}

RawPrice Instrument::tick_at(int128 number) const noexcept {
  const int128 last = INT64_MAX / terms_.tick.units;
  return RawPrice(static_cast<std::int64_t>(std::clamp<int128>(number, -last, last)) * terms_.tick.units);
}

RawQuantity Instrument::round_quantity(double quantity) const noexcept {                // analytics
  const double scaled = quantity * static_cast<double>(kPowersOfTen[quantity_scale_]);  // analytics
  return floor_to_step(RawQuantity(static_cast<std::int64_t>(quarters(scaled) / 4)));
}

RawQuantity Instrument::quantity_for(Amount budget, RawPrice price) const noexcept {
  if (budget.units() <= 0 || price.units <= 0) return RawQuantity();
  const int128 per_unit = static_cast<int128>(price.units) * notional_unit_;
  const int128 units = budget.units() / per_unit;
  return floor_to_step(RawQuantity(static_cast<std::int64_t>(std::min<int128>(units, INT64_MAX))));
}

Result<InstrumentId> InstrumentTable::add(const InstrumentSpecification& specification) {
  if (find(specification.name)) {
    return fail(ErrorKind::usage,
                fmt::format("expected each instrument once, found {} twice", specification.name.format()));
  }
  const InstrumentId id(static_cast<std::uint32_t>(instruments_.size()));
  const std::size_t assets_before = assets_.size();
  // One after the other: the order of arguments is the compiler's choice, and journals hold the numbers.
  const AssetId quote = add_asset(specification.quote);
  const AssetId base = add_asset(specification.base);
  auto instrument = Instrument::make(id, base, quote, specification);
  if (!instrument) {
    assets_.resize(assets_before);
    return std::unexpected(std::move(instrument).error());
  }
  instruments_.push_back(*std::move(instrument));
  return id;
}

AssetId InstrumentTable::add_asset(std::string_view name) {
  const auto found = std::find(assets_.begin(), assets_.end(), name);
  if (found == assets_.end()) {
    assets_.emplace_back(name);
    return AssetId(static_cast<std::uint32_t>(assets_.size() - 1));
  }
  return AssetId(static_cast<std::uint32_t>(found - assets_.begin()));
}

void InstrumentTable::save(Encoder& encoder) const {
  for (const auto& instrument : instruments_) encode_into(encoder, instrument.terms());
}

void InstrumentTable::load(Decoder& decoder) {
  for (auto& instrument : instruments_) {
    InstrumentTerms terms;
    decode_from(decoder, terms);
    if (decoder.failed()) return;
    if (!instrument.change(terms)) return decoder.fail();
  }
}

Result<AssetId> InstrumentTable::find_asset(std::string_view name) const {
  const auto found = std::find(assets_.begin(), assets_.end(), name);
  if (found == assets_.end()) return fail(ErrorKind::not_found, fmt::format("unknown asset {}", name));
  return AssetId(static_cast<std::uint32_t>(found - assets_.begin()));
}

Result<InstrumentId> InstrumentTable::find(const InstrumentName& name) const {
  for (const auto& instrument : instruments_) {
    if (instrument.name() == name) return instrument.id();
  }
  return fail(ErrorKind::not_found, fmt::format("unknown instrument {}", name.format()));
}

}  // namespace kontor
