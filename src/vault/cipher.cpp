#include "vault/cipher.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "base/assert.hpp"

namespace kontor::vault {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t kRecordSubkey = 1;
constexpr std::uint64_t kSealSubkey = 2;
constexpr std::array<char, crypto_kdf_CONTEXTBYTES> kContext{'K', 'T', 'R', 'V', 'A', 'U', 'L', 'T'};

static_assert(sizeof(Salt) == crypto_pwhash_SALTBYTES);
static_assert(sizeof(Nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kTagSize == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(kKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kKeySize == crypto_kdf_KEYBYTES);
static_assert(KeyHardness{}.operations == crypto_pwhash_OPSLIMIT_MODERATE);
static_assert(KeyHardness{}.memory_bytes == crypto_pwhash_MEMLIMIT_MODERATE);

const unsigned char* octets(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

SecretBytes subkey(const SecretBytes& data_key, std::uint64_t number) {
  SecretBytes key(kKeySize);
  ASSERT(crypto_kdf_derive_from_key(key.data(), key.size(), number, kContext.data(), data_key.data()) == 0);
  return key;
}

VaultKeys keys_from(SecretBytes data_key) {
  VaultKeys keys;
  keys.record = subkey(data_key, kRecordSubkey);
  keys.seal = subkey(data_key, kSealSubkey);
  keys.data = std::move(data_key);
  return keys;
}

}  // namespace

Preamble make_preamble(const KeyHardness& hardness) {
  require_sodium();
  Preamble preamble;
  preamble.operations = hardness.operations;
  preamble.memory_bytes = hardness.memory_bytes;
  randombytes_buf(preamble.salt.data(), preamble.salt.size());
  return preamble;
}

Result<SecretBytes> derive_key(const SecretText& passphrase, const Preamble& preamble) {
  require_sodium();
  SecretBytes key(kKeySize);
  const std::string_view text = passphrase.empty() ? std::string_view("") : passphrase.reveal();
  if (crypto_pwhash(key.data(), key.size(), text.data(), text.size(), preamble.salt.data(),
                    preamble.operations, preamble.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0)
    return key;
  return fail(ErrorKind::internal,
              fmt::format("expected {} MiB of memory to derive the key from the passphrase, found less",
                          (preamble.memory_bytes + kMebibyte - 1) / kMebibyte));
}

VaultKeys make_keys() {
  require_sodium();
  SecretBytes data_key(kKeySize);
  crypto_kdf_keygen(data_key.data());
  return keys_from(std::move(data_key));
}

KeyBox wrap_keys(const VaultKeys& keys, const SecretBytes& key, const Preamble& preamble) {
  const auto binding = encode(preamble);
  KeyBox box;
  randombytes_buf(box.nonce.data(), box.nonce.size());
  unsigned long long size = 0;
  ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(box.wrapped_key.data(), &size, keys.data.data(),
                                                    keys.data.size(), octets(binding), binding.size(),
                                                    nullptr, box.nonce.data(), key.data()) == 0);
  ASSERT(size == box.wrapped_key.size());
  return box;
}

std::optional<VaultKeys> unwrap_keys(const KeyBox& box, const SecretBytes& key, const Preamble& preamble) {
  const auto binding = encode(preamble);
  SecretBytes data_key(kKeySize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(data_key.data(), nullptr, nullptr, box.wrapped_key.data(),
                                                 box.wrapped_key.size(), octets(binding), binding.size(),
                                                 box.nonce.data(), key.data()) != 0)
    return std::nullopt;
  return keys_from(std::move(data_key));
}

void seal_record(SealedRecord& record, const SecretBytes& content, std::span<const std::byte> binding,
                 const SecretBytes& key) {
  randombytes_buf(record.nonce.data(), record.nonce.size());
  record.ciphertext.resize(content.size() + kTagSize);
  unsigned long long size = 0;
  ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(record.ciphertext.data(), &size, content.data(),
                                                    content.size(), octets(binding), binding.size(), nullptr,
                                                    record.nonce.data(), key.data()) == 0);
  ASSERT(size == record.ciphertext.size());
}

std::optional<SecretBytes> open_record(const SealedRecord& record, std::span<const std::byte> binding,
                                       const SecretBytes& key) {
  if (record.ciphertext.size() <= kTagSize) return std::nullopt;
  SecretBytes content(record.ciphertext.size() - kTagSize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(content.data(), nullptr, nullptr, record.ciphertext.data(),
                                                 record.ciphertext.size(), octets(binding), binding.size(),
                                                 record.nonce.data(), key.data()) != 0)
    return std::nullopt;
  return content;
}

Seal seal_of(std::span<const std::byte> bytes, const SecretBytes& key) {
  Seal seal{};
  ASSERT(crypto_generichash(seal.data(), seal.size(), octets(bytes), bytes.size(), key.data(), key.size()) ==
         0);
  return seal;
}

bool is_same_seal(const Seal& a, const Seal& b) noexcept {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kontor::vault
