#pragma once

#include <cstdint>

#include "venue/protocol.hpp"

namespace kontor::bybit {

/// Writes an action as a request of Bybit's v5 interface. What Bybit cannot do is refused with the reason,
/// never sent in the hope that it works. Errors: as Protocol::encode().
[[nodiscard]] Result<net::HttpRequest> encode_action(const venue::Action& action,
                                                     const venue::RequestContext& context);

/// How much of the budget it takes: one, and one for each order of a batch.
[[nodiscard]] std::uint32_t weight_of(const venue::Action& action) noexcept;

}  // namespace kontor::bybit
