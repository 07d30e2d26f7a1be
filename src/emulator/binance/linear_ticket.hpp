#pragma once

#include "emulator/binance/service.hpp"
#include "emulator/exchange.hpp"

namespace kontor::emulator::binance {

/// A limit or market order of USDⓈ-M as a ticket. Error -4120: a type that only the algo endpoint takes.
[[nodiscard]] Answer<OrderTicket> read_linear_ticket(Service& service, const Call& call);
/// A conditional order as a ticket.
[[nodiscard]] Answer<OrderTicket> read_algo_ticket(Service& service, const Call& call);

}  // namespace kontor::emulator::binance
