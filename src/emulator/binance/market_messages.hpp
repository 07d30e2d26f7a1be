#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "emulator/binance/service.hpp"
#include "emulator/binance/stream_name.hpp"

namespace kontor::emulator::binance {

// The messages of the market streams, without the wrapping of combined streams.

[[nodiscard]] std::string trade_message(Service& service, const ListedInstrument& listing,
                                        const Trade& trade);
[[nodiscard]] std::string aggregate_trade_message(Service& service, const ListedInstrument& listing,
                                                  const Trade& trade);
[[nodiscard]] std::string kline_message(Service& service, const ListedInstrument& listing,
                                        const StreamName& name, const Candle& candle, bool is_closed);
[[nodiscard]] std::string ticker_message(Service& service, const ListedInstrument& listing, bool is_mini);
[[nodiscard]] std::string book_ticker_message(Service& service, const ListedInstrument& listing);
[[nodiscard]] std::string average_price_message(Service& service, const ListedInstrument& listing);
[[nodiscard]] std::string mark_price_message(Service& service, const ListedInstrument& listing);
[[nodiscard]] std::string depth_levels_message(Service& service, const ListedInstrument& listing,
                                               std::size_t levels, std::uint64_t previous_id);

/// Changes of a book since the last message about them.
struct DepthChanges {
  std::uint64_t first_id = 0;  ///< 0: there are none
  std::uint64_t last_id = 0;
  std::uint64_t previous_id = 0;  ///< last id of the message before
  TimeNs ts = 0;
  std::map<std::pair<Side, RawPrice>, RawQuantity> levels{};
};
[[nodiscard]] std::string depth_changes_message(Service& service, const ListedInstrument& listing,
                                                const DepthChanges& changes);

}  // namespace kontor::emulator::binance
