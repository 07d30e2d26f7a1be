#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/catalogue.hpp"
#include "data/fetch_venue_coverage.hpp"
#include "data/progress.hpp"

namespace kontor::data {

/// One answer of a venue to the question for a stretch of time.
struct FetchedPage {
  Batch rows;
  /// All rows that the venue has of this stretch are in the page, and no others. It begins where the question
  /// does or ends where the question does.
  TimeRange covered;
  /// The venue does not have the rest of what was asked for within its reach.
  bool is_last = false;
};

/// Gives a venue's history page by page.
class PageSource {
 public:
  PageSource() = default;
  PageSource(const PageSource&) = delete;
  PageSource& operator=(const PageSource&) = delete;
  virtual ~PageSource() = default;
  /// As much of `wanted` as one page holds. Errors: io, bad_data, canceled.
  [[nodiscard]] virtual Result<FetchedPage> fetch(const TimeRange& wanted) = 0;
};

struct FillOptions {
  std::string origin{};  ///< of all rows; see FetchCoverage::claim()
  bool replace = false;  ///< the venue's rows win over stored ones
  std::uint32_t pages_per_commit = 20;
  const std::atomic<bool>* cancel = nullptr;
};

/// What came of filling holes.
struct FillSummary {
  WriteSummary written{};
  std::uint64_t pages = 0;
  std::vector<TimeRange> unreachable{};  ///< the venue does not give these
};

/// Asks the source for every hole and stores what comes, a number of pages at a time, so that an
/// interruption, a crash or an error loses little: after it the holes are smaller, and the same call goes
/// on. What was stored before an error stays. Errors: those of the source and of the store, canceled,
/// internal (a source that does not keep to its contract).
[[nodiscard]] Result<FillSummary> fill_holes(const Catalogue& catalogue, const DatasetKey& key,
                                             const std::vector<TimeRange>& holes, PageSource& source,
                                             const FillOptions& options, Progress& progress);

}  // namespace kontor::data
