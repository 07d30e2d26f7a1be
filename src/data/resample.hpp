#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/catalogue.hpp"
#include "data/dataset.hpp"
#include "data/series_reader.hpp"
#include "model/timeframe.hpp"

namespace kontor::data {

/// True if every bar of `target` is made of whole bars of `source`: the period is a multiple, and both grids
/// have a line where the target's bars begin (weeks begin on Monday, everything else at the Unix epoch).
[[nodiscard]] bool divides(Timeframe source, Timeframe target) noexcept;

struct DerivedBars {
  Batch bars{DataKind::bar};
  std::uint64_t incomplete = 0;  ///< bars with fewer source bars than their period holds
};

/// What is known of a source of bars besides the rows themselves: from where to where it reaches at all.
struct SourceExtent {
  TimeNs first = 0;  ///< ts_open of its first bar
  TimeNs last = 0;   ///< ts_open of its last bar
};

/// Makes bars of `target` from a series of smaller bars: first open, highest high, lowest low, last close,
/// sums of volume and trades. A bar is made only if its period lies within the extent, that is if the source
/// begins no later than the period and has a bar that closes with or after it: only closed bars, never a
/// guess. Periods without any source bar make no bar. Bars with from ≤ ts_open < to are returned. Error:
/// overflow of a sum.
[[nodiscard]] Result<DerivedBars> derive_bars(Series source, Timeframe target, SourceExtent extent,
                                              TimeNs from, TimeNs to);

/// Stores the bars that are derived from a stored timeframe as a dataset of their own. Errors: usage if the
/// source does not divide the timeframe, not_found if it is not stored, bad_data if other bars are stored
/// there already.
[[nodiscard]] Result<WriteSummary> resample(const Catalogue& catalogue, const DatasetKey& source,
                                            Timeframe target, WriteOptions options = {});

}  // namespace kontor::data
