#include "emulator/binance/interval.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::emulator::binance {
namespace {

constexpr std::array<std::pair<std::string_view, DurationNs>, 14> kIntervals = {{{"1m", kMinute},
                                                                                 {"3m", 3 * kMinute},
                                                                                 {"5m", 5 * kMinute},
                                                                                 {"15m", 15 * kMinute},
                                                                                 {"30m", 30 * kMinute},
                                                                                 {"1h", kHour},
                                                                                 {"2h", 2 * kHour},
                                                                                 {"4h", 4 * kHour},
                                                                                 {"6h", 6 * kHour},
                                                                                 {"8h", 8 * kHour},
                                                                                 {"12h", 12 * kHour},
                                                                                 {"1d", kDay},
                                                                                 {"3d", 3 * kDay},
                                                                                 {"1w", 7 * kDay}}};

std::vector<Candle> months_of(const CandleSeries& series, TimeNs from, TimeNs to) {
  const Interval month{Timeframe{kDay}, true};
  std::vector<Candle> months;
  for (const Candle& day : series.range(Timeframe{kDay}, kTimeMin, kTimeMax, SIZE_MAX, true)) {
    const TimeNs open = month.open_of(day.ts_open);
    if (months.empty() || months.back().ts_open != open) {
      months.push_back(day);
      months.back().ts_open = open;
    } else {
      merge_candle(months.back(), day);
    }
  }
  std::erase_if(months, [&](const Candle& candle) { return candle.ts_open < from || candle.ts_open >= to; });
  return months;
}

}  // namespace

std::optional<Interval> Interval::parse(std::string_view text) {
  if (text == "1M") return Interval{Timeframe{kDay}, true};
  for (const auto& [name, period] : kIntervals)
    if (name == text) return Interval{Timeframe{period}, false};
  return std::nullopt;
}

TimeNs Interval::open_of(TimeNs time) const noexcept {
  if (!is_month) return timeframe.open_of(time);
  const Date date = date_of(time);
  return start_of({date.year, date.month, 1});
}

TimeNs Interval::end_of(TimeNs open) const noexcept {
  if (!is_month) return open + timeframe.period_ns;
  const Date date = date_of(open);
  return date.month == 12 ? start_of({date.year + 1, 1, 1}) : start_of({date.year, date.month + 1, 1});
}

std::vector<Candle> candles_of(const CandleSeries& series, const CandleQuery& query) {
  if (series.empty()) return {};
  if (!query.interval.is_month)
    return series.range(query.interval.timeframe, query.from, query.to, query.limit, query.from_start);
  std::vector<Candle> months = months_of(series, query.from, query.to);
  if (months.size() > query.limit) {
    const auto surplus = static_cast<std::ptrdiff_t>(months.size() - query.limit);
    if (query.from_start)
      months.erase(months.end() - surplus, months.end());
    else
      months.erase(months.begin(), months.begin() + surplus);
  }
  return months;
}

}  // namespace kontor::emulator::binance
