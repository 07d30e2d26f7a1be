#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/file_system.hpp"
#include "journal/manifest.hpp"

namespace kontor::journal {

/// The state of a session after record `seq`, in the codec's form.
struct Snapshot {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  StateHash state_hash{};
  Manifest manifest;  ///< build, session and configuration at that time
  std::vector<std::byte> state;
};

/// SHA-256 of a state: what a replay compares.
[[nodiscard]] StateHash hash_of(std::span<const std::byte> state) noexcept;

/// Writes a snapshot, under a temporary name first. The journal up to `seq` must be as durable before, and a
/// SnapshotTaken with the hash that this returns is to be appended after. Of a snapshot that was only with
/// the system a loss of power may leave a part, which is refused when it is read, or the whole although the
/// journal ends before it; recover() removes that one.
[[nodiscard]] Result<StateHash> write_snapshot(FileSystem& files, const std::string& folder,
                                               const Identity& identity, std::uint64_t seq, TimeNs ts,
                                               std::span<const std::byte> state,
                                               Durability durability = Durability::disk);

/// Reads one snapshot file and verifies all of it.
[[nodiscard]] Result<Snapshot> read_snapshot(FileSystem& files, const std::string& path);

/// The newest snapshot that can be used, and what is wrong with newer ones.
struct FoundSnapshot {
  std::optional<Snapshot> snapshot;
  std::vector<std::string> problems;
};
/// Looks for the newest whole snapshot that is not newer than `last_seq`, the end of the recovered journal.
[[nodiscard]] Result<FoundSnapshot> newest_snapshot(FileSystem& files, const std::string& folder,
                                                    std::uint64_t last_seq = UINT64_MAX);

}  // namespace kontor::journal
