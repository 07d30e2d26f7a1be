#include "base/time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace kontor {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// TimeNs reaches from 1677-09-21 to 2262-04-11; these are the whole years in between.
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

std::chrono::year_month_day calendar_day(Date date) noexcept {
  return {std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
}

/// Takes a fixed number of digits off the front of `text`; nothing if they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<TimeNs> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_char(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const Date date{*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)};
  if (!calendar_day(date).ok() || *year < kFirstYear || *year > kLastYear) return std::nullopt;
  return start_of(date);
}

std::optional<DurationNs> take_fraction(std::string_view& text) {
  DurationNs value = 0;
  DurationNs unit = kSecond;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    unit /= 10;
    value += (text.front() - '0') * unit;
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  return value;
}

std::optional<DurationNs> take_clock(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  DurationNs value = *hour * kHour + *minute * kMinute;
  if (!take_char(text, ':')) return value;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  value += *second * kSecond;
  if (!take_char(text, '.')) return value;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return value + *fraction;
}

std::optional<DurationNs> take_offset(std::string_view& text) {
  if (text.empty() || take_char(text, 'Z')) return 0;
  const bool negative = text.front() == '-';
  if (!negative && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 14) return std::nullopt;
  const bool minutes_must_follow = take_char(text, ':');
  const auto minute = text.empty() && !minutes_must_follow ? std::optional<int>(0) : take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const DurationNs offset = *hour * kHour + *minute * kMinute;
  return negative ? -offset : offset;
}

struct DurationUnit {
  std::string_view suffix;
  DurationNs length;
};

constexpr std::array<DurationUnit, 8> kDurationUnits{{{"ns", 1},
                                                      {"us", kMicrosecond},
                                                      {"ms", kMillisecond},
                                                      {"s", kSecond},
                                                      {"m", kMinute},
                                                      {"h", kHour},
                                                      {"d", kDay},
                                                      {"w", 7 * kDay}}};

}  // namespace

Date date_of(TimeNs time) noexcept {
  const std::chrono::year_month_day date{sys_days{days{floor_divide(time, kDay)}}};
  return Date{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
              static_cast<unsigned>(date.day())};
}

TimeNs start_of(Date date) noexcept {
  const std::int64_t day = sys_days{calendar_day(date)}.time_since_epoch().count();
  TimeNs time = 0;
  if (__builtin_mul_overflow(day, kDay, &time)) return day < 0 ? kTimeMin : kTimeMax;
  return time;
}

int weekday_of(TimeNs time) noexcept {
  return static_cast<int>(floor_remainder(floor_divide(time, kDay) + 3, 7));  // 1970-01-01 was a Thursday
}

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string format_time(TimeNs time) {
  const DurationNs in_day = floor_remainder(time, kDay);
  const DurationNs fraction = in_day % kSecond;
  auto text = fmt::format("{}T{:02}:{:02}:{:02}", format_date(date_of(time)), in_day / kHour,
                          in_day / kMinute % 60, in_day / kSecond % 60);
  if (fraction % kMicrosecond != 0) {
    text += fmt::format(".{:09}", fraction);
  } else if (fraction % kMillisecond != 0) {
    text += fmt::format(".{:06}", fraction / kMicrosecond);
  } else if (fraction != 0) {
    text += fmt::format(".{:03}", fraction / kMillisecond);
  }
  return text + "Z";
}

std::string format_duration(DurationNs duration) {
  if (duration < 0) return "-" + format_duration(duration == kTimeMin ? kTimeMax : -duration);
  if (duration >= kDay) return fmt::format("{}d {}h", duration / kDay, duration / kHour % 24);
  if (duration >= kHour) return fmt::format("{}h {}m", duration / kHour, duration / kMinute % 60);
  if (duration >= kMinute) return fmt::format("{}m {}s", duration / kMinute, duration / kSecond % 60);
  if (duration >= kSecond)
    return fmt::format("{}.{:03}s", duration / kSecond, duration / kMillisecond % 1000);
  if (duration >= kMillisecond) return fmt::format("{}ms", duration / kMillisecond);
  if (duration >= kMicrosecond) return fmt::format("{}us", duration / kMicrosecond);
  return fmt::format("{}ns", duration);
}

Result<TimeNs> parse_time(std::string_view text) {
  std::string_view rest = text;
  const auto bad = [&] {
    return fail(ErrorKind::usage,
                fmt::format("expected a time such as 2025-05-04 or 2025-05-04T15:33:00Z, found '{}'", text));
  };
  const auto date = take_date(rest);
  if (!date) return bad();
  if (rest.empty()) return *date;
  if (!take_char(rest, 'T') && !take_char(rest, ' ')) return bad();
  const auto clock = take_clock(rest);
  if (!clock) return bad();
  const auto offset = take_offset(rest);
  if (!offset || !rest.empty()) return bad();
  return *date + *clock - *offset;
}

Result<DurationNs> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (status == std::errc{} && count >= 0) {
    for (const auto& unit : kDurationUnits) {
      std::int64_t value = 0;
      if (unit.suffix == suffix && !__builtin_mul_overflow(count, unit.length, &value)) return value;
    }
  }
  return fail(ErrorKind::usage,
              fmt::format("expected a duration such as 50ms, 10s, 5m, 4h or 1d, found '{}'", text));
}

}  // namespace kontor
