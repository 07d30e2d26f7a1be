#pragma once

#include <cstddef>
#include <string>

#include "emulator/binance/interval.hpp"
#include "emulator/binance/service.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

// What the venue tells about a market, in the words of its REST answers.

/// `"bids":[["1.0","2.0"],…],"asks":…` into an open object, best first.
void write_levels(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                  const Book& book, std::size_t depth, std::string_view bids, std::string_view asks);
/// One row of klines.
void write_candle(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                  const Candle& candle, TimeNs end);
void write_trade(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                 const Trade& trade);
void write_aggregate_trade(JsonWriter& out, const ListedInstrument& listing, const Instrument& instrument,
                           const Trade& trade);

/// The figures of a day or another window.
struct TickerFigures {
  Candle window;
  TimeNs from = 0;
  TimeNs to = 0;
};
[[nodiscard]] TickerFigures figures_of(const PublicMarket& market, DurationNs window, TimeNs now);

/// `ticker/24hr`; `is_mini` leaves out what changes and averages are.
void write_day_ticker(JsonWriter& out, Service& service, const ListedInstrument& listing, bool is_mini);
void write_book_ticker(JsonWriter& out, Service& service, const ListedInstrument& listing);

}  // namespace kontor::emulator::binance
