#pragma once

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/order_note.hpp"
#include "emulator/bybit/request.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::bybit {

/// An order as the request words it, ready for the exchange.
struct OrderDraft {
  const ListedInstrument* listed = nullptr;
  OrderTicket ticket;
  AttachedStops stops;
};

/// Reads the parameters of `order.create`; refused with the venue's words where they do not go together. What
/// depends on filters and money is the exchange's to check.
[[nodiscard]] Checked<OrderDraft> read_order(const Request& request);

/// Reads take-profit and stop-loss (`takeProfit`, `tpTriggerBy`, `tpOrderType`, `tpLimitPrice`, `tpslMode`,
/// and the same with `sl`). A price of zero is none.
[[nodiscard]] Checked<AttachedStops> read_stops(const Parameters& parameters, Product product);

/// What the stops of a position of this side must be compared with, and how the venue calls it.
struct BasePrice {
  Amount price;
  std::string_view name;  ///< `LastPrice`
};
/// A take-profit must lie on the winning side of the base price, a stop-loss on the losing one.
[[nodiscard]] Checked<void> check_stops(const AttachedStops& stops, Side side, const BasePrice& base);

/// `triggerBy` and its relatives; refused for what the core has no price of.
[[nodiscard]] Checked<TriggerSource> read_trigger_source(const Parameters& parameters, std::string_view name);
/// The price that a trigger is compared with; zero: there is none yet.
[[nodiscard]] Amount trigger_reference(const Exchange& exchange, InstrumentId instrument,
                                       TriggerSource source);

}  // namespace kontor::emulator::bybit
