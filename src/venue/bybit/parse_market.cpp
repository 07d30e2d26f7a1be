#include "venue/bybit/parse_market.hpp"

#include <algorithm>

#include "venue/bybit/parse_row.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::Candle;
using venue::Ticker;

struct TimeRow {
  std::int64_t nanoseconds = 0;
  std::int64_t seconds = 0;
};
constexpr std::array<Member<TimeRow>, 2> kTimeMembers = {{
    {"timeNano", &TimeRow::nanoseconds},
    {"timeSecond", &TimeRow::seconds},
}};

constexpr std::array<Member<Ticker>, 17> kTickerMembers = {{
    {"symbol", &Ticker::symbol, true},
    {"lastPrice", &Ticker::last},
    {"bid1Price", &Ticker::bid},
    {"bid1Size", &Ticker::bid_quantity},
    {"ask1Price", &Ticker::ask},
    {"ask1Size", &Ticker::ask_quantity},
    // What options call them.
    {"bidPrice", &Ticker::bid},
    {"bidSize", &Ticker::bid_quantity},
    {"askPrice", &Ticker::ask},
    {"askSize", &Ticker::ask_quantity},
    {"highPrice24h", &Ticker::high_24h},
    {"lowPrice24h", &Ticker::low_24h},
    {"volume24h", CutDecimal<Ticker>{&Ticker::volume_24h}},
    {"turnover24h", CutDecimal<Ticker>{&Ticker::turnover_24h}},
    {"markPrice", &Ticker::mark},
    {"indexPrice", &Ticker::index},
    {"fundingRate", &Ticker::funding_rate},
}};

using venue::FundingReport;
constexpr std::array<Member<FundingReport>, 3> kFundingMembers = {{
    {"symbol", &FundingReport::symbol, true},
    {"fundingRate", &FundingReport::rate, true},
    {"fundingRateTimestamp", Milliseconds<FundingReport>{&FundingReport::ts_venue}, true},
}};

struct TradeRow {
  std::string_view id;
  std::string_view symbol;
  std::string_view side;
  Decimal price;
  Decimal quantity;
  TimeNs time = 0;
};
constexpr std::array<Member<TradeRow>, 6> kTradeMembers = {{
    {"execId", &TradeRow::id, true},
    {"symbol", &TradeRow::symbol, true},
    {"side", &TradeRow::side, true},
    {"price", &TradeRow::price, true},
    {"size", &TradeRow::quantity, true},
    {"time", Milliseconds<TradeRow>{&TradeRow::time}, true},
}};

bool read_candle_cell(Reader& reader, JsonValue& cell, unsigned column, Candle& candle) {
  std::optional<Decimal> figure;
  switch (column) {
    case 0: return reader.milliseconds("startTime", cell, candle.ts_open);
    case 1: return reader.decimal("openPrice", cell, candle.open);
    case 2: return reader.decimal("highPrice", cell, candle.high);
    case 3: return reader.decimal("lowPrice", cell, candle.low);
    case 4: return reader.decimal("closePrice", cell, candle.close);
    case 5: return reader.decimal("volume", cell, candle.volume);
    case 6:
      if (!reader.cut_decimal("turnover", cell, figure)) return false;
      candle.turnover = figure.value_or(Decimal{});
      return true;
    default: return true;
  }
}

bool read_candle_row(const Reading& reading, JsonValue& row) {
  constexpr unsigned kColumns = 7;
  Candle candle;
  unsigned column = 0;
  const bool good = reading.reader.elements(
      "list", row, [&](JsonValue& cell) { return read_candle_cell(reading.reader, cell, column++, candle); });
  if (!good) return false;
  if (column < kColumns) return reading.reader.fault("seven columns", "list", {});
  candle.interval = reading.context.interval;
  reading.scratch.candles.push_back(candle);
  return true;
}

}  // namespace

