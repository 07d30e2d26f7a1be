#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/listing.hpp"
#include "emulator/market_feed.hpp"

namespace kontor::emulator {

/// Recorded data as a market: the store's rows of [from, to) from the venue's opening on, `speed` times as
/// fast as they were recorded.
struct DatasetFeedSettings {
  std::filesystem::path store{};
  TimeNs from = kTimeMin;  ///< kTimeMin: the first row of all
  TimeNs to = kTimeMax;
  double speed = 1;        ///< 1/1000 … 100,000
  TimeNs start = 0;        ///< venue time at which the first row happens
  std::uint64_t seed = 1;  ///< of what is made up where only bars were recorded
  bool repeat = false;     ///< begins again at the end
};

/// Replays what the store has of each listing: its book and trades where they were recorded, otherwise
/// quotes, otherwise trades or a market made up around the bars. A linear listing without data of its own
/// follows the spot data of its symbol, and the other way round; one with neither has no market. Errors:
/// not_found (no data for any listing), bad_data, usage (prices off the listing's grid are rounded to it,
/// quantities too).
[[nodiscard]] Result<std::unique_ptr<MarketFeed>> make_dataset_feed(const Listings& listings,
                                                                    const DatasetFeedSettings& settings);

}  // namespace kontor::emulator
