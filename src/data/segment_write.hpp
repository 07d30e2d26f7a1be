#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.hpp"
#include "base/time.hpp"
#include "data/dataset.hpp"

namespace kontor::data {

/// Writes a complete segment file at `path`, which must not exist, and asks the system to start storing it.
/// Not durable before sync_file(). The rows must be in order, of one period, and framed as the kind demands.
/// On an error there is no file. Returns the size of the file.
[[nodiscard]] Result<std::uint64_t> write_segment(const std::filesystem::path& path, const DatasetKey& key,
                                                  TimeNs period_start, const Batch& batch);

}  // namespace kontor::data
