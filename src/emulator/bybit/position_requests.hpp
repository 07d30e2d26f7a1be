#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

// `/v5/position/…`

[[nodiscard]] Answer answer_positions(const Request& request);
[[nodiscard]] Answer set_leverage(const Request& request);
[[nodiscard]] Answer switch_position_mode(const Request& request);
/// `switch-isolated`: the margin mode of one instrument.
[[nodiscard]] Answer switch_isolated(const Request& request);
/// `trading-stop`: take-profit, stop-loss and trailing stop of a position.
[[nodiscard]] Answer set_trading_stop(const Request& request);
/// `closed-pnl`: what closing orders have brought.
[[nodiscard]] Answer answer_closed_results(const Request& request);

}  // namespace kontor::emulator::bybit
