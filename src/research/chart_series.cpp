#include "research/chart_series.hpp"

#include <algorithm>

namespace kontor::research {
namespace {

using data::BarColumn;
using data::ColumnView;
using data::DataKind;
using data::QuoteColumn;
using data::TradeColumn;

constexpr DurationNs kMaxCandles = 4'000;

/// One candle in raw units while it grows.
struct Candle {
  TimeNs ts_open = kTimeMin;
  std::int64_t open = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  std::int64_t close = 0;
  std::int64_t volume = 0;
};

/// The shortest usual period of which the range has no more than the allowed number.
DurationNs choose_period(DurationNs range) {
  for (const DurationNs period : {kSecond, 5 * kSecond, 15 * kSecond, kMinute, 5 * kMinute, 15 * kMinute,
                                  30 * kMinute, kHour, 2 * kHour, 4 * kHour, 12 * kHour, kDay}) {
    if (range / period <= kMaxCandles) return period;
  }
  return 7 * kDay;
}

class CandleMaker {
 public:
  CandleMaker(const Instrument& instrument, DurationNs period) : instrument_(instrument), timeframe_{period} {
    chart_.instrument = instrument.id();
  }

  void add(TimeNs ts, std::int64_t open, std::int64_t high, std::int64_t low, std::int64_t close,
           std::int64_t volume) {
    if (ts >= candle_.ts_open + timeframe_.period_ns || candle_.ts_open == kTimeMin) {
      flush();
      candle_ = {timeframe_.open_of(ts), open, high, low, close, 0};
    }
    candle_.high = std::max(candle_.high, high);
    candle_.low = std::min(candle_.low, low);
    candle_.close = close;
    candle_.volume += volume;
  }

  ChartSeries finish() {
    flush();
    return std::move(chart_);
  }

 private:
  void flush() {
    if (candle_.ts_open == kTimeMin) return;
    chart_.ts_open.push_back(candle_.ts_open);
    chart_.open.push_back(instrument_.to_double(RawPrice(candle_.open)));
    chart_.high.push_back(instrument_.to_double(RawPrice(candle_.high)));
    chart_.low.push_back(instrument_.to_double(RawPrice(candle_.low)));
    chart_.close.push_back(instrument_.to_double(RawPrice(candle_.close)));
    chart_.volume.push_back(instrument_.to_double(RawQuantity(candle_.volume)));
  }

  const Instrument& instrument_;
  Timeframe timeframe_;
  Candle candle_;
  ChartSeries chart_;
};

void add_bars(CandleMaker& maker, const ColumnView& view) {
  const auto time = view.column(BarColumn::ts_open);
  const auto open = view.column(BarColumn::open);
  const auto high = view.column(BarColumn::high);
  const auto low = view.column(BarColumn::low);
  const auto close = view.column(BarColumn::close);
  const auto volume = view.column(BarColumn::volume);
  for (std::size_t i = 0; i < time.size(); ++i)
    maker.add(time[i], open[i], high[i], low[i], close[i], volume[i]);
}

void add_trades(CandleMaker& maker, const ColumnView& view) {
  const auto time = view.column(TradeColumn::ts_recv);
  const auto price = view.column(TradeColumn::price);
  const auto quantity = view.column(TradeColumn::quantity);
  for (std::size_t i = 0; i < time.size(); ++i)
    maker.add(time[i], price[i], price[i], price[i], price[i], quantity[i]);
}

void add_quotes(CandleMaker& maker, const ColumnView& view) {
  const auto time = view.column(QuoteColumn::ts_recv);
  const auto bid = view.column(QuoteColumn::bid);
  const auto ask = view.column(QuoteColumn::ask);
  for (std::size_t i = 0; i < time.size(); ++i) {
    const std::int64_t middle = bid[i] + (ask[i] - bid[i]) / 2;
    maker.add(time[i], middle, middle, middle, middle, 0);
  }
}

DurationNs own_period(const data::LoadedSeries& series) {
  const auto& key = series.series().key();
  return key.kind == DataKind::bar ? key.timeframe.period_ns : kSecond;
}

}  // namespace

ChartSeries chart_of(const Instrument& instrument, const data::LoadedSeries& series) {
  const auto& source = series.series();
  return bars_of(instrument, series,
                 std::max(own_period(series), choose_period(source.last() - source.first())));
}

ChartSeries bars_of(const Instrument& instrument, const data::LoadedSeries& series, DurationNs period) {
  if (own_period(series) > period) return {};
  CandleMaker maker(instrument, period);
  for (const auto& chunk : series.chunks()) {
    if (chunk.kind == DataKind::bar) add_bars(maker, chunk);
    if (chunk.kind == DataKind::trade) add_trades(maker, chunk);
    if (chunk.kind == DataKind::quote) add_quotes(maker, chunk);
  }
  return maker.finish();
}

}  // namespace kontor::research
