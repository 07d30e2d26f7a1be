#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "data/series_reader.hpp"

namespace kontor::research {

/// What the columns of prices and quantities hold, in plain units; zero where there are none. analytics
struct DataExtent {
  double lowest_price = 0;
  double highest_price = 0;
  double total_quantity = 0;

  /// Of both together.
  void include(const DataExtent& other) noexcept;
};

/// Reads bars, trades and quotes through; books and funding have nothing to tell here.
[[nodiscard]] DataExtent extent_of(const data::LoadedSeries& loaded);

/// The range that a user has asked for; none: whatever there is.
struct WantedRange {
  std::optional<TimeNs> from;
  std::optional<TimeNs> to;
};

/// What a reader must know of the data before believing a backtest: holes and impossible rows in bars, a
/// range that is not covered by more than a day. One sentence each, beginning with the dataset's name.
[[nodiscard]] std::vector<std::string> data_warnings(const data::LoadedSeries& loaded,
                                                     const WantedRange& wanted);

}  // namespace kontor::research
