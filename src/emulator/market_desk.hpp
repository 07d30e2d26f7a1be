#pragma once

#include "emulator/exchange_core.hpp"
#include "emulator/market_feed.hpp"

namespace kontor::emulator {

/// Takes the feed's events into the public markets and every account's wallets, and keeps the market's own
/// timers: minutes, funding, mark prices. Owned by the exchange.
class MarketDesk final : public MarketSink {
 public:
  explicit MarketDesk(ExchangeCore& core);

  /// Candles from before the opening, and the first funding times.
  void open(MarketFeed& feed);

  void on_feed_trade(const Trade& trade) override;
  void on_feed_book(const BookUpdate& update) override;
  void on_feed_index(InstrumentId instrument, TimeNs ts, RawPrice index) override;

  /// When the next timer is due.
  [[nodiscard]] TimeNs next_timer() const noexcept;
  /// Works off the timers that are due at `now`, which is no later than next_timer().
  void run_timers(TimeNs now);

 private:
  void close_minute(TimeNs now);
  void publish_figures(TimeNs now);
  void settle_due_funding(TimeNs now);
  void settle_funding(PublicMarket& market, TimeNs now);
  void update_figures(PublicMarket& market);
  void note_ticker(const PublicMarket& market, TimeNs ts, bool best, bool last, bool mark);
  [[nodiscard]] Decimal funding_rate(const PublicMarket& market) const;
  [[nodiscard]] DurationNs funding_interval(InstrumentId id) const noexcept;

  ExchangeCore& core_;
  TimeNs next_minute_ = kTimeMax;
  TimeNs next_figures_ = kTimeMax;
  TimeNs next_funding_ = kTimeMax;
};

}  // namespace kontor::emulator
