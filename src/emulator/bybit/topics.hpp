#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "emulator/bybit/words.hpp"
#include "emulator/listing.hpp"

namespace kontor::emulator::bybit {

BOOST_DEFINE_FIXED_ENUM_CLASS(TopicKind, std::uint8_t, book, trades, ticker, candles, liquidations)

/// What a public topic names: `orderbook.50.BTCUSDT`, `publicTrade.…`, `tickers.…`, `kline.5.…`,
/// `allLiquidation.…`.
struct TopicName {
  TopicKind kind = TopicKind::book;
  InstrumentId instrument;
  std::size_t depth = 0;               ///< of a book
  const Interval* interval = nullptr;  ///< of candles
};

/// The venue's words for a topic that it has not are the error.
[[nodiscard]] std::expected<TopicName, std::string> parse_topic(const Listings& listings, Product product,
                                                                std::string_view text);

/// A topic of the private stream without its category: `order` of `order.linear`. Empty: there is no such
/// topic.
[[nodiscard]] std::string_view private_topic_base(std::string_view topic) noexcept;

}  // namespace kontor::emulator::bybit
