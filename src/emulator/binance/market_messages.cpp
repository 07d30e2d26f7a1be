#include "emulator/binance/market_messages.hpp"

#include "emulator/binance/market_text.hpp"
#include "emulator/binance/number_text.hpp"

namespace kontor::emulator::binance {
namespace {

std::int64_t whole(std::uint64_t id) noexcept { return static_cast<std::int64_t>(id); }

JsonWriter& begin_event(JsonWriter& out, Service& service, std::string_view name) {
  return out.begin_object().text("e", name).number("E", service.now_ms());
}

void write_kline(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                 const StreamName& name, const Candle& candle, bool is_closed) {
  const auto price = [&](RawPrice value) { return price_text(listing, instrument, value); };
  const auto quantity = [&](RawQuantity value) { return quantity_text(listing, instrument, value); };
  out.begin_object("k")
      .number("t", milliseconds(candle.ts_open))
      .number("T", milliseconds(name.interval->end_of(candle.ts_open)) - 1);
  if (name.kind == StreamKind::kline) out.text("s", listing.symbol);
  out.text("i", name.interval_text)
      .number("f", candle.first_trade == 0 ? -1 : whole(candle.first_trade))
      .number("L", candle.last_trade == 0 ? -1 : whole(candle.last_trade))
      .text("o", price(candle.open))
      .text("c", price(candle.close))
      .text("h", price(candle.high))
      .text("l", price(candle.low))
      .text("v", quantity(candle.volume))
      .number("n", candle.trades)
      .flag("x", is_closed)
      .text("q", turnover_text(listing, instrument, candle.turnover))
      .text("V", quantity(candle.taker_volume))
      .text("Q", turnover_text(listing, instrument, candle.taker_turnover))
      .text("B", "0")
      .end_object();
}

void write_depth_side(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                      const DepthChanges& changes, Side side) {
  out.begin_array();
  for (const auto& [level, quantity] : changes.levels) {
    if (level.first != side) continue;
    out.begin_array()
        .text(price_text(listing, instrument, level.second))
        .text(quantity_text(listing, instrument, quantity))
        .end_array();
  }
  out.end_array();
}

void write_day(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
               const Candle& day) {
  out.text("o", price_text(listing, instrument, day.open))
      .text("h", price_text(listing, instrument, day.high))
      .text("l", price_text(listing, instrument, day.low))
      .text("v", quantity_text(listing, instrument, day.volume))
      .text("q", turnover_text(listing, instrument, day.turnover));
}

}  // namespace

std::string trade_message(Service& service, const ListedInstrument& listing, const Trade& trade) {
  const Instrument& instrument = service.instrument(listing.id);
  JsonWriter out;
  begin_event(out, service, "trade");
  if (listing.product == Product::linear) out.number("T", milliseconds(trade.ts_venue));
  out.text("s", listing.symbol)
      .number("t", whole(trade.id.value))
      .text("p", price_text(listing, instrument, trade.price))
      .text("q", quantity_text(listing, instrument, trade.quantity));
  if (listing.product == Product::spot)
    out.number("T", milliseconds(trade.ts_venue));
  else
    out.text("X", "MARKET");
  out.flag("m", trade.aggressor == Side::sell);
  if (listing.product == Product::spot) out.flag("M", true);
  return out.end_object().take();
}

std::string aggregate_trade_message(Service& service, const ListedInstrument& listing, const Trade& trade) {
  const Instrument& instrument = service.instrument(listing.id);
  JsonWriter out;
  begin_event(out, service, "aggTrade");
  out.text("s", listing.symbol)
      .number("a", whole(trade.id.value))
      .text("p", price_text(listing, instrument, trade.price))
      .text("q", quantity_text(listing, instrument, trade.quantity))
      .number("f", whole(trade.id.value))
      .number("l", whole(trade.id.value))
      .number("T", milliseconds(trade.ts_venue))
      .flag("m", trade.aggressor == Side::sell);
  if (listing.product == Product::spot) out.flag("M", true);
  return out.end_object().take();
}

std::string kline_message(Service& service, const ListedInstrument& listing, const StreamName& name,
                          const Candle& candle, bool is_closed) {
  JsonWriter out;
  const bool is_continuous = name.kind == StreamKind::continuous_kline;
  begin_event(out, service, is_continuous ? "continuous_kline" : "kline");
  if (is_continuous)
    out.text("ps", listing.symbol).text("ct", "PERPETUAL");
  else
    out.text("s", listing.symbol);
  write_kline(out, listing, service.instrument(listing.id), name, candle, is_closed);
  return out.end_object().take();
}

std::string ticker_message(Service& service, const ListedInstrument& listing, bool is_mini) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  const TickerFigures figures = figures_of(market, kDay, service.exchange().now());
  const Candle& day = figures.window;
  const auto price = [&](RawPrice value) { return price_text(listing, instrument, value); };
  const auto quantity = [&](RawQuantity value) { return quantity_text(listing, instrument, value); };
  JsonWriter out;
  begin_event(out, service, is_mini ? "24hrMiniTicker" : "24hrTicker").text("s", listing.symbol);
  if (is_mini) {
    out.text("c", price(market.last_price()));
    write_day(out, listing, instrument, day);
    return out.end_object().take();
  }
  const RawQuantity last = market.trades().empty() ? RawQuantity() : market.trades().back().quantity;
  out.text("p", price(day.close - day.open))
      .text("P", percent_text(day.close, day.open, listing.product == Product::spot ? 3 : 2))
      .text("w", average_text(listing, instrument, day.turnover, day.volume));
  if (listing.product == Product::spot) out.text("x", price(day.open));
  out.text("c", price(market.last_price())).text("Q", quantity(last));
  if (listing.product == Product::spot) {
    const BookLevel bid = market.book().best_bid();
    const BookLevel ask = market.book().best_ask();
    out.text("b", price(bid.price))
        .text("B", quantity(bid.quantity))
        .text("a", price(ask.price))
        .text("A", quantity(ask.quantity));
  }
  write_day(out, listing, instrument, day);
  out.number("O", milliseconds(figures.from))
      .number("C", milliseconds(figures.to))
      .number("F", whole(day.first_trade))
      .number("L", whole(day.last_trade))
      .number("n", day.trades);
  return out.end_object().take();
}

