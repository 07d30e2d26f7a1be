#include "emulator/bybit/signature.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base/assert.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::size_t kMaxSignatureText = 2'048;

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* handle) const noexcept {
    release(handle);
  }
};
using BioHandle = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Empty: it is no Base64.
std::vector<unsigned char> base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::vector<unsigned char> out(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(out.data(), bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

bool has_rsa_signature(const std::string& pem, std::string_view text, std::string_view signature) {
  const std::vector<unsigned char> raw = base64_decoded(signature);
  const BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (raw.empty() || !bio) return false;
  const KeyHandle key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  const DigestHandle digest(EVP_MD_CTX_new());
  const bool valid = key && digest &&
                     EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                     EVP_DigestVerify(digest.get(), raw.data(), raw.size(), bytes_of(text), text.size()) == 1;
  ERR_clear_error();  // what was refused here is nobody else's error
  return valid;
}

}  // namespace

std::string hmac_sha256_hex(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  ASSERT(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
              digest.data(), &size) != nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out.push_back(kDigits[digest[i] >> 4U]);
    out.push_back(kDigits[digest[i] & 15U]);
  }
  return out;
}

bool is_signed_by(const ApiKey& key, std::string_view text, std::string_view signature) {
  if (signature.size() > kMaxSignatureText) return false;
  if (!key.public_key_pem.empty()) return has_rsa_signature(key.public_key_pem, text, signature);
  const std::string expected = hmac_sha256_hex(key.secret, text);
  return signature.size() == expected.size() &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

}  // namespace kontor::emulator::bybit
