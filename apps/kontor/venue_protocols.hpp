#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "venue/protocol.hpp"

namespace kontor::app {

/// The language of a venue by its name. Errors: not_found, with the nearest.
[[nodiscard]] Result<std::unique_ptr<venue::Protocol>> make_protocol(std::string_view venue);

/// All of them.
[[nodiscard]] std::vector<std::unique_ptr<venue::Protocol>> make_protocols();

}  // namespace kontor::app