std::string book_ticker_message(Service& service, const ListedInstrument& listing) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  const BookLevel bid = market.book().best_bid();
  const BookLevel ask = market.book().best_ask();
  JsonWriter out;
  out.begin_object();
  if (listing.product == Product::linear) out.text("e", "bookTicker");
  out.number("u", whole(market.book_id()));
  if (listing.product == Product::linear)
    out.number("E", service.now_ms()).number("T", milliseconds(market.book_time()));
  return out.text("s", listing.symbol)
      .text("b", price_text(listing, instrument, bid.price))
      .text("B", quantity_text(listing, instrument, bid.quantity))
      .text("a", price_text(listing, instrument, ask.price))
      .text("A", quantity_text(listing, instrument, ask.quantity))
      .end_object()
      .take();
}

std::string average_price_message(Service& service, const ListedInstrument& listing) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  const Candle window = figures_of(market, 5 * kMinute, service.exchange().now()).window;
  JsonWriter out;
  begin_event(out, service, "avgPrice")
      .text("s", listing.symbol)
      .text("i", "5m")
      .text("w", window.volume.is_zero() ? price_text(listing, instrument, market.last_price())
                                         : average_text(listing, instrument, window.turnover, window.volume))
      .number("T", market.trades().empty() ? 0 : milliseconds(market.trades().back().ts_venue));
  return out.end_object().take();
}

std::string mark_price_message(Service& service, const ListedInstrument& listing) {
  const PerpetualFigures& figures = service.exchange().market(listing.id).perpetual();
  const Instrument& instrument = service.instrument(listing.id);
  JsonWriter out;
  begin_event(out, service, "markPriceUpdate")
      .text("s", listing.symbol)
      .text("p", fixed(instrument.price(figures.mark).value, 8))
      .text("P", fixed(instrument.price(figures.index).value, 8))
      .text("i", fixed(instrument.price(figures.index).value, 8))
      .text("r", fixed(figures.funding_rate, 8))
      .number("T", milliseconds(figures.next_funding));
  return out.end_object().take();
}

std::string depth_levels_message(Service& service, const ListedInstrument& listing, std::size_t levels,
                                 std::uint64_t previous_id) {
  const PublicMarket& market = service.exchange().market(listing.id);
  const Instrument& instrument = service.instrument(listing.id);
  JsonWriter out;
  if (listing.product == Product::spot) {
    out.begin_object().number("lastUpdateId", whole(market.book_id()));
    write_levels(out, listing, instrument, market.book(), levels, "bids", "asks");
    return out.end_object().take();
  }
  begin_event(out, service, "depthUpdate")
      .number("T", milliseconds(market.book_time()))
      .text("s", listing.symbol)
      .number("U", whole(previous_id + 1))
      .number("u", whole(market.book_id()))
      .number("pu", whole(previous_id));
  write_levels(out, listing, instrument, market.book(), levels, "b", "a");
  return out.end_object().take();
}

std::string depth_changes_message(Service& service, const ListedInstrument& listing,
                                  const DepthChanges& changes) {
  const Instrument& instrument = service.instrument(listing.id);
  JsonWriter out;
  begin_event(out, service, "depthUpdate");
  if (listing.product == Product::linear) out.number("T", milliseconds(changes.ts));
  out.text("s", listing.symbol).number("U", whole(changes.first_id)).number("u", whole(changes.last_id));
  if (listing.product == Product::linear) out.number("pu", whole(changes.previous_id));
  out.key("b");
  write_depth_side(out, listing, instrument, changes, Side::buy);
  out.key("a");
  write_depth_side(out, listing, instrument, changes, Side::sell);
  return out.end_object().take();
}

}  // namespace kontor::emulator::binance
