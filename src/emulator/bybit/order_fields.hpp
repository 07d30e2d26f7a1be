#pragma once

#include <optional>
#include <string_view>

#include "emulator/bybit/venue_memory.hpp"
#include "emulator/exchange.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {

/// Where an order is shown: the stream has fields that REST has not.
BOOST_DEFINE_FIXED_ENUM_CLASS(Channel, std::uint8_t, rest, stream)

/// What the fields of an order are taken from.
struct OrderScene {
  const Exchange& exchange;
  const VenueMemory& memory;
};

/// A protective leg whose entry has not filled is no order to this venue yet.
[[nodiscard]] constexpr bool is_visible(const OrderRecord& order) noexcept {
  return order.state != OrderState::inactive;
}
/// `New`, `PartiallyFilledCanceled`, …
[[nodiscard]] std::string_view order_status_word(const OrderRecord& order) noexcept;
/// `Stop`, `PartialTakeProfit`, …; empty: a plain order.
[[nodiscard]] std::string_view stop_order_word(Product product, OrderType type,
                                               const OrderNote& note) noexcept;
/// 1: the trigger is above the market, 2: below, 0: there is none.
[[nodiscard]] int trigger_direction(OrderType type, Side side) noexcept;

/// Writes an order as one object. `status` replaces the word for its state: the stream also tells of a state
/// that an order only passes through.
void write_order(JsonWriter& out, const OrderScene& scene, const OrderRecord& order, Channel channel,
                 std::string_view status = {});
void write_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry, Channel channel);
/// The short form of `execution.fast`.
void write_fast_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry);

}  // namespace kontor::emulator::bybit
