#include "venue/hmac.hpp"

#include <array>

#include <sodium.h>

#include "base/assert.hpp"

namespace kontor::venue {
namespace {

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(
      text.data());  // NOLINT(*-reinterpret-cast): sodium takes bytes
}

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  ASSERT(sodium_init() >= 0);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(&state, sizeof state);
  std::string hex(2 * digest.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  hex.pop_back();
  return hex;
}

}  // namespace kontor::venue
