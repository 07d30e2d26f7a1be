#pragma once

#include <optional>
#include <string_view>

#include "venue/message.hpp"
#include "venue/product.hpp"

namespace kontor::binance {

// Binance's words for ours, and back. Nothing: there is no such word.

[[nodiscard]] Result<std::string_view> interval_name(Timeframe interval);
[[nodiscard]] std::optional<Timeframe> parse_interval(std::string_view text);

[[nodiscard]] constexpr std::string_view side_name(Side side) noexcept {
  return side == Side::buy ? "BUY" : "SELL";
}
[[nodiscard]] std::optional<Side> parse_side(std::string_view text) noexcept;

/// Spot has other words than USDⓈ-M. Post-only limit orders have a type of their own on spot.
[[nodiscard]] std::string_view order_type_name(OrderType type, venue::Product product) noexcept;
/// What the words of both products mean.
struct TypeMeaning {
  OrderType type = OrderType::limit;
  bool post_only = false;
};
[[nodiscard]] std::optional<TypeMeaning> parse_order_type(std::string_view text,
                                                          venue::Product product) noexcept;

[[nodiscard]] std::string_view time_in_force_name(TimeInForce time_in_force) noexcept;
struct TimeInForceMeaning {
  TimeInForce time_in_force = TimeInForce::good_till_canceled;
  bool post_only = false;
};
[[nodiscard]] std::optional<TimeInForceMeaning> parse_time_in_force(std::string_view text) noexcept;

/// Of orders, and of conditional orders (`algoStatus`).
[[nodiscard]] std::optional<OrderStatus> parse_status(std::string_view text) noexcept;
[[nodiscard]] std::string_view position_side_name(venue::PositionSide side) noexcept;
[[nodiscard]] std::optional<venue::PositionSide> parse_position_side(std::string_view text) noexcept;
/// `cross`, `isolated`, in the spelling of any answer.
[[nodiscard]] std::optional<venue::MarginMode> parse_margin_mode(std::string_view text) noexcept;
[[nodiscard]] venue::InstrumentStatus parse_instrument_status(std::string_view text) noexcept;

}  // namespace kontor::binance
