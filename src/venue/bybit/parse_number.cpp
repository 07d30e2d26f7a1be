#include "venue/bybit/parse_number.hpp"

#include <charconv>

namespace kontor::bybit {

bool read_any_decimal(std::string_view text, Decimal& number) {
  const auto parsed = Decimal::parse(text);
  if (parsed) number = *parsed;
  return parsed.has_value();
}

bool read_cut_decimal(std::string_view text, Decimal& number) {
  if (read_decimal(text, number)) return true;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos ||
      text.find_first_not_of("0123456789", point + 1) != std::string_view::npos) {
    return false;
  }
  while (text.size() > point) {
    text.remove_suffix(1);
    if (read_any_decimal(text, number)) return true;
  }
  return false;
}

bool read_integer(std::string_view text, std::int64_t& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace kontor::bybit
