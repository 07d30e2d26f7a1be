#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "vault/secret_text.hpp"
#include "vault/vault_format.hpp"

/// The cryptography of a vault, see format.md: thin and total over libsodium.
namespace kontor::vault {

/// What deriving a key from a passphrase costs, and so what guessing costs.
struct KeyHardness {
  std::uint64_t operations = 3;
  std::uint64_t memory_bytes = 268'435'456;
};

/// The data key and what is derived from it.
struct VaultKeys {
  SecretBytes data;
  SecretBytes record;
  SecretBytes seal;
};

/// A preamble with a fresh salt.
[[nodiscard]] Preamble make_preamble(const KeyHardness& hardness);
/// Takes its time, on purpose. Error internal: there is not as much memory as it needs.
[[nodiscard]] Result<SecretBytes> derive_key(const SecretText& passphrase, const Preamble& preamble);

/// Fresh ones, at random.
[[nodiscard]] VaultKeys make_keys();
[[nodiscard]] KeyBox wrap_keys(const VaultKeys& keys, const SecretBytes& key, const Preamble& preamble);
/// Nothing: the key is not the one it was wrapped by, or box or preamble were changed.
[[nodiscard]] std::optional<VaultKeys> unwrap_keys(const KeyBox& box, const SecretBytes& key,
                                                   const Preamble& preamble);

/// Encrypts what `record` shall hold, with a fresh nonce.
void seal_record(SealedRecord& record, const SecretBytes& content, std::span<const std::byte> binding,
                 const SecretBytes& key);
/// Nothing: the record was changed, or is not bound to this place.
[[nodiscard]] std::optional<SecretBytes> open_record(const SealedRecord& record,
                                                     std::span<const std::byte> binding,
                                                     const SecretBytes& key);

[[nodiscard]] Seal seal_of(std::span<const std::byte> bytes, const SecretBytes& key);
[[nodiscard]] bool is_same_seal(const Seal& a, const Seal& b) noexcept;

}  // namespace kontor::vault
