#include "venue/bybit/parse_reader.hpp"

#include <fmt/format.h>

#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {

bool Reader::unusual_text(std::string_view field, JsonValue& value, std::string_view& out) {
  const std::string_view raw = raw_of(value);
  if (raw.starts_with('"')) {
    if (value.get_string().get(out) == simdjson::SUCCESS) return true;
    return fault("a text", field, raw);
  }
  if (raw.starts_with('{') || raw.starts_with('[')) return fault("a text", field, raw);
  out = token_of(value);
  return true;
}

bool Reader::optional_decimal(std::string_view field, JsonValue& value, std::optional<Decimal>& out) {
  Decimal number;
  const std::string_view token = token_of(value);
  if (token.empty()) return true;
  if (!read_decimal(token, number)) return fault("a decimal or nothing", field, token);
  out = number;
  return true;
}

bool Reader::cut_decimal(std::string_view field, JsonValue& value, std::optional<Decimal>& out) {
  Decimal number;
  const std::string_view token = token_of(value);
  if (token.empty()) return true;
  if (!read_cut_decimal(token, number)) return fault("a decimal or nothing", field, token);
  out = number;
  return true;
}

bool Reader::integer_or_none(std::string_view field, JsonValue& value, std::int64_t& out) {
  const std::string_view token = token_of(value);
  return token.empty() || read_integer(token, out) || fault("a whole number or nothing", field, token);
}

bool Reader::flag(std::string_view field, JsonValue& value, bool& out) {
  const std::string_view token = token_of(value);
  out = token == "true" || token == "1";
  return out || token == "false" || token == "0" || token.empty() || fault("true or false", field, token);
}

bool Reader::side(std::string_view field, std::string_view text, Side& out) {
  const auto side = parse_side(text);
  if (!side) return fault("Buy or Sell", field, text);
  out = *side;
  return true;
}

bool Reader::levels(std::string_view field, JsonValue& value, std::vector<venue::BookLevel>& out) {
  return elements(field, value, [&](JsonValue& row) {
    venue::BookLevel level;
    unsigned count = 0;
    const bool good = elements(field, row, [&](JsonValue& cell) {
      ++count;
      if (count == 1) return decimal(field, cell, level.price);
      return count != 2 || decimal(field, cell, level.quantity);
    });
    if (!good) return false;
    if (count < 2) return fault("price and quantity", field, {});
    out.push_back(level);
    return true;
  });
}

bool Reader::fault(std::string_view expected, std::string_view field, std::string_view found) noexcept {
  if (fault_.expected.empty()) fault_ = {expected, field, found};
  return false;
}

std::unexpected<Error> Reader::error() const {
  constexpr std::size_t kShown = 80;
  const std::string_view found = fault_.found.substr(0, kShown);
  if (fault_.field.empty()) {
    return fail(ErrorKind::bad_data, fmt::format("bybit: expected {}, found \"{}\"", fault_.expected, found));
  }
  return fail(ErrorKind::bad_data,
              fmt::format("bybit: expected {} in {}, found \"{}\"", fault_.expected, fault_.field, found));
}

}  // namespace kontor::bybit
