#include "venue/bybit/parse_stream.hpp"

#include <algorithm>

#include "venue/bybit/parse_account.hpp"
#include "venue/bybit/parse_market.hpp"
#include "venue/bybit/parse_order.hpp"
#include "venue/bybit/parse_reply.hpp"
#include "venue/bybit/parse_row.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::BookChange;
using venue::Candle;

enum class Topic : std::uint8_t {
  none,
  unknown,
  book,
  trades,
  ticker,
  candles,
  orders,
  executions,
  positions,
  wallet,
  dead_man_switch
};

/// By the name in front of the first point; `execution.fast` and `order.linear` are read as the others.
Topic topic_of(std::string_view name) noexcept {
  const std::string_view head = name.substr(0, name.find('.'));
  if (head == "orderbook") return Topic::book;
  if (head == "publicTrade") return Topic::trades;
  if (head == "tickers") return Topic::ticker;
  if (head == "kline") return Topic::candles;
  if (head == "order") return Topic::orders;
  if (head == "execution") return Topic::executions;
  if (head == "position") return Topic::positions;
  if (head == "wallet") return Topic::wallet;
  if (head == "dcp") return Topic::dead_man_switch;
  return Topic::unknown;
}

/// What follows the last point: topics of public data end with their symbol.
std::string_view symbol_of_topic(std::string_view name) noexcept {
  const std::size_t point = name.rfind('.');
  return point == std::string_view::npos ? std::string_view() : name.substr(point + 1);
}

/// One message of a topic while it is read. Its fields come in any order: what has to wait for others is
/// given at the end.
struct TopicMessage {
  Topic topic = Topic::none;
  std::string_view name;
  std::string_view type;
  TimeNs sent = 0;
  TimeNs matched = 0;
  bool has_data = false;
  bool is_deferred = false;  ///< the data came before what it is read by
  BookChange book;
  venue::Ticker ticker;
};

struct CandleRow {
  std::string_view interval;
  TimeNs start = 0;
  Decimal open;
  Decimal high;
  Decimal low;
  Decimal close;
  Decimal volume;
  std::optional<Decimal> turnover;
  bool is_closed = false;
};
constexpr std::array<Member<CandleRow>, 9> kCandleMembers = {{
    {"start", Milliseconds<CandleRow>{&CandleRow::start}, true},
    {"interval", &CandleRow::interval, true},
    {"open", &CandleRow::open, true},
    {"high", &CandleRow::high, true},
    {"low", &CandleRow::low, true},
    {"close", &CandleRow::close, true},
    {"volume", &CandleRow::volume, true},
    {"turnover", CutDecimal<CandleRow>{&CandleRow::turnover}},
    {"confirm", &CandleRow::is_closed, true},
}};

bool read_stream_candle(const Reading& reading, JsonValue& value, std::string_view symbol) {
  CandleRow row;
  if (!read_row(reading.reader, value, kCandleMembers, row)) return false;
  const auto interval = parse_interval(row.interval);
  if (!interval) return reading.reader.fault("an interval", "interval", row.interval);
  Candle candle{.symbol = symbol, .interval = *interval, .ts_open = row.start};
  candle.open = row.open;
  candle.high = row.high;
  candle.low = row.low;
  candle.close = row.close;
  candle.volume = row.volume;
  candle.turnover = row.turnover.value_or(Decimal{});
  candle.is_closed = row.is_closed;
  reading.give(candle);
  return true;
}

/// One public trade. The names of its fields are single letters: this is the busiest of all messages.
bool read_stream_trade(const Reading& reading, JsonValue& value) {
  enum : unsigned {
    has_time = 1,
    has_symbol = 2,
    has_side = 4,
    has_quantity = 8,
    has_price = 16,
    has_id = 32
  };
  Reader& reader = reading.reader;
  venue::PublicTrade trade;
  unsigned seen = 0;
  const bool good = reader.fields("data", value, [&](std::string_view key, JsonValue& item) {
    if (key.size() != 1) return true;
    std::string_view word;
    switch (key.front()) {
      case 'T': seen |= has_time; return reader.milliseconds(key, item, trade.ts_venue);
      case 's': seen |= has_symbol; return reader.text(key, item, trade.symbol);
      case 'S':
        seen |= has_side;
        return reader.text(key, item, word) && reader.side(key, word, trade.aggressor);
      case 'v': seen |= has_quantity; return reader.decimal(key, item, trade.quantity);
      case 'p': seen |= has_price; return reader.decimal(key, item, trade.price);
      case 'i': seen |= has_id; return reader.text(key, item, trade.id);
      default: return true;
    }
  });
  if (!good) return false;
  if (seen != 63) return reader.fault("the fields T s S v p i", "data", trade.symbol);
  reading.give(trade);
  return true;
}

bool read_stream_book(const Reading& reading, JsonValue& value, BookChange& book) {
  Reader& reader = reading.reader;
  Scratch& scratch = reading.scratch;
  scratch.bids.clear();
  scratch.asks.clear();
  return reader.fields("data", value, [&](std::string_view key, JsonValue& item) {
    if (key.size() != 1) return true;
    switch (key.front()) {
      case 's': return reader.text(key, item, book.symbol);
      case 'b': return reader.levels(key, item, scratch.bids);
      case 'a': return reader.levels(key, item, scratch.asks);
      case 'u': return reader.integer(key, item, book.last_id);
      default: return true;
    }
  });
}

