#include <algorithm>
#include <limits>

#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

using venue::InstrumentListed;

bool is_array(Value& value) {
  simdjson::ondemand::json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::array;
}

/// One, or a list of them.
template <class ParseOne>
void parse_each(ParseState& state, Value value, ParseOne&& parse_one) {
  if (!is_array(value)) return parse_one(value);
  state.reader.for_each(state.reader.array("message", value), parse_one);
}

/// The numbers of one filter, by the names that filters have.
struct Filter {
  std::string_view type;
  Decimal tick, min_price, max_price, step, min_quantity, max_quantity, notional, max_notional;
  Decimal up, down, bid_up, bid_down, ask_up, ask_down, max_position;
  std::int64_t count = 0;
};

Filter read_filter(ParseState& state, Value value) {
  auto& reader = state.reader;
  Filter filter;
  reader.for_each(reader.object("filters", value), [&](std::string_view key, Value content) {
    const auto number = [&](Decimal& target) { target = reader.decimal(key, content); };
    if (key == "filterType")
      filter.type = reader.text(key, content);
    else if (key == "tickSize")
      number(filter.tick);
    else if (key == "minPrice")
      number(filter.min_price);
    else if (key == "maxPrice")
      number(filter.max_price);
    else if (key == "stepSize")
      number(filter.step);
    else if (key == "minQty")
      number(filter.min_quantity);
    else if (key == "maxQty")
      number(filter.max_quantity);
    else if (key == "minNotional" || key == "notional")
      number(filter.notional);
    else if (key == "maxNotional")
      number(filter.max_notional);
    else if (key == "multiplierUp")
      number(filter.up);
    else if (key == "multiplierDown")
      number(filter.down);
    else if (key == "bidMultiplierUp")
      number(filter.bid_up);
    else if (key == "bidMultiplierDown")
      number(filter.bid_down);
    else if (key == "askMultiplierUp")
      number(filter.ask_up);
    else if (key == "askMultiplierDown")
      number(filter.ask_down);
    else if (key == "maxPosition")
      number(filter.max_position);
    else if (key == "maxNumOrders" || key == "maxNumAlgoOrders" || key == "limit")
      filter.count = reader.whole_within(key, content, 0, std::numeric_limits<std::uint32_t>::max());
  });
  return filter;
}

void apply(const Filter& filter, InstrumentListed& instrument) {
  if (filter.type == "PRICE_FILTER") {
    instrument.tick = filter.tick;
    instrument.min_price = filter.min_price;
    instrument.max_price = filter.max_price;
  } else if (filter.type == "LOT_SIZE") {
    instrument.step = filter.step;
    instrument.min_quantity = filter.min_quantity;
    instrument.max_quantity = filter.max_quantity;
  } else if (filter.type == "MARKET_LOT_SIZE") {
    instrument.market_step = filter.step;
    instrument.market_min_quantity = filter.min_quantity;
    instrument.market_max_quantity = filter.max_quantity;
  } else if (filter.type == "MIN_NOTIONAL" || filter.type == "NOTIONAL") {
    instrument.min_notional = filter.notional;
    if (filter.type == "NOTIONAL") instrument.max_notional = filter.max_notional;
  } else if (filter.type == "PERCENT_PRICE") {
    instrument.bid_price_up = instrument.ask_price_up = filter.up;
    instrument.bid_price_down = instrument.ask_price_down = filter.down;
  } else if (filter.type == "PERCENT_PRICE_BY_SIDE") {
    instrument.bid_price_up = filter.bid_up;
    instrument.bid_price_down = filter.bid_down;
    instrument.ask_price_up = filter.ask_up;
    instrument.ask_price_down = filter.ask_down;
  } else if (filter.type == "MAX_NUM_ORDERS") {
    instrument.max_orders = static_cast<std::uint32_t>(filter.count);
  } else if (filter.type == "MAX_NUM_ALGO_ORDERS") {
    instrument.max_conditional_orders = static_cast<std::uint32_t>(filter.count);
  } else if (filter.type == "MAX_POSITION") {
    instrument.max_position = filter.max_position;
  }
}

void parse_instrument(ParseState& state, Value value) {
  auto& reader = state.reader;
  InstrumentListed instrument;
  reader.for_each(reader.object("symbols", value), [&](std::string_view key, Value content) {
    if (key == "symbol")
      instrument.symbol = reader.text(key, content);
    else if (key == "baseAsset")
      instrument.base = reader.text(key, content);
    else if (key == "quoteAsset")
      instrument.quote = reader.text(key, content);
    else if (key == "marginAsset")
      instrument.settle = reader.text(key, content);
    else if (key == "contractType")
      // Perpetuals of other assets than coins are called TRADIFI_PERPETUAL.
      instrument.is_perpetual = reader.optional_text(key, content).ends_with("PERPETUAL");
    else if (key == "onboardDate")
      instrument.listed_at = reader.milliseconds(key, content);
    else if (key == "deliveryDate")
      instrument.delisted_at = reader.milliseconds(key, content);
    else if (key == "status") {
      instrument.status_text = reader.text(key, content);
      instrument.status = parse_instrument_status(instrument.status_text);
    } else if (key == "filters") {
      reader.for_each(reader.array(key, content),
                      [&](Value one) { apply(read_filter(state, one), instrument); });
    }
  });
  reader.want({{"symbol", !instrument.symbol.empty()},
               {"baseAsset", !instrument.base.empty()},
               {"quoteAsset", !instrument.quote.empty()},
               {"status", !instrument.status_text.empty()}});
  // Perpetuals are given a date in the far future.
  if (instrument.delisted_at > 4'000'000'000'000 * kMillisecond) instrument.delisted_at = 0;
  state.tell(instrument);
}

