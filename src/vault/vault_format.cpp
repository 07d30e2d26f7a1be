#include "vault/vault_format.hpp"

#include <fmt/format.h>

#include "vault/key_ring.hpp"

namespace kontor::vault {
namespace {

constexpr std::uint64_t kMostOperations = 16;
constexpr std::uint64_t kLeastMemory = std::uint64_t{8} << 10U;
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30U;
/// A credential with the longest texts is shorter.
constexpr std::size_t kLargestCiphertext = 3 * kLongestSecret + 256;

std::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::bad_data, std::move(message)); }

std::unexpected<Error> cut_off(std::string_view where) {
  return corrupt(fmt::format(
      "expected more bytes, found the end of the vault within {}: it was cut off or changed", where));
}

Result<void> read_preamble(Decoder& decoder, Preamble& preamble) {
  decode_from(decoder, preamble.magic);
  if (decoder.failed() || preamble.magic != kMagic) return corrupt("expected a vault, found something else");
  decode_from(decoder, preamble.version);
  if (decoder.failed()) return cut_off("its header");
  if (preamble.version > kFormatVersion) {
    return corrupt(
        fmt::format("expected a vault of version {}, found version {}: it was made by a newer program",
                    kFormatVersion, preamble.version));
  }
  if (preamble.version != kFormatVersion)
    return corrupt(
        fmt::format("expected a vault of version {}, found version {}", kFormatVersion, preamble.version));
  decode_from(decoder, preamble.derivation);
  decode_from(decoder, preamble.operations);
  decode_from(decoder, preamble.memory_bytes);
  decode_from(decoder, preamble.salt);
  if (decoder.failed()) return cut_off("its header");
  return {};
}

/// Bounds what a changed file can make the derivation cost.
Result<void> check_derivation(const Preamble& preamble) {
  if (preamble.derivation != static_cast<std::uint32_t>(Derivation::argon2id))
    return corrupt(fmt::format("expected key derivation 1 (Argon2id), found {}", preamble.derivation));
  if (preamble.operations < 1 || preamble.operations > kMostOperations) {
    return corrupt(fmt::format("expected 1 to {} passes of the key derivation, found {}", kMostOperations,
                               preamble.operations));
  }
  if (preamble.memory_bytes < kLeastMemory || preamble.memory_bytes > kMostMemory) {
    return corrupt(fmt::format("expected {} to {} bytes of memory for the key derivation, found {}",
                               kLeastMemory, kMostMemory, preamble.memory_bytes));
  }
  return {};
}

Result<SealedRecord> read_record(Decoder& decoder, std::size_t number) {
  SealedRecord record;
  const std::string where = fmt::format("record {}", number);
  decode_from(decoder, record.name.version);
  if (decoder.failed()) return cut_off(where);
  if (record.name.version != kRecordVersion)
    return corrupt(
        fmt::format("{}: expected version {}, found {}", where, kRecordVersion, record.name.version));
  decode_from(decoder, record.name.venue);
  decode_from(decoder, record.name.slot);
  decode_from(decoder, record.name.account);
  decode_from(decoder, record.nonce);
  decode_from(decoder, record.ciphertext);
  if (decoder.failed())
    return corrupt(
        fmt::format("{}: expected venue, slot, account and content, found too few bytes or a value that "
                    "cannot be: the vault was cut off or changed",
                    where));
  if (!check_account(record.name.account))
    return corrupt(fmt::format("{}: expected the name of an account, found something else", where));
  if (record.ciphertext.size() <= kTagSize || record.ciphertext.size() > kLargestCiphertext) {
    return corrupt(fmt::format("{} ({}): expected {} to {} bytes, found {}", where, describe(record.name),
                               kTagSize, kLargestCiphertext, record.ciphertext.size()));
  }
  return record;
}

}  // namespace

Result<VaultImage> parse(std::span<const std::byte> bytes) {
  if (bytes.empty()) return corrupt("expected a vault, found an empty file");
  if (bytes.size() > kLargestVault)
    return corrupt(
        fmt::format("expected a vault of at most {} bytes, found {}", kLargestVault, bytes.size()));
  Decoder decoder(bytes);
  VaultImage image;
  TRY_VOID(read_preamble(decoder, image.preamble));
  TRY_VOID(check_derivation(image.preamble));
  std::uint32_t count = 0;
  decode_from(decoder, image.key_box);
  decode_from(decoder, image.generation);
  decode_from(decoder, count);
  if (decoder.failed()) return cut_off("its header");
  if (count > KeyRing::kMostCredentials)
    return corrupt(fmt::format("expected at most {} records, found {}", KeyRing::kMostCredentials, count));
  for (std::uint32_t i = 0; i < count; ++i) {
    TRY(auto record, read_record(decoder, i + 1));
    image.records.push_back(std::move(record));
  }
  decode_from(decoder, image.seal);
  if (decoder.failed()) return cut_off("its seal");
  if (decoder.remaining() != 0)
    return corrupt(fmt::format("expected the end of the vault, found {} more bytes", decoder.remaining()));
  return image;
}

std::vector<std::byte> unsealed_bytes(const VaultImage& image) {
  Encoder encoder;
  encode_into(encoder, image.preamble);
  encode_into(encoder, image.key_box);
  encode_into(encoder, image.generation);
  encode_into(encoder, static_cast<std::uint32_t>(image.records.size()));
  for (const SealedRecord& record : image.records) encode_into(encoder, record);
  return encoder.take();
}

std::span<const std::byte> without_seal(std::span<const std::byte> bytes) noexcept {
  return bytes.first(bytes.size() < sizeof(Seal) ? 0 : bytes.size() - sizeof(Seal));
}

std::vector<std::byte> binding_of(const VaultImage& image, std::size_t position) {
  Encoder encoder;
  encode_into(encoder, kMagic);
  encode_into(encoder, image.preamble.version);
  encode_into(encoder, image.generation);
  encode_into(encoder, static_cast<std::uint32_t>(position));
  encode_into(encoder, image.records[position].name);
  return encoder.take();
}

std::string describe(const RecordName& name) {
  return fmt::format("the {} key of {}/{}", name_of(name.slot), name_of(name.venue), name.account);
}

}  // namespace kontor::vault
