#pragma once

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

// Public answers: the value of `result`. False: the reader knows why.

bool read_server_time(const Reading& reading, JsonValue& result);
bool read_instruments(const Reading& reading, JsonValue& result);
bool read_tickers(const Reading& reading, JsonValue& result);
bool read_funding_rates(const Reading& reading, JsonValue& result);
bool read_funding_history(const Reading& reading, JsonValue& result);
/// They come newest first and are given oldest first.
bool read_candles(const Reading& reading, JsonValue& result);
bool read_trades(const Reading& reading, JsonValue& result);
bool read_book(const Reading& reading, JsonValue& result);

/// The object of a ticker, whole or what has changed of it. It is given by its caller, who knows the time.
bool read_ticker(Reader& reader, JsonValue& value, venue::Ticker& ticker);

}  // namespace kontor::bybit
