#pragma once

#include <string>

#include "emulator/binance/service.hpp"
#include "emulator/exchange.hpp"

namespace kontor::emulator::binance {

/// What the fields of one order are called in a request: `price`, or `abovePrice` for a leg of a list.
struct SpotFieldNames {
  std::string side = "side";
  std::string type = "type";
  std::string quantity = "quantity";
  std::string quote_quantity = "quoteOrderQty";
  std::string price = "price";
  std::string stop_price = "stopPrice";
  std::string trailing_delta = "trailingDelta";
  std::string time_in_force = "timeInForce";
  std::string client_id = "newClientOrderId";
  std::string iceberg = "icebergQty";

  /// The legs of an OCO have side and quantity in common: `above`, `below`, `pendingAbove`, `pendingBelow`.
  [[nodiscard]] static SpotFieldNames leg(std::string_view prefix, std::string_view shared_prefix = {});
  /// `working`, `pending`.
  [[nodiscard]] static SpotFieldNames own(std::string_view prefix);
};

/// One order as a ticket. Errors: those that the venue documents for the form of an order.
[[nodiscard]] Answer<OrderTicket> read_spot_ticket(const Service& service, const Call& call,
                                                   const SpotFieldNames& names = {});

}  // namespace kontor::emulator::binance
