#pragma once

#include <span>
#include <string_view>

#include "venue/error_class.hpp"
#include "venue/message.hpp"

namespace kontor::binance {

/// What Binance's codes mean, ascending.
[[nodiscard]] std::span<const venue::ErrorRule> error_rules() noexcept;

/// What a refusal means by its code, its words (several refusals share a code) and the status of the answer.
[[nodiscard]] venue::VenueError judge_error(std::int64_t code, std::string_view text,
                                            unsigned http_status) noexcept;

}  // namespace kontor::binance
