#include "emulator/binance/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "emulator/binance/request_json.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::string_view kIntegerRange = "^[0-9]{1,20}$";
constexpr std::string_view kDecimalRange = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
/// Larger numbers of a time are microseconds: the year 2286 in milliseconds.
constexpr std::int64_t kLargestMilliseconds = 9'999'999'999'999;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = lower_case(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_plain_decimal(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.size() > 20 || part.size() > 20) return false;
  if (point != std::string_view::npos && part.empty()) return false;
  return std::ranges::all_of(whole, is_digit) && std::ranges::all_of(part, is_digit);
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

Answer<void> Parameters::add(std::string name, std::string value) {
  const bool is_known = std::ranges::any_of(items_, [&](const Item& item) { return item.name == name; });
  if (is_known) return refuse(-1101, "Duplicate values for a parameter detected.");
  if (items_.size() == kMaxParameters) return refuse(-1101, "Too many parameters sent for this endpoint.");
  items_.push_back({std::move(name), std::move(value)});
  return {};
}

void Parameters::set(std::string_view name, std::string value) {
  for (Item& item : items_)
    if (item.name == name) {
      item.value = std::move(value);
      return;
    }
  items_.push_back({std::string(name), std::move(value)});
}

Answer<void> Parameters::add_query(std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), piece.size() + 1));
    if (piece.empty()) continue;
    const std::size_t equals = piece.find('=');
    auto name = percent_decoded(piece.substr(0, equals));
    auto value = percent_decoded(equals == std::string_view::npos ? "" : piece.substr(equals + 1));
    if (!name || !value) return refuse(-1100, "Illegal characters found in a parameter.");
    TRY_VOID(add(std::move(*name), std::move(*value)));
  }
  return {};
}

Answer<void> Parameters::add_json(std::string_view text) {
  auto members = read_members(text);
  if (!members) return refuse(-1135, "Invalid JSON Request");
  for (Item& item : *members) TRY_VOID(add(std::move(item.name), std::move(item.value)));
  return {};
}

std::string_view Parameters::text(std::string_view name) const noexcept {
  for (const Item& item : items_)
    if (item.name == name) return item.value;
  return {};
}

Answer<std::string_view> Parameters::required(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return missing_parameter(name);
  return value;
}

Answer<std::optional<std::int64_t>> Parameters::integer(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 0)
    return illegal_characters(name, kIntegerRange);
  return number;
}

Answer<std::optional<Decimal>> Parameters::decimal(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return std::nullopt;
  if (!is_plain_decimal(value)) return illegal_characters(name, kDecimalRange);
  const auto number = Decimal::parse(value);
  if (!number) return refuse(-1111, "Parameter '" + std::string(name) + "' has too much precision.");
  return *number;
}

Answer<std::optional<bool>> Parameters::boolean(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return std::nullopt;
  if (equals_in_any_case(value, "true")) return true;
  if (equals_in_any_case(value, "false")) return false;
  return illegal_characters(name, "true|false");
}

Answer<std::optional<TimeNs>> Parameters::time(std::string_view name) const {
  TRY(const auto number, integer(name));
  if (!number) return std::nullopt;
  const TimeNs unit = *number > kLargestMilliseconds ? kMicrosecond : kMillisecond;
  if (*number > kTimeMax / unit) return invalid_parameter(name);
  return *number * unit;
}

Answer<std::size_t> Parameters::limit(std::size_t fallback, std::size_t maximum) const {
  TRY(const auto number, integer("limit"));
  if (!number) return fallback;
  if (*number < 1) return invalid_parameter("limit");
  return std::min(static_cast<std::size_t>(*number), maximum);
}

Answer<std::vector<std::string>> Parameters::texts(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return std::vector<std::string>{};
  auto list = read_texts(value);
  if (!list) return refuse(-1135, "JSON sent for parameter '" + std::string(name) + "' is not valid");
  return std::move(*list);
}

}  // namespace kontor::emulator::binance
