#include "research/metrics_series.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::research {
namespace {

/// The period that an instant closes: 00:00 belongs to the day before.
std::int64_t period_closed_at(TimeNs ts, DurationNs period) { return floor_divide(ts - 1, period); }

/// Calls `closed(period index, last sample of the period)` for each period that has samples after the start.
template <class Callback>
void for_each_period(const RunResult& result, DurationNs period, Callback&& closed) {
  const EquitySample* last = nullptr;
  for (const EquitySample& sample : result.equity) {
    if (sample.ts <= result.from) continue;
    if (last != nullptr && period_closed_at(last->ts, period) != period_closed_at(sample.ts, period)) {
      closed(period_closed_at(last->ts, period), *last);
    }
    last = &sample;
  }
  if (last != nullptr) closed(period_closed_at(last->ts, period), *last);
}

/// Collects closed days and fills those without samples.
class DayCollector {
 public:
  DayCollector(DailySeries& series, TimeNs from, double initial_equity, bool with_benchmark)
      : series_(series),
        next_day_(floor_divide(from, kDay)),
        equity_(initial_equity),
        benchmark_(initial_equity),
        with_benchmark_(with_benchmark) {}

  void close(std::int64_t day, double equity, double benchmark) {
    while (next_day_ < day && equity_ > 0) push(equity_, benchmark_);
    if (equity_ > 0) push(equity, benchmark > 0 ? benchmark : benchmark_);
  }

 private:
  void push(double equity, double benchmark) {
    series_.day.push_back(next_day_++ * kDay);
    series_.equity.push_back(equity);
    series_.returns.push_back(equity / equity_ - 1);
    if (with_benchmark_) series_.benchmark_returns.push_back(benchmark / benchmark_ - 1);
    equity_ = equity;
    benchmark_ = benchmark;
  }

  DailySeries& series_;
  std::int64_t next_day_;
  double equity_;
  double benchmark_;
  bool with_benchmark_;
};

template <class Key>
std::vector<CalendarReturn> compounded(const DailySeries& series, Key&& key_of) {
  std::vector<CalendarReturn> periods;
  for (std::size_t i = 0; i < series.day.size(); ++i) {
    const CalendarReturn key = key_of(date_of(series.day[i]));
    if (periods.empty() || periods.back().year != key.year || periods.back().month != key.month) {
      periods.push_back(key);
      if (!series.benchmark_returns.empty()) periods.back().benchmark = 0;
    }
    CalendarReturn& period = periods.back();
    period.value = (1 + period.value) * (1 + series.returns[i]) - 1;
    if (period.benchmark) *period.benchmark = (1 + *period.benchmark) * (1 + series.benchmark_returns[i]) - 1;
  }
  return periods;
}

/// All drawdowns of the equity samples in order of time; the initial equity is the first peak.
std::vector<DrawdownPeriod> drawdowns(const RunResult& result) {
  std::vector<DrawdownPeriod> periods;
  double peak = result.initial_equity.to_double();
  TimeNs peak_ts = result.from;
  bool below = false;
  for (const EquitySample& sample : result.equity) {
    const double equity = sample.equity.to_double();
    if (equity >= peak) {
      if (below) periods.back().recovery = sample.ts;
      below = false;
      peak = equity;
      peak_ts = sample.ts;
    } else if (peak > 0) {
      const double depth = 1 - equity / peak;
      if (!below) periods.push_back(DrawdownPeriod{peak_ts, sample.ts, 0, depth});
      below = true;
      if (depth > periods.back().depth) periods.back() = DrawdownPeriod{peak_ts, sample.ts, 0, depth};
    }
  }
  return periods;
}

}  // namespace

bool has_benchmark(const RunResult& result) {
  return std::ranges::any_of(result.equity, [](const EquitySample& sample) { return sample.benchmark > 0; });
}

DailySeries daily_series(const RunResult& result) {
  DailySeries series;
  const double initial = result.initial_equity.to_double();
  DayCollector collector(series, result.from, initial, has_benchmark(result));
  for_each_period(result, kDay, [&](std::int64_t day, const EquitySample& sample) {
    collector.close(day, sample.equity.to_double(), sample.benchmark);
  });
  return series;
}

std::vector<CalendarReturn> monthly_returns(const DailySeries& series) {
  return compounded(series, [](Date date) { return CalendarReturn{date.year, date.month, 0, {}}; });
}

std::vector<CalendarReturn> yearly_returns(const DailySeries& series) {
  return compounded(series, [](Date date) { return CalendarReturn{date.year, 0, 0, {}}; });
}

std::vector<DrawdownPeriod> worst_drawdowns(const RunResult& result, std::size_t count) {
  auto periods = drawdowns(result);
  std::ranges::stable_sort(periods, [](const auto& a, const auto& b) { return a.depth > b.depth; });
  if (periods.size() > count) periods.resize(count);
  return periods;
}

DurationNs longest_drawdown(const RunResult& result) {
  DurationNs longest = 0;
  for (const DrawdownPeriod& period : drawdowns(result)) {
    longest = std::max(longest, (period.recovery == 0 ? result.to : period.recovery) - period.peak);
  }
  return longest;
}

std::vector<HourOfWeek> hours_of_week(const RunResult& result) {
  if (result.equity_interval > kHour || result.equity.empty()) return {};
  std::vector<HourOfWeek> hours(std::size_t{7} * 24);
  double before = result.initial_equity.to_double();
  for_each_period(result, kHour, [&](std::int64_t hour, const EquitySample& sample) {
    const double equity = sample.equity.to_double();
    if (before > 0) {
      const TimeNs start = hour * kHour;
      const auto place = static_cast<std::size_t>(weekday_of(start)) * 24 +
                         static_cast<std::size_t>((start - floor_divide(start, kDay) * kDay) / kHour);
      hours[place].mean_return += equity / before - 1;
      ++hours[place].count;
    }
    before = equity;
  });
  for (HourOfWeek& hour : hours) {
    if (hour.count > 0) hour.mean_return /= static_cast<double>(hour.count);
  }
  return hours;
}

}  // namespace kontor::research
