#include "emulator/bybit/candles.hpp"

#include <utility>

#include "model/timeframe.hpp"

namespace kontor::emulator::bybit {
namespace {

Date first_of_month(Date date) noexcept { return {date.year, date.month, 1}; }

std::vector<Candle> months_of(const CandleSeries& series, const CandleQuery& query) {
  std::vector<Candle> months;
  for (const Candle& day :
       series.range(Timeframe{kDay}, kTimeMin / 2, kTimeMax / 2, CandleSeries::kMaxMinutes, false)) {
    const TimeNs open = start_of(first_of_month(date_of(day.ts_open)));
    if (months.empty() || months.back().ts_open != open) {
      months.push_back(day);
      months.back().ts_open = open;
    } else {
      merge_candle(months.back(), day);
    }
  }
  std::erase_if(months,
                [&](const Candle& month) { return month.ts_open < query.from || month.ts_open >= query.to; });
  const std::size_t surplus = months.size() > query.limit ? months.size() - query.limit : 0;
  if (query.from_start) {
    months.resize(months.size() - surplus);
  } else {
    months.erase(months.begin(), months.begin() + static_cast<std::ptrdiff_t>(surplus));
  }
  return months;
}

}  // namespace

std::vector<Candle> candles_of(const CandleSeries& series, const Interval& interval,
                               const CandleQuery& query) {
  if (series.empty()) return {};
  if (interval.is_month) return months_of(series, query);
  return series.range(Timeframe{interval.period_ns}, query.from, query.to, query.limit, query.from_start);
}

TimeNs start_of_candle(const Interval& interval, TimeNs ts) {
  if (interval.is_month) return start_of(first_of_month(date_of(ts)));
  return Timeframe{interval.period_ns}.open_of(ts);
}

TimeNs end_of_candle(const Interval& interval, TimeNs ts_open) {
  if (!interval.is_month) return ts_open + interval.period_ns;
  const Date first = date_of(ts_open);
  return start_of(first.month == 12 ? Date{first.year + 1, 1, 1} : Date{first.year, first.month + 1, 1});
}

}  // namespace kontor::emulator::bybit
