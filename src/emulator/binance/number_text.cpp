#include "emulator/binance/number_text.hpp"

#include "emulator/orders.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr int kSpotPlaces = 8;

int price_places(const ListedInstrument& listing, const Instrument& instrument) noexcept {
  return listing.product == Product::spot ? kSpotPlaces : instrument.price_scale();
}

}  // namespace

std::string fixed(Amount value, int places) {
  const std::int64_t grain = kPowersOfTen[Amount::kScale - places];
  return Amount::from_units(value.units() / grain * grain).format_fixed(places);
}

std::string fixed(const Decimal& value, int places) { return fixed(Amount::from_decimal(value), places); }

std::string plain(const Decimal& value) { return value.normalized().format(); }

std::string price_text(const ListedInstrument& listing, const Instrument& instrument, RawPrice price) {
  return fixed(instrument.price(price).value, price_places(listing, instrument));
}

std::string quantity_text(const ListedInstrument& listing, const Instrument& instrument,
                          RawQuantity quantity) {
  return fixed(instrument.quantity(quantity).value,
               listing.product == Product::spot ? kSpotPlaces : instrument.quantity_scale());
}

std::string average_text(const ListedInstrument& listing, const Instrument& instrument, Amount turnover,
                         RawQuantity quantity) {
  const int places = listing.product == Product::spot ? kSpotPlaces : instrument.price_scale() + 2;
  return fixed(average_price(instrument, turnover, quantity), places);
}

std::string turnover_text(const ListedInstrument& listing, const Instrument& instrument, Amount turnover) {
  if (listing.product == Product::spot) return fixed(turnover, kSpotPlaces);
  return fixed(turnover, instrument.price_scale() + instrument.quantity_scale());
}

std::string percent_text(RawPrice now, RawPrice then, int places) {
  if (then.units == 0) return fixed(Amount(), places);
  const int128 scaled = static_cast<int128>(now.units - then.units) * 100 * kPowersOfTen[places];
  const int128 rounded = divide_rounded(scaled, then.units, Rounding::half_even);
  return fixed(Amount::from_units(rounded * kPowersOfTen[Amount::kScale - places]), places);
}

}  // namespace kontor::emulator::binance
