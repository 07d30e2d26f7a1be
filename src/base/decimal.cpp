#include "base/decimal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace kontor {
namespace {

Result<std::int64_t> narrowed(int128 value) {
  if (value > INT64_MAX || value < INT64_MIN) {
    return fail(ErrorKind::overflow, "expected a number within 64 bits, found a larger one");
  }
  return static_cast<std::int64_t>(value);
}

int128 units_at(const Decimal& decimal, std::uint8_t scale) noexcept {
  return static_cast<int128>(decimal.units) * kPowersOfTen[scale - decimal.scale];
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// What the digits of a number say before its sign and exponent are applied.
struct Mantissa {
  uint128 digits = 0;
  int places = 0;
  bool found = false;
  bool overflow = false;
};

Mantissa take_mantissa(std::string_view& text) noexcept {
  Mantissa mantissa;
  bool after_point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!is_digit(c)) break;
    mantissa.found = true;
    if (mantissa.digits > (~static_cast<uint128>(0)) / 16) {
      // No room for another digit; a zero at the end of the places changes nothing.
      mantissa.overflow = mantissa.overflow || c != '0' || !after_point;
      continue;
    }
    mantissa.digits = mantissa.digits * 10 + static_cast<unsigned>(c - '0');
    mantissa.places += after_point ? 1 : 0;
  }
  return mantissa;
}

/// Takes `e-7`; false if an exponent begins but is none.
bool take_exponent(std::string_view& text, int& exponent) noexcept {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return true;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    exponent = std::min(exponent * 10 + (text.front() - '0'), 10'000);
  }
  exponent = negative ? -exponent : exponent;
  return true;
}

}  // namespace

int128 divide_rounded(int128 numerator, int128 denominator, Rounding mode) noexcept {
  ASSERT(denominator > 0);
  const int128 quotient = numerator / denominator;
  const int128 remainder = numerator % denominator;
  if (remainder == 0) return quotient;
  const int128 away = numerator < 0 ? -1 : 1;
  const uint128 distance = magnitude(remainder);
  const uint128 rest = static_cast<uint128>(denominator) - distance;
  switch (mode) {
    case Rounding::down: return quotient;
    case Rounding::up: return quotient + away;
    case Rounding::floor: return numerator < 0 ? quotient - 1 : quotient;
    case Rounding::ceiling: return numerator < 0 ? quotient : quotient + 1;
    case Rounding::half_up: return distance >= rest ? quotient + away : quotient;
    case Rounding::half_even:
      if (distance != rest) return distance > rest ? quotient + away : quotient;
      return (quotient & 1) != 0 ? quotient + away : quotient;
  }
  return quotient;
}

Result<detail::DecimalDigits> detail::parse_digits(std::string_view text) {
  std::string_view rest = text;
  const auto bad = [&](std::string_view expected, ErrorKind kind) {
    return fail(kind, fmt::format("expected {}, found '{}'", expected, text.substr(0, 64)));
  };
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  Mantissa mantissa = take_mantissa(rest);
  int exponent = 0;
  if (!mantissa.found || !take_exponent(rest, exponent) || !rest.empty()) {
    return bad("a decimal number", ErrorKind::bad_data);
  }
  if (mantissa.overflow) return bad("a number of 38 digits at the most", ErrorKind::overflow);
  int places = mantissa.places - exponent;
  if (mantissa.digits == 0) places = std::clamp(places, 0, kMaxScale);
  for (; places > kMaxScale && mantissa.digits % 10 == 0; --places) mantissa.digits /= 10;
  if (places > kMaxScale) return bad("at most 18 decimal places", ErrorKind::overflow);
  for (; places < 0; ++places) {
    if (mantissa.digits > (~static_cast<uint128>(0)) / 10) {
      return bad("a number of 38 digits at the most", ErrorKind::overflow);
    }
    mantissa.digits *= 10;
  }
  return DecimalDigits{mantissa.digits, static_cast<std::uint8_t>(places), negative};
}

Result<Decimal> Decimal::parse(std::string_view text) {
  TRY(const detail::DecimalDigits parsed, detail::parse_digits(text));
  const uint128 limit = static_cast<uint128>(INT64_MAX) + (parsed.negative ? 1U : 0U);
  if (parsed.digits > limit) {
    return fail(ErrorKind::overflow,
                fmt::format("expected a number within 64 bits, found '{}'", text.substr(0, 64)));
  }
  const auto units = static_cast<std::uint64_t>(parsed.digits);
  return Decimal{static_cast<std::int64_t>(parsed.negative ? ~units + 1U : units), parsed.places};
}

std::string Decimal::format() const {
  if (scale == 0) return fmt::format("{}", units);
  const auto power = static_cast<std::uint64_t>(kPowersOfTen[scale]);
  const auto size = static_cast<std::uint64_t>(magnitude(units));
  return fmt::format("{}{}.{:0{}}", units < 0 ? "-" : "", size / power, size % power, scale);
}

Result<Decimal> Decimal::rescaled(std::uint8_t new_scale, Rounding mode) const {
  if (new_scale > kMaxScale) return fail(ErrorKind::overflow, "expected a scale of 18 at the most");
  if (new_scale == scale) return *this;
  const int128 wide = new_scale > scale ? units_at(*this, new_scale)
                                        : divide_rounded(units, kPowersOfTen[scale - new_scale], mode);
  TRY(const std::int64_t narrow, narrowed(wide));
  return Decimal{narrow, new_scale};
}

Decimal Decimal::normalized() const noexcept {
  Decimal result = *this;
  while (result.scale > 0 && result.units % 10 == 0) {
    result.units /= 10;
    --result.scale;
  }
  return result;
}

double Decimal::to_double() const noexcept {                                     // analytics
  return static_cast<double>(units) / static_cast<double>(kPowersOfTen[scale]);  // analytics
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
  const std::uint8_t scale = std::max(a.scale, b.scale);
  const int128 left = units_at(a, scale);
  const int128 right = units_at(b, scale);
  if (left == right) return std::strong_ordering::equal;
  return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
}

Result<Decimal> add(const Decimal& a, const Decimal& b) {
  const std::uint8_t scale = std::max(a.scale, b.scale);
  TRY(const std::int64_t sum, narrowed(units_at(a, scale) + units_at(b, scale)));
  return Decimal{sum, scale};
}

Result<Decimal> subtract(const Decimal& a, const Decimal& b) {
  const std::uint8_t scale = std::max(a.scale, b.scale);
  TRY(const std::int64_t difference, narrowed(units_at(a, scale) - units_at(b, scale)));
  return Decimal{difference, scale};
}

Result<Decimal> multiply(const Decimal& a, const Decimal& b, Rounding mode) {
  const int128 product = static_cast<int128>(a.units) * b.units;
  const int places = a.scale + b.scale;
  if (places <= kMaxScale) {
    TRY(const std::int64_t units, narrowed(product));
    return Decimal{units, static_cast<std::uint8_t>(places)};
  }
  TRY(const std::int64_t units, narrowed(divide_rounded(product, kPowersOfTen[places - kMaxScale], mode)));
  return Decimal{units, kMaxScale};
}

}  // namespace kontor
