#pragma once

#include <string>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"

namespace kontor::emulator::bybit {

// Numbers as the venue writes them: prices and quantities with all places of the tick and the step, amounts
// without zeros behind.

[[nodiscard]] std::string price_text(const Instrument& instrument, RawPrice price);
[[nodiscard]] std::string quantity_text(const Instrument& instrument, RawQuantity quantity);
/// A price between two ticks, such as an average; without zeros behind.
[[nodiscard]] std::string amount_text(Amount amount);
/// With at most eight places, half to even.
[[nodiscard]] std::string short_amount_text(Amount amount);
[[nodiscard]] std::string milliseconds_text(TimeNs time);
[[nodiscard]] std::string plain_text(const Decimal& decimal);

/// `numerator / denominator` with this many places; zero where there is nothing to divide by.
[[nodiscard]] std::string ratio_text(Amount numerator, Amount denominator, int places);
/// `(now - before) / before` with this many places; zero without a price before.
[[nodiscard]] std::string change_text(RawPrice now, RawPrice before, int places);

}  // namespace kontor::emulator::bybit
