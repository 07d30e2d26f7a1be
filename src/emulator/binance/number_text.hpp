#pragma once

#include <cstdint>
#include <string>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"

namespace kontor::emulator::binance {

[[nodiscard]] constexpr std::int64_t milliseconds(TimeNs time) noexcept {
  return floor_divide(time, kMillisecond);
}

/// With exactly so many places, towards zero where there are more.
[[nodiscard]] std::string fixed(const Decimal& value, int places);
[[nodiscard]] std::string fixed(Amount value, int places);
/// Without trailing zeros: `0.01`, `5`.
[[nodiscard]] std::string plain(const Decimal& value);

// Spot writes prices and quantities with eight places, USDⓈ-M with those of the instrument.
[[nodiscard]] std::string price_text(const ListedInstrument& listing, const Instrument& instrument,
                                     RawPrice price);
[[nodiscard]] std::string quantity_text(const ListedInstrument& listing, const Instrument& instrument,
                                        RawQuantity quantity);
/// An average, with two places more than prices have on USDⓈ-M.
[[nodiscard]] std::string average_text(const ListedInstrument& listing, const Instrument& instrument,
                                       Amount turnover, RawQuantity quantity);
/// Sums in the quote asset.
[[nodiscard]] std::string turnover_text(const ListedInstrument& listing, const Instrument& instrument,
                                        Amount turnover);
/// `(now - then) / then` in percent with so many places; zero where then is zero.
[[nodiscard]] std::string percent_text(RawPrice now, RawPrice then, int places);

}  // namespace kontor::emulator::binance
