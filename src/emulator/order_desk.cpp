#include "emulator/order_desk.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "emulator/account_desk.hpp"
#include "emulator/order_filters.hpp"

namespace kontor::emulator {
namespace {

void send_command(ExchangeCore& core, Account& account, Product product, const CommandBody& command) {
  account.last_rejection = RejectReason::none;
  account.wallet(product).on_command(command, core.now);
  settle_reports(core, account, product, BalanceCause::order);
}

/// The id that a venue gives to orders that came without one.
std::string made_up_client_id(Account& account, std::uint64_t order) {
  return fmt::format("e{}-{}-{}", account.id.value, order, ++account.last_client);
}

OrderRecord record_of(ExchangeCore& core, Account& account, const OrderTicket& ticket,
                      const OrderDraft& draft) {
  OrderRecord record;
  record.id = VenueOrderId(++core.last_order);
  record.client_id =
      ticket.client_id.empty() ? made_up_client_id(account, record.id.value) : ticket.client_id;
  record.account = account.id;
  record.instrument = draft.listed->id;
  record.product = draft.listed->product;
  record.ticket = ticket;
  record.quantity = ticket.close_position ? RawQuantity() : draft.order.quantity;
  record.limit_price = draft.order.limit_price;
  record.trigger_price = draft.order.trigger_price;
  record.trailing_offset = draft.order.trailing_offset;
  const Instrument& instrument = core.listings.instrument(record.instrument);
  const bool pays_in_base = record.product == Product::spot && ticket.side == Side::buy;
  record.fee_asset = pays_in_base ? instrument.base() : instrument.quote();
  record.created_at = core.now;
  record.updated_at = core.now;
  record.matching_id = OrderId(++core.last_matching);
  return record;
}

std::vector<Execution> executions_since(const Account& account, VenueOrderId order, std::uint64_t before) {
  std::vector<Execution> found;
  for (auto at = account.executions.rbegin(); at != account.executions.rend() && at->id.value > before;
       ++at) {
    if (at->order == order) found.push_back(*at);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Outcome<Placed> place_draft(ExchangeCore& core, Account& account, const OrderTicket& ticket,
                            OrderDraft draft) {
  const std::uint64_t executed = core.last_execution;
  OrderRecord& record = account.orders.add(record_of(core, account, ticket, draft));
  draft.order.id = record.matching_id;
  draft.order.group = GroupId(ticket.list.value);
  send_command(core, account, record.product, draft.order);
  if (record.state == OrderState::rejected) {
    Refusal refusal = refusal_of(record.end_reason, *draft.listed);
    account.orders.discard(record.id);
    ++core.counters.orders_refused;
    return std::unexpected<Refusal>(std::move(refusal));
  }
  ++core.counters.orders_placed;
  return Placed{&record, executions_since(account, record.id, executed)};
}

Outcome<OrderDraft> draft_of(ExchangeCore& core, const Account& account, const OrderTicket& ticket) {
  auto draft = filter_order(core, account, ticket);
  if (draft) {
    auto client = filter_client_id(core, account, ticket.product, ticket.client_id);
    if (client) return draft;
    draft = std::unexpected<Refusal>(std::move(client).error());
  }
  ++core.counters.orders_refused;
  return draft;
}

/// Legs alone, or an entry with legs, all in one instrument, each role once.
Outcome<void> filter_list(const ListTicket& ticket) {
  const auto bad = [](std::string text) { return refuse(RefusalReason::not_offered, std::move(text)); };
  if (ticket.orders.size() < 2 || ticket.orders.size() > 3)
    return bad("expected two or three orders in a list");
  std::array<int, 5> roles{};
  for (const OrderTicket& order : ticket.orders) {
    if (order.product != ticket.orders.front().product || order.symbol != ticket.orders.front().symbol) {
      return bad("expected orders of one instrument in a list");
    }
    if (++roles.at(static_cast<std::size_t>(order.role)) > 1) return bad("expected each role once in a list");
  }
  const bool has_single = roles[static_cast<std::size_t>(GroupRole::single)] != 0 ||
                          roles[static_cast<std::size_t>(GroupRole::flatten)] != 0;
  const bool has_entry = roles[static_cast<std::size_t>(GroupRole::entry)] != 0;
  if (has_single) return bad("expected an entry, a stop or a target in a list");
  if (has_entry && ticket.orders.front().role != GroupRole::entry) return bad("expected the entry first");
  return {};
}

Outcome<OrderRecord*> open_order(ExchangeCore& core, Account& account, const OrderKey& key) {
  const OrderRecord* found = find_order(core, account, key);
  if (found == nullptr) return refuse(RefusalReason::unknown_order, "expected an order that is known");
  if (is_closed(found->state)) return refuse(RefusalReason::order_closed, "expected an order that is open");
  return account.orders.find(found->id);
}

/// The matching cannot move a trigger: the order goes and comes back under another name, where it was if the
/// new one is refused.
Outcome<void> move_trigger(ExchangeCore& core, Account& account, OrderRecord& record,
                           const AmendDraft& draft) {
  Wallet& wallet = account.wallet(record.product);
  wallet.on_time(core.now);
  settle_reports(core, account, record.product, BalanceCause::order);
  if (is_closed(record.state)) return refuse(RefusalReason::order_closed, "expected an order that is open");
  const sim::WorkingOrder* working = wallet.working(record.matching_id);
  ASSERT(working != nullptr);
  const NewOrder before = working->order;
  NewOrder moved = before;
  moved.trigger_price = draft.trigger_price;
  moved.limit_price = draft.limit_price;
  if (!record.ticket.close_position) moved.quantity = draft.quantity;
  if (moved.role != GroupRole::single) {
    return refuse(RefusalReason::amend_not_allowed, "expected an order that belongs to no list");
  }
  // Nothing of this reaches the books: there the order stays the same.
  const auto exchange_order = [&](const NewOrder& order) {
    wallet.on_command(order, core.now);
    const bool rejected = std::holds_alternative<OrderRejected>(wallet.reports().back().report);
    if (rejected) {
      account.last_rejection = std::get<OrderRejected>(wallet.reports().back().report).reason;
      wallet.clear_reports();
    }
    return !rejected;
  };
  wallet.on_command(CancelOrder{record.matching_id, record.instrument}, core.now);
  wallet.clear_reports();
  moved.id = OrderId(++core.last_matching);
  account.orders.rename(record, moved.id);
  if (exchange_order(moved)) {
    record.trigger_price = draft.trigger_price;
    record.limit_price = draft.limit_price;
    if (!record.ticket.close_position) record.quantity = draft.quantity;
    tell_order(core, record, OrderChange::amended, core.now);
    settle_reports(core, account, record.product, BalanceCause::order);
    return {};
  }
  const Refusal refusal = refusal_of(account.last_rejection, core.listings[record.instrument]);
  NewOrder restored = before;
  restored.id = OrderId(++core.last_matching);
  account.orders.rename(record, restored.id);
  if (!exchange_order(restored)) {
    record.state = OrderState::canceled;
    record.end_reason = account.last_rejection;
    account.orders.close(record);
    tell_order(core, record, OrderChange::canceled, core.now);
  }
  settle_reports(core, account, record.product, BalanceCause::order);
  publish_balances(core, account, record.product, BalanceCause::order);
  return std::unexpected<Refusal>(refusal);
}

}  // namespace

Outcome<Placed> place_order(ExchangeCore& core, Account& account, const OrderTicket& ticket) {
  account.orders.trim();
  if (ticket.role != GroupRole::single || ticket.list.value != 0) {
    return refuse(RefusalReason::not_offered, "expected orders of a list to come together");
  }
  auto draft = draft_of(core, account, ticket);
  if (!draft) return std::unexpected<Refusal>(std::move(draft).error());
  return place_draft(core, account, ticket, *draft);
}

Outcome<PlacedList> place_order_list(ExchangeCore& core, Account& account, const ListTicket& ticket) {
  account.orders.trim();
  if (auto form = filter_list(ticket); !form) return std::unexpected<Refusal>(std::move(form).error());
  std::vector<OrderDraft> drafts;
  for (const OrderTicket& order : ticket.orders) {
    auto draft = draft_of(core, account, order);
    if (!draft) return std::unexpected<Refusal>(std::move(draft).error());
    drafts.push_back(*draft);
  }
  PlacedList placed;
  placed.list = OrderListId(++core.last_list);
  placed.client_id = ticket.client_id.empty() ? fmt::format("list-{}", placed.list.value) : ticket.client_id;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    OrderTicket order = ticket.orders[i];
    order.list = placed.list;
    auto one = place_draft(core, account, order, drafts[i]);
    if (one) {
      placed.orders.push_back(std::move(*one));
      continue;
    }
    for (const Placed& earlier : placed.orders) {
      if (!is_closed(earlier.order->state)) {
        send_command(core, account, earlier.order->product,
                     CancelOrder{earlier.order->matching_id, earlier.order->instrument});
      }
    }
    return std::unexpected<Refusal>(std::move(one).error());
  }
  return placed;
}

Outcome<Placed> amend_order(ExchangeCore& core, Account& account, const AmendTicket& ticket) {
  account.orders.trim();
  auto found = open_order(core, account, ticket.order);
  if (!found) return std::unexpected<Refusal>(std::move(found).error());
  OrderRecord& record = **found;
  auto draft = filter_amendment(core, record, ticket);
  if (!draft) return std::unexpected<Refusal>(std::move(draft).error());
  const std::uint64_t executed = core.last_execution;
  if (draft->trigger_price != record.trigger_price) {
    if (auto moved = move_trigger(core, account, record, *draft); !moved) {
      return std::unexpected<Refusal>(std::move(moved).error());
    }
    return Placed{&record, executions_since(account, record.id, executed)};
  }
  if (draft->quantity <= record.filled) {
    return refuse(RefusalReason::quantity_below_minimum,
                  "expected a quantity above what has been filled already");
  }
  send_command(core, account, record.product,
               AmendOrder{record.matching_id, record.instrument, draft->quantity, draft->limit_price});
  if (account.last_rejection != RejectReason::none) {
    return std::unexpected<Refusal>(refusal_of(account.last_rejection, core.listings[record.instrument]));
  }
  return Placed{&record, executions_since(account, record.id, executed)};
}

Outcome<const OrderRecord*> cancel_order(ExchangeCore& core, Account& account, const OrderKey& key) {
  account.orders.trim();
  auto found = open_order(core, account, key);
  if (!found) return std::unexpected<Refusal>(std::move(found).error());
  OrderRecord& record = **found;
  send_command(core, account, record.product, CancelOrder{record.matching_id, record.instrument});
  ASSERT(is_closed(record.state));
  return &record;
}

std::vector<VenueOrderId> cancel_orders(ExchangeCore& core, Account& account, Product product,
                                        std::optional<InstrumentId> instrument, OrderOrigin origin) {
  account.orders.trim();
  std::vector<VenueOrderId> canceled;
  for (const auto& [id, record] : account.orders.open()) {
    if (record->product == product && (!instrument || record->instrument == *instrument)) {
      canceled.push_back(record->id);
    }
  }
  for (const VenueOrderId id : canceled) {
    OrderRecord& record = *account.orders.find(id);
    // The end of one may have taken the other leg of its list with it.
    if (is_closed(record.state)) continue;
    record.ended_by = origin;
    send_command(core, account, product, CancelOrder{record.matching_id, record.instrument});
  }
  return canceled;
}

const OrderRecord* find_order(const ExchangeCore& core, const Account& account, const OrderKey& key) {
  const OrderRecord* record = key.id.value != 0 ? account.orders.find(key.id)
                                                : account.orders.find_client(key.product, key.client_id);
  if (record == nullptr || record->product != key.product) return nullptr;
  if (!key.symbol.empty() && core.listings[record->instrument].symbol != key.symbol) return nullptr;
  return record;
}

}  // namespace kontor::emulator
