#include "data_fetch_venue_pages.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "data/import_rows.hpp"
#include "venue/live/translate.hpp"

namespace kontor::app {
namespace {

using data::FetchedPage;
using data::TimeRange;

constexpr net::RateLane kHistoryLane = net::RateLane::market_data;

/// As it is written, without zeros behind that say nothing.
data::CsvNumber number_of(const Decimal& value) noexcept {
  const Decimal plain = value.normalized();
  return {plain.units, plain.scale};
}

std::unexpected<Error> too_large(const VenueHistory& wanted) {
  return fail(ErrorKind::overflow, fmt::format("{}: a number that does not fit 64 bits", wanted.symbol));
}

/// Bars, a window of time for each page, which venues of either order answer alike.
class CandlePages final : public data::PageSource {
 public:
  static constexpr std::uint32_t kRows = 1000;

  CandlePages(VenueAccess& access, VenueHistory wanted)
      : access_(access), wanted_(std::move(wanted)), begins_with_oldest_(access.venue() == "binance") {}

  Result<FetchedPage> fetch(const TimeRange& range) override {
    const DurationNs period = wanted_.timeframe.period_ns;
    TimeRange window = range;
    if (range.length() / period > kRows) window.to = range.from + kRows * period;
    TRY(const auto candles, ask(window, kRows));
    TRY(auto rows, rows_of(candles));
    if (rows.rows() != 0 || window.to == range.to || !begins_with_oldest_)
      return FetchedPage{std::move(rows), window};
    // Nothing in a whole window: before its listing, mostly. The next bar is where it goes on.
    const TimeRange later{window.to, range.to};
    TRY(const auto next, ask(later, 1));
    window.to = next.empty() ? range.to : next.begin()->first;
    return FetchedPage{std::move(rows), window};
  }

 private:
  using Candles = std::map<TimeNs, venue::Candle>;

  /// A repeated attempt tells the same once more: by time each is there once.
  Result<Candles> ask(const TimeRange& window, std::uint32_t limit) {
    Candles candles;
    TRY_VOID(access_.ask(venue::GetCandles{.symbol = wanted_.symbol,
                                           .interval = wanted_.timeframe,
                                           .from = window.from,
                                           .to = window.to,
                                           .limit = limit},
                         kHistoryLane, [&](const venue::Message& message) {
                           const auto* candle = std::get_if<venue::Candle>(&message);
                           if (candle == nullptr || candle->ts_open < window.from ||
                               candle->ts_open >= window.to)
                             return;
                           venue::Candle& kept = candles[candle->ts_open] = *candle;
                           kept.symbol = {};  // borrowed
                         }));
    return candles;
  }

  Result<data::Batch> rows_of(const Candles& candles) {
    data::RowCollector rows(data::DataKind::bar);
    for (const auto& [opened, candle] : candles) {
      if (wanted_.timeframe.open_of(opened) != opened)
        return fail(ErrorKind::bad_data,
                    fmt::format("{}: expected a bar of {} on its grid, found one that opens at {}",
                                wanted_.symbol, wanted_.timeframe.format(), format_time(opened)));
      using enum data::BarColumn;
      rows.put(ts_open, opened);
      rows.put_price(open, number_of(candle.open));
      rows.put_price(high, number_of(candle.high));
      rows.put_price(low, number_of(candle.low));
      rows.put_price(close, number_of(candle.close));
      rows.put_quantity(volume, number_of(candle.volume));
      rows.put(trade_count, candle.trades);
      if (!rows.end_row()) return too_large(wanted_);
    }
    return rows.take();
  }

  VenueAccess& access_;
  VenueHistory wanted_;
  bool begins_with_oldest_;
};

/// Trades in the order of the store.
using TradesById = std::map<std::pair<TimeNs, std::int64_t>, venue::PublicTrade>;

Result<void> add_trades(VenueAccess& access, const venue::GetTrades& question, TradesById& trades) {
  return access.ask(question, kHistoryLane, [&](const venue::Message& message) {
    const auto* trade = std::get_if<venue::PublicTrade>(&message);
    if (trade == nullptr) return;
    const auto id = static_cast<std::int64_t>(live::trade_id_of(trade->id).value);
    venue::PublicTrade& kept = trades[{trade->ts_venue, id}] = *trade;
    kept.symbol = kept.id = {};  // borrowed
  });
}

Result<data::Batch> rows_within(const TradesById& trades, const TimeRange& range,
                                const VenueHistory& wanted) {
  data::RowCollector rows(data::DataKind::trade);
  for (const auto& [key, trade] : trades) {
    const auto& [time, id] = key;
    if (time < range.from || time >= range.to) continue;
    rows.put(data::TradeColumn::ts_venue, time);
    rows.put(data::TradeColumn::ts_recv, time);
    rows.put_price(data::TradeColumn::price, number_of(trade.price));
    rows.put_quantity(data::TradeColumn::quantity, number_of(trade.quantity));
    rows.put(data::TradeColumn::id, id);
    rows.put(data::TradeColumn::aggressor_side, trade.aggressor == Side::sell ? 1 : 0);
    if (!rows.end_row()) return too_large(wanted);
  }
  return rows.take();
}

/// Trades since a time, the oldest first.
class TradePages final : public data::PageSource {
 public:
  static constexpr std::uint32_t kRows = 1000;
  static constexpr DurationNs kLongestWindow = kHour - kMillisecond;  ///< of one question by time
  static constexpr int kMostPagesOfOneInstant = 1000;

