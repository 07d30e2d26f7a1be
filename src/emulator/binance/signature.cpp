#include "emulator/binance/signature.hpp"

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base/ascii.hpp"

namespace kontor::emulator::binance {
namespace {

using Bytes = std::vector<unsigned char>;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<Bytes> base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(bytes.data(), bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // The decoder counts the bytes that the padding stands for.
  const std::size_t padding = text.size() - text.find_last_not_of('=') - 1;
  if (padding > 2) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

bool verify_public(const ApiKey& key, std::string_view payload, std::string_view signature) {
  const auto raw = base64_decoded(signature);
  if (!raw) return false;
  const std::unique_ptr<BIO, int (*)(BIO*)> source(
      BIO_new_mem_buf(key.public_key_pem.data(), static_cast<int>(key.public_key_pem.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> pkey(
      PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!pkey || !context) return false;
  const EVP_MD* digest = EVP_PKEY_base_id(pkey.get()) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw->data(), raw->size(), bytes_of(payload), payload.size()) == 1;
}

}  // namespace

std::string hmac_sha256(std::string_view secret, std::string_view payload) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(payload), payload.size(),
       digest.data(), &size);
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text.push_back("0123456789abcdef"[byte >> 4U]);
    text.push_back("0123456789abcdef"[byte & 15U]);
  }
  return text;
}

bool is_signed_by(const ApiKey& key, std::string_view payload, std::string_view signature) {
  if (!key.public_key_pem.empty()) return verify_public(key, payload, signature);
  const std::string expected = hmac_sha256(key.secret, payload);
  if (signature.size() != expected.size()) return false;
  std::string lower(signature);
  for (char& c : lower) c = lower_case(c);
  return CRYPTO_memcmp(expected.data(), lower.data(), expected.size()) == 0;
}

}  // namespace kontor::emulator::binance
