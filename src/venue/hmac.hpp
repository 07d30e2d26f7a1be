#pragma once

#include <string>
#include <string_view>

namespace kontor::venue {

/// HMAC-SHA-256 (RFC 2104) of the text under a key of any length, as 64 small hexadecimal digits.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);

}  // namespace kontor::venue
