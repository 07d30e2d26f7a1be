#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "base/codec.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/position.hpp"
#include "venue/sim/sim_settings.hpp"
#include "venue/sim/timed_report.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::sim {

/// A simulated venue for one account: fills our orders against recorded or live market data by the rules of
/// docs/fill-rules.md. It stands on the exchange's side: it sees market data at venue time and commands when
/// they arrive; latency is the affair of SimLink. Deterministic: the same calls give the same reports. One
/// thread.
///
/// Calls come in the order of venue time; market data of the instant t before commands that arrive at t. A
/// bar is given at its end (Bar::ts_venue) after all commands that arrived before. Commands may come with an
/// arrival before the last bar's end (a strategy that answered a fill inside that bar); they take part from
/// the next bar on.
class SimVenue {
 public:
  /// The settings must have passed SimSettings::check(). `instruments` must outlive the venue.
  SimVenue(const InstrumentTable& instruments, const SimSettings& settings);

  /// Adds to the balance of an asset (takes from it if negative): the starting balance, or a transfer.
  void deposit(Money money);

  // What has to be matched is handed on as a copy: a datum that touches nothing is then never put together in
  // memory where the caller's code is inlined, and most touch nothing.

  /// One closed bar. Coarser bars of an instrument are ignored as soon as a finer timeframe has been seen.
  [[gnu::always_inline]] void on_bar(const Bar& bar) {
    Market& market = state_.markets[bar.instrument.index()];
    market.last = bar.close;
    market.bar_period = std::min(market.bar_period, bar.timeframe.period_ns);
    if (bar.timeframe.period_ns == market.bar_period) market.bar_end = bar.ts_venue;
    if (market.is_quiet(bar.low, bar.high) && bar.ts_venue <= state_.next_expiry) [[likely]]
      return;
    match(market, Bar(bar));
  }
  [[gnu::always_inline]] void on_trade(const Trade& trade) {
    Market& market = state_.markets[trade.instrument.index()];
    market.last = trade.price;
    market.saw(FeedLevel::trades);
    if (market.is_quiet(trade.price, trade.price) && trade.ts_venue < state_.next_expiry) [[likely]]
      return;
    match(market, Trade(trade));
  }
  /// Prices between which bars of a timeframe touch nothing of ours.
  struct QuietRange {
    std::int64_t below = INT64_MAX;  ///< the low of a bar must be above it
    std::int64_t above = INT64_MIN;  ///< the high of a bar must be below it
    [[nodiscard]] bool is_everything() const noexcept { return below == INT64_MIN && above == INT64_MAX; }
  };
  /// Holds until the venue is given something else, and until next_expiry(). Bars inside of it may be left
  /// out, if on_quiet_bar() is told of the last of them.
  [[nodiscard]] QuietRange quiet_range(InstrumentId instrument, Timeframe timeframe) const noexcept {
    const Market& market = state_.markets[instrument.index()];
    if (market.bar_period != timeframe.period_ns) return {};
    return {market.quiet_low, market.quiet_high};
  }
  /// The same for trades.
  [[nodiscard]] QuietRange quiet_range_of_trades(InstrumentId instrument) const noexcept {
    const Market& market = state_.markets[instrument.index()];
    if (market.automatic && market.level < FeedLevel::trades) return {};
    return {market.quiet_low, market.quiet_high};
  }
  void on_quiet_trade(InstrumentId instrument, RawPrice price) noexcept {
    state_.markets[instrument.index()].last = price;
  }
  void on_quiet_bar(const Bar& bar) noexcept {
    Market& market = state_.markets[bar.instrument.index()];
    market.last = bar.close;
    market.bar_end = bar.ts_venue;
  }
  void on_quote(const Quote& quote) {
    Market& market = state_.markets[quote.instrument.index()];
    if (!market.takes_quotes()) return;
    market.take_quote(quote);
    if (market.is_quiet(quote.bid, std::max(quote.bid, quote.ask)) && quote.ts_venue < state_.next_expiry)
        [[likely]]
      return;
    match(market, quote);
  }
  void on_book(const BookUpdate& update);
  void on_funding(const FundingRate& funding);
  /// A command that reaches the venue.
  void on_command(const CommandBody& command, const Passage& passage);
  /// The same, of which only the arrival is known: it was sent an order entry latency before.
  void on_command(const CommandBody& command, TimeNs arrival);
  /// Nothing happened until `now` but time: ends good-till-date orders. Needed only where no other call
  /// follows.
  void on_time(TimeNs now);
  /// The instrument, which takes no orders any more by its terms, is wound up: orders are canceled, a
  /// perpetual's position is settled at the mark.
  void on_delisted(InstrumentId instrument, TimeNs now);
  /// When the next good-till-date order ends; kTimeMax if there is none.
  [[nodiscard]] TimeNs next_expiry() const noexcept { return state_.next_expiry; }

  /// What the venue said since the last clear_reports(), in its order.
  [[nodiscard]] std::span<const TimedReport> reports() const noexcept { return state_.reports; }
  void clear_reports() noexcept { state_.reports.clear(); }

  // The venue's own books.
  /// All that is owned of an asset, reserved or not; positions of perpetuals are not in it, their margin is.
  [[nodiscard]] const Amount& balance(AssetId asset) const noexcept;
  /// What open orders hold back: the asset itself on spot, initial margin and fee on perpetuals.
  [[nodiscard]] const Amount& reserved(AssetId asset) const noexcept;
  /// Initial margin (cross) and allotted margin (isolated) of the positions that settle in this asset.
  [[nodiscard]] Amount position_margin(AssetId asset) const noexcept;
  /// What new orders may use: balance less reservations, margin and unrealised loss.
  [[nodiscard]] Amount free(AssetId asset) const noexcept;
  /// The whole account valued in one asset: balances at the last price of their instrument against `asset`,
  /// and unrealised profit of perpetuals. Assets without such an instrument count nothing.
  [[nodiscard]] Amount equity(AssetId asset) const noexcept;
  /// The fraction by which a mark must move against us for the next liquidation, see
  /// venue/sim/liquidation_distance.hpp; none without a position on margin.
  [[nodiscard]] std::optional<double> liquidation_distance() const noexcept;
  /// Σ of our fills in this instrument, at average cost; on spot without deposits and fees in base.
  [[nodiscard]] const Position& position(InstrumentId instrument) const noexcept;
  /// The price that positions are valued at: middle of bid and ask, or the last price; zero before the first.
  [[nodiscard]] RawPrice mark(InstrumentId instrument) const noexcept;
  /// True for an order that was accepted and is not at an end.
  [[nodiscard]] bool is_open(OrderId order) const noexcept;
  /// Orders accepted and not at an end, inactive protective legs included.
  [[nodiscard]] std::size_t open_orders() const noexcept;

  /// Appends everything that the venue knows, reports that were not cleared included, to what `encoder` has;
  /// to be called between two other calls. Equal states give equal bytes, however they came about.
  void save(Encoder& encoder) const;
  /// Goes on from what a venue with the same instruments and settings saved: the same calls give the same
  /// reports to the last byte. Whatever else it is given is bad data and changes nothing here.
  [[nodiscard]] Result<void> load(Decoder& decoder);

 private:
  void match(Market& market, const Bar& bar);
  void match(Market& market, const Trade& trade);
  void match(Market& market, const Quote& quote);

  VenueState state_;
};

}  // namespace kontor::sim
