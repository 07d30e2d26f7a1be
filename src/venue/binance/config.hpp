#pragma once

#include "venue/protocol.hpp"

namespace kontor::binance {

/// Requests are carried out only as long after their time as this.
inline constexpr std::int64_t kReceiveWindowMs = 5000;
/// `batchOrders` of USDⓈ-M.
inline constexpr std::size_t kMostOrdersPerBatch = 5;
inline constexpr std::size_t kMostCancelsPerBatch = 10;

/// Where Binance is spoken to.
[[nodiscard]] const venue::Endpoints& endpoints(venue::Product product) noexcept;

}  // namespace kontor::binance
