#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "net/http_message.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// The signature of a request: over time, key, window and what is asked (the query as it is sent, or the
/// body).
[[nodiscard]] std::string request_signature(std::string_view payload, std::int64_t timestamp_ms,
                                            const venue::Credentials& credentials);

/// The headers that sign a request.
[[nodiscard]] std::vector<net::HttpHeader> signed_headers(std::string_view payload, TimeNs clock,
                                                          const venue::Credentials& credentials);

/// The signature that signs in on a socket, until `expires_ms`.
[[nodiscard]] std::string sign_in_signature(std::int64_t expires_ms, std::string_view secret);

}  // namespace kontor::bybit
