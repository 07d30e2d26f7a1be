#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// Requests are carried out only as long after their time as this.
inline constexpr std::int64_t kReceiveWindowMs = 5000;
/// How long a signature that signs in on a socket holds.
inline constexpr DurationNs kSignInValidity = 10 * kSecond;
/// `kline`, `funding/history`, `execution/list` and the like give at most so many rows at once.
inline constexpr std::uint32_t kMostCandles = 1000;
inline constexpr std::uint32_t kMostInstruments = 1000;
inline constexpr std::uint32_t kMostBookLevels = 1000;
inline constexpr std::uint32_t kMostFundingRates = 200;
inline constexpr std::uint32_t kMostFills = 100;
inline constexpr std::uint32_t kMostOpenOrders = 50;
inline constexpr std::uint32_t kMostPositions = 200;
inline constexpr std::uint32_t kMostPayments = 50;
/// Depth of a book when nobody says which.
inline constexpr std::uint32_t kUsualBookLevels = 200;
/// Lists of fills and payments reach over so much time at once.
inline constexpr DurationNs kLongestHistory = 7 * kDay;
/// The dead man's switch.
inline constexpr std::int64_t kShortestWindowMs = 3'000;
inline constexpr std::int64_t kLongestWindowMs = 300'000;
/// What one account may have open in a symbol.
inline constexpr std::uint32_t kMostActiveOrders = 500;

[[nodiscard]] constexpr std::size_t most_orders_per_batch(venue::Product product) noexcept {
  return product == venue::Product::spot ? 10 : 20;
}
[[nodiscard]] constexpr std::uint32_t most_conditional_orders(venue::Product product) noexcept {
  return product == venue::Product::spot ? 30 : 10;
}
[[nodiscard]] constexpr std::uint32_t most_recent_trades(venue::Product product) noexcept {
  return product == venue::Product::spot ? 60 : 1000;
}

/// Where Bybit is spoken to; the paths of the streams are added by stream_url() and
/// private_url().
[[nodiscard]] const venue::Endpoints& endpoints(venue::Product product) noexcept;

/// What Bybit can do (README.md has the same table).
[[nodiscard]] std::span<const venue::Capability> capabilities() noexcept;

}  // namespace kontor::bybit
