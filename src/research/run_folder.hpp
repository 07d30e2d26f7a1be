#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::research {

/// A run's folder on its way to disk: files go into a hidden folder beside the target, and commit() puts that
/// in the target's place with one rename. Until then, and whenever a write fails, the target is as it was. An
/// earlier run in the target's place is replaced; a folder that holds anything else is refused.
class RunFolder {
 public:
  /// Makes the hidden folder. Error io: it cannot be made; usage: the target holds what is not a run.
  [[nodiscard]] static Result<RunFolder> begin(const std::filesystem::path& target);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  /// Writes one whole file. Error io names the file and the reason, such as a full disk.
  [[nodiscard]] Result<void> write(std::string_view name, std::string_view content);
  /// Puts the finished folder in the target's place.
  [[nodiscard]] Result<void> commit();

 private:
  RunFolder(std::filesystem::path target, std::filesystem::path partial)
      : target_(std::move(target)), partial_(std::move(partial)) {}

  std::filesystem::path target_;
  std::filesystem::path partial_;  ///< empty once committed or moved from
};

/// Fails as RunFolder::begin would, so that a command can say so before hours of work; leaves nothing behind
/// but missing parent folders.
[[nodiscard]] Result<void> check_run_folder(const std::filesystem::path& target);

/// Writes one file by way of a hidden one beside it and a rename.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Reads one whole file. Error io names it; not_found where it does not exist.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace kontor::research
