#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "research/run_result.hpp"

namespace kontor::research {

/// Equity at the ends of UTC days and the returns between them. All vectors have one length.
/// The first return starts from the initial equity; a day without samples keeps the equity of the day before;
/// the last day may be shorter than 24 h. A sample at 00:00 closes the day before. The series ends with the
/// day on which equity is zero or below, since no return can follow it.
struct DailySeries {
  std::vector<TimeNs> day;  ///< start of the UTC day
  std::vector<double> equity;
  std::vector<double> returns;
  std::vector<double> benchmark_returns;  ///< empty where the run has no benchmark
};

/// True if any sample of the run knows what it is compared with.
[[nodiscard]] bool has_benchmark(const RunResult& result);
[[nodiscard]] DailySeries daily_series(const RunResult& result);

/// The compounded return of one calendar month or, with month 0, of one year.
struct CalendarReturn {
  int year = 0;
  unsigned month = 0;
  double value = 0;
  std::optional<double> benchmark;
};

[[nodiscard]] std::vector<CalendarReturn> monthly_returns(const DailySeries& series);
[[nodiscard]] std::vector<CalendarReturn> yearly_returns(const DailySeries& series);

/// From a peak of the equity samples down and back. `recovery` is zero while the peak has not been seen
/// again.
struct DrawdownPeriod {
  TimeNs peak = 0;
  TimeNs trough = 0;
  TimeNs recovery = 0;
  double depth = 0;  ///< fall as a fraction of the peak, positive
};

/// The `count` deepest drawdowns of the equity samples, deepest first, of equals the earlier first.
[[nodiscard]] std::vector<DrawdownPeriod> worst_drawdowns(const RunResult& result, std::size_t count);
/// The longest time from a peak until it was seen again, or until the end of the run.
[[nodiscard]] DurationNs longest_drawdown(const RunResult& result);

/// What the equity did in one hour of the week (UTC), over all weeks.
struct HourOfWeek {
  double mean_return = 0;
  std::uint64_t count = 0;
};

/// Mean return of each hour of the week, index weekday × 24 + hour, Monday first; empty when the samples are
/// further apart than an hour. An hour without a sample lends its move to the next hour that has one.
[[nodiscard]] std::vector<HourOfWeek> hours_of_week(const RunResult& result);

}  // namespace kontor::research
