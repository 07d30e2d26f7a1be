#include "execution/order_manager.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace kontor::execution {
namespace {

template <class Entries>
auto entry_at(Entries& entries, OrderId id) noexcept {
  return std::lower_bound(entries.begin(), entries.end(), id,
                          [](const auto& entry, OrderId wanted) { return entry.id < wanted; });
}

/// All that it asked for is filled. One that is being made larger may live on at the venue: only the answer
/// to the amendment tells.
bool is_done(const Order& order) noexcept {
  const bool may_grow =
      order.status == OrderStatus::pending_amend || order.status == OrderStatus::pending_cancel;
  return order.filled >= order.quantity && !(may_grow && order.asked_quantity > order.filled);
}

}  // namespace

std::uint32_t OrderManager::slot_of(OrderId id) const noexcept {
  const auto open = entry_at(open_, id);
  if (open != open_.end() && open->id == id) return open->slot;
  for (const auto& entry : closed_) {
    if (entry.id == id) return entry.slot;
  }
  return kNoSlot;
}

std::size_t OrderManager::open_count(StrategyId strategy, InstrumentId instrument) const noexcept {
  return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), [&](const IndexEntry& entry) {
    const NewOrder& request = slots_[entry.slot].request;
    return request.strategy == strategy && request.instrument == instrument;
  }));
}

const Order& OrderManager::submit(const Approved<NewOrder>& approved, TimeNs now) {
  const NewOrder& request = approved.get();
  ASSERT(open_.size() < kMaxOpenOrders);
  ASSERT(open_.empty() || open_.back().id < request.id);
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Order& order = slots_[slot];
  order = Order{};
  order.request = request;
  order.status = OrderStatus::sent;
  order.quantity = request.quantity;
  order.limit_price = request.limit_price;
  order.ts_created = now;
  order.ts_updated = now;
  open_.push_back({request.id, slot});
  return order;
}

void OrderManager::close(OrderId id) {
  const auto open = entry_at(open_, id);
  ASSERT(open != open_.end() && open->id == id);
  const IndexEntry entry = *open;
  open_.erase(open);
  if (closed_.size() < kClosedOrdersKept) {
    closed_.push_back(entry);
  } else {
    IndexEntry& oldest = closed_[closed_count_ % kClosedOrdersKept];
    free_.push_back(oldest.slot);
    oldest = entry;
  }
  ++closed_count_;
}

const Order* OrderManager::advance(Order* order, OrderStatus to, TimeNs now) {
  if (order == nullptr || !can_transition(order->status, to)) return nullptr;
  order->status = to;
  order->ts_updated = now;
  if (is_terminal(to)) close(order->id());
  return order;
}

bool OrderManager::request_cancel(OrderId id, TimeNs now) {
  Order* order = find_mutable(id);
  if (order == nullptr || order->status == OrderStatus::pending_cancel) return false;
  return advance(order, OrderStatus::pending_cancel, now) != nullptr;
}

bool OrderManager::request_amend(const Approved<AmendOrder>& approved, TimeNs now) {
  const AmendOrder& amend = approved.get();
  Order* order = find_mutable(amend.id);
  if (order == nullptr || order->status == OrderStatus::pending_amend) return false;
  if (advance(order, OrderStatus::pending_amend, now) == nullptr) return false;
  order->asked_quantity = amend.quantity;
  order->asked_price = amend.limit_price;
  return true;
}

const Order* OrderManager::on_accepted(const OrderAccepted& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  // A cancel or an amendment that is already on its way stays pending: the acknowledgement only comes late.
  if (order == nullptr || (order->status != OrderStatus::sent && order->status != OrderStatus::unknown))
    return nullptr;
  return advance(order, working_status(*order), now);
}

const Order* OrderManager::on_rejected(const OrderRejected& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order != nullptr && order->is_open()) order->reason = report.reason;
  return advance(order, OrderStatus::rejected, now);
}

const Order* OrderManager::on_canceled(const OrderCanceled& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order != nullptr && order->is_open()) order->reason = report.reason;
  return advance(order, OrderStatus::canceled, now);
}

const Order* OrderManager::on_expired(const OrderExpired& report, TimeNs now) {
  return advance(find_mutable(report.order), OrderStatus::expired, now);
}

const Order* OrderManager::on_amended(const OrderAmended& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order == nullptr || !order->is_open()) return nullptr;
  order->quantity = report.quantity;
  order->asked_quantity = report.quantity;
  order->limit_price = report.limit_price;
  order->ts_updated = now;
  if (order->filled >= order->quantity)
    return advance(order, OrderStatus::filled, now);  // cut to what is done
  // An answer of the venue also proves that an unknown order lives.
  const bool answered = order->status == OrderStatus::pending_amend || order->status == OrderStatus::unknown;
  if (answered) order->status = working_status(*order);
  return order;
}

const Order* OrderManager::on_triggered(const OrderTriggered& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order == nullptr || !order->is_open() || order->triggered) return nullptr;
  order->triggered = true;
  order->ts_updated = now;
  if (order->status == OrderStatus::unknown) order->status = working_status(*order);
  return order;
}

const Order* OrderManager::on_cancel_rejected(const CancelRejected& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order == nullptr || order->status != OrderStatus::pending_cancel) return nullptr;
  // Whatever became of an amendment: an order that is closed and filled is no more.
  if (report.reason == RejectReason::order_closed) order->asked_quantity = order->quantity;
  return advance(order, is_done(*order) ? OrderStatus::filled : working_status(*order), now);
}

const Order* OrderManager::on_amend_rejected(const AmendRejected& report, TimeNs now) {
  Order* order = find_mutable(report.order);
  if (order == nullptr || !order->is_open()) return nullptr;
  order->asked_quantity = order->quantity;
  if (is_done(*order)) return advance(order, OrderStatus::filled, now);
  // A cancel that was asked for meanwhile is still under way.
  return order->status == OrderStatus::pending_amend ? advance(order, working_status(*order), now) : nullptr;
}

const Order* OrderManager::on_unresolved(const OrderUnresolved& report, TimeNs now) {
  return advance(find_mutable(report.order), OrderStatus::unknown, now);
}

const Order* OrderManager::on_fill(const Fill& fill, const Instrument& instrument, TimeNs now) {
  Order* order = find_mutable(fill.order);
  if (order == nullptr || !trades_.insert(fill.instrument, fill.trade)) return nullptr;
  order->filled += fill.quantity;
  order->filled_notional += instrument.notional(fill.price, fill.quantity);
  order->ts_updated = now;
  if (!order->is_open()) return order;
  if (is_done(*order)) return advance(order, OrderStatus::filled, now);
  const bool pending =
      order->status == OrderStatus::pending_cancel || order->status == OrderStatus::pending_amend;
  if (!pending) order->status = OrderStatus::partially_filled;
  return order;
}

}  // namespace kontor::execution
