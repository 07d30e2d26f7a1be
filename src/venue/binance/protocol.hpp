#pragma once

#include <memory>

#include "venue/protocol.hpp"

namespace kontor::binance {

/// Binance spot and USDⓈ-M futures.
[[nodiscard]] std::unique_ptr<venue::Protocol> make_protocol();

}  // namespace kontor::binance
