#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/candle.hpp"
#include "model/timeframe.hpp"

namespace kontor::emulator::binance {

/// A candle interval of the venue: `1m` … `1w`, or a calendar month (`1M`).
struct Interval {
  Timeframe timeframe;
  bool is_month = false;

  /// Nothing: the venue has no such interval, or it needs finer data than minutes.
  [[nodiscard]] static std::optional<Interval> parse(std::string_view text);
  [[nodiscard]] TimeNs open_of(TimeNs time) const noexcept;
  /// When the candle that opens at `open` is over.
  [[nodiscard]] TimeNs end_of(TimeNs open) const noexcept;
};

/// Which candles are asked for: of [from, to), the earliest `limit` or the latest.
struct CandleQuery {
  Interval interval;
  TimeNs from = kTimeMin;
  TimeNs to = kTimeMax;
  std::size_t limit = 500;
  bool from_start = false;
};
[[nodiscard]] std::vector<Candle> candles_of(const CandleSeries& series, const CandleQuery& query);

}  // namespace kontor::emulator::binance
