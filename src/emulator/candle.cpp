#include "emulator/candle.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace kontor::emulator {
namespace {

Candle flat_candle(TimeNs ts_open, RawPrice price) noexcept {
  Candle candle;
  candle.ts_open = ts_open;
  candle.open = candle.high = candle.low = candle.close = price;
  return candle;
}

TimeNs minute_of(TimeNs ts) noexcept { return floor_divide(ts, kMinute) * kMinute; }

}  // namespace

void merge_candle(Candle& into, const Candle& later) noexcept {
  into.high = std::max(into.high, later.high);
  into.low = std::min(into.low, later.low);
  into.close = later.close;
  into.volume += later.volume;
  into.turnover += later.turnover;
  into.taker_volume += later.taker_volume;
  into.taker_turnover += later.taker_turnover;
  into.trades += later.trades;
  if (into.first_trade == 0) into.first_trade = later.first_trade;
  if (later.last_trade != 0) into.last_trade = later.last_trade;
}

void CandleSeries::seed(const std::vector<Candle>& past) {
  for (const Candle& candle : past) append(candle);
}

void CandleSeries::append(const Candle& candle) {
  ASSERT(minutes_.empty() || candle.ts_open == minutes_.back().ts_open + kMinute);
  minutes_.push_back(candle);
  if (minutes_.size() > kMaxMinutes) minutes_.pop_front();
}

void CandleSeries::roll(TimeNs now) {
  if (minutes_.empty()) return;
  const TimeNs minute = minute_of(now);
  // A pause longer than the series holds would push everything out one by one.
  const TimeNs oldest_kept = minute - static_cast<TimeNs>(kMaxMinutes) * kMinute;
  const RawPrice close = minutes_.back().close;
  if (minutes_.back().ts_open < oldest_kept) {
    minutes_.clear();
    minutes_.push_back(flat_candle(oldest_kept, close));
  }
  while (minutes_.back().ts_open < minute) append(flat_candle(minutes_.back().ts_open + kMinute, close));
}

void CandleSeries::add_trade(TimeNs ts, RawPrice price, RawQuantity quantity, Amount turnover,
                             bool buyer_takes, std::uint64_t id) {
  roll(ts);
  if (minutes_.empty()) minutes_.push_back(flat_candle(minute_of(ts), price));
  Candle& candle = minutes_.back();
  if (candle.trades == 0) {
    candle.open = candle.high = candle.low = price;
    candle.first_trade = id;
  }
  candle.high = std::max(candle.high, price);
  candle.low = std::min(candle.low, price);
  candle.close = price;
  candle.volume += quantity;
  candle.turnover += turnover;
  if (buyer_takes) {
    candle.taker_volume += quantity;
    candle.taker_turnover += turnover;
  }
  ++candle.trades;
  candle.last_trade = id;
}

std::size_t CandleSeries::index_at(TimeNs ts) const noexcept {
  if (minutes_.empty() || ts <= minutes_.front().ts_open) return 0;
  const auto index = static_cast<std::size_t>((ts - minutes_.front().ts_open + kMinute - 1) / kMinute);
  return std::min(index, minutes_.size());
}

Candle CandleSeries::current(Timeframe timeframe) const {
  ASSERT(!minutes_.empty());
  const std::size_t first = index_at(timeframe.open_of(minutes_.back().ts_open));
  Candle candle = minutes_[first];
  for (std::size_t i = first + 1; i < minutes_.size(); ++i) merge_candle(candle, minutes_[i]);
  candle.ts_open = timeframe.open_of(candle.ts_open);
  return candle;
}

std::vector<Candle> CandleSeries::range(Timeframe timeframe, TimeNs from, TimeNs to, std::size_t limit,
                                        bool from_start) const {
  std::vector<Candle> found;
  if (minutes_.empty() || limit == 0 || from >= to) return found;
  const TimeNs first_open = timeframe.open_of(minutes_.front().ts_open);
  TimeNs begin = from <= first_open ? first_open : timeframe.open_of(from - 1) + timeframe.period_ns;
  const TimeNs end = std::min(to, minutes_.back().ts_open + 1);
  if (begin >= end) return found;
  const auto wanted = static_cast<TimeNs>(std::min(limit, kMaxMinutes));
  if (!from_start) {
    const TimeNs last = timeframe.open_of(end - 1);
    begin = std::max(begin, last - (wanted - 1) * timeframe.period_ns);
  }
  const TimeNs stop = std::min(end, begin + wanted * timeframe.period_ns);
  const std::size_t after = index_at(timeframe.open_of(stop - 1) + timeframe.period_ns);
  for (std::size_t i = index_at(begin); i < after; ++i) {
    const TimeNs open = timeframe.open_of(minutes_[i].ts_open);
    if (!found.empty() && found.back().ts_open == open) {
      merge_candle(found.back(), minutes_[i]);
    } else {
      found.push_back(minutes_[i]);
      found.back().ts_open = open;
    }
  }
  return found;
}

Candle CandleSeries::rolling(DurationNs window, TimeNs now) const {
  if (minutes_.empty()) return {};
  const std::size_t first = std::min(index_at(minute_of(now) - window + kMinute), minutes_.size() - 1);
  Candle candle = minutes_[first];
  for (std::size_t i = first + 1; i < minutes_.size(); ++i) merge_candle(candle, minutes_[i]);
  return candle;
}

}  // namespace kontor::emulator
