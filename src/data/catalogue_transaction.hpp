#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/catalogue_files.hpp"

/// What makes a change of many files one change: locks, the record of a commit, and bringing to an end what a
/// crash has cut off.
namespace kontor::data {

/// One step of a commit; `segment` is the final path relative to the store.
struct CommitStep {
  std::string segment;
  bool remove = false;  ///< otherwise the temporary file beside it takes its place
  bool operator==(const CommitStep&) const = default;
};

/// Held by the one process that writes. io: somebody else holds it (the message names the process).
[[nodiscard]] Result<FileDescriptor> lock_for_writing(const std::filesystem::path& store);

/// Held shared while segments are being opened and exclusively while they are being put into place, so that a
/// reader sees all of a commit or nothing of it. Waits up to half a minute.
enum class PublishLock : std::uint8_t { shared, exclusive };
[[nodiscard]] Result<FileDescriptor> lock_publishing(const std::filesystem::path& store, PublishLock lock);

/// Notes that temporaries may lie about, before the first one is written.
[[nodiscard]] Result<void> mark_transaction(const std::filesystem::path& store);
/// Makes the steps durable: from here on they will happen, whatever else does.
[[nodiscard]] Result<void> record_commit(const std::filesystem::path& store,
                                         const std::vector<CommitStep>& steps);
/// Carries out the steps that have not been carried out yet, durably; tells `progress` how many are done.
[[nodiscard]] Result<void> apply_commit(const std::filesystem::path& store,
                                        const std::vector<CommitStep>& steps,
                                        const std::function<void(std::uint64_t)>& progress = nullptr);
/// Removes the mark or record.
[[nodiscard]] Result<void> end_transaction(const std::filesystem::path& store);

/// Removes the temporaries below the store and the folders that are empty then.
[[nodiscard]] Result<void> remove_temporaries(const std::filesystem::path& store);
/// Removes `folder` and its parents up to the store as far as they are empty.
void remove_empty_folders(const std::filesystem::path& store, std::filesystem::path folder);

/// Completes a recorded commit, or undoes a transaction that had not come so far. The caller holds the write
/// lock.
[[nodiscard]] Result<void> recover(const std::filesystem::path& store);
/// The same, if there is something to recover and nobody is writing.
[[nodiscard]] Result<void> recover_if_needed(const std::filesystem::path& store);

}  // namespace kontor::data
