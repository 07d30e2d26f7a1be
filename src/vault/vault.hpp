#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "vault/cipher.hpp"
#include "vault/key_ring.hpp"

namespace kontor::vault {

/// An open vault: the credentials, and the keys under which they are written again. Knows no file. What a
/// file holds is in format.md. protect_process() comes before the first of these. One thread.
class Vault {
 public:
  /// An empty one under a fresh data key. `hardness` is for tests; people get the default.
  [[nodiscard]] static Result<Vault> make(const SecretText& passphrase, const KeyHardness& hardness = {});
  /// Error bad_data: the passphrase is wrong, or the bytes are not a vault that was left as it was written;
  /// the message says what was found.
  [[nodiscard]] static Result<Vault> open(std::span<const std::byte> bytes, const SecretText& passphrase);

  /// Takes what `bytes` hold instead, where they are under the same passphrase still; that takes no time.
  /// Error usage: the passphrase was changed meanwhile. After an error this vault is as before.
  [[nodiscard]] Result<void> reload(std::span<const std::byte> bytes);
  /// The bytes of a file with all of it, as the next generation. Never twice the same.
  [[nodiscard]] std::vector<std::byte> seal() const;
  /// From the next seal() on the vault opens to this passphrase and to no other. Its keys are fresh, too:
  /// what the old ones open is old copies.
  [[nodiscard]] Result<void> change_passphrase(const SecretText& passphrase);

  [[nodiscard]] KeyRing& keys() noexcept { return ring_; }
  [[nodiscard]] const KeyRing& keys() const noexcept { return ring_; }
  /// How often it was written.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

 private:
  Vault() = default;
  [[nodiscard]] Result<void> take(std::span<const std::byte> bytes, const VaultImage& image);

  Preamble preamble_;
  KeyBox key_box_;
  VaultKeys keys_;
  KeyRing ring_;
  std::uint64_t generation_ = 0;
};

}  // namespace kontor::vault
