#include "emulator/bybit/public_messages.hpp"

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/candles.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

void write_sides(JsonWriter& out, const Instrument& instrument, const std::vector<BookLevel>& bids,
                 const std::vector<BookLevel>& asks) {
  const auto write = [&](const std::vector<BookLevel>& levels) {
    out.begin_array();
    for (const BookLevel& level : levels) {
      out.begin_array().text(price_text(instrument, level.price));
      out.text(level.quantity.is_zero() ? "0" : quantity_text(instrument, level.quantity)).end_array();
    }
    out.end_array();
  };
  out.key("b");
  write(bids);
  out.key("a");
  write(asks);
}

struct BookBody {
  std::string_view type;
  const std::vector<BookLevel>& bids;
  const std::vector<BookLevel>& asks;
  std::uint64_t update_id;
  std::uint64_t sequence;
  TimeNs ts;
  bool ts_first;  ///< the venue writes spot, and books of one level, in another order
};

std::string book_message(const TopicHeader& header, const ListedInstrument& listed,
                         const Instrument& instrument, const BookBody& body) {
  JsonWriter out;
  out.begin_object().text("topic", header.topic);
  if (body.ts_first) out.number("ts", milliseconds_of(header.ts));
  out.text("type", body.type);
  if (!body.ts_first) out.number("ts", milliseconds_of(header.ts));
  out.key("data").begin_object().text("s", listed.symbol);
  write_sides(out, instrument, body.bids, body.asks);
  out.number("u", static_cast<std::int64_t>(body.update_id));
  out.number("seq", static_cast<std::int64_t>(body.sequence)).end_object();
  out.number("cts", milliseconds_of(body.ts)).end_object();
  return std::move(out).take();
}

std::string_view tick_word(RawPrice price, RawPrice before) {
  if (price == before || before.units == 0) return "ZeroPlusTick";
  return price > before ? "PlusTick" : "MinusTick";
}

}  // namespace

std::string book_snapshot_message(const TopicHeader& header, const ListedInstrument& listed,
                                  const Instrument& instrument, const BookFeed& feed) {
  return book_message(header, listed, instrument,
                      {"snapshot", feed.levels(Side::buy), feed.levels(Side::sell), feed.update_id(),
                       feed.sequence(), feed.time(), header.product == Product::spot || feed.depth() == 1});
}

std::string book_delta_message(const TopicHeader& header, const ListedInstrument& listed,
                               const Instrument& instrument, const BookDelta& delta) {
  return book_message(header, listed, instrument,
                      {"delta", delta.changes[0], delta.changes[1], delta.update_id, delta.sequence, delta.ts,
                       header.product == Product::spot});
}

std::string trade_item(const ListedInstrument& listed, const Instrument& instrument, const MarketTrade& event,
                       RawPrice before) {
  const Trade& trade = event.trade;
  JsonWriter out;
  out.begin_object().number("T", milliseconds_of(trade.ts_venue)).text("s", listed.symbol);
  out.text("S", side_word(trade.aggressor)).text("v", quantity_text(instrument, trade.quantity));
  out.text("p", price_text(instrument, trade.price));
  if (listed.product == Product::linear) out.text("L", tick_word(trade.price, before));
  out.text("i", trade_id_text(listed.product, trade.id.value)).flag("BT", false).flag("RPI", false);
  out.number("seq", static_cast<std::int64_t>(event.market_seq)).end_object();
  return std::move(out).take();
}

std::string trades_message(const TopicHeader& header, std::span<const std::string> items) {
  JsonWriter out;
  out.begin_object().text("topic", header.topic).text("type", "snapshot");
  out.number("ts", milliseconds_of(header.ts)).key("data").begin_array();
  for (const std::string& item : items) out.raw(item);
  out.end_array().end_object();
  return std::move(out).take();
}

std::string ticker_message(const TopicHeader& header, std::span<const TickerField> now,
                           std::span<const TickerField> before, std::uint64_t sequence) {
  const bool whole = before.size() != now.size();
  JsonWriter out;
  out.begin_object().text("topic", header.topic);
  if (header.product == Product::spot) out.number("ts", milliseconds_of(header.ts));
  out.text("type", whole ? "snapshot" : "delta");
  out.key("data").begin_object();
  for (std::size_t i = 0; i < now.size(); ++i) {
    // The symbol is in every message.
    if (whole || i == 0 || now[i] != before[i]) out.text(now[i].name, now[i].value);
  }
  out.end_object().number("cs", static_cast<std::int64_t>(sequence));
  if (header.product != Product::spot) out.number("ts", milliseconds_of(header.ts));
  out.end_object();
  return std::move(out).take();
}

std::string candle_message(const TopicHeader& header, const Instrument& instrument, const Interval& interval,
                           const Candle& candle, bool confirmed) {
  JsonWriter out;
  out.begin_object().text("topic", header.topic).key("data").begin_array().begin_object();
  out.number("start", milliseconds_of(candle.ts_open));
  out.number("end", milliseconds_of(end_of_candle(interval, candle.ts_open)) - 1);
  out.text("interval", interval.word).text("open", price_text(instrument, candle.open));
  out.text("close", price_text(instrument, candle.close)).text("high", price_text(instrument, candle.high));
  out.text("low", price_text(instrument, candle.low))
      .text("volume", quantity_text(instrument, candle.volume));
  out.text("turnover", amount_text(candle.turnover)).flag("confirm", confirmed);
  out.number("timestamp", milliseconds_of(header.ts)).end_object().end_array();
  out.number("ts", milliseconds_of(header.ts)).text("type", "snapshot").end_object();
  return std::move(out).take();
}

std::string liquidation_message(const TopicHeader& header, const ListedInstrument& listed,
                                const Instrument& instrument, const Execution& execution) {
  JsonWriter out;
  out.begin_object().text("topic", header.topic).text("type", "snapshot");
  out.number("ts", milliseconds_of(header.ts)).key("data").begin_array().begin_object();
  out.number("T", milliseconds_of(execution.ts)).text("s", listed.symbol);
  // The venue names the side of the position that is liquidated, by the order that opened it.
  out.text("S", side_word(opposite(execution.side))).text("v", quantity_text(instrument, execution.quantity));
  out.text("p", price_text(instrument, execution.price)).end_object().end_array().end_object();
  return std::move(out).take();
}

}  // namespace kontor::emulator::bybit