bool read_server_time(const Reading& reading, JsonValue& result) {
  TimeRow row;
  if (!read_row(reading.reader, result, kTimeMembers, row)) return false;
  TimeNs time = row.nanoseconds;
  if (time == 0 && row.seconds > 0 && row.seconds <= INT64_MAX / kSecond) time = row.seconds * kSecond;
  if (time <= 0) return reading.reader.fault("a time", "timeNano", {});
  reading.give(venue::ServerTime{time});
  return true;
}

bool read_ticker(Reader& reader, JsonValue& value, Ticker& ticker) {
  return read_row(reader, value, kTickerMembers, ticker, [&](std::string_view key, JsonValue& item) {
    return key != "nextFundingTime" || reader.milliseconds(key, item, ticker.next_funding_at);
  });
}

bool read_tickers(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    Ticker ticker;
    ticker.ts_venue = reading.time;
    if (!read_ticker(reading.reader, element, ticker)) return false;
    reading.give(ticker);
    return true;
  });
}

bool read_funding_rates(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    Ticker ticker;
    if (!read_ticker(reading.reader, element, ticker)) return false;
    // Contracts with a delivery date are in the list and have no funding.
    if (!ticker.funding_rate) return true;
    reading.give(FundingReport{ticker.symbol, ticker.next_funding_at, *ticker.funding_rate, ticker.mark});
    return true;
  });
}

bool read_funding_history(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    FundingReport report;
    if (!read_row(reading.reader, element, kFundingMembers, report)) return false;
    reading.give(report);
    return true;
  });
}

bool read_candles(const Reading& reading, JsonValue& result) {
  std::vector<Candle>& candles = reading.scratch.candles;
  candles.clear();
  std::string_view symbol = reading.context.symbol;
  bool has_list = false;
  const bool good = reading.reader.fields("result", result, [&](std::string_view key, JsonValue& value) {
    if (key == "symbol") return reading.reader.text(key, value, symbol);
    if (key != "list") return true;
    has_list = true;
    return reading.reader.elements(key, value, [&](JsonValue& row) { return read_candle_row(reading, row); });
  });
  if (!good) return false;
  if (!has_list) return reading.reader.fault("a field", "list", "none");
  if (candles.size() > 1 && candles.front().ts_open > candles.back().ts_open) std::ranges::reverse(candles);
  for (Candle& candle : candles) {
    candle.symbol = symbol;
    reading.give(candle);
  }
  return true;
}

bool read_trades(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    TradeRow row;
    Side side = Side::buy;
    if (!read_row(reading.reader, element, kTradeMembers, row) ||
        !reading.reader.side("side", row.side, side)) {
      return false;
    }
    reading.give(venue::PublicTrade{row.symbol, row.time, row.id, row.price, row.quantity, side});
    return true;
  });
}

bool read_book(const Reading& reading, JsonValue& result) {
  Reader& reader = reading.reader;
  Scratch& scratch = reading.scratch;
  scratch.bids.clear();
  scratch.asks.clear();
  venue::BookChange change{.symbol = reading.context.symbol, .is_snapshot = true};
  TimeNs sent = 0;
  const bool good = reader.fields("result", result, [&](std::string_view key, JsonValue& value) {
    if (key == "s") return reader.text(key, value, change.symbol);
    if (key == "b") return reader.levels(key, value, scratch.bids);
    if (key == "a") return reader.levels(key, value, scratch.asks);
    if (key == "u") return reader.integer(key, value, change.last_id);
    if (key == "cts") return reader.milliseconds(key, value, change.ts_venue);
    return key != "ts" || reader.milliseconds(key, value, sent);
  });
  if (!good) return false;
  if (change.last_id == 0) return reader.fault("a field", "u", "none");
  if (change.ts_venue == 0) change.ts_venue = sent;
  change.first_id = change.last_id;
  change.bids = scratch.bids;
  change.asks = scratch.asks;
  reading.give(change);
  return true;
}

}  // namespace kontor::bybit
