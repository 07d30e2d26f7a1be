#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "data/fetch_plan.hpp"
#include "data/progress.hpp"

namespace kontor::data {

/// Where files come from and how patient a download is.
struct FetchOptions {
  std::string base_url = "https://data.binance.vision";
  std::filesystem::path cache;  ///< finished and half-finished downloads
  long connect_timeout_seconds = 10;
  long stall_timeout_seconds = 20;  ///< without a thousand bytes a second
  unsigned attempts = 3;
  DurationNs first_pause = 500 * kMillisecond;  ///< between attempts, doubled each time
  const std::atomic<bool>* cancel = nullptr;
};

/// Downloads one file and its checksum file into the cache and compares them. A download that was cut off
/// goes on where it stopped, in this call or in a later one; a finished file with the right checksum is not
/// fetched again. No redirects, and certificates are checked. Errors: not_found (the archive does not have
/// it), io (the network, after all attempts), bad_data (a wrong checksum; the file is deleted), canceled.
[[nodiscard]] Result<std::filesystem::path> fetch_file(const ArchiveFile& file, const FetchOptions& options,
                                                       Progress& progress);

/// All files of a plan, in order; stops at the first error.
[[nodiscard]] Result<std::vector<std::filesystem::path>> fetch_files(const std::vector<ArchiveFile>& files,
                                                                     const FetchOptions& options,
                                                                     Progress& progress);

}  // namespace kontor::data
