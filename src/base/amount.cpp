#include "base/amount.hpp"

#include <fmt/format.h>

namespace kontor {
namespace {

std::string format_units(int128 units, int places) {
  const uint128 size = magnitude(units);
  uint128 power = 1;
  for (int i = 0; i < places; ++i) power *= 10;
  const auto whole = size / power;
  const auto fraction = static_cast<std::uint64_t>(size % power);
  const char* sign = units < 0 ? "-" : "";
  if (places == 0) return fmt::format("{}{}", sign, whole);
  return fmt::format("{}{}.{:0{}}", sign, whole, fraction, places);
}

}  // namespace

uint128 multiply_divide(uint128 a, std::uint64_t b, std::uint64_t divisor) noexcept {
  ASSERT(divisor > 0);
  const auto low = static_cast<uint128>(static_cast<std::uint64_t>(a)) * b;
  const auto high = (a >> 64U) * b + (low >> 64U);
  if (high >> 64U == 0) {  // the product fits 128 bits
    const uint128 product = (high << 64U) | static_cast<std::uint64_t>(low);
    if (product >> 64U == 0) return static_cast<std::uint64_t>(product) / divisor;
    return product / divisor;
  }
  const uint128 top = high / divisor;
  ASSERT(top >> 64U == 0);
  const uint128 rest = ((high % divisor) << 64U) | static_cast<std::uint64_t>(low);
  return (top << 64U) + rest / divisor;
}

Result<Amount> Amount::parse(std::string_view text) {
  TRY(const detail::DecimalDigits parsed, detail::parse_digits(text));
  const auto power = static_cast<uint128>(kPowersOfTen[kScale - parsed.places]);
  const uint128 limit = (static_cast<uint128>(kInt128Max) + (parsed.negative ? 1U : 0U)) / power;
  if (parsed.digits > limit) {
    return fail(ErrorKind::overflow,
                fmt::format("expected an amount within 1.7e20, found '{}'", text.substr(0, 64)));
  }
  const uint128 units = parsed.digits * power;
  return Amount(static_cast<int128>(parsed.negative ? ~units + 1U : units));
}

std::string Amount::format() const {
  std::string text = format_units(units_, kScale);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Amount::format_fixed(int places) const {
  ASSERT(places >= 0 && places <= kScale);
  const int128 rounded = divide_rounded(units_, kPowersOfTen[kScale - places], Rounding::half_even);
  return format_units(rounded, places);
}

Amount Amount::times(const Decimal& rate, Rounding mode) const noexcept {
  const int128 power = kPowersOfTen[rate.scale];
  const int128 whole = units_ / power;
  const int128 rest = units_ % power;
  const uint128 limit = static_cast<uint128>(kInt128Max) / (magnitude(rate.units) + 1U);
  ASSERT(magnitude(whole) <= limit);
  // Half to even looks at the parity of the whole result: an odd unit of the exact part is rounded with the
  // rest.
  const int128 exact = whole * rate.units;
  const int128 odd = exact % 2;
  return Amount(exact - odd) + Amount(divide_rounded(rest * rate.units + odd * power, power, mode));
}

Amount Amount::share(std::int64_t numerator, std::int64_t denominator) const noexcept {
  ASSERT(numerator >= 0 && denominator > 0);
  if (numerator == denominator) return *this;
  const uint128 size = multiply_divide(magnitude(units_), static_cast<std::uint64_t>(numerator),
                                       static_cast<std::uint64_t>(denominator));
  ASSERT(size <= static_cast<uint128>(kInt128Max));
  return Amount(units_ < 0 ? -static_cast<int128>(size) : static_cast<int128>(size));
}

}  // namespace kontor
