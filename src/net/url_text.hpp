#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/url.hpp"

namespace kontor::net {

// Addresses in messages. Queries carry keys and signatures: nobody is told them.

/// Url::parse, whose error says what was expected and shows at most host and path.
[[nodiscard]] Result<Url> parse_without_telling(std::string_view text);
/// `api.binance.com/api/v3/time`.
[[nodiscard]] std::string host_and_path(const Url& url);

}  // namespace kontor::net
