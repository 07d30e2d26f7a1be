#pragma once

#include <memory>

#include "journal/file_system.hpp"

namespace kontor::journal {

/// The files of the machine. Locks are open-file-description locks, which hold between processes and between
/// two objects of one process alike.
class PosixFileSystem final : public FileSystem {
 public:
  PosixFileSystem();
  ~PosixFileSystem() override;

  [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  /// The last file on this thread and those before it each on one of their own: the disk takes them together.
  [[nodiscard]] Result<void> sync(std::span<File* const> files) override;
  [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] Result<void> remove(const std::string& path) override;
  [[nodiscard]] Result<void> make_folder(const std::string& path) override;
  [[nodiscard]] Result<void> sync_folder(const std::string& path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;

 private:
  class SyncThread;
  std::vector<std::unique_ptr<SyncThread>> threads_;  ///< begun when they are needed first
};

}  // namespace kontor::journal
