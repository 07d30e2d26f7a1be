#pragma once

#include <span>
#include <vector>

#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/candle.hpp"
#include "model/market_data.hpp"

namespace kontor::emulator {

/// Who takes what a market feed emits. Times are those of the emulated venue's clock.
class MarketSink {
 public:
  MarketSink() = default;
  MarketSink(const MarketSink&) = delete;
  MarketSink& operator=(const MarketSink&) = delete;
  virtual ~MarketSink() = default;
  /// The trade's id is given by the taker.
  virtual void on_feed_trade(const Trade& trade) = 0;
  /// Level changes, or a snapshot that replaces the book. Borrowed for the call.
  virtual void on_feed_book(const BookUpdate& update) = 0;
  /// The index price of a perpetual's underlying.
  virtual void on_feed_index(InstrumentId instrument, TimeNs ts, RawPrice index) = 0;
};

/// The market that everybody's orders meet: what it emits depends on its settings and the time alone, never
/// on an account's orders. One thread.
class MarketFeed {
 public:
  MarketFeed() = default;
  MarketFeed(const MarketFeed&) = delete;
  MarketFeed& operator=(const MarketFeed&) = delete;
  virtual ~MarketFeed() = default;

  /// When the next event is due; kTimeMax: never.
  [[nodiscard]] virtual TimeNs next_time() const noexcept = 0;
  /// Emits the next event; only while next_time() is not kTimeMax.
  [[nodiscard]] virtual Result<void> step(MarketSink& sink) = 0;
  /// Closed one-minute candles of an instrument before the feed's start, oldest first.
  [[nodiscard]] virtual std::vector<Candle> history(InstrumentId instrument, std::size_t minutes) = 0;
  /// Moves the price of an instrument (and of what hangs on it) by a fraction, -0.05 is five percent down, at
  /// `now`. Errors: usage (the result would be no price).
  [[nodiscard]] virtual Result<void> jump(InstrumentId instrument, const Decimal& fraction, TimeNs now) = 0;
  /// Everything that is still to come happens this much later: the market was paused.
  virtual void delay(DurationNs duration_ns) = 0;
};

}  // namespace kontor::emulator
