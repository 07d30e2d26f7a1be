#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor {

/// Nanoseconds since 1970-01-01T00:00:00Z.
using TimeNs = std::int64_t;
/// A length of time in nanoseconds.
using DurationNs = std::int64_t;

inline constexpr DurationNs kMicrosecond = 1'000;
inline constexpr DurationNs kMillisecond = 1'000'000;
inline constexpr DurationNs kSecond = 1'000'000'000;
inline constexpr DurationNs kMinute = 60 * kSecond;
inline constexpr DurationNs kHour = 60 * kMinute;
inline constexpr DurationNs kDay = 24 * kHour;
inline constexpr TimeNs kTimeMax = INT64_MAX;
inline constexpr TimeNs kTimeMin = INT64_MIN;

/// A calendar date in UTC (proleptic Gregorian).
struct Date {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  constexpr auto operator<=>(const Date&) const noexcept = default;
};

/// `a / b` rounded towards minus infinity; b > 0.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}
/// What floor_divide leaves: 0 … b - 1.
constexpr std::int64_t floor_remainder(std::int64_t a, std::int64_t b) noexcept {
  return a % b + (a % b < 0 ? b : 0);
}

[[nodiscard]] Date date_of(TimeNs time) noexcept;
/// Midnight at the start of a date that exists; kTimeMin or kTimeMax where TimeNs does not reach (before
/// 1677-09-22, after 2262-04-11).
[[nodiscard]] TimeNs start_of(Date date) noexcept;
/// 0 = Monday … 6 = Sunday.
[[nodiscard]] int weekday_of(TimeNs time) noexcept;

/// `2025-05-04T15:33:00Z`, with `.123`, `.123456` or `.123456789` where the fraction needs it.
[[nodiscard]] std::string format_time(TimeNs time);
/// `2025-05-04`.
[[nodiscard]] std::string format_date(Date date);
/// For people, the two largest parts: `1d 2h`, `3m 4s`, `1.250s`, `20ms`, `7us`, `80ns`.
[[nodiscard]] std::string format_duration(DurationNs duration);

/// Reads ISO-8601 (`2025-05-04`, `2025-05-04 15:33`, `…T15:33:00.5Z`, `…+02:00`; UTC without an offset),
/// years 1678 … 2261.
[[nodiscard]] Result<TimeNs> parse_time(std::string_view text);
/// Reads `250us`, `50ms`, `10s`, `5m`, `4h`, `1d`, `1w`.
[[nodiscard]] Result<DurationNs> parse_duration(std::string_view text);

}  // namespace kontor
