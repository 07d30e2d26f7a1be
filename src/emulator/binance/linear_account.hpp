#pragma once

#include <string>

#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

// The USDⓈ-M account.
[[nodiscard]] Answer<std::string> linear_balance(Service& service, const Call& call);
/// With all positions, as version 2 of the endpoint.
[[nodiscard]] Answer<std::string> linear_account_v2(Service& service, const Call& call);
/// With the positions that are held or ordered, as version 3.
[[nodiscard]] Answer<std::string> linear_account_v3(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> position_risk_v2(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> position_risk_v3(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_income(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> linear_commission(Service& service, const Call& call);

// Its settings.
[[nodiscard]] Answer<std::string> leverage_brackets(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> set_leverage(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> set_margin_type(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> position_mode(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> set_position_mode(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> multi_assets_mode(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> set_multi_assets_mode(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> symbol_settings(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> account_settings(Service& service, const Call& call);

// Its listen key.
[[nodiscard]] Answer<std::string> listen_key_open(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> listen_key_renew(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> listen_key_close(Service& service, const Call& call);

}  // namespace kontor::emulator::binance
