#include "emulator/bybit/parameters.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace kontor::emulator::bybit {
namespace {

int hexadecimal_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
      continue;
    }
    const bool has_form = text[i] == '%' && i + 2 < text.size() && hexadecimal_digit(text[i + 1]) >= 0 &&
                          hexadecimal_digit(text[i + 2]) >= 0;
    if (!has_form) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(hexadecimal_digit(text[i + 1]) * 16 + hexadecimal_digit(text[i + 2])));
    i += 2;
  }
  return out;
}

Parameters Parameters::from_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    if (equals == 0) continue;
    const std::string_view value = equals < part.size() ? part.substr(equals + 1) : std::string_view();
    if (!parameters.add({percent_decoded(part.substr(0, equals)), percent_decoded(value), true})) break;
  }
  return parameters;
}

const Parameters::Value* Parameters::find(std::string_view name) const noexcept {
  const auto at =
      std::find_if(values_.begin(), values_.end(), [&](const Value& value) { return value.name == name; });
  return at == values_.end() ? nullptr : &*at;
}

std::string_view Parameters::get(std::string_view name) const noexcept {
  const Value* const value = find(name);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

Checked<std::string_view> Parameters::needed(std::string_view name) const {
  const std::string_view value = get(name);
  if (value.empty()) return bad_parameter(fmt::format("{} is required", name));
  return value;
}

Checked<std::optional<Decimal>> Parameters::decimal(std::string_view name) const {
  const Value* const value = find(name);
  if (value == nullptr || value->text.empty()) return std::nullopt;
  if (!value->is_text) return bad_parameter(fmt::format("{} must be a string", name));
  const auto parsed = Decimal::parse(value->text);
  if (!parsed) return bad_parameter(fmt::format("{} invalid", name));
  return *parsed;
}

Checked<std::optional<std::int64_t>> Parameters::integer(std::string_view name) const {
  const std::string_view text = get(name);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return bad_parameter(fmt::format("{} invalid", name));
  }
  return value;
}

Checked<std::int64_t> Parameters::integer_within(std::string_view name, const Range& range) const {
  TRY(const std::optional<std::int64_t> value, integer(name));
  if (!value) return range.otherwise;
  if (*value < range.low || *value > range.high) {
    return bad_parameter(fmt::format("{} out of range [{}, {}]", name, range.low, range.high));
  }
  return *value;
}

Checked<bool> Parameters::boolean(std::string_view name) const {
  const std::string_view text = get(name);
  if (text.empty() || text == "false" || text == "0") return false;
  if (text == "true" || text == "1") return true;
  return bad_parameter(fmt::format("{} invalid", name));
}

bool Parameters::add(Value value) {
  if (values_.size() >= kMaxParameters) return false;
  values_.push_back(std::move(value));
  return true;
}

bool Parameters::add_to_list(Parameters item) {
  if (list_.size() >= kMaxListItems) return false;
  list_.push_back(std::move(item));
  return true;
}

}  // namespace kontor::emulator::bybit
