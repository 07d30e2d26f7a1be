#pragma once

#include <string>

#include "net/http_message.hpp"
#include "venue/message.hpp"

namespace kontor::venue {

/// One line of JSON: `{"event":"public_trade","symbol":…}`. Decimals are strings, as they were written; what
/// the venue does not say is left out.
[[nodiscard]] std::string format_json(const Message& message);

/// `{"method","url","headers","body"}` on one line.
[[nodiscard]] std::string format_json(const net::HttpRequest& request);

}  // namespace kontor::venue
