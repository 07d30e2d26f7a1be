#include <array>

#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

// Events name their fields by single letters; each stream has its own meanings.

void parse_trade(ParseState& state, Object object, bool is_aggregated) {
  auto& reader = state.reader;
  venue::PublicTrade trade;
  Letters seen;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': trade.symbol = reader.text(key, value); break;
      case 'p': trade.price = reader.decimal(key, value); break;
      case 'q': trade.quantity = reader.decimal(key, value); break;
      case 'T': trade.ts_venue = reader.milliseconds(key, value); break;
      case 'm':
        trade.aggressor = reader.flag(key, value) ? Side::sell : Side::buy;  // true: the buyer waited
        break;
      case 't':
        if (!is_aggregated) trade.id = reader.text(key, value);
        break;
      case 'a':
        if (is_aggregated) trade.id = reader.text(key, value);
        break;
      default: break;
    }
  });
  seen.want(reader, is_aggregated ? "spqTma" : "spqTmt");
  state.tell(trade);
}

/// `sushiusdt@depth5@100ms`: the best levels, whole each time, and not what has changed.
bool is_of_best_levels(std::string_view stream) noexcept {
  constexpr std::string_view kMark = "@depth";
  const auto mark = stream.find(kMark);
  if (mark == std::string_view::npos || mark + kMark.size() >= stream.size()) return false;
  const char next = stream[mark + kMark.size()];
  return next >= '0' && next <= '9';
}

/// Changes of a book (`depthUpdate`), and on USDⓈ-M its best levels, too: there only the stream's name tells
/// one from the other.
void parse_depth(ParseState& state, Object object, std::string_view stream) {
  auto& reader = state.reader;
  venue::BookChange change{.symbol = {}, .is_snapshot = is_of_best_levels(stream)};
  Letters seen;
  bool has_previous = false;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key == "pu") {
      change.previous_id = reader.whole(key, value);
      has_previous = true;
    }
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': change.symbol = reader.text(key, value); break;
      case 'E':
        if (change.ts_venue == 0) change.ts_venue = reader.milliseconds(key, value);
        break;
      case 'T': change.ts_venue = reader.milliseconds(key, value); break;
      case 'U': change.first_id = reader.whole(key, value); break;
      case 'u': change.last_id = reader.whole(key, value); break;
      case 'b': parse_levels(state, key, value, state.bids); break;
      case 'a': parse_levels(state, key, value, state.asks); break;
      default: break;
    }
  });
  seen.want(reader, "sUuba");
  // Without it nobody could tell on USDⓈ-M whether something is missing.
  if (!state.is_spot() && !has_previous) reader.note("pu", "a value", "none");
  change.bids = state.bids;
  change.asks = state.asks;
  state.tell(change);
}

void parse_book_ticker(ParseState& state, Object object) {
  auto& reader = state.reader;
  venue::Ticker ticker;
  Letters seen;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': ticker.symbol = reader.text(key, value); break;
      case 'b': ticker.bid = reader.decimal(key, value); break;
      case 'B': ticker.bid_quantity = reader.decimal(key, value); break;
      case 'a': ticker.ask = reader.decimal(key, value); break;
      case 'A': ticker.ask_quantity = reader.decimal(key, value); break;
      case 'T': ticker.ts_venue = reader.milliseconds(key, value); break;
      default: break;
    }
  });
  seen.want(reader, "sbBaA");
  state.tell(ticker);
}

/// `24hrTicker` and, with fewer fields, `24hrMiniTicker`.
void parse_day_ticker(ParseState& state, Object object, bool is_mini) {
  auto& reader = state.reader;
  venue::Ticker ticker;
  Letters seen;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': ticker.symbol = reader.text(key, value); break;
      case 'E': ticker.ts_venue = reader.milliseconds(key, value); break;
      case 'c': ticker.last = reader.decimal(key, value); break;
      case 'h': ticker.high_24h = reader.decimal(key, value); break;
      case 'l': ticker.low_24h = reader.decimal(key, value); break;
      case 'v': ticker.volume_24h = reader.decimal(key, value); break;
      case 'q': ticker.turnover_24h = reader.decimal(key, value); break;
      case 'b':
        if (!is_mini) ticker.bid = reader.decimal(key, value);
        break;
      case 'B':
        if (!is_mini) ticker.bid_quantity = reader.decimal(key, value);
        break;
      case 'a':
        if (!is_mini) ticker.ask = reader.decimal(key, value);
        break;
      case 'A':
        if (!is_mini) ticker.ask_quantity = reader.decimal(key, value);
        break;
      default: break;
    }
  });
  seen.want(reader, "sEchlvq");
  state.tell(ticker);
}

