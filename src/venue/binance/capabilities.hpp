#pragma once

#include <span>

#include "venue/protocol.hpp"

namespace kontor::binance {

/// What Binance can do through this adapter; the table of the README.
[[nodiscard]] std::span<const venue::Capability> capabilities() noexcept;

}  // namespace kontor::binance
