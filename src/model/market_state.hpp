#pragma once

#include <vector>

#include "model/book.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"

namespace kontor {

/// The newest known market of one instrument, as the strategy's side has received it.
struct InstrumentMarket {
  RawPrice last;  ///< last trade, or close of the last bar; zero before the first
  RawPrice bid;   ///< zero where no quote or book has been seen
  RawPrice ask;
  RawQuantity bid_quantity;
  RawQuantity ask_quantity;
  TimeNs ts_venue = 0;
  Book book;

  /// The price that positions are valued at: last, or the middle of bid and ask where there is no trade yet.
  [[nodiscard]] RawPrice mark() const noexcept {
    if (last.units != 0) return last;
    return bid.units != 0 && ask.units != 0 ? RawPrice(bid.units + (ask.units - bid.units) / 2) : RawPrice();
  }
  BOOST_DESCRIBE_CLASS(InstrumentMarket, (), (last, bid, ask, bid_quantity, ask_quantity, ts_venue, book), (),
                       ())
};

/// The market side of the state, by dense instrument id.
using MarketState = std::vector<InstrumentMarket>;

}  // namespace kontor
