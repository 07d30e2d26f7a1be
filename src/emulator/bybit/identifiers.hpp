#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/listing.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::bybit {

// The venue's spelling of ids: spot counts in decimal numbers of 19 digits, everything else has UUIDs. Both
// are made from the core's ids and lead back to them, so that no table is needed.

[[nodiscard]] std::string order_id_text(Product product, VenueOrderId id);
/// None: no id that order_id_text() makes.
[[nodiscard]] std::optional<VenueOrderId> parse_order_id(std::string_view text);
[[nodiscard]] std::string execution_id_text(Product product, ExecutionId id);
/// Of a public trade.
[[nodiscard]] std::string trade_id_text(Product product, std::uint64_t id);

/// A UUID that belongs to a number; `kind` keeps the numbers of different things apart.
[[nodiscard]] std::string uuid_text(std::uint64_t kind, std::uint64_t number);
/// 32 hexadecimal digits, as the venue names a request for its support.
[[nodiscard]] std::string trace_id_text(std::uint64_t number);

/// The number by which the venue knows an account.
[[nodiscard]] std::int64_t user_id(AccountId account) noexcept;

}  // namespace kontor::emulator::bybit
