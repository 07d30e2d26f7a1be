#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "venue/message.hpp"
#include "venue/product.hpp"

namespace kontor::bybit {

// Bybit's words for ours, and back. Nothing: there is no such word.

/// `spot`, `linear`.
[[nodiscard]] std::string_view category_name(venue::Product product) noexcept;

/// `1` … `720` (minutes), `D`, `W`. Errors: usage (an interval that Bybit does not have).
[[nodiscard]] Result<std::string_view> interval_name(Timeframe interval);
[[nodiscard]] std::optional<Timeframe> parse_interval(std::string_view text) noexcept;

[[nodiscard]] constexpr std::string_view side_name(Side side) noexcept {
  return side == Side::buy ? "Buy" : "Sell";
}
[[nodiscard]] std::optional<Side> parse_side(std::string_view text) noexcept;

[[nodiscard]] constexpr std::string_view trigger_name(TriggerSource source) noexcept {
  return source == TriggerSource::mark ? "MarkPrice" : "LastPrice";
}

/// `positionIdx`: 0, 1 (long), 2 (short).
[[nodiscard]] constexpr std::int64_t position_index(venue::PositionSide side) noexcept {
  return static_cast<std::int64_t>(side);
}
[[nodiscard]] std::optional<venue::PositionSide> parse_position_index(std::int64_t index) noexcept;

struct TimeInForceMeaning {
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  bool post_only = false;
};
[[nodiscard]] std::optional<TimeInForceMeaning> parse_time_in_force(std::string_view text) noexcept;

struct StatusMeaning {
  OrderStatus status = OrderStatus::acknowledged;
  bool waits_for_trigger = false;  ///< Untriggered
  bool had_no_trigger = false;     ///< Deactivated: ended before it was triggered
};
[[nodiscard]] std::optional<StatusMeaning> parse_order_status(std::string_view text) noexcept;

/// What `stopOrderType` says about an order. `by_direction`: a conditional order that is a stop or a
/// take-profit by the way the price has to go.
enum class StopKind : std::uint8_t { none, stop, take_profit, trailing, by_direction };
[[nodiscard]] std::optional<StopKind> parse_stop_kind(std::string_view text) noexcept;

/// What `rejectReason` and `cancelType` say about the end of an order; `none`: nothing that we have a word
/// for.
[[nodiscard]] RejectReason parse_reject_reason(std::string_view text) noexcept;
[[nodiscard]] RejectReason parse_cancel_type(std::string_view text) noexcept;

[[nodiscard]] venue::InstrumentStatus parse_instrument_status(std::string_view text) noexcept;

/// What `execType` says. `trade`: it changes the position, whoever caused it.
enum class ExecutionKind : std::uint8_t { trade, liquidation, funding };
[[nodiscard]] std::optional<ExecutionKind> parse_execution_kind(std::string_view text) noexcept;

/// The asset that a linear contract is settled in, and that its fees and funding are paid in: USDT where its
/// name says so (`BTCUSDT`, `BTCUSDT-26JUN26`), else USDC (`BTCPERP`, `BTC-26JUN26`).
[[nodiscard]] std::string_view settlement_asset(std::string_view linear_symbol) noexcept;

/// `^[A-Za-z0-9_-]{1,36}$`.
[[nodiscard]] bool is_client_order_id(std::string_view text) noexcept;

}  // namespace kontor::bybit
