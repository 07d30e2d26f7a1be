#pragma once

#include <compare>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include "base/time.hpp"

namespace kontor {

/// The period of a bar: whole seconds, aligned to the Unix epoch in UTC (weeks to Monday).
struct Timeframe {
  DurationNs period_ns = kMinute;

  /// Reads `1s`, `1m`, `5m`, `1h`, `4h`, `1d`, `1w`.
  [[nodiscard]] static Result<Timeframe> parse(std::string_view text);
  [[nodiscard]] std::string format() const;
  /// What parse() lets through: whole seconds, up to a week.
  [[nodiscard]] bool is_valid() const noexcept {
    return period_ns >= kSecond && period_ns <= 7 * kDay && period_ns % kSecond == 0;
  }
  /// Start of the bar that holds `time`.
  [[nodiscard]] TimeNs open_of(TimeNs time) const noexcept {
    const DurationNs shift = period_ns % (7 * kDay) == 0 ? 4 * kDay : 0;  // 1970-01-05 was a Monday
    return floor_divide(time - shift, period_ns) * period_ns + shift;
  }
  constexpr auto operator<=>(const Timeframe&) const noexcept = default;
  BOOST_DESCRIBE_CLASS(Timeframe, (), (period_ns), (), ())
};

}  // namespace kontor
