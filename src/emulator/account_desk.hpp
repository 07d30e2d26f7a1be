#pragma once

#include "emulator/exchange_core.hpp"

namespace kontor::emulator {

// What the matching reports becomes orders, executions, income and events here, in the order of the reports.

/// Takes what the wallet of `product` has reported into the account's books and tells the listeners. `cause`
/// is what the balances are said to have changed by, if nothing stronger happened.
void settle_reports(ExchangeCore& core, Account& account, Product product, BalanceCause cause);

/// Tells of every balance of a wallet that is not what was told last.
void publish_balances(ExchangeCore& core, Account& account, Product product, BalanceCause cause);

void publish_position(ExchangeCore& core, Account& account, InstrumentId instrument, BalanceCause cause);

/// The position with what only the account's books know.
[[nodiscard]] PositionView position_view(const ExchangeCore& core, const Account& account,
                                         InstrumentId instrument);

void tell_order(ExchangeCore& core, OrderRecord& record, OrderChange change, TimeNs ts);

void add_income(ExchangeCore& core, Account& account, IncomeRecord record);

}  // namespace kontor::emulator
