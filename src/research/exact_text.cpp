#include "research/exact_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace kontor::research {
namespace {

/// The largest text of an amount: sign, 21 digits, point, 18 digits.
constexpr std::size_t kAmountSize = 48;
constexpr std::size_t kFirstCapacity = 4096;

void append_two_digits(char* target, std::int64_t value) {
  target[0] = static_cast<char>('0' + value / 10);
  target[1] = static_cast<char>('0' + value % 10);
}

/// Writes `value` right-aligned into `digits` characters, zeros in front.
void write_digits(char* target, std::uint64_t value, int digits) {
  for (int i = digits; i-- > 0;) {
    target[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

/// `whole.fraction` where the fraction has `places` digits, cut after its last digit that is not zero.
void append_trimmed(TextBuffer& out, bool negative, uint128 whole, std::uint64_t fraction, int places) {
  char* end = out.room(kAmountSize);
  char* const limit = end + kAmountSize;
  if (negative) *end++ = '-';
  if (whole >> 64U == 0) {
    end = std::to_chars(end, limit, static_cast<std::uint64_t>(whole)).ptr;
  } else {
    constexpr std::uint64_t kTen18 = 1'000'000'000'000'000'000;
    end = std::to_chars(end, limit, static_cast<std::uint64_t>(whole / kTen18)).ptr;
    write_digits(end, static_cast<std::uint64_t>(whole % kTen18), 18);
    end += 18;
  }
  if (fraction != 0) {
    while (fraction % 10'000 == 0) {
      fraction /= 10'000;
      places -= 4;
    }
    while (fraction % 10 == 0) {
      fraction /= 10;
      --places;
    }
    *end++ = '.';
    write_digits(end, fraction, places);
    end += places;
  }
  out.ends_at(end);
}

}  // namespace

void TextBuffer::grow(std::size_t count) {
  const std::size_t wanted = std::max({size_ + count, capacity_ * 2, kFirstCapacity});
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = wanted;
}

void append_integer(TextBuffer& out, std::int64_t value) {
  char* const begin = out.room(kAmountSize);
  out.ends_at(std::to_chars(begin, begin + kAmountSize, value).ptr);
}

void append_integer(TextBuffer& out, std::uint64_t value) {
  char* const begin = out.room(kAmountSize);
  out.ends_at(std::to_chars(begin, begin + kAmountSize, value).ptr);
}

void append_decimal(TextBuffer& out, std::int64_t units, int scale) {
  if (scale == 0) return append_integer(out, units);
  char* end = out.room(kAmountSize);
  char* const limit = end + kAmountSize;
  const std::uint64_t size =
      units < 0 ? ~static_cast<std::uint64_t>(units) + 1 : static_cast<std::uint64_t>(units);
  const auto power = static_cast<std::uint64_t>(kPowersOfTen[scale]);
  if (units < 0) *end++ = '-';
  end = std::to_chars(end, limit, size / power).ptr;
  *end++ = '.';
  write_digits(end, size % power, scale);
  out.ends_at(end + scale);
}

void append_amount(TextBuffer& out, Amount amount) { append_amount_rounded(out, amount, Amount::kScale); }

void append_amount_rounded(TextBuffer& out, Amount amount, int places) {
  const int128 units =
      places == Amount::kScale
          ? amount.units()
          : divide_rounded(amount.units(), kPowersOfTen[Amount::kScale - places], Rounding::half_even);
  const uint128 size = magnitude(units);
  const auto power = static_cast<std::uint64_t>(kPowersOfTen[places]);
  if (size >> 64U == 0) {  // one 64-bit division instead of two of 128 bits
    const auto small = static_cast<std::uint64_t>(size);
    append_trimmed(out, units < 0, small / power, small % power, places);
  } else {
    const uint128 whole = size / power;
    append_trimmed(out, units < 0, whole, static_cast<std::uint64_t>(size - whole * power), places);
  }
}

void append_double(TextBuffer& out, double value) {
  char* const begin = out.room(kAmountSize);
  out.ends_at(std::to_chars(begin, begin + kAmountSize, value).ptr);
}

void TimeWriter::append(TextBuffer& out, TimeNs time) {
  if (day_start_ == kTimeMin || time < day_start_ || time - day_start_ >= kDay) {
    day_start_ = floor_divide(time, kDay) * kDay;
    const Date date = date_of(time);
    write_digits(date_, static_cast<std::uint64_t>(date.year), 4);
    date_[4] = date_[7] = '-';
    write_digits(date_ + 5, date.month, 2);
    write_digits(date_ + 8, date.day, 2);
    date_[10] = 'T';
  }
  char* const text = out.room(kAmountSize);
  std::copy_n(date_, sizeof date_, text);
  const DurationNs in_day = time - day_start_;
  append_two_digits(text + 11, in_day / kHour);
  append_two_digits(text + 14, in_day / kMinute % 60);
  append_two_digits(text + 17, in_day / kSecond % 60);
  text[13] = text[16] = ':';
  char* end = text + 19;
  if (const auto fraction = static_cast<std::uint64_t>(in_day % kSecond); fraction != 0) {
    const int places = fraction % 1'000'000 == 0 ? 3 : fraction % 1'000 == 0 ? 6 : 9;
    *end++ = '.';
    write_digits(end, fraction / static_cast<std::uint64_t>(kPowersOfTen[9 - places]), places);
    end += places;
  }
  *end++ = 'Z';
  out.ends_at(end);
}

}  // namespace kontor::research
