#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "storage/projection.hpp"

namespace kontor::app {

/// What the storage commands share: where the database is, and which sessions they are about.
struct StorageOptions {
  std::filesystem::path database;  ///< empty: kontor.db among the sessions
  std::vector<std::string> sessions;
  bool json = false;
};

void add_storage_options(CLI::App& command, StorageOptions& options);
[[nodiscard]] std::filesystem::path database_path(const StorageOptions& options, const Globals& globals);

/// The journals' folders of the sessions that were named; of all where none was.
[[nodiscard]] Result<std::vector<std::string>> journal_folders(const StorageOptions& options,
                                                               const Globals& globals);

/// Engines from what stands in the journals themselves: their configurations and instruments, no data.
[[nodiscard]] storage::ProjectionSettings projection_settings(journal::FileSystem& files);

/// Prints what became of each session. The exit code is that of the first fault of a journal, or 0.
[[nodiscard]] Result<int> report_projection(const std::vector<storage::SessionOutcome>& outcomes,
                                            const StorageOptions& options, const Globals& globals);

}  // namespace kontor::app
