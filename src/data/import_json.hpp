#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "data/csv_number.hpp"
#include "data/import_book.hpp"

// Helpers shared by the importers of JSON messages. Numbers are read from their digits, quoted or not, never
// through a double.
namespace kontor::data::json {

using Value = simdjson::ondemand::value;

/// The text of a string or a number as it stands in the message, without quotes; empty for anything else.
[[nodiscard]] inline std::string_view token(Value& value) noexcept {
  return trimmed_field(value.raw_json_token());
}

/// Reads a decimal, quoted or not.
[[nodiscard]] inline bool read(Value& value, CsvNumber& number) noexcept {
  const auto parsed = parse_any_number(token(value));
  if (parsed) number = *parsed;
  return parsed.has_value();
}

/// Reads a non-negative integer, quoted or not.
[[nodiscard]] inline bool read(Value& value, std::int64_t& number) noexcept {
  const std::string_view text = token(value);
  return parse_integer(text.data(), text.data() + text.size(), number);
}

/// Reads a time in milliseconds (or micro-, nanoseconds: by magnitude).
[[nodiscard]] inline bool read_stamp(Value& value, TimeNs& time) noexcept {
  const auto parsed = parse_any_stamp(token(value));
  if (parsed) time = *parsed;
  return parsed.has_value();
}

/// Appends `[["price","quantity"], …]`.
[[nodiscard]] bool read_levels(Value& value, bool sell, std::vector<BookChange>& changes);

}  // namespace kontor::data::json
