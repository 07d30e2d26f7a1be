#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/archive_reader.hpp"
#include "data/catalogue.hpp"
#include "data/import_format.hpp"
#include "data/progress.hpp"

namespace kontor::data {

/// What to import files as.
struct ImportOptions {
  /// What the rows are filed under. Empty: the venue whose format it is; generic CSV needs a name.
  std::string venue;
  /// The venue's symbol. Empty: the one in the file, or in the name of a file of a venue's archive.
  std::string instrument;
  std::optional<DataKind> kind;        ///< empty: whatever the files hold
  std::optional<Timeframe> timeframe;  ///< of bars; empty: told from their spacing
  ImportFormat format = ImportFormat::automatic;
  bool replace = false;  ///< rows that differ from stored ones win; otherwise they are an error
  /// Set by a signal handler; looked at between blocks. The import then ends with ErrorKind::canceled.
  const std::atomic<bool>* cancel = nullptr;
  ArchiveLimits limits;
};

/// What an import found for one dataset.
struct DatasetImport {
  DatasetKey key;
  std::uint64_t rows = 0;  ///< read from the files; repetitions count
  TimeNs first = 0;
  TimeNs last = 0;
};

struct ImportSummary {
  std::vector<DatasetImport> datasets;  ///< ascending by key
  WriteSummary written;                 ///< of all datasets together
  std::vector<std::string> warnings;    ///< what was odd, with file and line
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< of the files on disk
};

/// Reads files of market data into the store, all of them or none: on any error, and when canceled, the store
/// is as it was. Importing a file again changes nothing. Errors: not_found, io, bad_data (with path and
/// line), usage (no instrument can be told), canceled.
[[nodiscard]] Result<ImportSummary> import_files(std::span<const std::filesystem::path> files,
                                                 const ImportOptions& options, const Catalogue& catalogue,
                                                 Progress& progress);

/// `BTCUSDT` from `BTCUSDT-1m-2025-01.zip`, `BTCUSDT-aggTrades-2025-01-01.csv` and their like; else empty.
[[nodiscard]] std::string symbol_of_archive_name(std::string_view file_name);

}  // namespace kontor::data
