#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "venue/protocol.hpp"

namespace kontor::binance {

/// The query with `recvWindow`, `timestamp` and, over everything before it, `signature` at its end. The
/// request's body must be empty: Binance would count it as part of the text.
[[nodiscard]] std::string signed_query(std::string query, TimeNs clock, std::string_view secret);

/// Parameters of a request over a socket with `apiKey`, `timestamp` and the signature over all of them in
/// the order of their names.
using Parameters = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Parameters signed_parameters(Parameters parameters, TimeNs clock,
                                           const venue::Credentials& credentials);

}  // namespace kontor::binance
