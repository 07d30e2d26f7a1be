#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "emulator/bybit/words.hpp"
#include "emulator/candle.hpp"

namespace kontor::emulator::bybit {

/// Which candles are asked for: those that open within [from, to).
struct CandleQuery {
  TimeNs from = kTimeMin / 2;
  TimeNs to = kTimeMax / 2;
  std::size_t limit = 200;
  bool from_start = false;  ///< the earliest of more than `limit`, otherwise the latest
};

/// Ascending, the growing one included. A month is made of its days.
[[nodiscard]] std::vector<Candle> candles_of(const CandleSeries& series, const Interval& interval,
                                             const CandleQuery& query);
/// When the candle that opens at `ts_open` is complete.
[[nodiscard]] TimeNs end_of_candle(const Interval& interval, TimeNs ts_open);
/// When the candle that holds `ts` opens.
[[nodiscard]] TimeNs start_of_candle(const Interval& interval, TimeNs ts);

}  // namespace kontor::emulator::bybit
