#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/codec.hpp"
#include "base/result.hpp"
#include "vault/credential.hpp"

/// The layout of a vault file, see format.md. Nothing here knows a key: what it gives is untrusted until the
/// seal was checked.
namespace kontor::vault {

inline constexpr std::array<std::uint8_t, 8> kMagic{'K', 'T', 'R', 'V', 'A', 'U', 'L', 'T'};
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint8_t kRecordVersion = 1;
inline constexpr std::size_t kLargestVault = std::size_t{2} << 20U;
inline constexpr std::size_t kTagSize = 16;
inline constexpr std::size_t kKeySize = 32;

using Salt = std::array<std::uint8_t, 16>;
using Nonce = std::array<std::uint8_t, 24>;
using WrappedKey = std::array<std::uint8_t, kKeySize + kTagSize>;
using Seal = std::array<std::uint8_t, 32>;

enum class Derivation : std::uint32_t { argon2id = 1 };

/// How the key is derived from the passphrase. The first part of a file; authenticated by the wrapped key.
struct Preamble {
  std::array<std::uint8_t, 8> magic = kMagic;
  std::uint32_t version = kFormatVersion;
  std::uint32_t derivation = static_cast<std::uint32_t>(Derivation::argon2id);
  std::uint64_t operations = 0;
  std::uint64_t memory_bytes = 0;
  Salt salt{};
  bool operator==(const Preamble&) const = default;
  BOOST_DESCRIBE_CLASS(Preamble, (), (magic, version, derivation, operations, memory_bytes, salt), (), ())
};

struct KeyBox {
  Nonce nonce{};
  WrappedKey wrapped_key{};
  bool operator==(const KeyBox&) const = default;
  BOOST_DESCRIBE_CLASS(KeyBox, (), (nonce, wrapped_key), (), ())
};

/// Whose record it is; in the clear, and part of what authenticates the record.
struct RecordName {
  std::uint8_t version = kRecordVersion;
  Venue venue = Venue::binance;
  Slot slot = Slot::active;
  std::string account;
  BOOST_DESCRIBE_CLASS(RecordName, (), (version, venue, slot, account), (), ())
};

struct SealedRecord {
  RecordName name;
  Nonce nonce{};
  std::vector<std::uint8_t> ciphertext;
  BOOST_DESCRIBE_CLASS(SealedRecord, (), (name, nonce, ciphertext), (), ())
};

/// A vault as it lies in its file.
struct VaultImage {
  Preamble preamble;
  KeyBox key_box;
  std::uint64_t generation = 0;
  std::vector<SealedRecord> records;
  Seal seal{};
};

/// Reads the layout; the bounds of everything in it are checked. Error bad_data names the problem and, where
/// it is in a record, which; the path is the caller's to say.
[[nodiscard]] Result<VaultImage> parse(std::span<const std::byte> bytes);
/// All bytes but the seal.
[[nodiscard]] std::vector<std::byte> unsealed_bytes(const VaultImage& image);
/// The part of a whole file that the seal is over.
[[nodiscard]] std::span<const std::byte> without_seal(std::span<const std::byte> bytes) noexcept;
/// What authenticates a record beside its content.
[[nodiscard]] std::vector<std::byte> binding_of(const VaultImage& image, std::size_t position);
/// For people: `the active key of binance/main`.
[[nodiscard]] std::string describe(const RecordName& name);

}  // namespace kontor::vault
