#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "base/result.hpp"
#include "vault/descriptor.hpp"

namespace kontor::vault {

enum class LockKind : std::uint8_t {
  shared,     ///< with other readers
  exclusive,  ///< alone
};

/// Takes the turn of this process at a vault, by a lock on the file `<vault>.lock` beside it, until it goes.
/// The file stays: to remove it would let two processes lock two files of one name.
class VaultLock {
 public:
  /// Waits for others at most so long. Error io: they have it still.
  [[nodiscard]] static Result<VaultLock> take(const std::filesystem::path& vault, LockKind kind,
                                              std::chrono::milliseconds longest_wait);

 private:
  explicit VaultLock(Descriptor file) noexcept : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace kontor::vault
