#include "data/csv_number.hpp"

#include "base/decimal.hpp"
#include "base/int128.hpp"

namespace kontor::data {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Digits with perhaps one point among them, no sign, no exponent; nothing if there is more or no room.
std::optional<CsvNumber> parse_plain(std::string_view text) noexcept {
  std::uint64_t units = 0;
  std::size_t point = text.size();
  std::size_t digits = 0;
  std::string_view rest = text;
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    point = dot;
    while (rest.ends_with('0')) rest.remove_suffix(1);
  }
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (i == point) continue;
    if (!is_digit(rest[i]) || ++digits > 19) return std::nullopt;
    units = units * 10 + static_cast<unsigned>(rest[i] - '0');
  }
  if (text.size() - (point == text.size() ? 0 : 1) == 0) return std::nullopt;
  const std::size_t scale = rest.size() > point ? rest.size() - point - 1 : 0;
  if (units > static_cast<std::uint64_t>(INT64_MAX) || scale > static_cast<std::size_t>(kMaxScale))
    return std::nullopt;
  return CsvNumber{static_cast<std::int64_t>(units), static_cast<std::uint8_t>(scale)};
}

DurationNs unit_of(std::int64_t stamp) noexcept {
  if (stamp < 100'000'000'000) return kSecond;
  if (stamp < 100'000'000'000'000) return kMillisecond;
  if (stamp < 100'000'000'000'000'000) return kMicrosecond;
  return 1;
}

/// The part of a stamp behind its point, in nanoseconds; nothing if it is not all digits.
std::optional<DurationNs> fraction_of(std::string_view digits, DurationNs unit) noexcept {
  DurationNs value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    unit /= 10;
    value += (c - '0') * unit;
  }
  return value;
}

}  // namespace

std::string_view trimmed_field(std::string_view text) noexcept {
  const auto trim = [&] {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() &&
           (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
      text.remove_suffix(1);
    }
  };
  trim();
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
    trim();
  }
  return text;
}

std::string printable(std::string_view text, std::size_t length) {
  std::string shown(text.substr(0, length));
  for (char& c : shown) c = c < ' ' || c > '~' ? '?' : c;
  return shown;
}

std::optional<CsvNumber> parse_any_number(std::string_view text) noexcept {
  text = trimmed_field(text);
  if (const auto plain = parse_plain(text)) return plain;
  if (text.empty() || text.size() > 64) return std::nullopt;
  const auto decimal = Decimal::parse(text);
  if (!decimal) return std::nullopt;
  const Decimal normal = decimal->normalized();
  return CsvNumber{normal.units, normal.scale};
}

std::optional<TimeNs> parse_any_stamp(std::string_view text) noexcept {
  text = trimmed_field(text);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::int64_t stamp = 0;
  if (!parse_integer(whole.data(), whole.data() + whole.size(), stamp)) {
    const auto time = parse_time(text);
    return time ? std::optional<TimeNs>(*time) : std::nullopt;
  }
  const DurationNs unit = unit_of(stamp);
  const auto fraction =
      point == std::string_view::npos ? DurationNs{0} : fraction_of(text.substr(point + 1), unit);
  TimeNs time = 0;
  if (!fraction || __builtin_mul_overflow(stamp, unit, &time)) return std::nullopt;
  return __builtin_add_overflow(time, *fraction, &time) ? std::nullopt : std::optional<TimeNs>(time);
}

}  // namespace kontor::data
