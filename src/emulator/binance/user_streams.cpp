#include "emulator/binance/user_streams.hpp"

#include <algorithm>
#include <utility>

#include "emulator/binance/linear_order_text.hpp"

namespace kontor::emulator::binance {

void UserStreams::subscribe(AccountId account, UserReader& reader) {
  std::vector<UserReader*>& readers = readers_[account];
  if (std::ranges::find(readers, &reader) == readers.end()) readers.push_back(&reader);
}

void UserStreams::unsubscribe(AccountId account, UserReader& reader) {
  const auto found = readers_.find(account);
  if (found != readers_.end()) std::erase(found->second, &reader);
}

void UserStreams::send(AccountId account, const std::string& message) {
  const auto found = readers_.find(account);
  if (found == readers_.end()) return;
  // A reader that is cut off meanwhile leaves the list; it lives on for a while.
  const std::vector<UserReader*> readers = found->second;
  for (UserReader* reader : readers) reader->on_user_event(account, message);
}

void UserStreams::tell_closed_list(const OrderRecord& order) {
  if (order.ticket.list.value == 0) return;
  const auto orders = service_.exchange().list_orders(order.account, order.ticket.list);
  const bool is_done =
      std::ranges::all_of(orders, [](const OrderRecord* one) { return is_closed(one->state); });
  if (is_done) send(order.account, list_status(service_, order, true));
}

void UserStreams::tell_spot_order(const OrderEvent& event) {
  const OrderRecord& order = event.order;
  send(order.account, execution_report(service_, event));
  const bool is_new = event.change == OrderChange::accepted && order.ticket.list.value != 0;
  if (is_new) new_lists_.insert_or_assign(order.ticket.list, order.account);
  if (is_closed(order.state)) tell_closed_list(order);
}

void UserStreams::tell_linear_order(const OrderEvent& event) {
  const OrderRecord& order = event.order;
  if (is_algo(order)) {
    if (event.change == OrderChange::triggered)
      send(order.account, algo_update(service_, order, "TRIGGERING"));
    if (event.change != OrderChange::amended) send(order.account, algo_update(service_, order));
  }
  if (is_in_book(order)) send(order.account, order_trade_update(service_, event));
}

void UserStreams::on_order(const OrderEvent& event) {
  if (event.order.product != product_ || !is_read(event.order.account)) return;
  flush();
  if (product_ == Product::spot)
    tell_spot_order(event);
  else
    tell_linear_order(event);
}

void UserStreams::on_execution(const ExecutionEvent& event) {
  const OrderRecord& order = event.order;
  if (order.product != product_ || !is_read(order.account)) return;
  flush();
  if (product_ == Product::spot) {
    send(order.account, execution_report(service_, event));
    if (is_closed(order.state)) tell_closed_list(order);
    return;
  }
  send(order.account, order_trade_update(service_, event));
  if (is_algo(order) && is_closed(order.state)) send(order.account, algo_update(service_, order));
}

AccountUpdate& UserStreams::gather(AccountId account, BalanceCause cause, TimeNs ts) {
  AccountUpdate& update = gathered_[account];
  update.cause = cause;
  update.ts = ts;
  return update;
}

void UserStreams::on_balance(const BalanceEvent& event) {
  if (event.product != product_ || !is_read(event.account)) return;
  if (product_ == Product::spot) {
    send(event.account, account_position(service_, event.balances));
    if (event.cause != BalanceCause::transfer) return;
    for (std::size_t i = 0; i < event.balances.size(); ++i)
      send(event.account, balance_update(service_, event.balances[i].asset, event.changes[i]));
    return;
  }
  // What orders tie up is no part of a wallet's balance here.
  if (event.cause == BalanceCause::order) return;
  AccountUpdate& update = gather(event.account, event.cause, event.ts);
  update.balances.assign(event.balances.begin(), event.balances.end());
  update.changes.assign(event.changes.begin(), event.changes.end());
}

void UserStreams::on_position(const PositionEvent& event) {
  if (product_ != Product::linear || !is_read(event.account)) return;
  AccountUpdate& update = gather(event.account, event.cause, event.ts);
  std::erase_if(update.positions,
                [&](const PositionView& known) { return known.instrument == event.position.instrument; });
  update.positions.push_back(event.position);
}

void UserStreams::on_settings(const AccountSettingsEvent& event) {
  if (product_ != Product::linear || !is_read(event.account)) return;
  send(event.account, account_settings_update(service_, event));
}

void UserStreams::flush() {
  for (const auto& [account, update] : std::exchange(gathered_, {}))
    send(account, account_update(service_, update));
}

void UserStreams::finish() {
  flush();
  // A list is told once all of its orders are there.
  for (const auto& [list, account] : std::exchange(new_lists_, {})) {
    const auto orders = service_.exchange().list_orders(account, list);
    if (!orders.empty()) send(account, list_status(service_, *orders.front(), false));
  }
}

}  // namespace kontor::emulator::binance
