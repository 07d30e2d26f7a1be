#pragma once

#include <string_view>

#include "emulator/exchange_core.hpp"
#include "model/order.hpp"

namespace kontor::emulator {

/// `std::unexpected` of a refusal.
[[nodiscard]] std::unexpected<Refusal> refuse(RefusalReason reason, std::string text);

/// What a ticket comes to in the instrument's raw units; id, group and strategy are not set.
struct OrderDraft {
  const ListedInstrument* listed = nullptr;
  NewOrder order;
};

/// Holds a ticket to the venue's published filters, in the venues' own order: form, price, percent price,
/// lot, notional, number of open orders. Whatever passes has numbers that the matching can compute with.
[[nodiscard]] Outcome<OrderDraft> filter_order(const ExchangeCore& core, const Account& account,
                                               const OrderTicket& ticket);

/// The same for the new numbers of an open order.
struct AmendDraft {
  RawQuantity quantity;
  RawPrice limit_price;
  RawPrice trigger_price;
};
[[nodiscard]] Outcome<AmendDraft> filter_amendment(const ExchangeCore& core, const OrderRecord& record,
                                                   const AmendTicket& ticket);

/// Refuses ids that the venue does not take, and those that are in use. Empty is fine.
[[nodiscard]] Outcome<void> filter_client_id(const ExchangeCore& core, const Account& account,
                                             Product product, std::string_view client_id);

/// The matching's refusal in the venue's words.
[[nodiscard]] Refusal refusal_of(RejectReason reason, const ListedInstrument& listed);

}  // namespace kontor::emulator
