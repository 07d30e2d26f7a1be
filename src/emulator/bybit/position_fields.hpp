#pragma once

#include "emulator/bybit/order_fields.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {

void write_position(JsonWriter& out, const OrderScene& scene, AccountId account, const PositionView& position,
                    Channel channel);
/// The account with its coins, as the list of `wallet-balance` has it.
void write_wallet(JsonWriter& out, const OrderScene& scene, AccountId account, std::string_view coin = {});

}  // namespace kontor::emulator::bybit
