#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kontor::data {

/// An exact decimal as it stood in a text, without trailing zeros after the point: `units × 10^-scale`.
struct CsvNumber {
  std::int64_t units = 0;
  std::uint8_t scale = 0;
};

/// Reads any decimal that `Decimal::parse` reads, with blanks or quotes around it. Nothing where the text is
/// no number or does not fit 64 bits and 18 places.
[[nodiscard]] std::optional<CsvNumber> parse_any_number(std::string_view text) noexcept;

/// Reads a stamp: seconds, milli-, micro- or nanoseconds since 1970 (told apart by magnitude: below 10^11,
/// 10^14, 10^17), each also with a decimal fraction, of which digits beyond the nanosecond are dropped; or
/// ISO-8601.
[[nodiscard]] std::optional<TimeNs> parse_any_stamp(std::string_view text) noexcept;

/// Blanks, line ends and one pair of double quotes around a field are not part of it.
[[nodiscard]] std::string_view trimmed_field(std::string_view text) noexcept;

/// The first `length` bytes of a text as a message may show them: what is no printable ASCII is a '?'.
[[nodiscard]] std::string printable(std::string_view text, std::size_t length);

namespace csv_detail {

inline std::uint64_t load_eight(const char* text) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return word;
}

/// The value of eight ASCII digits minus '0', first digit in the lowest byte.
constexpr std::uint64_t eight_digits(std::uint64_t digits) noexcept {
  digits = (digits & 0x0F0F0F0F0F0F0F0FULL) * 2561 >> 8U;
  digits = (digits & 0x00FF00FF00FF00FFULL) * 6553601 >> 16U;
  return (digits & 0x0000FFFF0000FFFFULL) * 42949672960001ULL >> 32U;
}

/// The value of the first `count` (0 … 8) digits at `text`; eight bytes must be readable.
inline std::uint64_t leading_digits(const char* text, unsigned count) noexcept {
  if (count == 0) return 0;
  return eight_digits((load_eight(text) - 0x3030303030303030ULL) << (64U - 8U * count));
}

#if defined(__SSE2__)
/// Bits of the sixteen characters at `text`: which of them are no digits, which are '0'.
struct CharacterBits {
  std::uint32_t other = 0;
  std::uint32_t zero = 0;
};

inline CharacterBits classify_sixteen(const char* text) noexcept {
  __m128i block;
  std::memcpy(&block, text, sizeof block);
  const __m128i zero = _mm_set1_epi8('0');
  const __m128i value = _mm_sub_epi8(block, zero);
  const __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
  return {static_cast<std::uint32_t>(_mm_movemask_epi8(digit)) ^ 0xFFFFU,
          static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, zero)))};
}
#endif

}  // namespace csv_detail

/// Reads the field [begin, end). The usual form (digits, perhaps a point and digits, up to 16 characters)
/// takes no loop; everything else goes to parse_any_number. Sixteen bytes must be readable behind `end`.
inline bool parse_number(const char* begin, const char* end, CsvNumber& number) noexcept {
#if defined(__SSE2__)
  const auto length = static_cast<std::size_t>(end - begin);
  if (length - 1 < 16) [[likely]] {
    const auto bits = csv_detail::classify_sixteen(begin);
    const std::uint32_t inside = (1U << length) - 1U;
    const std::uint32_t other = bits.other & inside;
    if (other == 0 && length <= 8) {
      number = {static_cast<std::int64_t>(csv_detail::leading_digits(begin, static_cast<unsigned>(length))),
                0};
      return true;
    }
    const auto point = static_cast<unsigned>(std::countr_zero(other));
    // Exactly one character that is no digit, and it is the point, behind one to eight digits.
    if (other != 0 && (other & (other - 1)) == 0 && point - 1 < 8 && begin[point] == '.') [[likely]] {
      const std::uint32_t up_to_point = (2U << point) - 1U;
      const std::uint32_t significant = ~bits.zero & inside & ~up_to_point;
      const auto places =
          significant == 0 ? 0U : static_cast<unsigned>(std::bit_width(significant)) - point - 1U;
      if (places <= 8) {
        const std::uint64_t whole = csv_detail::leading_digits(begin, point);
        const std::uint64_t fraction = csv_detail::leading_digits(begin + point + 1, places);
        constexpr std::uint32_t kPowers[9] = {1,       10,        100,        1'000,      10'000,
                                              100'000, 1'000'000, 10'000'000, 100'000'000};
        number = {static_cast<std::int64_t>(whole * kPowers[places] + fraction),
                  static_cast<std::uint8_t>(places)};
        return true;
      }
    }
  }
#endif
  const auto any = parse_any_number(std::string_view(begin, static_cast<std::size_t>(end - begin)));
  if (any) number = *any;
  return any.has_value();
}

/// Reads a stamp; 13 (milliseconds) and 16 digits (microseconds) take no loop. Sixteen bytes must be readable
/// behind `end`.
inline bool parse_stamp(const char* begin, const char* end, TimeNs& time) noexcept {
#if defined(__SSE2__)
  const auto length = static_cast<std::size_t>(end - begin);
  if (length == 13 || length == 16) [[likely]] {
    const auto bits = csv_detail::classify_sixteen(begin);
    // The first digit is checked so that the magnitude is the one that the length suggests.
    if ((bits.other & ((1U << length) - 1U)) == 0 && *begin != '0') [[likely]] {
      const auto rest = static_cast<unsigned>(length) - 8U;
      const std::uint64_t high = csv_detail::leading_digits(begin, 8);
      const std::uint64_t low = csv_detail::leading_digits(begin + 8, rest);
      // As many digits reach beyond the last time that there is.
      return rest == 5
                 ? !__builtin_mul_overflow(static_cast<TimeNs>(high * 100'000 + low), kMillisecond, &time)
                 : !__builtin_mul_overflow(static_cast<TimeNs>(high * 100'000'000 + low), kMicrosecond,
                                           &time);
    }
  }
#endif
  const auto any = parse_any_stamp(std::string_view(begin, static_cast<std::size_t>(end - begin)));
  if (any) time = *any;
  return any.has_value();
}

/// Reads an integer without sign; false for anything else or beyond 63 bits.
inline bool parse_integer(const char* begin, const char* end, std::int64_t& value) noexcept {
  const auto length = static_cast<std::size_t>(end - begin);
  if (length - 1 >= 19) return false;
  std::uint64_t sum = 0;
  for (const char* at = begin; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) return false;
    sum = sum * 10 + digit;
  }
  value = static_cast<std::int64_t>(sum);
  return sum <= static_cast<std::uint64_t>(INT64_MAX);
}

}  // namespace kontor::data
