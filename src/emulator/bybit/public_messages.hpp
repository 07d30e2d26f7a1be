#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/bybit/book_feed.hpp"
#include "emulator/bybit/ticker.hpp"
#include "emulator/bybit/words.hpp"
#include "emulator/candle.hpp"
#include "emulator/listener.hpp"
#include "model/instrument.hpp"

namespace kontor::emulator::bybit {

// The messages of the public stream. `ts` is the venue's clock.

struct TopicHeader {
  std::string_view topic;
  Product product = Product::spot;
  TimeNs ts = 0;
};

[[nodiscard]] std::string book_snapshot_message(const TopicHeader& header, const ListedInstrument& listed,
                                                const Instrument& instrument, const BookFeed& feed);
[[nodiscard]] std::string book_delta_message(const TopicHeader& header, const ListedInstrument& listed,
                                             const Instrument& instrument, const BookDelta& delta);
/// One trade as an element of a message's data; `before` is the price of the trade before it.
[[nodiscard]] std::string trade_item(const ListedInstrument& listed, const Instrument& instrument,
                                     const MarketTrade& trade, RawPrice before);
[[nodiscard]] std::string trades_message(const TopicHeader& header, std::span<const std::string> items);
/// All fields, or those that differ from `before`.
[[nodiscard]] std::string ticker_message(const TopicHeader& header, std::span<const TickerField> now,
                                         std::span<const TickerField> before, std::uint64_t sequence);
[[nodiscard]] std::string candle_message(const TopicHeader& header, const Instrument& instrument,
                                         const Interval& interval, const Candle& candle, bool confirmed);
[[nodiscard]] std::string liquidation_message(const TopicHeader& header, const ListedInstrument& listed,
                                              const Instrument& instrument, const Execution& execution);

}  // namespace kontor::emulator::bybit
