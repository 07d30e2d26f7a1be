#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "venue/error_class.hpp"
#include "venue/message.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// What Bybit's codes mean, ascending.
[[nodiscard]] std::span<const venue::ErrorRule> error_rules() noexcept;

/// What a refusal means: by its code where that is in the table, else by the status of the answer. To a
/// question that changes nothing nobody has an outcome to find out: it may be asked again.
[[nodiscard]] venue::VenueError judge_error(std::int64_t code, std::string_view text,
                                            const venue::MessageContext& context) noexcept;

/// The same for an answer that is none of the protocol's: a proxy's page, an empty body.
[[nodiscard]] venue::VenueError judge_status(std::string_view text,
                                             const venue::MessageContext& context) noexcept;

}  // namespace kontor::bybit
