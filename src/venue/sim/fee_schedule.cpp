#include "venue/sim/fee_schedule.hpp"

#include <algorithm>

namespace kontor::sim {

ProductRate::ProductRate(const Decimal& rate, std::int64_t unit) noexcept
    : rate_(rate.normalized()), unit_(unit) {
  const int128 numerator = static_cast<int128>(unit) * rate_.units;
  const int128 power = kPowersOfTen[rate_.scale];
  const int128 quotient = numerator / power;
  exact_ = numerator % power == 0 && quotient <= INT64_MAX && quotient >= INT64_MIN;
  unit_rate_ = exact_ ? static_cast<std::int64_t>(quotient) : 0;
}

Amount ProductRate::rounded(int128 raw) const noexcept {
  int128 value = 0;
  ASSERT(!__builtin_mul_overflow(raw, static_cast<int128>(unit_), &value));
  return Amount::from_units(value).times(rate_, Rounding::ceiling);
}

FeeSchedule::FeeSchedule(const Instrument& instrument, const InstrumentRules& rules) noexcept
    : maker_(rules.maker_fee.value_or(instrument.maker_fee())),
      taker_(rules.taker_fee.value_or(instrument.taker_fee())) {
  const auto notional_unit = instrument.notional_unit();
  const auto quantity_unit = static_cast<std::int64_t>(instrument.base_amount(RawQuantity(1)).units());
  quote_[static_cast<std::size_t>(Liquidity::maker)] = ProductRate(maker_, notional_unit);
  quote_[static_cast<std::size_t>(Liquidity::taker)] = ProductRate(taker_, notional_unit);
  base_[static_cast<std::size_t>(Liquidity::maker)] = ProductRate(maker_, quantity_unit);
  base_[static_cast<std::size_t>(Liquidity::taker)] = ProductRate(taker_, quantity_unit);
  highest_ = ProductRate(std::max({maker_, taker_, Decimal{}}), notional_unit);
}

Amount converted_fee(Amount quote_fee, RawPrice price, std::uint8_t price_scale) noexcept {
  ASSERT(price.units > 0 && !quote_fee.is_negative());
  const auto power = static_cast<std::uint64_t>(kPowersOfTen[price_scale]);
  const uint128 units =
      multiply_divide(magnitude(quote_fee.units()), power, static_cast<std::uint64_t>(price.units));
  // The remainder is below 2^64, so it survives the wrap of both products.
  const uint128 rest = magnitude(quote_fee.units()) * power - units * static_cast<std::uint64_t>(price.units);
  return Amount::from_units(static_cast<int128>(units) + (rest == 0 ? 0 : 1));
}

}  // namespace kontor::sim
