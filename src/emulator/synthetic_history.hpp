#pragma once

#include <cstdint>
#include <vector>

#include "emulator/candle.hpp"
#include "model/instrument.hpp"

namespace kontor::emulator {

/// A past that a market may have had.
struct HistorySettings {
  TimeNs before = 0;  ///< the first minute that is not part of it holds this time
  std::size_t minutes = 0;
  double last_price = 0;    ///< what the last candle closes near to
  double deviation = 0;     ///< of a minute's return
  double minute_value = 0;  ///< turnover of a usual minute, in the quote asset
  std::uint64_t seed = 1;
};

/// One-minute candles, oldest first; each opens where the one before closed. The same settings give the same
/// candles.
[[nodiscard]] std::vector<Candle> made_up_history(const Instrument& instrument,
                                                  const HistorySettings& settings);

}  // namespace kontor::emulator
