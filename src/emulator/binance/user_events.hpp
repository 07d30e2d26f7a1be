#pragma once

#include <span>
#include <string>
#include <vector>

#include "emulator/binance/service.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::binance {

// The messages of the user data streams, without their wrapping.

// Spot.
[[nodiscard]] std::string execution_report(Service& service, const OrderEvent& event);
[[nodiscard]] std::string execution_report(Service& service, const ExecutionEvent& event);
[[nodiscard]] std::string list_status(Service& service, const OrderRecord& order, bool is_done);
[[nodiscard]] std::string account_position(Service& service, std::span<const AssetBalance> balances);
[[nodiscard]] std::string balance_update(Service& service, AssetId asset, Amount change);

// USDⓈ-M.
[[nodiscard]] std::string order_trade_update(Service& service, const OrderEvent& event);
[[nodiscard]] std::string order_trade_update(Service& service, const ExecutionEvent& event);
/// `status`: what the order says of itself unless given.
[[nodiscard]] std::string algo_update(Service& service, const OrderRecord& order,
                                      std::string_view status = {});
[[nodiscard]] std::string account_settings_update(Service& service, const AccountSettingsEvent& event);
[[nodiscard]] std::string listen_key_expired(Service& service, std::string_view listen_key);

/// What one ACCOUNT_UPDATE brings together.
struct AccountUpdate {
  BalanceCause cause = BalanceCause::order;
  TimeNs ts = 0;
  std::vector<AssetBalance> balances{};
  std::vector<Amount> changes{};  ///< beside balances
  std::vector<PositionView> positions{};
};
[[nodiscard]] std::string account_update(Service& service, const AccountUpdate& update);

}  // namespace kontor::emulator::binance
