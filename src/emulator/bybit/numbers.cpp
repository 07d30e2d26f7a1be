#include "emulator/bybit/numbers.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "base/int128.hpp"
#include "emulator/bybit/answer.hpp"

namespace kontor::emulator::bybit {
namespace {

/// Prices come from the grid, so nothing is lost where the venue's scale is smaller than that of the data.
std::string written(const Decimal& value, std::uint8_t scale) {
  const auto rescaled = value.rescaled(scale, Rounding::half_even);
  return rescaled ? rescaled->format() : value.format();
}

}  // namespace

std::string price_text(const Instrument& instrument, RawPrice price) {
  return written(instrument.price(price).value, instrument.specification().tick.scale);
}

std::string quantity_text(const Instrument& instrument, RawQuantity quantity) {
  return written(instrument.quantity(quantity).value, instrument.specification().step.scale);
}

std::string amount_text(Amount amount) { return amount.format(); }

std::string short_amount_text(Amount amount) {
  std::string text = amount.format_fixed(8);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string milliseconds_text(TimeNs time) { return std::to_string(milliseconds_of(time)); }

std::string plain_text(const Decimal& decimal) { return decimal.normalized().format(); }

std::string ratio_text(Amount numerator, Amount denominator, int places) {
  if (denominator.is_zero()) return "0";
  // Figures for people: no decision hangs on the last of seventeen digits.
  return fmt::format("{:.{}f}", numerator.to_double() / denominator.to_double(), places);
}

std::string change_text(RawPrice now, RawPrice before, int places) {
  if (before.units <= 0) return "0";
  const auto scale = static_cast<std::size_t>(places);
  const int128 difference = static_cast<int128>(now.units) - before.units;
  const int128 units = divide_rounded(difference * kPowersOfTen[scale], before.units, Rounding::half_even);
  return Decimal{static_cast<std::int64_t>(units), static_cast<std::uint8_t>(places)}.normalized().format();
}

}  // namespace kontor::emulator::bybit
