#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/nearest.hpp"
#include "calendar/trading_windows.hpp"

// Windows and holidays as they are written in a configuration.

namespace kontor::calendar {
namespace {

constexpr int kDayMinutes = 24 * 60;
constexpr std::array<std::string_view, 8> kDayNames{"mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily"};
constexpr std::size_t kDaily = 7;

std::unexpected<Error> expected_window(std::string_view what, std::string_view found) {
  return fail(ErrorKind::usage, fmt::format("expected {}, found \"{}\"", what, found));
}

/// The pieces of a text between separators; one for a text without any.
std::vector<std::string_view> pieces_of(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

/// Minutes after midnight; nothing for what is no time of day up to 24:00.
std::optional<int> minutes_of(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (!is_digit(text[i])) return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return std::nullopt;
  return hour * 60 + minute;
}

Result<Hours> parse_hours(std::string_view text) {
  const auto ends = pieces_of(text, '-');
  const auto start = minutes_of(ends.front());
  const auto end = minutes_of(ends.back());
  if (ends.size() != 2 || !start || !end || *start == kDayMinutes)
    return expected_window("hours such as 09:30-16:00, 22:00-06:00 or 00:00-24:00", text);
  if (*start == *end) {
    return expected_window("hours that begin and end at different times (a whole day is 00:00-24:00)", text);
  }
  return Hours{*start, *end > *start ? *end : *end + kDayMinutes};
}

Result<std::vector<Hours>> parse_all_hours(std::string_view text) {
  std::vector<Hours> all;
  for (const auto piece : pieces_of(text, ',')) {
    TRY(const Hours hours, parse_hours(piece));
    all.push_back(hours);
  }
  return all;
}

Result<std::size_t> parse_day(std::string_view text) {
  const auto* const found = std::ranges::find(kDayNames, text);
  if (found != kDayNames.end()) return static_cast<std::size_t>(found - kDayNames.begin());
  return fail(ErrorKind::usage, fmt::format("expected {}, found \"{}\"{}", fmt::join(kDayNames, ", "), text,
                                            did_you_mean(text, kDayNames)));
}

/// `fri`, `mon-fri`, `sat-mon`, `daily`.
Result<std::vector<std::size_t>> parse_days(std::string_view text) {
  const auto ends = pieces_of(text, '-');
  TRY(const std::size_t first, parse_day(ends.front()));
  TRY(const std::size_t last, parse_day(ends.back()));
  if (ends.size() > 2 || (ends.size() == 2 && (first == kDaily || last == kDaily)))
    return expected_window("days such as mon, mon-fri or daily", text);
  if (first == kDaily) return std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6};
  std::vector<std::size_t> days{first};
  for (std::size_t day = first; day != last;) {
    day = (day + 1) % kDaily;
    days.push_back(day);
  }
  return days;
}

/// A date and nothing else; parse_time reads more than that.
Result<Date> parse_date(std::string_view text) {
  const auto time = text.size() == 10 ? parse_time(text) : fail(ErrorKind::usage, "");
  if (!time) return expected_window("a date such as 2025-12-25", text);
  return date_of(*time);
}

}  // namespace

Result<void> add_window(WindowRules& rules, std::string_view text) {
  const auto parts = pieces_of(text, ' ');
  if (parts.size() != 2) {
    return expected_window(
        "days and hours such as \"mon-fri 09:30-16:00\", \"mon,wed 09:00-12:00,13:00-17:00\" or \"daily "
        "22:00-06:00\"",
        text);
  }
  TRY(const auto hours, parse_all_hours(parts[1]));
  for (const auto piece : pieces_of(parts[0], ',')) {
    TRY(const auto days, parse_days(piece));
    for (const std::size_t day : days)
      rules.week[day].insert(rules.week[day].end(), hours.begin(), hours.end());
  }
  return {};
}

Result<void> add_holiday(WindowRules& rules, std::string_view text) {
  const auto space = text.find(' ');
  TRY(const Date date, parse_date(text.substr(0, space)));
  std::vector<Hours> hours;
  if (space != std::string_view::npos) {
    TRY(hours, parse_all_hours(text.substr(space + 1)));
  }
  if (!rules.exceptions.emplace(date, std::move(hours)).second)
    return expected_window("each date once", format_date(date));
  return {};
}

}  // namespace kontor::calendar
