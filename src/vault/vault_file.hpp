#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "vault/vault.hpp"

namespace kontor::vault {

struct VaultFileOptions {
  KeyHardness hardness{};                          ///< of a new vault; smaller for tests only
  std::chrono::milliseconds longest_wait{10'000};  ///< for another process that writes
};

/// A vault in its file: readable by its owner alone (0600, in a folder of 0700), written so that a crash
/// leaves the old one or the new one, shared by processes that take turns. Errors name the path. One thread.
class VaultFile {
 public:
  /// Opens the vault that is there. Error not_found: there is none; usage: others may read it, or it is no
  /// file of this user's; bad_data: wrong passphrase, or it was changed.
  [[nodiscard]] static Result<VaultFile> open(const std::filesystem::path& path, const SecretText& passphrase,
                                              const VaultFileOptions& options = {});
  /// Makes an empty vault in memory; the file comes with the first update(). Error usage: there is one
  /// already.
  [[nodiscard]] static Result<VaultFile> make(const std::filesystem::path& path, const SecretText& passphrase,
                                              const VaultFileOptions& options = {});
  /// True where there is a file of that name, whatever is in it.
  [[nodiscard]] static bool exists(const std::filesystem::path& path);

  /// Reads the vault anew, lets `change` have it, and writes it, while no other process writes. Where
  /// `change` fails nothing is written, and the error is its own. After an error the file holds what it held
  /// (but for a disk that fails at the very last, when the new one is in its place already), and so does
  /// vault() where that can be read.
  [[nodiscard]] Result<void> update(const std::function<Result<void>(Vault&)>& change);

  [[nodiscard]] const Vault& vault() const noexcept { return vault_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  VaultFile(std::filesystem::path path, Vault vault, const VaultFileOptions& options, bool is_new)
      : path_(std::move(path)), vault_(std::move(vault)), options_(options), is_new_(is_new) {}
  [[nodiscard]] Result<void> refresh();
  [[nodiscard]] Result<void> change_and_write(const std::function<Result<void>(Vault&)>& change);

  std::filesystem::path path_;
  Vault vault_;
  VaultFileOptions options_;
  bool is_new_;
};

}  // namespace kontor::vault