void parse_mark_price(ParseState& state, Object object) {
  auto& reader = state.reader;
  venue::Ticker ticker;
  Letters seen;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': ticker.symbol = reader.text(key, value); break;
      case 'E': ticker.ts_venue = reader.milliseconds(key, value); break;
      case 'p': ticker.mark = reader.decimal(key, value); break;
      case 'i': ticker.index = reader.decimal(key, value); break;
      case 'r': ticker.funding_rate = reader.optional_decimal(key, value); break;
      case 'T': ticker.next_funding_at = reader.milliseconds(key, value); break;
      default: break;
    }
  });
  seen.want(reader, "sEp");
  state.tell(ticker);
}

void parse_kline(ParseState& state, Object object) {
  auto& reader = state.reader;
  venue::Candle candle;
  Letters seen;
  const auto take = [&](std::string_view key, Value value) {
    if (key.size() != 1) return;
    seen.add(key.front());
    switch (key.front()) {
      case 's': candle.symbol = reader.text(key, value); break;
      case 'i': candle.interval = reader.word(key, value, parse_interval); break;
      case 't': candle.ts_open = reader.milliseconds(key, value); break;
      case 'o': candle.open = reader.decimal(key, value); break;
      case 'h': candle.high = reader.decimal(key, value); break;
      case 'l': candle.low = reader.decimal(key, value); break;
      case 'c': candle.close = reader.decimal(key, value); break;
      case 'v': candle.volume = reader.decimal(key, value); break;
      case 'q': candle.turnover = reader.decimal(key, value); break;
      case 'n': candle.trades = reader.whole(key, value); break;
      case 'x': candle.is_closed = reader.flag(key, value); break;
      default: break;
    }
  };
  if (auto inner = reader.find(object, "k")) reader.for_each(reader.object("k", *inner), take);
  seen.want(reader, "sitohlcvx");
  state.tell(candle);
}

/// `<symbol>@depth5`: the best levels without a name; it stands in the stream's.
void parse_best_levels(ParseState& state, Object object, std::string_view symbol) {
  auto& reader = state.reader;
  venue::BookChange change{.symbol = symbol, .is_snapshot = true};
  bool has_bids = false;
  bool has_asks = false;
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key == "lastUpdateId") change.last_id = reader.whole(key, value);
    if (key == "bids") {
      parse_levels(state, key, value, state.bids);
      has_bids = true;
    }
    if (key == "asks") {
      parse_levels(state, key, value, state.asks);
      has_asks = true;
    }
  });
  reader.want({{"bids", has_bids}, {"asks", has_asks}});
  change.bids = state.bids;
  change.asks = state.asks;
  state.tell(change);
}

/// The answer to a request that was made over the socket. Refusals of the market's sockets have codes of
/// their own, from 0 on: that there is one says no.
void parse_reply(ParseState& state, Object object) {
  auto& reader = state.reader;
  std::string_view id;
  std::int64_t code = 0;
  std::string_view text;
  bool is_refused = false;
  bool is_carried_out = false;
  const auto take = [&](std::string_view key, Value value) {
    if (key == "id") id = reader.optional_text(key, value);
    if (key == "msg") text = reader.optional_text(key, value);
    if (key == "code") {
      code = reader.whole(key, value);
      is_refused = true;
    }
  };
  reader.for_each(object, [&](std::string_view key, Value value) {
    if (key == "error") {
      is_refused = true;
      reader.for_each(reader.object(key, value), take);
    } else if (key == "result") {
      is_carried_out = true;
    } else if (key == "status") {
      state.context.http_status = static_cast<unsigned>(reader.whole_within(key, value, 0, 999));
    } else {
      take(key, value);
    }
  });
  if (is_refused || state.context.http_status >= 400) return tell_error(state, code, text, id);
  if (!is_carried_out) reader.note("message", "an event or an answer", "neither");
  state.tell(venue::StreamStatus{.status = venue::StreamEvent::done, .request_id = id});
}

