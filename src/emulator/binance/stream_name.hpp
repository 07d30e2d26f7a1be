#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/binance/interval.hpp"
#include "emulator/listing.hpp"

namespace kontor::emulator::binance {

/// What a market stream tells.
enum class StreamKind : std::uint8_t {
  trade,
  aggregate_trade,
  kline,
  continuous_kline,
  mini_ticker,
  ticker,
  book_ticker,
  average_price,
  depth_changes,
  depth_levels,
  mark_price,
};

/// A USDⓈ-M socket serves one kind of streams, by the path at which it was opened.
enum class StreamRoute : std::uint8_t { spot, public_data, market_data, private_data };

/// A stream by its name: `btcusdt@depth@100ms`, `!miniTicker@arr`.
struct StreamName {
  StreamKind kind = StreamKind::trade;
  std::optional<InstrumentId> instrument{};  ///< none: of all instruments
  bool is_array = false;                     ///< all instruments in one message
  std::optional<Interval> interval{};        ///< candles
  std::string interval_text{};
  std::size_t levels = 0;   ///< of depth_levels
  DurationNs every_ns = 0;  ///< between messages at the least; 0: as it happens

  /// Nothing: the venue has no such stream in this product. It takes the subscription all the same.
  [[nodiscard]] static std::optional<StreamName> parse(const Listings& listings, Product product,
                                                       std::string_view text);
  /// Where USDⓈ-M serves it.
  [[nodiscard]] StreamRoute route() const noexcept;
};

}  // namespace kontor::emulator::binance
