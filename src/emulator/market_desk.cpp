#include "emulator/market_desk.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "emulator/account_desk.hpp"

namespace kontor::emulator {
namespace {

TimeNs next_multiple(TimeNs now, DurationNs interval) noexcept {
  return (floor_divide(now, interval) + 1) * interval;
}

/// Middle of the best prices, as the matching values positions; the last middle where a side is empty.
RawPrice middle_of(const Book& book, RawPrice before) noexcept {
  const RawPrice bid = book.best_bid().price;
  const RawPrice ask = book.best_ask().price;
  if (bid.units == 0 || ask.units == 0) return before;
  return RawPrice(bid.units + (ask.units - bid.units) / 2);
}

}  // namespace

MarketDesk::MarketDesk(ExchangeCore& core) : core_(core) {}

void MarketDesk::open(MarketFeed& feed) {
  for (PublicMarket& market : core_.markets) {
    market.candles_.seed(feed.history(market.id_, core_.settings.history_minutes));
    if (!market.candles_.empty()) market.last_ = market.candles_.last().close;
    if (core_.listings[market.id_].product != Product::linear) continue;
    const DurationNs interval = funding_interval(market.id_);
    market.perpetual_.funding_interval_ns = interval;
    market.perpetual_.next_funding = next_multiple(core_.now, interval);
    next_funding_ = std::min(next_funding_, market.perpetual_.next_funding);
  }
  next_minute_ = next_multiple(core_.now, kMinute);
  next_figures_ = core_.now + core_.settings.figures_interval_ns;
}

void MarketDesk::on_feed_trade(const Trade& fed) {
  if (core_.listings[fed.instrument].status == ListingStatus::delisted) return;
  Trade trade = fed;
  PublicMarket& market = core_.markets[trade.instrument.index()];
  trade.id = TradeId(++market.last_trade_id_);
  market.last_ = trade.price;
  market.trades_.push_back(trade);
  if (market.trades_.size() > PublicMarket::kMaxTrades) market.trades_.pop_front();
  const Instrument& instrument = core_.listings.instrument(trade.instrument);
  market.candles_.add_trade(trade.ts_venue, trade.price, trade.quantity,
                            instrument.notional(trade.price, trade.quantity), trade.aggressor == Side::buy,
                            trade.id.value);
  const MarketTrade event{core_.next_market_seq(), trade};
  core_.tell([&](ExchangeListener& listener) { listener.on_trade(event); });
  const CandleChange grown{core_.next_market_seq(), trade.instrument, trade.ts_venue, false,
                           market.candles_.last()};
  core_.tell([&](ExchangeListener& listener) { listener.on_candle(grown); });
  note_ticker(market, trade.ts_venue, false, true, false);
  const Product product = core_.listings[trade.instrument].product;
  for (const auto& account : core_.accounts) {
    account->wallet(product).on_trade(trade);
    settle_reports(core_, *account, product, BalanceCause::execution);
  }
}

void MarketDesk::on_feed_book(const BookUpdate& update) {
  if (core_.listings[update.instrument].status == ListingStatus::delisted) return;
  PublicMarket& market = core_.markets[update.instrument.index()];
  const BookLevel bid = market.book_.best_bid();
  const BookLevel ask = market.book_.best_ask();
  market.book_.apply(update);
  const std::uint64_t previous = market.book_id_;
  market.book_id_ = previous + 1;
  market.book_time_ = update.ts_venue;
  if (core_.listings[update.instrument].product == Product::linear) update_figures(market);
  const BookChange event{
      core_.next_market_seq(), update.instrument, update.ts_venue, previous + 1, previous + 1, previous,
      update.snapshot,         update.changes};
  core_.tell([&](ExchangeListener& listener) { listener.on_book_change(event); });
  if (market.book_.best_bid() != bid || market.book_.best_ask() != ask) {
    note_ticker(market, update.ts_venue, true, false, false);
  }
  const Product product = core_.listings[update.instrument].product;
  for (const auto& account : core_.accounts) {
    account->wallet(product).on_book(update);
    settle_reports(core_, *account, product, BalanceCause::execution);
  }
}

void MarketDesk::on_feed_index(InstrumentId instrument, TimeNs /*ts*/, RawPrice index) {
  PublicMarket& market = core_.markets[instrument.index()];
  market.perpetual_.index = index;
  update_figures(market);
}

void MarketDesk::update_figures(PublicMarket& market) {
  market.perpetual_.mark = middle_of(market.book_, market.perpetual_.mark);
}

void MarketDesk::note_ticker(const PublicMarket& market, TimeNs ts, bool best, bool last, bool mark) {
  const TickerChange event{core_.next_market_seq(), market.id_, ts, best, last, mark};
  core_.tell([&](ExchangeListener& listener) { listener.on_ticker(event); });
}

TimeNs MarketDesk::next_timer() const noexcept {
  return std::min({next_minute_, next_figures_, next_funding_});
}

void MarketDesk::run_timers(TimeNs now) {
  if (now >= next_minute_) close_minute(now);
  if (now >= next_funding_) settle_due_funding(now);
  if (now >= next_figures_) publish_figures(now);
}

void MarketDesk::close_minute(TimeNs now) {
  next_minute_ = next_multiple(now, kMinute);
  for (PublicMarket& market : core_.markets) {
    if (market.candles_.empty()) continue;
    const Candle closed = market.candles_.last();
    market.candles_.roll(now);
    const CandleChange event{core_.next_market_seq(), market.id_, now, true, closed};
    core_.tell([&](ExchangeListener& listener) { listener.on_candle(event); });
  }
}

void MarketDesk::publish_figures(TimeNs now) {
  next_figures_ = now + core_.settings.figures_interval_ns;
  for (PublicMarket& market : core_.markets) {
    if (core_.listings[market.id_].product != Product::linear) continue;
    market.perpetual_.funding_rate = funding_rate(market);
    note_ticker(market, now, false, false, true);
  }
}

void MarketDesk::settle_due_funding(TimeNs now) {
  next_funding_ = kTimeMax;
  for (PublicMarket& market : core_.markets) {
    if (core_.listings[market.id_].product != Product::linear) continue;
    if (now >= market.perpetual_.next_funding) settle_funding(market, now);
    next_funding_ = std::min(next_funding_, market.perpetual_.next_funding);
  }
}

void MarketDesk::settle_funding(PublicMarket& market, TimeNs now) {
  PerpetualFigures& perpetual = market.perpetual_;
  const TimeNs due = perpetual.next_funding;
  perpetual.next_funding = next_multiple(now, funding_interval(market.id_));
  perpetual.funding_rate = funding_rate(market);
  if (perpetual.mark.units <= 0 || core_.listings[market.id_].status == ListingStatus::delisted) return;
  const FundingRate funding{market.id_, due, due, perpetual.funding_rate, perpetual.mark};
  market.fundings_.push_back(funding);
  if (market.fundings_.size() > PublicMarket::kMaxFundings) market.fundings_.pop_front();
  const FundingChange event{core_.next_market_seq(), funding, perpetual.next_funding};
  core_.tell([&](ExchangeListener& listener) { listener.on_funding(event); });
  for (const auto& account : core_.accounts) {
    account->wallet(Product::linear).on_funding(funding);
    settle_reports(core_, *account, Product::linear, BalanceCause::funding);
  }
}

/// One basis point of interest and the premium over the index, within the venue's cap; 8 places.
Decimal MarketDesk::funding_rate(const PublicMarket& market) const {
  constexpr std::int64_t kInterest = 10'000;    // 0.0001
  constexpr std::int64_t kPremiumCap = 50'000;  // 0.0005
  const PerpetualFigures& perpetual = market.perpetual_;
  std::int64_t premium = 0;
  if (perpetual.index.units > 0 && perpetual.mark.units > 0) {
    const int128 exact = static_cast<int128>(perpetual.mark.units - perpetual.index.units) * 100'000'000 /
                         perpetual.index.units;
    premium = static_cast<std::int64_t>(std::clamp<int128>(exact, -kPremiumCap, kPremiumCap));
  }
  const Decimal rate{kInterest + premium, 8};
  const Decimal& cap = core_.listings[market.id_].terms.funding_cap;
  if (cap.is_zero()) return rate;
  return std::clamp(rate, Decimal{-cap.units, cap.scale}, cap);
}

DurationNs MarketDesk::funding_interval(InstrumentId id) const noexcept {
  const DurationNs chosen = core_.settings.funding_interval_ns;
  return chosen > 0 ? chosen : core_.listings[id].terms.funding_interval_ns;
}

}  // namespace kontor::emulator
