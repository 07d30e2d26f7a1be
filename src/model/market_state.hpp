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
  RawPrice middle;  ///< of bid and ask when both were last there; zero before
  TimeNs ts_venue = 0;
  Book book;

  /// Takes over the best levels; a side that is empty has price zero.
  void set_top(const BookLevel& best_bid, const BookLevel& best_ask) noexcept {
    bid = best_bid.price;
    bid_quantity = best_bid.quantity;
    ask = best_ask.price;
    ask_quantity = best_ask.quantity;
    if (has_both_sides()) middle = RawPrice(bid.units + (ask.units - bid.units) / 2);
  }
  [[nodiscard]] bool has_both_sides() const noexcept { return bid.units != 0 && ask.units != 0; }
  /// The price that positions are valued at: last, or the middle of bid and ask where there is no trade yet.
  /// Once known it stays known: a side that empties takes no value away.
  [[nodiscard]] RawPrice mark() const noexcept { return last.units != 0 ? last : middle; }
  BOOST_DESCRIBE_CLASS(InstrumentMarket, (),
                       (last, bid, ask, bid_quantity, ask_quantity, middle, ts_venue, book), (), ())
};

/// The market side of the state, by dense instrument id.
using MarketState = std::vector<InstrumentMarket>;

}  // namespace kontor
