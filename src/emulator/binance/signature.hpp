#pragma once

#include <string>
#include <string_view>

#include "emulator/account_view.hpp"

namespace kontor::emulator::binance {

/// HMAC-SHA256 in lower-case hexadecimal.
[[nodiscard]] std::string hmac_sha256(std::string_view secret, std::string_view payload);

/// Whether the payload was signed with this key: by its secret (HMAC, hexadecimal), or where it has a public
/// key by that (RSA PKCS#1 v1.5 with SHA-256, or Ed25519; base64). How long this takes says nothing about the
/// secret.
[[nodiscard]] bool is_signed_by(const ApiKey& key, std::string_view payload, std::string_view signature);

}  // namespace kontor::emulator::binance
