#pragma once

#include <cstdint>
#include <span>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/timeframe.hpp"
#include "model/types.hpp"

namespace kontor {

// Every datum carries when it happened at the venue (ts_venue) and when it was received (ts_recv).
// The venue's side of a simulation acts on the first, the strategy's side sees nothing before the second.

/// One closed bar. ts_venue = ts_open + period: the instant from which it is final.
struct Bar {
  InstrumentId instrument;
  Timeframe timeframe;
  TimeNs ts_open = 0;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  RawPrice open;
  RawPrice high;
  RawPrice low;
  RawPrice close;
  RawQuantity volume;
  BOOST_DESCRIBE_CLASS(Bar, (),
                       (instrument, timeframe, ts_open, ts_venue, ts_recv, open, high, low, close, volume),
                       (), ())
};

/// Closed bars of one instrument and timeframe, one after the other, as columns that somebody else holds.
struct BarRows {
  InstrumentId instrument;
  Timeframe timeframe;
  DurationNs lag = 0;  ///< from the end of each bar until it was received
  std::size_t count = 0;
  const std::int64_t* ts_open = nullptr;
  const std::int64_t* open = nullptr;
  const std::int64_t* high = nullptr;
  const std::int64_t* low = nullptr;
  const std::int64_t* close = nullptr;
  const std::int64_t* volume = nullptr;

  [[nodiscard]] TimeNs ts_venue(std::size_t row) const noexcept { return ts_open[row] + timeframe.period_ns; }
  [[nodiscard]] Bar bar(std::size_t row) const noexcept {
    return {instrument,           timeframe,
            ts_open[row],         ts_venue(row),
            ts_venue(row) + lag,  RawPrice(open[row]),
            RawPrice(high[row]),  RawPrice(low[row]),
            RawPrice(close[row]), RawQuantity(volume[row])};
  }
};

/// Best bid and ask with their sizes.
struct Quote {
  InstrumentId instrument;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  RawPrice bid;
  RawPrice ask;
  RawQuantity bid_quantity;
  RawQuantity ask_quantity;
  BOOST_DESCRIBE_CLASS(Quote, (), (instrument, ts_venue, ts_recv, bid, ask, bid_quantity, ask_quantity), (),
                       ())
};

/// One public execution. `aggressor` is the side that took liquidity.
struct Trade {
  InstrumentId instrument;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  RawPrice price;
  RawQuantity quantity;
  TradeId id;
  Side aggressor = Side::buy;
  BOOST_DESCRIBE_CLASS(Trade, (), (instrument, ts_venue, ts_recv, price, quantity, id, aggressor), (), ())
};

/// The new total quantity at one price of one side; zero removes the level.
struct BookLevelChange {
  RawPrice price;
  RawQuantity quantity;
  Side side = Side::buy;
  BOOST_DESCRIBE_CLASS(BookLevelChange, (), (price, quantity, side), (), ())
};

/// All level changes of one venue message. A snapshot replaces the whole book. The changes are borrowed:
/// valid while the event is applied, copied by whoever keeps them (the journal writes them out in full).
struct BookUpdate {
  InstrumentId instrument;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  bool snapshot = false;
  std::span<const BookLevelChange> changes;
};

/// One funding settlement of a perpetual: longs pay `rate` × notional at `mark` to shorts when positive.
struct FundingRate {
  InstrumentId instrument;
  TimeNs ts_venue = 0;
  TimeNs ts_recv = 0;
  Decimal rate;
  RawPrice mark;  ///< zero: use the last price
  BOOST_DESCRIBE_CLASS(FundingRate, (), (instrument, ts_venue, ts_recv, rate, mark), (), ())
};

BOOST_DESCRIBE_STRUCT(Decimal, (), (units, scale))

}  // namespace kontor
