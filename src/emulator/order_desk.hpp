#pragma once

#include "emulator/exchange_core.hpp"

namespace kontor::emulator {

// What a user asks of orders; see Exchange. The account is known to exist.

[[nodiscard]] Outcome<Placed> place_order(ExchangeCore& core, Account& account, const OrderTicket& ticket);
[[nodiscard]] Outcome<PlacedList> place_order_list(ExchangeCore& core, Account& account,
                                                   const ListTicket& ticket);
[[nodiscard]] Outcome<Placed> amend_order(ExchangeCore& core, Account& account, const AmendTicket& ticket);
[[nodiscard]] Outcome<const OrderRecord*> cancel_order(ExchangeCore& core, Account& account,
                                                       const OrderKey& key);
std::vector<VenueOrderId> cancel_orders(ExchangeCore& core, Account& account, Product product,
                                        std::optional<InstrumentId> instrument, OrderOrigin origin);
[[nodiscard]] const OrderRecord* find_order(const ExchangeCore& core, const Account& account,
                                            const OrderKey& key);

}  // namespace kontor::emulator
