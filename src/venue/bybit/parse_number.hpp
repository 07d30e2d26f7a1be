#pragma once

#include <cstdint>
#include <string_view>

#include "base/decimal.hpp"

namespace kontor::bybit {

/// Reads a decimal as Decimal::parse does, without its message; false: the text is none.
[[nodiscard]] bool read_any_decimal(std::string_view text, Decimal& number);

/// The same for what is larger than 64 bits only because of its many places: those that do not fit are cut
/// off. For figures that are shown and compared, never added to others (volumes, turnovers, balances that a
/// venue carries with more places than it lets anybody trade).
[[nodiscard]] bool read_cut_decimal(std::string_view text, Decimal& number);

/// Reads what nearly all numbers look like, sign, digits and a point, at once; the rest is left to
/// read_any_decimal().
[[nodiscard]] inline bool read_decimal(std::string_view text, Decimal& number) {
  constexpr std::size_t kSurelyFits = 19;  // 18 digits and a point
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  std::uint64_t magnitude = 0;  // holds 19 digits too, before they are told to be too many
  std::size_t point = digits.size();
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<unsigned>(digits[i]) - static_cast<unsigned>('0');
    if (digit <= 9 && i < kSurelyFits) {
      magnitude = magnitude * 10 + digit;
    } else if (digits[i] == '.' && point == digits.size() && i > 0) {
      point = i;
    } else {
      return read_any_decimal(text, number);
    }
  }
  const std::size_t places = point == digits.size() ? 0 : digits.size() - point - 1;
  if (digits.empty() || digits.size() > kSurelyFits - (places == 0 ? 1 : 0)) {
    return read_any_decimal(text, number);
  }
  const auto units = static_cast<std::int64_t>(magnitude);
  number = {negative ? -units : units, static_cast<std::uint8_t>(places)};
  return true;
}

/// Reads a whole number, as long as it fits 64 bits.
[[nodiscard]] bool read_integer(std::string_view text, std::int64_t& number) noexcept;

}  // namespace kontor::bybit
