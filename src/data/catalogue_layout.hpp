#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/dataset.hpp"
#include "data/segment.hpp"

/// Where what lies in the store's folder.
namespace kontor::data {

inline constexpr std::string_view kStoreMarker = ".catalogue";  ///< makes a folder a store; readers lock it
inline constexpr std::string_view kStoreMarkerText = "kontor catalogue 1\n";
inline constexpr std::string_view kWriteLock = ".lock";
inline constexpr std::string_view kTransactionFile = ".transaction";
inline constexpr std::string_view kTemporarySuffix = ".new";

/// `binance/BTCUSDT/bar/1m`. Characters of venue and symbol other than letters, digits, `.`, `_` and `-` are
/// written as %XX, and so is a leading dot.
[[nodiscard]] std::string dataset_folder(const DatasetKey& key);
/// The reverse; nothing if the folder is not one that dataset_folder() makes.
[[nodiscard]] std::optional<DatasetKey> parse_dataset_folder(const std::filesystem::path& relative);

/// A segment file found in a dataset's folder.
struct SegmentPlace {
  std::filesystem::path path;
  TimeNs period_start = 0;
};

/// The segment files of a dataset, ascending; none if the folder is not there.
[[nodiscard]] Result<std::vector<SegmentPlace>> find_segments(const std::filesystem::path& store,
                                                              const DatasetKey& key);
/// All datasets that have a folder, ascending by key.
[[nodiscard]] Result<std::vector<DatasetKey>> find_datasets(const std::filesystem::path& store);

/// Compares what a segment says of itself with where it lies: bad_data if a file has been moved.
[[nodiscard]] Result<void> check_place(const SegmentHeader& header, const DatasetKey& key,
                                       const SegmentPlace& place);

}  // namespace kontor::data
