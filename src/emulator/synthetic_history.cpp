#include "emulator/synthetic_history.hpp"

#include <algorithm>
#include <cmath>

#include "base/prng.hpp"
#include "emulator/price_walk.hpp"

namespace kontor::emulator {
namespace {

RawPrice to_tick(const Instrument& instrument, double price, Rounding mode) noexcept {
  return std::max(instrument.round_price(price, mode), instrument.tick());
}

Candle made_up_candle(const Instrument& instrument, const HistorySettings& settings, Prng& prng, double open,
                      double close) {
  const double reach = settings.deviation * 0.5;
  Candle candle;
  candle.open = to_tick(instrument, open, Rounding::half_up);
  candle.close = to_tick(instrument, close, Rounding::half_up);
  const double top = std::max(open, close) * (1 + reach * prng.uniform());
  const double bottom = std::min(open, close) * (1 - reach * prng.uniform());
  candle.high = std::max({candle.open, candle.close, to_tick(instrument, top, Rounding::half_up)});
  candle.low = std::min({candle.open, candle.close, to_tick(instrument, bottom, Rounding::half_up)});
  const double volume = settings.minute_value * (0.2 + 1.6 * prng.uniform()) / close;
  candle.volume = instrument.round_quantity(volume);
  candle.taker_volume = instrument.floor_to_step(
      RawQuantity(candle.volume.units / 100 * static_cast<std::int64_t>(40 + prng.below(21))));
  candle.turnover = instrument.notional(candle.close, candle.volume);
  candle.taker_turnover = instrument.notional(candle.close, candle.taker_volume);
  candle.trades = static_cast<std::uint32_t>(1 + prng.below(80));
  return candle;
}

}  // namespace

std::vector<Candle> made_up_history(const Instrument& instrument, const HistorySettings& settings) {
  const std::size_t count = std::min(settings.minutes, CandleSeries::kMaxMinutes - 1);
  std::vector<Candle> candles(count);
  Prng prng(settings.seed ^ 0x5bd1e995U);
  double close = settings.last_price;
  TimeNs minute = floor_divide(settings.before, kMinute) * kMinute;
  // Backwards, so that it ends where the market begins.
  for (std::size_t i = count; i-- > 0;) {
    const double step = std::clamp(settings.deviation * draw_deviate(prng), -0.3, 0.3);
    const double open = close / (1 + step);
    candles[i] = made_up_candle(instrument, settings, prng, open, close);
    candles[i].ts_open = minute -= kMinute;
    close = open;
  }
  return candles;
}

}  // namespace kontor::emulator
