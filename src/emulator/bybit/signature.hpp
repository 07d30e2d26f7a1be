#pragma once

#include <string>
#include <string_view>

#include "emulator/account_view.hpp"

namespace kontor::emulator::bybit {

/// HMAC-SHA-256 (RFC 2104) as lower-case hexadecimal digits.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view secret, std::string_view text);

/// Whether the key's owner signed the text: with the secret, or with the private key of `public_key_pem`
/// (RSA, PKCS#1 1.5, SHA-256, Base64). Takes the same time for any wrong signature of the right length.
[[nodiscard]] bool is_signed_by(const ApiKey& key, std::string_view text, std::string_view signature);

}  // namespace kontor::emulator::bybit
