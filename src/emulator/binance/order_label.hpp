#pragma once

#include <string>
#include <string_view>

#include "emulator/orders.hpp"

namespace kontor::emulator::binance {

/// What the venue shows of an order and the exchange does not know: kept in OrderTicket::label.
struct OrderLabel {
  std::string type;                         ///< `STOP_LOSS_LIMIT`
  std::string self_trade = "EXPIRE_MAKER";  ///< mode of self-trade prevention
  std::string price_match = "NONE";         ///< USDⓈ-M
  bool price_protect = false;               ///< USDⓈ-M
  bool is_algo = false;                     ///< came as an algo order
  std::string callback_rate{};              ///< as it was asked for

  [[nodiscard]] std::string encode() const;
  /// Orders that the venue made itself have no label: they are market orders.
  [[nodiscard]] static OrderLabel of(const OrderRecord& order);
};

// The venue's words for what orders have in common.
[[nodiscard]] std::string_view side_text(Side side) noexcept;
/// `GTX` stands for post-only on USDⓈ-M.
[[nodiscard]] std::string_view time_in_force_text(const OrderTicket& ticket) noexcept;
/// True where the venue calls the end of this order an expiry: immediate orders, and market orders without
/// enough of a market.
[[nodiscard]] bool ends_at_once(const OrderTicket& ticket) noexcept;

}  // namespace kontor::emulator::binance