/// The best price of a side where the message has one: a level that is gone is none.
const venue::BookLevel* best_of(const std::vector<venue::BookLevel>& levels) noexcept {
  const auto found = std::ranges::find_if(levels, [](const auto& one) { return one.quantity.units > 0; });
  return found == levels.end() ? nullptr : &*found;
}

/// The book of one level is a quote; of a change there may be one side only.
bool give_quote(const Reading& reading, const BookChange& book) {
  venue::Ticker quote{.symbol = book.symbol, .ts_venue = book.ts_venue};
  if (const auto* bid = best_of(reading.scratch.bids)) {
    quote.bid = bid->price;
    quote.bid_quantity = bid->quantity;
  }
  if (const auto* ask = best_of(reading.scratch.asks)) {
    quote.ask = ask->price;
    quote.ask_quantity = ask->quantity;
  }
  reading.give(quote);
  return true;
}

bool give_book(const Reading& reading, TopicMessage& message) {
  constexpr std::int64_t kRestarted = 1;  // an update with this number is a snapshot, whatever it says
  BookChange& book = message.book;
  if (book.last_id == 0) return reading.reader.fault("a field", "u", "none");
  const bool is_snapshot = message.type == "snapshot";
  if (!is_snapshot && message.type != "delta")
    return reading.reader.fault("snapshot or delta", "type", message.type);
  if (book.symbol.empty()) book.symbol = symbol_of_topic(message.name);
  book.is_snapshot = is_snapshot || book.last_id == kRestarted;
  book.ts_venue = message.matched != 0 ? message.matched : message.sent;
  if (message.name.starts_with("orderbook.1.")) return give_quote(reading, book);
  book.first_id = book.last_id;
  book.bids = reading.scratch.bids;
  book.asks = reading.scratch.asks;
  reading.give(book);
  return true;
}

bool give_ticker(const Reading& reading, TopicMessage& message) {
  const bool is_known = message.type == "snapshot" || message.type == "delta";
  if (!is_known) return reading.reader.fault("snapshot or delta", "type", message.type);
  message.ticker.ts_venue = message.sent;
  reading.give(message.ticker);
  return true;
}

bool read_topic_data(const Reading& reading, JsonValue& data, TopicMessage& message) {
  Reader& reader = reading.reader;
  message.has_data = true;
  switch (message.topic) {
    case Topic::book: return read_stream_book(reading, data, message.book);
    case Topic::ticker: return read_ticker(reader, data, message.ticker);
    case Topic::trades:
      return reader.elements("data", data, [&](JsonValue& item) { return read_stream_trade(reading, item); });
    case Topic::candles:
      return reader.elements("data", data, [&](JsonValue& item) {
        return read_stream_candle(reading, item, symbol_of_topic(message.name));
      });
    case Topic::orders:
      return reader.elements("data", data, [&](JsonValue& item) { return read_order(reading, item); });
    case Topic::executions:
      return reader.elements("data", data, [&](JsonValue& item) { return read_execution(reading, item); });
    case Topic::positions:
      return reader.elements("data", data, [&](JsonValue& item) { return read_position(reading, item); });
    case Topic::wallet:
      return reader.elements("data", data, [&](JsonValue& item) { return read_wallet(reading, item); });
    case Topic::dead_man_switch: return true;
    case Topic::none:
    case Topic::unknown: break;
  }
  return reader.fault("a topic that can be subscribed to", "topic", message.name);
}

/// Balances have the time of their message, all others their own or one that can be added at the end.
bool can_be_read(const TopicMessage& message) noexcept {
  return message.topic != Topic::none && (message.topic != Topic::wallet || message.sent != 0);
}

bool take_stream_field(Reading& reading, std::string_view key, JsonValue& value, TopicMessage& message,
                       Reply& reply) {
  Reader& reader = reading.reader;
  if (key == "data") {
    if (can_be_read(message)) return read_topic_data(reading, value, message);
    message.is_deferred = true;
    return true;
  }
  if (key == "topic") {
    if (!reader.text(key, value, message.name)) return false;
    message.topic = topic_of(message.name);
    return true;
  }
  if (key == "type") return reader.text(key, value, message.type);
  if (key == "cts") return reader.milliseconds(key, value, message.matched);
  if (key == "ts" || key == "creationTime") {
    if (!reader.milliseconds(key, value, message.sent)) return false;
    reading.time = message.sent;
    return true;
  }
  return reply.take(reader, key, value);
}

bool read_deferred(Reading& reading, simdjson::ondemand::document& document, TopicMessage& message) {
  Reader& reader = reading.reader;
  document.rewind();
  JsonObject object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return reader.broken();
  return reader.fields(object, [&](std::string_view key, JsonValue& value) {
    return key != "data" || read_topic_data(reading, value, message);
  });
}

bool finish_topic(const Reading& reading, TopicMessage& message) {
  if (!message.has_data) return reading.reader.fault("a field", "data", "none");
  if (message.topic == Topic::book) return give_book(reading, message);
  if (message.topic == Topic::ticker) return give_ticker(reading, message);
  return true;
}

}  // namespace

bool read_stream(Reading& reading, simdjson::ondemand::document& document) {
  Reader& reader = reading.reader;
  TopicMessage message;
  Reply reply;
  JsonObject object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return reader.broken();
  const bool good = reader.fields(object, [&](std::string_view key, JsonValue& value) {
    return take_stream_field(reading, key, value, message, reply);
  });
  if (!good) return false;
  if (message.topic == Topic::none) {
    reply.type = message.type;
    return read_reply(reading, document, reply);
  }
  if (message.is_deferred && !read_deferred(reading, document, message)) return false;
  return finish_topic(reading, message);
}

}  // namespace kontor::bybit
