#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/catalogue.hpp"
#include "data/fetch_venue_ranges.hpp"

namespace kontor::data {

/// A stretch of time that was read from a venue to the last row, and how many rows that were; none, too.
struct CoveredRange {
  TimeRange range;
  std::uint64_t rows = 0;
  bool operator==(const CoveredRange&) const = default;
};

/// What a venue was asked for of one dataset, so that it is not asked again for what it does not have. A file
/// in the store beside the data; what is in the store counts, not what the file says: a stretch of which rows
/// have gone since is not covered any more. Losing the file costs requests and nothing else.
class FetchCoverage {
 public:
  static constexpr std::size_t kMostRanges = 100'000;

  /// A file that cannot be read as one is taken for none. Errors: io.
  [[nodiscard]] static Result<FetchCoverage> load(const Catalogue& catalogue, const DatasetKey& key);
  /// Where the rows are from, such as `bybit linear`: noted the first time. Error usage: it is another; rows
  /// of two markets do not belong into one dataset, however alike their symbols are.
  [[nodiscard]] Result<void> claim(const std::string& origin);
  /// Durable when it returns. Errors: io, no_space.
  [[nodiscard]] Result<void> save() const;

  /// Notes a stretch; it grows together with those that it touches, and takes the place of those that it
  /// overlaps.
  void add(const CoveredRange& covered);
  /// Ascending, apart from each other.
  [[nodiscard]] std::span<const CoveredRange> ranges() const noexcept { return ranges_; }

 private:
  FetchCoverage(std::filesystem::path path, std::string dataset)
      : path_(std::move(path)), dataset_(std::move(dataset)) {}

  std::filesystem::path path_;
  std::string dataset_;
  std::string origin_;
  std::vector<CoveredRange> ranges_;
};

/// What has to be asked of a venue within `wanted`, ascending: of bars every stretch of their grid that is
/// not stored, of other kinds everything, but nothing that is covered. The range of bars must lie on their
/// grid. Errors: those of Catalogue::read(), but that there is no data.
[[nodiscard]] Result<std::vector<TimeRange>> find_holes(const Catalogue& catalogue, const DatasetKey& key,
                                                        const TimeRange& wanted,
                                                        const FetchCoverage& coverage);

}  // namespace kontor::data
