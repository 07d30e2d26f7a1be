#pragma once

#include "net/http_message.hpp"
#include "venue/protocol.hpp"

namespace kontor::binance {

/// The request for an action, signed where it has to be. All parameters are in the query, in the order of
/// Binance's own documentation; the body is empty. Errors: usage.
[[nodiscard]] Result<net::HttpRequest> build_request(const venue::Action& action,
                                                     const venue::RequestContext& context);

/// What the request takes of the weight that an address may use in a minute.
[[nodiscard]] std::uint32_t request_weight(const venue::Action& action, venue::Product product) noexcept;

}  // namespace kontor::binance
