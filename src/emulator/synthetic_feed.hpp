#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/prng.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/market_feed.hpp"

namespace kontor::emulator {

/// What a synthetic market looks like. The same settings give the same market to the last digit.
struct SyntheticFeedSettings {
  std::uint64_t seed = 1;
  TimeNs start = 0;
  double events_per_second = 4;     ///< per instrument: level changes, moves of the best prices, trades
  double daily_volatility = 0.03;   ///< standard deviation of a day's return of an asset in dollars
  double mean_trade_value = 2'000;  ///< in dollars
  std::size_t levels = 200;         ///< of each side of a book, 20 … 1000
};

/// Books, trades and index prices of all listings around one random walk per asset, so that spot and
/// perpetual, and crosses of two assets, stay together. Errors: usage (a setting out of range).
[[nodiscard]] Result<std::unique_ptr<MarketFeed>> make_synthetic_feed(const Listings& listings,
                                                                      const SyntheticFeedSettings& settings);

}  // namespace kontor::emulator
