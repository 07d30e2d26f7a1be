#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

// `/v5/account/…`, `/v5/user/…`, `/v5/asset/…`

[[nodiscard]] Answer answer_wallet(const Request& request);
[[nodiscard]] Answer answer_account_info(const Request& request);
[[nodiscard]] Answer answer_fee_rates(const Request& request);
[[nodiscard]] Answer answer_transaction_log(const Request& request);
[[nodiscard]] Answer set_account_margin_mode(const Request& request);
[[nodiscard]] Answer answer_disconnect_guard(const Request& request);
[[nodiscard]] Answer answer_key(const Request& request);
[[nodiscard]] Answer answer_coins(const Request& request);
/// `query-account-coins-balance`: the coins of one account type.
[[nodiscard]] Answer answer_account_coins(const Request& request);

}  // namespace kontor::emulator::bybit
