#include "emulator/binance/market_text.hpp"

#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

void write_side(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                const Book& book, Side side, std::size_t depth) {
  out.begin_array();
  book.for_each_level(side, depth, [&](const BookLevel& level) {
    out.begin_array()
        .text(price_text(listing, instrument, level.price))
        .text(quantity_text(listing, instrument, level.quantity))
        .end_array();
  });
  out.end_array();
}

std::string volume_text(const ListedInstrument& listing, const Instrument& instrument, RawQuantity volume) {
  return quantity_text(listing, instrument, volume);
}

void write_changes(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                   const Candle& window) {
  out.text("priceChange", price_text(listing, instrument, window.close - window.open))
      .text("priceChangePercent", percent_text(window.close, window.open, 3))
      .text("weightedAvgPrice", average_text(listing, instrument, window.turnover, window.volume));
}

}  // namespace

void write_levels(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                  const Book& book, std::size_t depth, std::string_view bids, std::string_view asks) {
  out.key(bids);
  write_side(out, listing, instrument, book, Side::buy, depth);
  out.key(asks);
  write_side(out, listing, instrument, book, Side::sell, depth);
}

void write_candle(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                  const Candle& candle, TimeNs end) {
  out.begin_array()
      .number(milliseconds(candle.ts_open))
      .text(price_text(listing, instrument, candle.open))
      .text(price_text(listing, instrument, candle.high))
      .text(price_text(listing, instrument, candle.low))
      .text(price_text(listing, instrument, candle.close))
      .text(volume_text(listing, instrument, candle.volume))
      .number(milliseconds(end) - 1)
      .text(turnover_text(listing, instrument, candle.turnover))
      .number(candle.trades)
      .text(volume_text(listing, instrument, candle.taker_volume))
      .text(turnover_text(listing, instrument, candle.taker_turnover))
      .text("0")
      .end_array();
}

void write_trade(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                 const Trade& trade) {
  out.begin_object()
      .number("id", static_cast<std::int64_t>(trade.id.value))
      .text("price", price_text(listing, instrument, trade.price))
      .text("qty", quantity_text(listing, instrument, trade.quantity))
      .text("quoteQty", turnover_text(listing, instrument, instrument.notional(trade.price, trade.quantity)))
      .number("time", milliseconds(trade.ts_venue))
      .flag("isBuyerMaker", trade.aggressor == Side::sell);
  if (listing.product == Product::spot) out.flag("isBestMatch", true);
  out.end_object();
}

void write_aggregate_trade(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                           const Trade& trade) {
  const auto id = static_cast<std::int64_t>(trade.id.value);
  out.begin_object()
      .number("a", id)
      .text("p", price_text(listing, instrument, trade.price))
      .text("q", quantity_text(listing, instrument, trade.quantity))
      .number("f", id)
      .number("l", id)
      .number("T", milliseconds(trade.ts_venue))
      .flag("m", trade.aggressor == Side::sell);
  if (listing.product == Product::spot) out.flag("M", true);
  out.end_object();
}

TickerFigures figures_of(const PublicMarket& market, DurationNs window, TimeNs now) {
  TickerFigures figures{.window = {}, .from = now - window, .to = now};
  if (!market.candles().empty()) figures.window = market.candles().rolling(window, now);
  return figures;
}

void write_day_ticker(JsonWriter& out, Service& service, const ListedInstrument& listing, bool is_mini) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  const TickerFigures figures = figures_of(market, kDay, service.exchange().now());
  const Candle& day = figures.window;
  const bool is_spot = listing.product == Product::spot;
  out.begin_object().text("symbol", listing.symbol);
  if (!is_mini) {
    write_changes(out, listing, instrument, day);
    if (is_spot) out.text("prevClosePrice", price_text(listing, instrument, day.open));
  }
  out.text("lastPrice", price_text(listing, instrument, market.last_price()));
  if (!is_mini) {
    const RawQuantity last = market.trades().empty() ? RawQuantity() : market.trades().back().quantity;
    out.text("lastQty", quantity_text(listing, instrument, last));
    if (is_spot) {
      const BookLevel bid = market.book().best_bid();
      const BookLevel ask = market.book().best_ask();
      out.text("bidPrice", price_text(listing, instrument, bid.price))
          .text("bidQty", quantity_text(listing, instrument, bid.quantity))
          .text("askPrice", price_text(listing, instrument, ask.price))
          .text("askQty", quantity_text(listing, instrument, ask.quantity));
    }
  }
  out.text("openPrice", price_text(listing, instrument, day.open))
      .text("highPrice", price_text(listing, instrument, day.high))
      .text("lowPrice", price_text(listing, instrument, day.low))
      .text("volume", volume_text(listing, instrument, day.volume))
      .text("quoteVolume", turnover_text(listing, instrument, day.turnover))
      .number("openTime", milliseconds(figures.from))
      .number("closeTime", milliseconds(figures.to))
      .number("firstId", static_cast<std::int64_t>(day.first_trade))
      .number("lastId", static_cast<std::int64_t>(day.last_trade))
      .number("count", day.trades)
      .end_object();
}

void write_book_ticker(JsonWriter& out, Service& service, const ListedInstrument& listing) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  const BookLevel bid = market.book().best_bid();
  const BookLevel ask = market.book().best_ask();
  out.begin_object()
      .text("symbol", listing.symbol)
      .text("bidPrice", price_text(listing, instrument, bid.price))
      .text("bidQty", quantity_text(listing, instrument, bid.quantity))
      .text("askPrice", price_text(listing, instrument, ask.price))
      .text("askQty", quantity_text(listing, instrument, ask.quantity));
  if (listing.product == Product::linear)
    out.number("time", milliseconds(market.book_time()))
        .number("lastUpdateId", static_cast<std::int64_t>(market.book_id()));
  out.end_object();
}

}  // namespace kontor::emulator::binance
