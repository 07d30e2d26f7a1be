#pragma once

#include "emulator/binance/service.hpp"
#include "emulator/exchange.hpp"

namespace kontor::emulator::binance {

/// The order that a request names by `orderId` or `origClientOrderId`. Error -1102: neither.
[[nodiscard]] Answer<OrderKey> order_key(const Call& call, const ListedInstrument& listing,
                                         std::string_view id_name = "orderId",
                                         std::string_view client_name = "origClientOrderId");
/// `orderId`, `fromId`, `startTime`, `endTime`, `limit` of a request for orders or executions.
/// Error -1127: a longer span than the venue looks through at once.
struct HistoryRules {
  std::size_t most = 1'000;
  DurationNs longest_span = kDay;
  bool order_is_first = false;  ///< `orderId` is where to begin, not the only one
};
[[nodiscard]] Answer<HistoryQuery> history_query(const Call& call, const ListedInstrument& listing,
                                                 const HistoryRules& rules);

}  // namespace kontor::emulator::binance