/// `REQUEST_WEIGHT`, `ORDERS` and `RAW_REQUESTS`.
std::optional<venue::LimitKind> limit_kind(std::string_view text) noexcept {
  if (text == "REQUEST_WEIGHT") return venue::LimitKind::weight;
  if (text == "ORDERS") return venue::LimitKind::orders;
  if (text == "RAW_REQUESTS") return venue::LimitKind::requests;
  return std::nullopt;
}

std::optional<DurationNs> unit_of(std::string_view text) noexcept {
  if (text == "SECOND") return kSecond;
  if (text == "MINUTE") return kMinute;
  if (text == "HOUR") return kHour;
  if (text == "DAY") return kDay;
  return std::nullopt;
}

void parse_rate_limit(ParseState& state, Value value) {
  auto& reader = state.reader;
  std::optional<venue::LimitKind> kind;
  DurationNs unit = kMinute;
  std::int64_t count = 1;
  std::int64_t limit = 0;
  std::optional<std::int64_t> used;
  reader.for_each(reader.object("rateLimits", value), [&](std::string_view key, Value content) {
    if (key == "rateLimitType") kind = limit_kind(reader.text(key, content));
    if (key == "interval") unit = reader.word(key, content, unit_of);
    if (key == "intervalNum") count = reader.whole_within(key, content, 1, 1000);
    if (key == "limit") limit = reader.whole(key, content);
    if (key == "count") used = reader.whole(key, content);
  });
  if (!kind) return;
  reader.want({{"limit", limit > 0}});
  state.tell(venue::RateLimit{*kind, unit * count, limit, used});
}

void parse_one_ticker(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::Ticker ticker;
  reader.for_each(reader.object("ticker", value), [&](std::string_view key, Value content) {
    if (key == "symbol")
      ticker.symbol = reader.text(key, content);
    else if (key == "lastPrice" || key == "price")
      ticker.last = reader.decimal(key, content);
    else if (key == "bidPrice")
      ticker.bid = reader.decimal(key, content);
    else if (key == "bidQty")
      ticker.bid_quantity = reader.decimal(key, content);
    else if (key == "askPrice")
      ticker.ask = reader.decimal(key, content);
    else if (key == "askQty")
      ticker.ask_quantity = reader.decimal(key, content);
    else if (key == "highPrice")
      ticker.high_24h = reader.decimal(key, content);
    else if (key == "lowPrice")
      ticker.low_24h = reader.decimal(key, content);
    else if (key == "volume")
      ticker.volume_24h = reader.decimal(key, content);
    else if (key == "quoteVolume")
      ticker.turnover_24h = reader.decimal(key, content);
    else if (key == "closeTime" || key == "time")
      ticker.ts_venue = reader.milliseconds(key, content);
  });
  reader.want({{"symbol", !ticker.symbol.empty()}, {"lastPrice", ticker.last || (ticker.bid && ticker.ask)}});
  state.tell(ticker);
}

/// `[open time, open, high, low, close, volume, close time, turnover, trades, …]`
void parse_one_candle(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::Candle candle{.symbol = state.context.symbol, .interval = state.context.interval};
  int cell = 0;
  reader.for_each(reader.array("candle", value), [&](Value content) {
    switch (cell++) {
      case 0: candle.ts_open = reader.milliseconds("open time", content); break;
      case 1: candle.open = reader.decimal("open", content); break;
      case 2: candle.high = reader.decimal("high", content); break;
      case 3: candle.low = reader.decimal("low", content); break;
      case 4: candle.close = reader.decimal("close", content); break;
      case 5: candle.volume = reader.decimal("volume", content); break;
      case 7: candle.turnover = reader.decimal("turnover", content); break;
      case 8: candle.trades = reader.whole("trades", content); break;
      default: break;
    }
  });
  if (cell < 9) reader.note("candle", "at least nine values", "fewer");
  state.tell(candle);
}

}  // namespace

void parse_server_time(ParseState& state, Value value) {
  auto& reader = state.reader;
  Object object = reader.object("time", value);
  const auto time = reader.find(object, "serverTime");
  if (!time) return reader.note("serverTime", "a time", "none");
  state.tell(venue::ServerTime{reader.milliseconds("serverTime", *time)});
}

