#include "venue/bybit/sign.hpp"

#include <fmt/format.h>

#include "venue/bybit/config.hpp"
#include "venue/hmac.hpp"

namespace kontor::bybit {

std::string request_signature(std::string_view payload, std::int64_t timestamp_ms,
                              const venue::Credentials& credentials) {
  const std::string text = fmt::format("{}{}{}{}", timestamp_ms, credentials.key, kReceiveWindowMs, payload);
  return venue::hmac_sha256_hex(credentials.secret, text);
}

std::vector<net::HttpHeader> signed_headers(std::string_view payload, TimeNs clock,
                                            const venue::Credentials& credentials) {
  const std::int64_t timestamp_ms = clock / kMillisecond;
  return {
      {"X-BAPI-API-KEY", credentials.key},
      {"X-BAPI-TIMESTAMP", std::to_string(timestamp_ms)},
      {"X-BAPI-RECV-WINDOW", std::to_string(kReceiveWindowMs)},
      {"X-BAPI-SIGN", request_signature(payload, timestamp_ms, credentials)},
  };
}

std::string sign_in_signature(std::int64_t expires_ms, std::string_view secret) {
  return venue::hmac_sha256_hex(secret, fmt::format("GET/realtime{}", expires_ms));
}

}  // namespace kontor::bybit
