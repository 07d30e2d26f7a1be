#pragma once

#include <string>

#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

// The spot account.
[[nodiscard]] Answer<std::string> spot_account(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> spot_commission(Service& service, const Call& call);

// What clients ask the wallet before they trade.
[[nodiscard]] Answer<std::string> wallet_coins(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> wallet_restrictions(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> wallet_trade_fees(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> wallet_status(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> wallet_transfer(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> wallet_funding_assets(Service& service, const Call& call);
/// For what is asked after and never there: margin pairs and such.
[[nodiscard]] Answer<std::string> nothing_listed(Service& service, const Call& call);

}  // namespace kontor::emulator::binance