void parse_instruments(ParseState& state, Value value) {
  auto& reader = state.reader;
  bool has_symbols = false;
  reader.for_each(reader.object("exchangeInfo", value), [&](std::string_view key, Value content) {
    if (key == "rateLimits")
      reader.for_each(reader.array(key, content), [&](Value one) { parse_rate_limit(state, one); });
    if (key != "symbols") return;
    has_symbols = true;
    reader.for_each(reader.array(key, content), [&](Value one) { parse_instrument(state, one); });
  });
  if (!has_symbols) reader.note("symbols", "a list of instruments", "none");
}

void parse_order_counts(ParseState& state, Value value) {
  state.reader.for_each(state.reader.array("rateLimits", value),
                        [&](Value one) { parse_rate_limit(state, one); });
}

void parse_ticker(ParseState& state, Value value) {
  parse_each(state, value, [&](Value one) { parse_one_ticker(state, one); });
}

void parse_candles(ParseState& state, Value value) {
  state.reader.for_each(state.reader.array("candles", value),
                        [&](Value one) { parse_one_candle(state, one); });
}

void parse_book(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::BookChange book{.symbol = state.context.symbol, .is_snapshot = true};
  bool has_id = false;
  bool has_bids = false;
  bool has_asks = false;
  reader.for_each(reader.object("book", value), [&](std::string_view key, Value content) {
    if (key == "lastUpdateId") {
      book.last_id = reader.whole(key, content);
      has_id = true;
    }
    if (key == "T") book.ts_venue = reader.milliseconds(key, content);
    if (key == "bids") {
      parse_levels(state, key, content, state.bids);
      has_bids = true;
    }
    if (key == "asks") {
      parse_levels(state, key, content, state.asks);
      has_asks = true;
    }
  });
  reader.want({{"lastUpdateId", has_id}, {"bids", has_bids}, {"asks", has_asks}});
  book.bids = state.bids;
  book.asks = state.asks;
  state.tell(book);
}

void parse_trades(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("trades", value), [&](Value one) {
    venue::PublicTrade trade{.symbol = state.context.symbol};
    bool has_price = false;
    bool has_side = false;
    reader.for_each(reader.object("trade", one), [&](std::string_view key, Value content) {
      if (key == "id" || key == "a")
        trade.id = reader.text(key, content);
      else if (key == "price" || key == "p") {
        trade.price = reader.decimal(key, content);
        has_price = true;
      } else if (key == "qty" || key == "q")
        trade.quantity = reader.decimal(key, content);
      else if (key == "time" || key == "T")
        trade.ts_venue = reader.milliseconds(key, content);
      else if (key == "isBuyerMaker" || key == "m") {
        trade.aggressor = reader.flag(key, content) ? Side::sell : Side::buy;
        has_side = true;
      }
    });
    reader.want({{"id", !trade.id.empty()},
                 {"price", has_price},
                 {"qty", !trade.quantity.is_zero()},
                 {"time", trade.ts_venue != 0},
                 {"isBuyerMaker", has_side}});
    state.tell(trade);
  });
}

void parse_funding_rate(ParseState& state, Value value) {
  auto& reader = state.reader;
  parse_each(state, value, [&](Value one) {
    venue::FundingReport funding;
    venue::Ticker ticker;
    reader.for_each(reader.object("funding", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        funding.symbol = reader.text(key, content);
      else if (key == "markPrice")
        funding.mark = reader.optional_decimal(key, content);
      else if (key == "indexPrice")
        ticker.index = reader.optional_decimal(key, content);
      else if (key == "lastFundingRate")
        ticker.funding_rate = reader.optional_decimal(key, content);
      else if (key == "nextFundingTime")
        funding.ts_venue = reader.milliseconds(key, content);
      else if (key == "time")
        ticker.ts_venue = reader.milliseconds(key, content);
    });
    reader.want({{"symbol", !funding.symbol.empty()}, {"markPrice", funding.mark.has_value()}});
    ticker.symbol = funding.symbol;
    ticker.mark = funding.mark;
    ticker.next_funding_at = funding.ts_venue;
    // Contracts that are delivered have no rate.
    if (ticker.funding_rate) {
      funding.rate = *ticker.funding_rate;
      state.tell(funding);
    }
    state.tell(ticker);
  });
}

void parse_funding_history(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("funding", value), [&](Value one) {
    venue::FundingReport funding;
    bool has_rate = false;
    reader.for_each(reader.object("funding", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        funding.symbol = reader.text(key, content);
      else if (key == "fundingRate") {
        funding.rate = reader.decimal(key, content);
        has_rate = true;
      } else if (key == "fundingTime")
        funding.ts_venue = reader.milliseconds(key, content);
      else if (key == "markPrice")
        funding.mark = reader.optional_decimal(key, content);
    });
    reader.want({{"symbol", !funding.symbol.empty()},
                 {"fundingRate", has_rate},
                 {"fundingTime", funding.ts_venue != 0}});
    state.tell(funding);
  });
}

}  // namespace kontor::binance