void parse_market_event(ParseState& state, std::string_view event, Object object, std::string_view stream) {
  if (event == "trade") return parse_trade(state, object, false);
  if (event == "aggTrade") return parse_trade(state, object, true);
  if (event == "depthUpdate") return parse_depth(state, object, stream);
  if (event == "bookTicker") return parse_book_ticker(state, object);
  if (event == "kline") return parse_kline(state, object);
  if (event == "24hrTicker" || event == "24hrMiniTicker")
    return parse_day_ticker(state, object, event != "24hrTicker");
  if (event == "markPriceUpdate") return parse_mark_price(state, object);
  if (event == "serverShutdown")
    return state.tell(venue::StreamStatus{.status = venue::StreamEvent::closing});
  if (parse_user_event(state, event, object)) return;
  // The venue adds events as it likes; one that nobody asked for is no reason to stop.
  state.tell(venue::StreamStatus{.status = venue::StreamEvent::other, .topic = event});
}

/// Several events at once: `!ticker@arr`, `!markPrice@arr`.
void parse_events(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("message", value),
                  [&](Value one) { parse_event(state, reader.object("event", one), {}); });
}

/// `sushiusdt@depth5` → `SUSHIUSDT`, in a buffer that holds until the next message.
std::string_view symbol_of_stream(std::string_view stream, std::array<char, 64>& buffer) noexcept {
  const std::string_view lower = stream.substr(0, std::min(stream.find('@'), buffer.size()));
  std::ranges::transform(lower, buffer.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return {buffer.data(), lower.size()};
}

bool is_list(Value& value) {
  simdjson::ondemand::json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::array;
}

}  // namespace

void parse_levels(ParseState& state, std::string_view key, Value value,
                  std::vector<venue::BookLevel>& levels) {
  auto& reader = state.reader;
  levels.clear();
  reader.for_each(reader.array(key, value), [&](Value one) {
    venue::BookLevel level;
    std::size_t cells = 0;
    reader.for_each(reader.array(key, one), [&](Value cell) {
      if (cells == 0) level.price = reader.decimal(key, cell);
      if (cells == 1) level.quantity = reader.decimal(key, cell);
      ++cells;
    });
    if (cells < 2) reader.note(key, "price and quantity", "fewer values");
    levels.push_back(level);
  });
}

void parse_event(ParseState& state, Object object, std::string_view stream) {
  auto& reader = state.reader;
  const std::string_view first = reader.first_key(object);
  if (first == "lastUpdateId") {
    std::array<char, 64> symbol{};
    return parse_best_levels(state, object,
                             stream.empty() ? state.context.symbol : symbol_of_stream(stream, symbol));
  }
  if (const auto event = reader.find(object, "e")) {
    const std::string_view name = reader.text("e", *event);
    if (object.reset().error() == simdjson::SUCCESS) parse_market_event(state, name, object, stream);
    return;
  }
  if (reader.failed() || object.reset().error() != simdjson::SUCCESS) return;
  // Spot leaves the name of this one event out.
  if (first == "u") return parse_book_ticker(state, object);
  parse_reply(state, object);
}

void parse_stream(ParseState& state, Value value) {
  auto& reader = state.reader;
  if (is_list(value)) return parse_events(state, value);
  Object object = reader.object("message", value);
  const std::string_view first = reader.first_key(object);
  // Sockets of the market name the stream and its data, those of orders the subscription and its event; an
  // event that is about the socket itself stands alone.
  const bool is_of_market = first == "stream";
  if (!is_of_market && first != "subscriptionId" && first != "event") return parse_event(state, object, {});
  std::string_view name;
  if (is_of_market) {
    if (const auto stream = reader.find(object, first)) name = reader.text(first, *stream);
  }
  auto inner = reader.find(object, is_of_market ? "data" : "event");
  if (!inner) return reader.note(is_of_market ? "data" : "event", "an event", "none");
  if (is_list(*inner)) return parse_events(state, *inner);
  parse_event(state, reader.object("data", *inner), name);
}

}  // namespace kontor::binance
