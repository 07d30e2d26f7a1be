#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::research {

/// What becomes of an earlier run in the target's place.
enum class EarlierRun : std::uint8_t { replace, keep };

/// A run's folder on its way to disk: files go into a hidden folder beside the target, and commit() puts that
/// in the target's place with one rename. Until then, and whenever a write fails, the target is as it was. An
/// earlier run in the target's place is replaced if so asked; a folder that holds anything else is refused.
class RunFolder {
 public:
  /// Makes the hidden folder. Error io: it cannot be made; usage: the target holds what is not a run.
  [[nodiscard]] static Result<RunFolder> begin(const std::filesystem::path& target);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  /// Writes one whole file. Error io names the file and the reason, such as a full disk.
  [[nodiscard]] Result<void> write(std::string_view name, std::string_view content);
  /// Puts the finished folder in the target's place. True when done; false if something is there already and
  /// is to be kept, in which case another target can be tried.
  [[nodiscard]] Result<bool> commit(EarlierRun earlier = EarlierRun::replace);
  /// Names another place beside the first one.
  void retarget(std::filesystem::path target) { target_ = std::move(target); }

 private:
  RunFolder(std::filesystem::path target, std::filesystem::path partial)
      : target_(std::move(target)), partial_(std::move(partial)) {}

  Result<bool> commit_beside();
  Result<void> replace();

  std::filesystem::path target_;
  std::filesystem::path partial_;  ///< empty once committed or moved from
};

/// `20250504-153300-123456-1a2b3c4d`: the instant of creation to the microsecond and the beginning of the
/// configuration's hash. Ids sort by creation.
[[nodiscard]] std::string run_id(TimeNs created, std::string_view config_sha256);

/// Fails as RunFolder::begin would, so that a command can say so before hours of work; leaves nothing behind
/// but missing parent folders.
[[nodiscard]] Result<void> check_run_folder(const std::filesystem::path& target);

/// Writes one file by way of a hidden one beside it and a rename.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Reads one whole file. Error io names it; not_found where it does not exist.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace kontor::research
