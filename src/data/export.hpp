#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "data/series_reader.hpp"

namespace kontor::data {

/// Takes the next piece of text; an error ends the export.
using TextSink = std::function<Result<void>(std::string_view)>;

/// Writes a series as the generic CSV that `data import` reads: a header line, times in ISO-8601 with as many
/// digits as they need, plain decimals without trailing zeros. docs/catalogue-format.md lists the columns.
[[nodiscard]] Result<void> write_csv(const Series& series, const TextSink& sink);

struct ExportOptions {
  const std::atomic<bool>* cancel = nullptr;  ///< then ends with ErrorKind::canceled
  std::function<void(std::uint64_t rows)> progress =
      nullptr;  ///< told now and then how many rows are written
};

struct ExportSummary {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  ///< in the file, compressed
};

/// The same into a file: `.csv`, `.csv.gz` or `.csv.zst` by its name, `-` is stdout. The file appears when it
/// is complete; on an error there is none, and an older one of this name is untouched.
[[nodiscard]] Result<ExportSummary> export_csv(const Series& series, const std::filesystem::path& target,
                                               const ExportOptions& options = {});

}  // namespace kontor::data
