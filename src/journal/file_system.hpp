#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace kontor::journal {

/// An open file. Errors name the operation and the path; a full disk is ErrorKind::no_space.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  /// Writes at the end. After an error any part of `data` may be there.
  [[nodiscard]] virtual Result<void> append(std::span<const std::byte> data) = 0;
  /// Returns when the content is on the disk. After an error nothing since the last sync is.
  [[nodiscard]] virtual Result<void> sync() = 0;
  /// Fills `into` from `offset` on; fewer bytes only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
  /// Takes the file for this object alone, until it goes; false where another one has it, here or in another
  /// process.
  [[nodiscard]] virtual Result<bool> try_lock() = 0;
};

enum class Access : std::uint8_t {
  read,
  append,       ///< reads and appends; makes the file where there is none
  append_anew,  ///< the same, emptied first
};

/// The few operations on files that a journal needs; the disk of the simulator is another one behind the same
/// door. Used by one thread.
class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path, Access access) = 0;
  /// Returns when the content of all of them is on the disk, in whatever order it came there; at once where
  /// the machine can. After an error it may be that nothing is since the last sync.
  [[nodiscard]] virtual Result<void> sync(std::span<File* const> files) {
    for (File* file : files) TRY_VOID(file->sync());
    return {};
  }
  /// Puts a file into the place of another, at once; both lie in one folder.
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  /// Makes a folder and its parents, durably; that it is there already is no error.
  [[nodiscard]] virtual Result<void> make_folder(const std::string& path) = 0;
  /// Returns when the names of the files in the folder are on the disk.
  [[nodiscard]] virtual Result<void> sync_folder(const std::string& path) = 0;
  /// The names of the files in a folder, ascending.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
};

/// Where what was written has to be before one goes on.
enum class Durability : std::uint8_t {
  disk,    ///< on the disk
  system,  ///< with the system: a process that dies loses nothing, a loss of power may take it
};

/// Makes a file with this content that is there completely or not at all.
[[nodiscard]] Result<std::unique_ptr<File>> publish_file(FileSystem& files, const std::string& folder,
                                                         const std::string& name,
                                                         std::span<const std::span<const std::byte>> pieces,
                                                         Durability durability = Durability::disk);

}  // namespace kontor::journal