  TradePages(VenueAccess& access, VenueHistory wanted) : access_(access), wanted_(std::move(wanted)) {}

  Result<FetchedPage> fetch(const TimeRange& range) override {
    TimeRange window = range;
    window.to = std::min(window.to, window.from + kLongestWindow);
    TradesById trades;
    TRY_VOID(add_trades(
        access_, {.symbol = wanted_.symbol, .limit = kRows, .from = window.from, .to = window.to}, trades));
    bool is_full = trades.size() >= kRows;
    // More in one instant than a page holds: by their numbers it goes on.
    for (int page = 0; is_full && trades.rbegin()->first.first <= window.from; ++page) {
      if (page == kMostPagesOfOneInstant)
        return fail(ErrorKind::bad_data,
                    fmt::format("{}: no end of trades at {}", wanted_.symbol, format_time(window.from)));
      const std::size_t before = trades.size();
      TRY_VOID(add_trades(access_,
                          {.symbol = wanted_.symbol,
                           .limit = kRows,
                           .from_id = std::to_string(trades.rbegin()->first.second + 1)},
                          trades));
      is_full = trades.size() - before >= kRows;
    }
    // The last instant may go on in the next page.
    if (is_full) window.to = std::min(window.to, trades.rbegin()->first.first);
    TRY(auto rows, rows_within(trades, window, wanted_));
    return FetchedPage{std::move(rows), window};
  }

 private:
  VenueAccess& access_;
  VenueHistory wanted_;
};

/// The latest trades, where a venue gives no others.
class LatestTrades final : public data::PageSource {
 public:
  LatestTrades(VenueAccess& access, VenueHistory wanted)
      : access_(access),
        wanted_(std::move(wanted)),
        most_(access.product() == venue::Product::spot ? 60U : 1000U) {}

  Result<FetchedPage> fetch(const TimeRange& range) override {
    if (trades_.empty()) {
      TRY_VOID(add_trades(access_, {.symbol = wanted_.symbol, .limit = most_}, trades_));
    }
    FetchedPage page{data::Batch(data::DataKind::trade), range};
    // The oldest instant may be cut.
    if (trades_.size() >= most_) page.covered.from = std::max(range.from, trades_.begin()->first.first + 1);
    page.is_last = page.covered.from != range.from;
    if (page.covered.is_empty()) page.covered = {range.to, range.to};
    TRY(page.rows, rows_within(trades_, page.covered, wanted_));
    return page;
  }

 private:
  VenueAccess& access_;
  VenueHistory wanted_;
  std::uint32_t most_;
  TradesById trades_;  ///< asked for once: what came since is behind every range
};

/// Funding rates; a full page has the oldest of the range, or the latest, as the venue does it.
class FundingPages final : public data::PageSource {
 public:
  FundingPages(VenueAccess& access, VenueHistory wanted)
      : access_(access),
        wanted_(std::move(wanted)),
        begins_with_oldest_(access.venue() == "binance"),
        most_(begins_with_oldest_ ? 1000U : 200U) {}

  Result<FetchedPage> fetch(const TimeRange& range) override {
    std::map<TimeNs, venue::FundingReport> rates;
    TRY_VOID(access_.ask(
        venue::GetFundingHistory{
            .symbol = wanted_.symbol, .from = range.from, .to = range.to, .limit = most_},
        kHistoryLane, [&](const venue::Message& message) {
          const auto* rate = std::get_if<venue::FundingReport>(&message);
          if (rate == nullptr || rate->ts_venue < range.from || rate->ts_venue >= range.to) return;
          rates[rate->ts_venue] = *rate;
        }));
    TimeRange covered = range;
    if (rates.size() >= most_) {
      if (begins_with_oldest_) {
        covered.to = rates.rbegin()->first + 1;
      } else {
        covered.from = rates.begin()->first;
      }
    }
    data::RowCollector rows(data::DataKind::funding);
    for (const auto& [time, rate] : rates) {
      rows.put(data::FundingColumn::ts_venue, time);
      rows.put_rate(data::FundingColumn::rate, number_of(rate.rate));
      rows.put_price(data::FundingColumn::mark, number_of(rate.mark.value_or(Decimal{})));
      if (!rows.end_row()) return too_large(wanted_);
    }
    return FetchedPage{rows.take(), covered};
  }

 private:
  VenueAccess& access_;
  VenueHistory wanted_;
  bool begins_with_oldest_;
  std::uint32_t most_;
};

}  // namespace

Result<std::unique_ptr<data::PageSource>> make_page_source(VenueAccess& access, const VenueHistory& wanted) {
  switch (wanted.kind) {
    case data::DataKind::bar: return std::make_unique<CandlePages>(access, wanted);
    case data::DataKind::funding: return std::make_unique<FundingPages>(access, wanted);
    case data::DataKind::trade:
      if (access.venue() == "binance") return std::make_unique<TradePages>(access, wanted);
      return std::make_unique<LatestTrades>(access, wanted);
    case data::DataKind::quote:
    case data::DataKind::book: break;
  }
  return fail(ErrorKind::usage, "expected bar, trade or funding: venues keep no history of quotes and books");
}

}  // namespace kontor::app
